const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** [standard-webhooks] the example schedule of about 75 hours; then daily for three days. */
const delays = [
  ...[5 * seconds, 5 * minutes, 30 * minutes],
  ...[2, 5, 10, 14, 20, 24].map((count) => count * hours),
  ...[24, 24, 24].map((count) => count * hours),
]

const jitter = 0.2

/** `Retry-After` is respected up to a day. */
const maxRetryAfterMs = 24 * hours

/**
 * How long to wait after the `tries`-th failed attempt, in milliseconds; null after the last one. Varies by a fifth with
 * `random`, so that a shop that recovers does not receive everything at once.
 */
export function retryDelay(
  tries: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  const delay = delays[tries - 1]
  if (delay === undefined) return null
  const varied = delay * (1 + jitter * (2 * random - 1))
  return Math.round(Math.max(varied, Math.min(retryAfterMs ?? 0, maxRetryAfterMs)))
}

/** The longest delay after each number of attempts, in milliseconds, unless the shop asks for more. */
export const maxDelays: readonly number[] = [0, ...delays.map((delay) => delay * (1 + jitter))]

/** Parses [http] `Retry-After`, seconds or a date, into milliseconds from now; null if it is missing or malformed. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
