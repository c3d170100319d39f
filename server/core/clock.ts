/** The time as the core sees it; tests set it by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Milliseconds since an arbitrary moment. It never goes back and cannot be set, so it measures durations. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** Resolves after `ms` milliseconds. */
export const sleep = (clock: Pick<Clock, 'after'>, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve)
  })

/** `setTimeout` fires at once for delays above 2³¹−1 ms. A longer delay ends early, so callers check the time again. */
const maxDelayMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), maxDelayMs))
    return () => {
      clearTimeout(timer)
    }
  },
}

/**
 * A clock whose `now` never goes back, so that durations last as long as they should when the machine's clock is set back.
 * It follows the machine's clock forward, because time that passed while the machine slept has passed.
 */
export function steadyClock(clock: Clock): Clock {
  /** How far `now` is ahead of `monotonic`. It begins when it is asked first: until then the clock may be corrected. */
  let aheadMs = -Infinity
  return {
    ...{ monotonic: () => clock.monotonic(), after: (ms, callback) => clock.after(ms, callback) },
    now() {
      // In this order: what passes between the two, while another process has the processor, would otherwise count twice.
      const wall = clock.now()
      const monotonic = clock.monotonic()
      aheadMs = Math.max(aheadMs, wall - monotonic)
      return Math.floor(monotonic + aheadMs + roundingMs)
    },
  }
}

/** A sum of times since 1970 in fractions of milliseconds is not exact. */
const roundingMs = 0.001

/** How far one clock is ahead of another, in milliseconds: it was read a moment before, and a moment after. */
export interface ClockDifference {
  readonly least: number
  readonly most: number
}

/** Clocks that are kept in sync differ by less, and are left alone. */
const toleranceMs = 1_000

/** A machine's clock, corrected by how far it is ahead of the clock that several machines go by. */
export class CorrectedClock implements Clock {
  readonly #clock: Clock
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  correct({ least, most }: ClockDifference): void {
    const isRight = this.#aheadMs > least - toleranceMs && this.#aheadMs < most + toleranceMs
    if (!isRight) this.#aheadMs = Math.round((least + most) / 2)
  }

  now(): number {
    return this.#clock.now() - this.#aheadMs
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, callback: () => void): () => void {
    return this.#clock.after(ms, callback)
  }
}

export const toTime = (ms: number): string => new Date(ms).toISOString()
