import type { Refund, RefundTries } from './checkout.ts'

/** The delay before the next try doubles from the first to the longest. */
const retryDelayMs = { first: 10_000, max: 60 * 60_000 }

/** The tries of a refund so far. Of one from before they were recorded, one try may have arrived. */
export const triesOf = ({ tries, requestedAt }: Refund): RefundTries =>
  tries ?? {
    ...{ count: 1, withoutEffect: 0, nextAt: requestedAt },
    ...{ firstAt: requestedAt, lastAt: requestedAt },
  }

/** The same with one try more, which is about to be made. */
export function countTry(refund: Refund, now: number): RefundTries {
  const { count, withoutEffect, firstAt } = triesOf(refund)
  const delay = Math.min(retryDelayMs.first * 2 ** count, retryDelayMs.max)
  return {
    ...{ count: count + 1, withoutEffect, nextAt: now + delay },
    ...{ firstAt: firstAt ?? now, lastAt: now },
  }
}

/** A due time further ahead than the longest delay was written by a clock that has been set back since. */
export function isRefundDue(refund: Refund, now: number): boolean {
  const { nextAt } = triesOf(refund)
  return refund.status === 'pending' && (nextAt <= now || nextAt > now + retryDelayMs.max)
}

/**
 * Whether only one try can have arrived. A provider may refuse a key that it has had before, so of several tries the refusal
 * of one says nothing about the others.
 */
export function isOnlyTry(refund: Refund): boolean {
  const { count, withoutEffect } = triesOf(refund)
  return count - withoutEffect <= 1
}
