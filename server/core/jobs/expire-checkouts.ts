import type { Clock } from '../clock.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { CheckoutStore } from '../store.ts'

interface CheckoutExpirerDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** However far away the next end is: meanwhile the clock may be set. */
const maxWaitMs = 60_000
const retryDelayMs = 30_000
const batchSize = 100

/**
 * Closes checkouts that nobody pays when their lifetime is over. Most shoppers who leave just leave, so these are many:
 * they lie on the disk and cost nothing until the first of them is due. Those with a request out are the watcher's.
 */
export class CheckoutExpirer {
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

  /** There is one that ends then; it may be sooner than any other. */
  schedule(expiresAt: number): void {
    const { clock } = this.#deps
    const at = Math.min(expiresAt, clock.now() + maxWaitMs)
    if (!this.#isRunning || at >= this.#nextRunAt) return
    this.#cancelTimer()
    this.#nextRunAt = at
    this.#cancelTimer = clock.after(at - clock.now(), () => {
      this.#nextRunAt = Infinity
      this.#running = this.#running.then(() => this.#runDue())
    })
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#cancelTimer()
    await this.#running
  }

  async #runDue(): Promise<void> {
    const { clock, onError } = this.#deps
    try {
      this.schedule(await this.#closeDue())
    } catch (error) {
      onError(error)
      this.schedule(clock.now() + retryDelayMs)
    }
  }

  /** Answers when to look again. */
  async #closeDue(): Promise<number> {
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
