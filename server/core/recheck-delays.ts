import type { Attempt } from './checkout.ts'

const minutes = 60_000
const hours = 60 * minutes

/** Since the end of the attempt. [netgiro] A payment that was not confirmed becomes invalid after 7 days. */
const recheckDelays = [1, 5, 15]
  .map((count) => count * minutes)
  .concat([1, 4, 12].map((count) => count * hours))
  .concat([1, 2, 3, 4, 5, 6, 7].map((count) => count * 24 * hours))

/** When to check next whether an ended attempt was paid after all, in Unix milliseconds; null: no more. */
export function nextRecheck(endedAt: number, now: number): number | null {
  const next = recheckDelays.find((age) => endedAt + age > now)
  return next === undefined ? null : endedAt + next
}

const retryDelayMs = hours
const retryForMs = 7 * 24 * hours

/**
 * The same after a check that got no answer. That of the last one is waited for: every hour, for a week from when it was due, or
 * from when this process began to look.
 */
export function nextRecheckUnanswered(
  endedAt: number,
  lookingSince: number,
  now: number,
): number | null {
  const next = nextRecheck(endedAt, now)
  if (next !== null) return next
  const lastDueAt = endedAt + Math.max(...recheckDelays)
  return now < Math.max(lastDueAt, lookingSince) + retryForMs ? now + retryDelayMs : null
}

/** When to check an ended attempt for the first time, whatever its outcome: a provider may correct any answer later. */
export const firstRecheckMs = ({ providerRef, endedAt, paidAt }: Attempt): number | null =>
  providerRef !== null && endedAt !== null && paidAt === null ? nextRecheck(endedAt, endedAt) : null
