const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** [standard-webhooks] the example schedule of about 75 hours; then daily until a week is over. */
const waits = [
  ...[5 * seconds, 5 * minutes, 30 * minutes],
  ...[2, 5, 10, 14, 20, 24].map((count) => count * hours),
  ...[24, 24, 24].map((count) => count * hours),
]

const jitter = 0.2

/** A shop that asks for patience gets it, but no more than a day of it. */
const maxDelayMs = 24 * hours

/**
 * How long to wait after the `tries`-th try that failed; null when it was the last. A fifth more or less, by `random`, so
 * that a shop that comes back is not met by everything at once.
 */
export function waitAfter(
  tries: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  const wait = waits[tries - 1]
  if (wait === undefined) return null
  const spread = wait * (1 + jitter * (2 * random - 1))
  return Math.round(Math.max(spread, Math.min(retryAfterMs ?? 0, maxDelayMs)))
}

/** The longest that an event waits after so many tries, unless the shop asks for more. */
export const maxDelays: readonly number[] = [0, ...waits.map((wait) => wait * (1 + jitter))]

/** [http] `Retry-After`: seconds, or a date. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
