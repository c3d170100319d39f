import type { Clock } from './clock.ts'
import { localRouter } from './commands.ts'
import type { CommandRouter } from './commands.ts'
import { CheckoutError, tryAgainShortly } from './errors.ts'
import type { Providers } from './provider.ts'
import { attemptOfRefund, isCaptured, refundable } from './checkout.ts'
import type { Attempt, Checkout, OperatorNote, Refund } from './checkout.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore } from './store.ts'
import { pendingRefunds } from './refund-review.ts'
import type { PendingRefund } from './refund-review.ts'
import type { RefundSettler } from './jobs/settle-refunds.ts'

interface RefundsDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly settler: Pick<RefundSettler, 'settle'>
  readonly providers: Providers
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  /** Default: this process carries out every command. */
  readonly router?: CommandRouter
}

/** What the shop asks for. */
export interface RefundInput {
  readonly amount: number
  /** Whose payment; absent: the one that paid the checkout. */
  readonly attemptId?: string | undefined
}

/** Another process may be waiting for the answer to a try of its own. */
const firstRetryDelayMs = 30_000
/** The shop's backend waits for the outcome this long; later ones are reported by webhook. */
const responseDeadlineMs = 10_000

/** Takes the shop's requests for refunds, one refund for each idempotency key. `RefundSettler` asks the provider. */
export class Refunds {
  readonly #deps: RefundsDeps

  constructor(deps: RefundsDeps) {
    this.#deps = deps
  }

  /**
   * Requests a refund, or finds the one that was requested with the same key, and waits a while for its outcome.
   *
   * @throws CheckoutError where the request does not fit the payments of the checkout, or the key was used for another one
   */
  request(
    checkout: Checkout,
    input: RefundInput,
    key: string,
  ): Promise<{ readonly created: boolean; readonly refund: Refund }> {
    const { router = localRouter } = this.#deps
    return router.run(
      { type: 'refund', checkoutId: checkout.id, input, key },
      {
        here: () => this.#request(checkout, input, key),
        waitMs: responseDeadlineMs,
        late: () => this.#known(checkout.id, key),
      },
    )
  }

  async #request(checkout: Checkout, input: RefundInput, key: string) {
    const { repository, providers, clock, newId } = this.#deps
    const known = checkout.refunds.find((one) => one.key === key)
    if (known) return { created: false, refund: await this.#repeat(checkout, known, input) }
    const payment = paymentOf(checkout, input.attemptId)
    // The account of the payment may come back into the settings; until then no provider is asked.
    const isConfigured = providers.isConfigured(checkout, payment)
    const provider = isConfigured ? providers.for(checkout, payment) : providers.of(checkout)
    if (!provider.refund) {
      throw new CheckoutError('not_supported', { detail: 'not supported by this provider' })
    }
    const { amount } = input
    if (amount > refundable(checkout, payment)) throw new CheckoutError('refund_too_large')
    const refund = newRefund(newId('ref'), key, amount, payment.id, clock.now())
    const after = await repository.record(checkout.id, { type: 'refund_requested', refund }, null)
    const written = after.refunds.find((one) => one.key === key)
    // Another request was faster: the same one, or one that left too little.
    if (written?.id === refund.id)
      return { created: true, refund: await this.#settled(after, refund) }
    if (!written) throw new CheckoutError('refund_too_large')
    return { created: false, refund: await this.#repeat(after, written, input) }
  }

  /**
   * Settles by hand what the provider's answers leave open.
   *
   * @returns null where there is no such refund, or it has ended
   */
  close(
    checkoutId: string,
    refundId: string,
    as: 'refunded' | 'failed',
    note: OperatorNote,
  ): Promise<Refund | null> {
    const { router = localRouter } = this.#deps
    const here = () => this.#close(checkoutId, refundId, as, note)
    return router.run(
      { type: 'close_refund', checkoutId, refundId, as, note },
      { here, waitMs: responseDeadlineMs, late: () => Promise.reject(tryAgainShortly()) },
    )
  }

  async #close(
    checkoutId: string,
    refundId: string,
    as: 'refunded' | 'failed',
    { by, note }: OperatorNote,
  ): Promise<Refund | null> {
    const { repository } = this.#deps
    if (!(await repository.get(checkoutId))) return null
    const command = { type: 'refund_closed', refundId, as, by, note } as const
    const { refunds } = await repository.record(checkoutId, command, null)
    const refund = refunds.find(({ id }) => id === refundId)
    const isDone =
      refund?.closed?.as === as && refund.closed.by === by && refund.closed.note === note
    return isDone ? refund : null
  }

  /** The refunds that only a person can settle, at most `max` of them. */
  async inReview(max: number): Promise<readonly PendingRefund[]> {
    const { store, clock } = this.#deps
    const found: PendingRefund[] = []
    for await (const pending of pendingRefunds(store, clock.now())) {
      if (pending.concern) found.push(pending)
      if (found.length === max) break
    }
    return found
  }

  /** [ietf] draft-ietf-httpapi-idempotency-key-header: the same key with another payload is an error. */
  #repeat(checkout: Checkout, known: Refund, { amount, attemptId }: RefundInput): Promise<Refund> {
    const wanted = attemptId ?? checkout.paidAttemptId
    const isOfAnother = wanted !== null && attemptOfRefund(checkout, known)?.id !== wanted
    if (known.amount !== amount || isOfAnother) throw new CheckoutError('idempotency_key_reused')
    return known.status === 'pending' ? this.#settled(checkout, known) : Promise.resolve(known)
  }

  /** Another process has the request, and may not have answered. */
  async #known(checkoutId: string, key: string) {
    const checkout = await this.#deps.repository.get(checkoutId)
    const refund = checkout?.refunds.find((one) => one.key === key)
    if (!refund) throw tryAgainShortly()
    return { created: false, refund }
  }

  async #settled(checkout: Checkout, refund: Refund): Promise<Refund> {
    await this.#waitAtMost(responseDeadlineMs, this.#deps.settler.settle(checkout.id, refund.id))
    const latest = this.#deps.repository.peek(checkout.id) ?? checkout
    return latest.refunds.find(({ id }) => id === refund.id) ?? refund
  }

  #waitAtMost(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve)
      void work.then(() => {
        cancel()
        resolve()
      })
    })
  }
}

/** The attempt whose payment goes back. Where the shop does not name it, there must be only one. */
function paymentOf(checkout: Checkout, attemptId: string | undefined): Attempt {
  const captured = checkout.attempts.filter((attempt) => isCaptured(checkout, attempt))
  const wanted = attemptId ?? checkout.paidAttemptId
  const [only, another] = captured
  if (!only) throw new CheckoutError('not_paid')
  if (wanted === null && another) {
    const detail = 'attemptId: is needed, because more than one attempt was paid'
    throw new CheckoutError('invalid_request', { detail })
  }
  const payment = wanted === null ? only : captured.find(({ id }) => id === wanted)
  if (payment) return payment
  const isKnown = checkout.attempts.some(({ id }) => id === wanted)
  if (isKnown) throw new CheckoutError('not_paid')
  throw new CheckoutError('invalid_request', { detail: 'attemptId: is not of this checkout' })
}

const newRefund = (
  id: string,
  key: string,
  amount: number,
  attemptId: string,
  now: number,
): Refund => ({
  ...{ id, key, amount, attemptId, requestedAt: now, status: 'pending', settledAt: null },
  tries: {
    ...{ count: 0, withoutEffect: 0, firstAt: null, lastAt: null },
    nextAt: now + firstRetryDelayMs,
  },
})
