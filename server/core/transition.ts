import { isOpen } from './checkout.ts'
import type { Checkout, Input } from './checkout.ts'
import type { Transition } from './transitions/change.ts'
import { close, closeBecausePredecessorPaid, closeReview, start } from './transitions/checkout.ts'
import { endedAttempt } from './transitions/ended-attempt.ts'
import { ignored } from './transitions/ignored.ts'
import { openAttemptIn } from './transitions/open-attempt.ts'
import { isRefundInput, refundIn, requestRefund } from './transitions/refunds.ts'
import { dispatch } from './transitions/table.ts'

export { moves } from './transitions/change.ts'
export type { Changed, Transition } from './transitions/change.ts'
export { ignoredReasons } from './transitions/ignored.ts'
export type { Ignored, IgnoredReason } from './transitions/ignored.ts'

/**
 * What an input makes of a checkout. Pure: nothing is read, stored or sent here.
 *
 * @param attemptId - The attempt that the input is about; null for inputs about the checkout or a refund.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The changed checkout and its events, or why the input has no effect (received twice, out of order, about an attempt
 * that is over).
 */
export function transition(
  checkout: Checkout,
  input: Input,
  attemptId: string | null,
  now: number,
): Transition {
  switch (input.type) {
    case 'started':
      return start(checkout, input.attempt)
    case 'closing':
      return close(checkout, input.as)
    case 'predecessor_paid':
      return closeBecausePredecessorPaid(checkout)
    case 'refund_requested':
      return requestRefund(checkout, input.refund)
    case 'review_closed':
      return closeReview(checkout, input, now)
  }
  if (isRefundInput(input)) {
    const refund = checkout.refunds.find(({ id }) => id === input.refundId)
    if (!refund) return ignored('unknown_refund')
    return dispatch(refundIn[refund.status], checkout, refund, input, now)
  }
  const attempt = checkout.attempts.find(({ id }) => id === attemptId)
  if (!attempt) return ignored('unknown_attempt')
  return isOpen(attempt)
    ? dispatch(openAttemptIn[checkout.status], checkout, attempt, input, now)
    : dispatch(endedAttempt, checkout, attempt, input, now)
}
