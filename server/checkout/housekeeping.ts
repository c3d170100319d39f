import type { Clock } from '../clock.ts'
import type { CheckoutStore } from './ports.ts'

interface HousekeepingDeps {
  readonly store: CheckoutStore
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

const every = 60 * 60 * 1_000

/** Forgets, once an hour, what nobody needs any more; what that is, the store's `purge` says. */
export class Housekeeping {
  readonly #deps: HousekeepingDeps
  #cancelTimer = () => {}
  #round: Promise<void> | null = null
  #stopped = false

  constructor(deps: HousekeepingDeps) {
    this.#deps = deps
  }

  begin(): void {
    if (this.#stopped) return
    const { store, clock, onTrouble } = this.#deps
    this.#cancelTimer = clock.after(every, () => {
      this.#round = store
        .purge(clock.now())
        .catch(onTrouble)
        .finally(() => {
          this.begin()
        })
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#round
  }
}
