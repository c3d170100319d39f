import { setTimeout as wait } from 'node:timers/promises'

interface RecurringLookDeps {
  readonly look: () => Promise<void>
  /** The pause after the look that has just ended, in milliseconds. */
  readonly pauseMs: () => number
  readonly onError: (error: unknown) => void
}

/** Looks again and again, sooner when it is woken, and never twice at a time. */
export class RecurringLook {
  readonly #deps: RecurringLookDeps
  #cancelTimer = () => {}
  #looking: Promise<void> | null = null
  /** It was woken since the look that is under way began. */
  #mustLookAgain = false
  #isStopped = false

  constructor(deps: RecurringLookDeps) {
    this.#deps = deps
  }

  /** Looks now; resolves when that, or the look that is under way, has ended. */
  now(): Promise<void> {
    this.#looking ??= this.#look()
    return this.#looking
  }

  /** Looks soon, and after what was heard until now. */
  wake(): void {
    if (this.#looking) this.#mustLookAgain = true
    else this.#schedule(0)
  }

  #look(): Promise<void> {
    const { look, pauseMs, onError } = this.#deps
    this.#mustLookAgain = false
    return look()
      .catch(onError)
      .finally(() => {
        this.#looking = null
        this.#schedule(this.#mustLookAgain ? 0 : pauseMs())
      })
  }

  /** @param timeoutMs - how long to wait for a look that is under way */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer()
    await Promise.race([this.#looking, wait(timeoutMs, undefined, { ref: false })])
  }

  #schedule(ms: number): void {
    this.#cancelTimer()
    if (this.#isStopped) return
    const timer = setTimeout(() => void this.now(), ms)
    timer.unref()
    this.#cancelTimer = () => clearTimeout(timer)
  }
}
