import type { Clock } from './clock.ts'
import { CheckoutError } from './errors.ts'
import type { Providers } from './provider.ts'
import { attemptOfRefund, isCaptured, refundable } from './checkout.ts'
import type { Attempt, Checkout, OperatorNote, Refund, RefundResult } from './checkout.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore } from './store.ts'
import { concernOf, pendingRefunds } from './refund-review.ts'
import type { PendingRefund, RefundConcern } from './refund-review.ts'
import { isRefundDue } from './refund-tries.ts'
import { PeriodicTask } from './jobs/periodic-task.ts'

interface RefundsDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  readonly onError: (error: unknown) => void
  /** Called with every answer that did not settle a refund. */
  readonly onUnsettled: (checkoutId: string, refundId: string, said: RefundResult) => void
  /** Called once a day for each refund that only a person can settle. */
  readonly onConcern: (checkoutId: string, refund: Refund, concern: RefundConcern) => void
}

/** What the shop asks for. */
export interface RefundInput {
  readonly amount: number
  /** Whose payment; absent: the one that paid the checkout. */
  readonly attemptId?: string | undefined
}

const intervalMs = 10_000
const concurrency = 20
/** Another process may be waiting for the answer to one that it has just asked for. */
const firstRetryDelayMs = 30_000
/** The shop's backend waits for the outcome this long; a webhook tells the rest. */
const responseDeadlineMs = 10_000
const remindEvery = 24 * 60 * 60_000

/**
 * Gives money back. A refund and each of its tries are on disk before the provider is asked, and its id is the key that
 * it is asked with, so that asking again, after a lost answer or a crash, makes no second one.
 */
export class Refunds {
  readonly #deps: RefundsDeps
  readonly #running = new Map<string, Promise<void>>()
  /** When a person was last called for a refund. */
  readonly #reminded = new Map<string, number>()
  readonly #rounds: PeriodicTask
  #stopped = false

