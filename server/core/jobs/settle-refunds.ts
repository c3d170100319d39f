import { attemptOfRefund } from '../checkout.ts'
import type { Checkout, Refund, RefundResult } from '../checkout.ts'
import type { Clock } from '../clock.ts'
import type { Providers } from '../provider.ts'
import { concernOf } from '../refund-review.ts'
import type { RefundConcern } from '../refund-review.ts'
import { isRefundDue } from '../refund-tries.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { Service } from '../service.ts'
import type { CheckoutStore } from '../store.ts'
import { PeriodicTask } from './periodic-task.ts'

interface RefundSettlerDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** Called with every answer that did not settle a refund. */
  readonly onUnsettled: (checkoutId: string, refundId: string, result: RefundResult) => void
  /** Called once a day for each refund that only a person can settle. */
  readonly onConcern: (checkoutId: string, refund: Refund, concern: RefundConcern) => void
}

const intervalMs = 10_000
const concurrency = 20
const reminderIntervalMs = 24 * 60 * 60_000

/**
 * Asks the provider for each pending refund until it is settled, at growing intervals. Each try is on disk before the provider
 * is asked, and the refund's id is the key that it is asked with, so that asking again makes no second refund.
 */
export class RefundSettler implements Service {
  readonly #deps: RefundSettlerDeps
  readonly #running = new Map<string, Promise<void>>()
  /** When `onConcern` was last called, by refund. */
  readonly #remindedAt = new Map<string, number>()
  readonly #task: PeriodicTask
  #stopped = false

  constructor(deps: RefundSettlerDeps) {
    this.#deps = deps
    const { clock, onError } = deps
    this.#task = new PeriodicTask({ clock, onError, intervalMs, run: () => this.#settleDue() })
  }

  start(): void {
    this.#task.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#task.stop()
    await Promise.allSettled(this.#running.values())
  }

  /** Asks the provider now, or joins the call that is out. Never rejects: after an error the refund stays pending. */
  settle(checkoutId: string, refundId: string): Promise<void> {
    const running = this.#running.get(refundId)
    if (running) return running
    const settling = this.#askProvider(checkoutId, refundId)
      .catch(this.#deps.onError)
      .finally(() => this.#running.delete(refundId))
    this.#running.set(refundId, settling)
    return settling
  }

  /** All pending refunds, a page at a time: those that keep failing must not keep the others from their turn. */
  async #settleDue(): Promise<void> {
    const { store } = this.#deps
    const pending = new Set<string>()
    let page: readonly Checkout[] = []
    do {
      page = await store.refunding(page.at(-1)?.id ?? '', concurrency)
      await Promise.all(page.map(({ id }) => this.#settleDueOf(id, pending)))
    } while (page.length === concurrency && !this.#stopped)
    if (this.#stopped) return
    for (const id of this.#remindedAt.keys()) if (!pending.has(id)) this.#remindedAt.delete(id)
  }

  async #settleDueOf(checkoutId: string, pending: Set<string>): Promise<void> {
    const { repository, clock } = this.#deps
    // What is in memory may be newer than the page.
    const { refunds = [] } = (await repository.get(checkoutId)) ?? {}
    for (const refund of refunds) {
      if (refund.status !== 'pending') continue
      pending.add(refund.id)
      if (isRefundDue(refund, clock.now())) await this.settle(checkoutId, refund.id)
      await this.#remind(checkoutId, refund.id)
    }
  }

  async #remind(checkoutId: string, refundId: string): Promise<void> {
    const { repository, clock, onConcern } = this.#deps
    const refund = (await repository.get(checkoutId))?.refunds.find(({ id }) => id === refundId)
    const concern = refund && concernOf(refund, clock.now())
    const last = this.#remindedAt.get(refundId)
    if (!concern || (last !== undefined && clock.now() - last < reminderIntervalMs)) return
    this.#remindedAt.set(refundId, clock.now())
    onConcern(checkoutId, refund, concern)
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
    const result = provider.refund
      ? await provider.refund({ providerRef, amount, key: id })
      : notConfigured
    const after = await repository.record(checkoutId, inputOf(result, id), null)
    if (!isPending(after, id)) return
    this.#deps.onUnsettled(checkoutId, id, result)
    await this.#remind(checkoutId, id)
  }
}

const isPending = ({ refunds }: Checkout, id: string): boolean =>
  refunds.some((refund) => refund.id === id && refund.status === 'pending')

/** The account that the payment was made with cannot be asked. */
const notConfigured: RefundResult = {
  type: 'not_sent',
  evidence: { call: 'none', code: 'provider_not_configured', referenceId: null },
}

/** The provider's result, as the input of a transition of this refund. */
function inputOf(result: RefundResult, refundId: string) {
  const { type, evidence } = result
  if (type === 'refunded' || type === 'refund_refused') return { type, refundId, evidence } as const
  const effect = type === 'unknown' && result.effect
  return { type: 'refund_unsettled', refundId, answer: type, effect, evidence } as const
}
