import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'
import type { CheckoutStore, PurgeOptions } from '../store.ts'
import { PeriodicTask } from './periodic-task.ts'

interface RetentionDeps extends Pick<PurgeOptions, 'onUndelivered'> {
  readonly store: CheckoutStore
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Soon after the start: a server that is restarted every day removes old data as well. */
const firstAfterMs = 60_000
const intervalMs = 60 * 60 * 1_000

/** Removes old data soon after the start and then once an hour; `CheckoutStore.purge` decides what is old. */
export function retention({ store, clock, onError, ...told }: RetentionDeps): Service {
  const stopping = new AbortController()
  const task = new PeriodicTask({
    ...{ clock, onError, intervalMs },
    run: () => store.purge(clock.now(), { ...told, signal: stopping.signal }),
  })
  let cancelFirst = () => {}
  return {
    start(): void {
      cancelFirst = clock.after(firstAfterMs, () => task.runNow())
      task.start()
    },
    /** The next process removes what is left. */
    async stop(): Promise<void> {
      cancelFirst()
      stopping.abort()
      await task.stop()
    },
  }
}
