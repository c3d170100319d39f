import { openAttempt } from '../checkout.ts'
import type { Checkout } from '../checkout.ts'

/** [netgiro] the interval may be null; none is documented. These bounds are ours. */
export const pollLimits = { defaultMs: 2_000, minMs: 1_000, maxMs: 30_000 }

/** How often the provider wants to be polled about this checkout, in milliseconds. */
export const pollIntervalOf = (checkout: Checkout): number =>
  Math.min(
    Math.max(openAttempt(checkout)?.pollIntervalMs ?? pollLimits.defaultMs, pollLimits.minMs),
    pollLimits.maxMs,
  )

/** The pause before the nth repeat, doubling from `intervalMs`; n = 0 is the pause after a success. */
export const backoff = (intervalMs: number, repeats: number): number =>
  Math.min(intervalMs * 2 ** Math.min(repeats, 5), pollLimits.maxMs)
