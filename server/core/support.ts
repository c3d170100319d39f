import { capturedAmount, isCaptured, isEndUnknown, isOverRefunded } from './checkout.ts'
import { isUncertain, openAttempt, refundedAmount } from './checkout.ts'
import type { Attempt, Checkout, ReviewReason } from './checkout.ts'
import type { Clock } from './clock.ts'
import { masksOfEnding } from './payer.ts'
import type { CheckoutStore } from './store.ts'

interface SupportDeps {
  readonly store: CheckoutStore
  readonly clock: Clock
}

/** What a shopper can say of a payment without its reference; null: nothing. */
export interface Description {
  readonly amounts: readonly { readonly amount: number; readonly currency: string }[] | null
  /** The last four digits of a phone number or national id. */
  readonly digits: string | null
  readonly from: number | null
  readonly until: number | null
}

export interface OpenReview {
  readonly checkout: Checkout
  /** Refunds have left nothing to decide: the review is only to be closed. */
  readonly isSettled: boolean
}

/** How long a payment that came late is listed: nothing tells us when a person has dealt with it. */
const lateListedForMs = 30 * 24 * 60 * 60_000
/** Late payments are read, up to this many, until enough are found that are not settled. */
const maxRead = 200
/** So many reviews are read at a time. */
const pageSize = 100
/** The reviews that refunds can settle. Any other is about a request whose outcome is unknown. */
const aboutPayments: readonly ReviewReason[] = [
  'paid_twice',
  'amount_mismatch',
  'currency_mismatch',
]
/** Checkouts of one reference. */
const maxOfReference = 50

/** What people in support look for: a checkout that a shopper or a shop asks about, and what needs a person. */
export class Support {
  readonly #deps: SupportDeps

  constructor(deps: SupportDeps) {
    this.#deps = deps
  }

  /** Every checkout of a shop's reference, in whatever case it was written, the newest first. */
  withReference(reference: string): Promise<readonly Checkout[]> {
    return this.#deps.store.withReference(reference, maxOfReference)
  }

  /** The checkout that the provider knows by its own id of a payment request. */
  byProviderRef(providerRef: string): Promise<Checkout | null> {
    return this.#deps.store.findByProviderRef(providerRef)
  }

  /** Checkouts that fit everything that a shopper says, the newest first. */
  search({ amounts, digits, from, until }: Description, limit: number) {
    const payers = digits === null ? null : masksOfEnding(digits)
    return this.#deps.store.search({ amounts, payers, from, until }, limit)
  }

  /** Those with an open review, the newest first; after all others, those that a person only has to close. */
  async inReview(limit: number): Promise<readonly OpenReview[]> {
    const [unsettled, settled]: [OpenReview[], OpenReview[]] = [[], []]
    for await (const checkout of this.#openReviews()) {
      if (unsettled.length === limit) break
      const isSettled = await this.#isSettled(checkout)
      ;(isSettled ? settled : unsettled).push({ checkout, isSettled })
    }
    return [...unsettled, ...settled].slice(0, limit)
  }

  /** Those that were paid after they had been given up and are not refunded, the newest payment first. */
  async late(limit: number): Promise<readonly Checkout[]> {
    const since = this.#deps.clock.now() - lateListedForMs
    const checkouts = await this.#deps.store.paidLate(since, maxRead)
    return checkouts.filter((checkout) => paymentsKept(checkout).length > 0).slice(0, limit)
  }

  /** Those whose request got no answer in its time, while it is unknown whether it led to a payment; the oldest first. */
  async uncertain(limit: number): Promise<readonly Checkout[]> {
    const now = this.#deps.clock.now()
    const unfinished = await this.#deps.store.unfinished()
    return unfinished
      .filter((checkout) => {
        const attempt = openAttempt(checkout)
        return attempt && isUncertain(attempt) && attempt.approvalExpiresAt <= now
      })
      .sort((one, other) => one.createdAt - other.createdAt)
      .slice(0, limit)
  }

  async *#openReviews(): AsyncGenerator<Checkout> {
    for (let offset = 0; ; offset += pageSize) {
      const page = await this.#deps.store.inReview({ limit: pageSize, offset })
      yield* page
      if (page.length < pageSize) return
    }
  }

  /** Whether refunds have settled a review: all that was taken went back, or all but one payment of the order. */
  async #isSettled(checkout: Checkout): Promise<boolean> {
    const { review, attempts, reference } = checkout
    const isTaken = attempts.some((attempt) => isCaptured(checkout, attempt))
    if (!isTaken || !aboutPayments.some((reason) => reason === review)) return false
    if (attempts.some(isEndUnknown)) return false
    if (review === 'paid_twice') {
      // The other payment may be that of a checkout before or after this one.
      const all = await this.withReference(reference)
      const ofOrder = all.filter((one) => one.reference === reference)
      return isKeptAtMost(1, ofOrder)
    }
    return isKeptAtMost(0, [checkout])
  }
}

/** Whether so many payments at most are left of all that were taken, and no more went back than was paid. */
const isKeptAtMost = (count: number, checkouts: readonly Checkout[]): boolean =>
  !checkouts.some(isOverRefunded) && checkouts.flatMap(paymentsKept).length <= count

/** Payments that are not known to be refunded in full. One of nothing cannot be. */
const paymentsKept = (checkout: Checkout): readonly Attempt[] =>
  checkout.attempts.filter((attempt) => {
    const refunded = refundedAmount(checkout, attempt)
    const isKept = refunded === 0 || refunded < capturedAmount(checkout, attempt)
    return isCaptured(checkout, attempt) && isKept
  })
