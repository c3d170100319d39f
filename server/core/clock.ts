/** The time as the core sees it; tests set it by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Milliseconds since an arbitrary moment. It never goes back and cannot be set, so it measures durations. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void
}

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
  let seenAt = clock.monotonic()
  let last = clock.now()
  return {
    ...{ monotonic: () => clock.monotonic(), after: (ms, callback) => clock.after(ms, callback) },
    now() {
      const at = clock.monotonic()
      last = Math.max(last + Math.floor(at - seenAt), clock.now())
      // The rest is counted next time.
      seenAt += Math.floor(at - seenAt)
      return last
    },
  }
}

export const toTime = (ms: number): string => new Date(ms).toISOString()
