import type { Attempt } from './checkout.ts'

const minutes = 60_000
const hours = 60 * minutes

/** Since the end of the attempt. [netgiro] what was not confirmed becomes invalid after 7 days. */
const checkpoints = [1, 5, 15]
  .map((count) => count * minutes)
  .concat([1, 4, 12].map((count) => count * hours))
  .concat([1, 2, 3, 4, 5, 6, 7].map((count) => count * 24 * hours))

/** When to look next whether an attempt that was given up was paid after all; null when it is not looked after any more. */
export function nextLateCheck(endedAt: number, now: number): number | null {
  const next = checkpoints.find((age) => endedAt + age > now)
  return next === undefined ? null : endedAt + next
}

/** An attempt that we gave up, rather than the payer or the provider, is looked after for a while. */
export function firstLateCheck({ providerRef, endedAt, outcome }: Attempt): number | null {
  const mayTurnUp = outcome === 'canceled' || outcome === 'expired'
  return providerRef !== null && endedAt !== null && mayTurnUp
    ? nextLateCheck(endedAt, endedAt)
    : null
}
