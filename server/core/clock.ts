/** Time, handed in: tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Milliseconds since some moment: for durations, for it never goes back and nobody can set it. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** `setTimeout` fires at once for delays above 2³¹−1 ms; whoever waits longer is woken early and looks again. */
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
 * The same clock for whoever computes with it: it follows the machine's forward, for time that passed while the machine
 * slept has passed, and never goes back when that is set back. Durations then last as long as they should.
 */
export function steadyClock(clock: Clock): Clock {
  let seenAt = clock.monotonic()
  let last = clock.now()
  return {
    ...{ monotonic: () => clock.monotonic(), after: (ms, callback) => clock.after(ms, callback) },
    now() {
      const at = clock.monotonic()
      last = Math.max(last + Math.floor(at - seenAt), clock.now())
      // What was rounded off is counted next time.
      seenAt += Math.floor(at - seenAt)
      return last
    },
  }
}

export const toTime = (ms: number): string => new Date(ms).toISOString()
