/** Time as the simulator sees it; tests hand in one that is turned by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `fn` once after `ms`; the answer calls it off. */
  after(ms: number, fn: () => void): () => void
}

export const realClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** What is still to happen, so that all of it can be called off at once. */
export class Later {
  readonly #clock: Clock
  readonly #pending = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The answer calls it off. */
  after(ms: number, fn: () => void): () => void {
    const off = this.#clock.after(ms, () => {
      this.#pending.delete(off)
      fn()
    })
    this.#pending.add(off)
    return () => {
      this.#pending.delete(off)
      off()
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  clear(): void {
    for (const off of this.#pending) off()
    this.#pending.clear()
  }
}
