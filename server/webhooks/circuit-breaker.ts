/** After this many failures in a row the cause is the receiver, and not a single event. */
const maxConsecutiveFailures = 5

/** A receiver that recovers is noticed within this time, plus that of the attempt before it. */
const maxDelayMs = 15_000
const firstDelayMs = 1_000

/**
 * Opens while the receiver hangs or fails: then attempts are made one at a time, with a growing delay. Any response shows that
 * the receiver works.
 */
export class CircuitBreaker {
  readonly #monotonic: () => number
  #failures = 0
  #notBefore = -Infinity

  /** @param monotonic - milliseconds of a clock that cannot be set */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  get isOpen(): boolean {
    return this.#failures >= maxConsecutiveFailures
  }

  /** How long to wait before the next attempt, in milliseconds. */
  get delayMs(): number {
    return this.isOpen ? Math.max(0, this.#notBefore - this.#monotonic()) : 0
  }

  recordSuccess(): void {
    this.#failures = 0
  }

  recordFailure(): void {
    this.#failures++
    const doublings = Math.max(0, this.#failures - maxConsecutiveFailures)
    const delay = Math.min(firstDelayMs * 2 ** Math.min(doublings, 10), maxDelayMs)
    this.#notBefore = this.#monotonic() + delay
  }
}
