import type { Clock } from '../clock.ts'
import type { CheckoutStore } from '../store.ts'
import { PeriodicTask } from './periodic-task.ts'

interface RetentionDeps {
  readonly store: CheckoutStore
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** When the start is over: a server that is started anew every day forgets as well. */
const firstAfterMs = 60_000
const intervalMs = 60 * 60 * 1_000

/** Forgets, soon after the start and then once an hour, what nobody needs any more; what that is, the store's `purge` says. */
export function retention({ store, clock, onError }: RetentionDeps) {
  const stopping = new AbortController()
  const task = new PeriodicTask({
    ...{ clock, onError, intervalMs },
    run: () => store.purge(clock.now(), stopping.signal),
  })
  let cancelFirst = () => {}
  return {
    begin(): void {
      cancelFirst = clock.after(firstAfterMs, () => task.runNow())
      task.start()
    },
    /** What is not forgotten by then, the next process forgets. */
    async stop(): Promise<void> {
      cancelFirst()
      stopping.abort()
      await task.stop()
    },
  }
}
