import type { Clock } from '../clock.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore } from './ports.ts'

interface LifetimesDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

/** However far away the next end is: meanwhile the clock may be set. */
const longestWait = 60_000
const afterTrouble = 30_000
const atOnce = 100

/**
 * Closes checkouts that nobody pays when their lifetime is over. Most shoppers who leave just leave, so these are many:
 * they lie on the disk and cost nothing until the first of them is due. Those with a request out are the watcher's.
 */
export class Lifetimes {
  readonly #deps: LifetimesDeps
  #lookAt = Infinity
  #cancelTimer = () => {}
  #round = Promise.resolve()
  #isRunning = false

  constructor(deps: LifetimesDeps) {
    this.#deps = deps
  }

  begin(): void {
    this.#isRunning = true
    this.notice(this.#deps.clock.now())
  }

  /** There is one that ends then; it may be sooner than any other. */
  notice(expiresAt: number): void {
    const { clock } = this.#deps
    const at = Math.min(expiresAt, clock.now() + longestWait)
    if (!this.#isRunning || at >= this.#lookAt) return
    this.#cancelTimer()
    this.#lookAt = at
    this.#cancelTimer = clock.after(at - clock.now(), () => {
      this.#lookAt = Infinity
      this.#round = this.#round.then(() => this.#look())
    })
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#cancelTimer()
    await this.#round
  }

  async #look(): Promise<void> {
    const { clock, onTrouble } = this.#deps
    try {
      this.notice(await this.#closeDue())
    } catch (error) {
      onTrouble(error)
      this.notice(clock.now() + afterTrouble)
    }
  }

  /** Answers when to look again. */
  async #closeDue(): Promise<number> {
    const { store, ledger, clock } = this.#deps
    const first = await store.firstToExpire(atOnce)
    const due = first.filter(({ expiresAt }) => expiresAt <= clock.now())
    await Promise.all(
      due.map(({ id }) => ledger.record(id, { type: 'closing', as: 'expired' }, null)),
    )
    const next = first[due.length]?.expiresAt
    return next ?? (due.length === atOnce ? clock.now() : Infinity)
  }
}
