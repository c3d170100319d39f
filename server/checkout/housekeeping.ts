import type { Clock } from '../clock.ts'
import type { CheckoutStore } from './ports.ts'
import { Rounds } from './rounds.ts'

interface HousekeepingDeps {
  readonly store: CheckoutStore
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

/** When the start is over: a server that is started anew every day forgets as well. */
const firstAfterMs = 60_000
const everyMs = 60 * 60 * 1_000

/** Forgets, soon after the start and then once an hour, what nobody needs any more; what that is, the store's `purge` says. */
export function housekeeping({ store, clock, onTrouble }: HousekeepingDeps) {
  const stopping = new AbortController()
  const rounds = new Rounds({
    ...{ clock, onTrouble, everyMs },
    round: () => store.purge(clock.now(), stopping.signal),
  })
  let cancelFirst = () => {}
  return {
    begin(): void {
      cancelFirst = clock.after(firstAfterMs, () => rounds.hurry())
      rounds.begin()
    },
    /** What is not forgotten by then, the next process forgets. */
    async stop(): Promise<void> {
      cancelFirst()
      stopping.abort()
      await rounds.stop()
    },
  }
}
