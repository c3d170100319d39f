import type { AttemptOutcome, AttemptReason, Status } from '../../protocol/index.ts'
import type { Attempt, EndedBy } from '../checkout.ts'

/** An unanswered request that ends this close to the end of its window expired; it was not declined. */
const closeToExpiryMs = 5_000

/** Where the provider says itself how it ended. */
const ends: Readonly<
  Record<Exclude<EndedBy, 'cancel' | 'unknown'>, [AttemptOutcome, AttemptReason]>
> = {
  decline: ['declined', 'declined'],
  shop: ['canceled', 'canceled_by_shop'],
  expiry: ['expired', 'no_answer'],
  failure: ['failed', 'canceled_or_failed'],
  paid_elsewhere: ['canceled', 'paid_another_way'],
}

/**
 * The outcome and reason of an attempt that the provider has ended.
 *
 * [netgiro] 10201 is "payment canceled", no matter by whom: ourselves, the shopper's "Hafna", or the cart's own end.
 */
export function whyEnded(
  status: Status,
  attempt: Attempt,
  by: EndedBy,
  now: number,
): [AttemptOutcome, AttemptReason] {
  if (by !== 'cancel' && by !== 'unknown') return ends[by]
  switch (attempt.cancelRequested) {
    case 'wrong_code':
      return ['failed', 'wrong_code']
    case 'shopper':
      return ['canceled', 'canceled_by_shopper']
    case 'shop':
      return ['canceled', 'canceled_by_shop']
    case 'capture_timeout':
      return ['failed', 'ended_by_provider']
  }
  // It was reserved, and no cancellation was requested here: our capture may have arrived.
  if (status === 'confirming') return ['expired', 'outcome_unknown']
  const hasExpired =
    attempt.cancelRequested === 'approval_timeout' ||
    now >= attempt.approvalExpiresAt - closeToExpiryMs
  if (hasExpired) return ['expired', 'no_answer']
  return by === 'unknown' ? ['canceled', 'ended_by_provider'] : ['declined', 'declined']
}
