import { isFinal } from '../../protocol/index.ts'
import { openAttempt } from '../checkout.ts'
import type { Checkout } from '../checkout.ts'
import type { Clock } from '../clock.ts'
import type { Subscriber } from '../pubsub.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { Service } from '../service.ts'
import type { CheckoutStore } from '../store.ts'

interface CheckoutExpirerDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** The longest wait, however far away the next expiry is: the clock may be set meanwhile. */
const maxWaitMs = 60_000
const retryDelayMs = 30_000
const batchSize = 100

/**
 * Expires the checkouts without an open attempt when their lifetime is over. Most shoppers who leave just leave, so these are
 * many: they stay on disk and cost nothing until the first of them is due. The attempt worker closes those with an open attempt.
 */
export class CheckoutExpirer implements Service, Subscriber {
  readonly #deps: CheckoutExpirerDeps
  #nextRunAt = Infinity
  #cancelTimer = () => {}
  #running = Promise.resolve()
  #isRunning = false

  constructor(deps: CheckoutExpirerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#isRunning = true
    this.schedule(this.#deps.clock.now())
  }

  onChange(checkout: Checkout): void {
    if (openAttempt(checkout) || isFinal(checkout.status)) return
    this.schedule(checkout.expiresAt)
  }

  /** Makes sure that a run comes no later than the expiry of this checkout. */
  schedule(expiresAt: number): void {
    const { clock } = this.#deps
    const at = Math.min(expiresAt, clock.now() + maxWaitMs)
    if (!this.#isRunning || at >= this.#nextRunAt) return
    this.#cancelTimer()
    this.#nextRunAt = at
    this.#cancelTimer = clock.after(at - clock.now(), () => {
      this.#nextRunAt = Infinity
      this.#running = this.#running.then(() => this.#run())
    })
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#cancelTimer()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, onError } = this.#deps
    try {
      this.schedule(await this.#expireDue())
    } catch (error) {
      onError(error)
      this.schedule(clock.now() + retryDelayMs)
    }
  }

  /** @returns when the next checkout expires; Infinity where there is none */
  async #expireDue(): Promise<number> {
    const { store, repository, clock } = this.#deps
    const first = await store.firstToExpire(batchSize)
    const due = first.filter(({ expiresAt }) => expiresAt <= clock.now())
    await Promise.all(
      due.map(({ id }) => repository.record(id, { type: 'closing', as: 'expired' }, null)),
    )
    const next = first[due.length]?.expiresAt
    return next ?? (due.length === batchSize ? clock.now() : Infinity)
  }
}
