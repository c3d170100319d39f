/** So many in a row that are not answered, and it is the receiver that is in trouble, not an event. */
const maxFailuresInARow = 5

/** A receiver that comes back is found within this, plus the time that the try before it may hang. */
const maxPauseMs = 15_000
const firstPauseMs = 1_000

/**
 * Spaces the tries while the receiver hangs or fails: one at a time, each some time after the one before. Whichever answer
 * comes shows that somebody is there. Times are of a clock that cannot be set.
 */
export class Breaker {
  readonly #monotonic: () => number
  #inARow = 0
  #notBefore = -Infinity

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Whether tries are spaced. */
  get isOpen(): boolean {
    return this.#inARow >= maxFailuresInARow
  }

  /** How long to wait before the next try, in milliseconds. */
  get pauseMs(): number {
    return this.isOpen ? Math.max(0, this.#notBefore - this.#monotonic()) : 0
  }

  answered(): void {
    this.#inARow = 0
  }

  unanswered(): void {
    this.#inARow++
    const doublings = Math.max(0, this.#inARow - maxFailuresInARow)
    const pause = Math.min(firstPauseMs * 2 ** Math.min(doublings, 10), maxPauseMs)
    this.#notBefore = this.#monotonic() + pause
  }
}
