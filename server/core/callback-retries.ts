import type { Clock } from './clock.ts'
import { LruCache } from './lru-cache.ts'
import { PostponedTasks } from './postponed-tasks.ts'

const firstRetryMs = 1_000
/** With twice the pause each time, about four minutes: an approval that was not taken up by then has lapsed. */
const maxRetries = 8
/** At a time. Where nothing can be looked up, anybody may have sent them. */
const maxWaiting = 1_000

interface Retries {
  count: number
  isWaiting: boolean
}

/**
 * Handles callbacks again by ourselves that we could make nothing of yet. [netgiro] callbacks: a callback that was not accepted
 * is sent once more and then no longer, perhaps within a second.
 */
export class CallbackRetries {
  readonly #postponed: PostponedTasks
  readonly #retries = new LruCache<Retries>(20_000)
  readonly #underWay = new Set<Promise<unknown>>()
  #waiting = 0
  #isStopped = false

  constructor(clock: Pick<Clock, 'after'>) {
    this.#postponed = new PostponedTasks(clock)
  }

  /**
   * Does nothing while a retry for the key is waiting, after its last one, and while too many others wait.
   *
   * @param key - of the attempt that the callback is about
   */
  retry(key: string, handle: () => Promise<unknown>): void {
    const retries = this.#retries.get(key) ?? { count: 0, isWaiting: false }
    if (this.#isStopped || retries.isWaiting || retries.count >= maxRetries) return
    if (this.#waiting >= maxWaiting) return
    this.#retries.set(key, retries)
    retries.isWaiting = true
    this.#waiting++
    this.#postponed.run(firstRetryMs * 2 ** retries.count, () => {
      retries.isWaiting = false
      this.#waiting--
      retries.count++
      // What fails asks for the next retry.
      const handled = handle()
        .catch(() => {})
        .finally(() => this.#underWay.delete(handled))
      this.#underWay.add(handled)
    })
  }

  /**
   * Makes the retries that are waiting now, and no more: a process that ends postpones nothing.
   *
   * @returns when they have ended
   */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#postponed.runNow()
    await Promise.all(this.#underWay)
  }
}
