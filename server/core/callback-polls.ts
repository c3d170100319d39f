import type { AttemptWorker } from './attempts/attempt-worker.ts'
import type { Attempt } from './checkout.ts'
import type { Clock } from './clock.ts'
import { LruCache } from './lru-cache.ts'
import { PostponedTasks } from './postponed-tasks.ts'

/** However many callbacks come, an attempt is polled for them no more often than this. */
export const callbackPollIntervalMs = 1_000

interface CallbackPollsDeps {
  readonly worker: Pick<AttemptWorker, 'pollNow'>
  readonly clock: Clock
}

/** A poll for a callback: made already, or waiting for its time; later callbacks join one that waits. */
interface CallbackPoll {
  readonly at: number
  waiting: Promise<void> | null
  saysApproved: boolean
}

/** Polls for callbacks: at once, or as soon as the last poll is long enough ago; postponed, and never dropped. */
export class CallbackPolls {
  readonly #deps: CallbackPollsDeps
  /** The newest poll of each attempt. */
  readonly #polls = new LruCache<CallbackPoll>(20_000)
  readonly #postponed: PostponedTasks

  constructor(deps: CallbackPollsDeps) {
    this.#deps = deps
    this.#postponed = new PostponedTasks(deps.clock)
  }

  /** @returns when the answer is on disk */
  poll(checkoutId: string, attempt: Attempt, saysApproved: boolean): Promise<void> {
    const { clock, worker } = this.#deps
    const last = this.#polls.get(attempt.id)
    if (last?.waiting) {
      last.saysApproved ||= saysApproved
      return last.waiting
    }
    const now = clock.now()
    const waitMs = last ? last.at + callbackPollIntervalMs - now : 0
    const poll: CallbackPoll = { at: Math.max(now, now + waitMs), waiting: null, saysApproved }
    this.#polls.set(attempt.id, poll)
    if (waitMs <= 0) return worker.pollNow(checkoutId, attempt, saysApproved)
    poll.waiting = this.#wait(waitMs).then(async () => {
      poll.waiting = null
      await worker.pollNow(checkoutId, attempt, poll.saysApproved)
    })
    return poll.waiting
  }

  /** Makes the postponed polls now: a process that ends postpones nothing. */
  stop(): void {
    this.#postponed.runNow()
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#postponed.run(ms, resolve))
  }
}