  constructor(deps: RefundsDeps) {
    this.#deps = deps
    const { clock, onError } = deps
    this.#rounds = new PeriodicTask({
      clock,
      onError,
      intervalMs: intervalMs,
      run: () => this.#look(),
    })
  }

  /** The refund with this key: a new one, or the one that is there. */
  async request(
    checkout: Checkout,
    input: RefundInput,
    key: string,
  ): Promise<{ readonly created: boolean; readonly refund: Refund }> {
    const { repository, providers, clock, newId } = this.#deps
    const known = checkout.refunds.find((one) => one.key === key)
    if (known) return { created: false, refund: await this.#repeat(checkout, known, input) }
    const payment = paymentOf(checkout, input.attemptId)
    // The account of the payment may come back into the settings; until then nobody is asked.
    const provider = providers.for(checkout, payment)
    if (!provider.refund && !providers.of(checkout).refund) {
      throw new CheckoutError('not_supported', { detail: 'not supported by this provider' })
    }
    const { amount } = input
    if (amount > refundable(checkout, payment)) throw new CheckoutError('refund_too_large')
    const refund = newRefund(newId('ref'), key, amount, payment.id, clock.now())
    const after = await repository.record(checkout.id, { type: 'refund_requested', refund }, null)
    const written = after.refunds.find((one) => one.key === key)
    // Another one was faster: the same again, or one that left too little.
    if (written?.id === refund.id)
      return { created: true, refund: await this.#settled(after, refund) }
    if (!written) throw new CheckoutError('refund_too_large')
    return { created: false, refund: await this.#repeat(after, written, input) }
  }

  /** Settles by hand what the provider's answers leave open. Null: there is no such refund, or it has ended. */
  async close(
    checkoutId: string,
    refundId: string,
    as: 'refunded' | 'failed',
    { by, note }: OperatorNote,
  ): Promise<Refund | null> {
    const { repository } = this.#deps
    if (!(await repository.get(checkoutId))) return null
    const fact = { type: 'refund_closed', refundId, as, by, note } as const
    const { refunds } = await repository.record(checkoutId, fact, null)
    const refund = refunds.find(({ id }) => id === refundId)
    const isDone =
      refund?.closed?.as === as && refund.closed.by === by && refund.closed.note === note
    return isDone ? refund : null
  }

  /** Those that only a person can settle, at most so many. */
  async inReview(most: number): Promise<readonly PendingRefund[]> {
    const { store, clock } = this.#deps
    const found: PendingRefund[] = []
    for await (const pending of pendingRefunds(store, clock.now())) {
      if (pending.concern) found.push(pending)
      if (found.length === most) break
    }
    return found
  }

  /** Takes up what an earlier process, or a lost answer, left open. */
  begin(): void {
    this.#rounds.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#rounds.stop()
    await Promise.allSettled(this.#running.values())
  }

  /** [ietf] draft-ietf-httpapi-idempotency-key-header: the same key with another payload is an error. */
  #repeat(checkout: Checkout, known: Refund, { amount, attemptId }: RefundInput): Promise<Refund> {
    const wanted = attemptId ?? checkout.paidAttemptId
    const isOfAnother = wanted !== null && attemptOfRefund(checkout, known)?.id !== wanted
    if (known.amount !== amount || isOfAnother) throw new CheckoutError('idempotency_key_reused')
    return known.status === 'pending' ? this.#settled(checkout, known) : Promise.resolve(known)
  }

  async #settled(checkout: Checkout, refund: Refund): Promise<Refund> {
    await this.#waitAtMost(responseDeadlineMs, this.#ask(checkout.id, refund.id))
    const latest = this.#deps.repository.peek(checkout.id) ?? checkout
    return latest.refunds.find(({ id }) => id === refund.id) ?? refund
  }

  /** All that are open, a page at a time: those that fail on must not keep the others from their turn. */
  async #look(): Promise<void> {
    const { store } = this.#deps
    const open = new Set<string>()
    let page: readonly Checkout[] = []
    do {
      page = await store.refunding(page.at(-1)?.id ?? '', concurrency)
      await Promise.all(page.map(({ id }) => this.#lookAt(id, open)))
    } while (page.length === concurrency && !this.#stopped)
    if (this.#stopped) return
    for (const id of this.#reminded.keys()) if (!open.has(id)) this.#reminded.delete(id)
  }

  async #lookAt(checkoutId: string, open: Set<string>): Promise<void> {
    const { repository, clock } = this.#deps
    // What is in memory may be newer than what was read.
    const { refunds = [] } = (await repository.get(checkoutId)) ?? {}
    for (const refund of refunds) {
      if (refund.status !== 'pending') continue
      open.add(refund.id)
      if (isRefundDue(refund, clock.now())) await this.#ask(checkoutId, refund.id)
      await this.#remind(checkoutId, refund.id)
    }
  }

  /** Calls a person, once a day, for what only a person can settle. */
  async #remind(checkoutId: string, refundId: string): Promise<void> {
    const { repository, clock, onConcern } = this.#deps
    const refund = (await repository.get(checkoutId))?.refunds.find(({ id }) => id === refundId)
    const concern = refund && concernOf(refund, clock.now())
    const last = this.#reminded.get(refundId)
    if (!concern || (last !== undefined && clock.now() - last < remindEvery)) return
    this.#reminded.set(refundId, clock.now())
    onConcern(checkoutId, refund, concern)
  }

  /** Never rejects: what went wrong is told, and the refund stays open. */
  #ask(checkoutId: string, refundId: string): Promise<void> {
    const running = this.#running.get(refundId)
    if (running) return running
    const asking = this.#askProvider(checkoutId, refundId)
      .catch(this.#deps.onError)
      .finally(() => this.#running.delete(refundId))
    this.#running.set(refundId, asking)
    return asking
  }

  async #askProvider(checkoutId: string, id: string): Promise<void> {
    const { repository, providers } = this.#deps
    const known = await repository.get(checkoutId)
    const refund = known?.refunds.find((one) => one.id === id)
    if (!known || !refund || this.#stopped) return
    const payment = attemptOfRefund(known, refund)
    if (!payment?.providerRef) return
    const provider = providers.for(known, payment)
    const { providerRef } = payment
    const { amount } = refund
    const tried = await repository.record(checkoutId, { type: 'refund_tried', refundId: id }, null)
    // Another process, or a person, may have settled it meanwhile.
    if (!isPending(tried, id)) return
    const fact = provider.refund
      ? await provider.refund({ providerRef, amount, key: id })
      : notConfigured
    const after = await repository.record(checkoutId, heard(fact, id), null)
    if (!isPending(after, id)) return
    this.#deps.onUnsettled(checkoutId, id, fact)
    await this.#remind(checkoutId, id)
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

const isPending = ({ refunds }: Checkout, id: string): boolean =>
  refunds.some((refund) => refund.id === id && refund.status === 'pending')

/** Whose payment is to go back. Where the shop does not say, it must be plain. */
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

/** The account that the payment was made with cannot be asked. */
const notConfigured: RefundResult = {
  type: 'not_sent',
  evidence: { call: 'none', code: 'provider_not_configured', referenceId: null },
}

/** The provider's answer, as a fact about this refund. */
function heard(fact: RefundResult, refundId: string) {
  const { type, evidence } = fact
  if (type === 'refunded' || type === 'refund_refused') return { type, refundId, evidence } as const
  const effect = type === 'unknown' && fact.effect
  return { type: 'refund_unsettled', refundId, answer: type, effect, evidence } as const
}
