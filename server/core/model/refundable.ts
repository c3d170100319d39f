import type { Attempt } from './attempt.ts'
import type { Checkout } from './checkout.ts'
import type { Refund } from './refund.ts'

/** Whether the attempt's payment was taken. A checkout paid in an earlier version only says which attempt paid it. */
export const isCaptured = ({ paidAttemptId }: Checkout, { id, paidAt }: Attempt): boolean =>
  paidAt !== null || id === paidAttemptId

/** The amount of the attempt's payment in the minor unit; 0 where nothing was taken. */
export const capturedAmount = (checkout: Checkout, attempt: Attempt): number =>
  isCaptured(checkout, attempt) ? (attempt.paidAmount ?? checkout.amount) : 0

/** The refunds of one attempt's payment. */
export const refundsOf = ({ refunds, paidAttemptId }: Checkout, { id }: Attempt) =>
  refunds.filter(({ attemptId = paidAttemptId }) => attemptId === id)

/** How much of an attempt's payment is known to have gone back, in the minor unit. */
export const refundedAmount = (checkout: Checkout, attempt: Attempt): number =>
  refundsOf(checkout, attempt)
    .filter(({ status }) => status === 'refunded')
    .reduce((sum, { amount }) => sum + amount, 0)

/** Whether more of a payment went back than was taken. */
export const isOverRefunded = (checkout: Checkout): boolean =>
  checkout.attempts.some(
    (attempt) => refundedAmount(checkout, attempt) > Math.max(0, capturedAmount(checkout, attempt)),
  )

/** What may still be refunded of an attempt's payment, in the minor unit; a pending refund may have happened. */
export const refundable = (checkout: Checkout, attempt: Attempt): number =>
  refundsOf(checkout, attempt).reduce(
    (left, { status, amount }) => (status === 'failed' ? left : Math.max(0, left - amount)),
    capturedAmount(checkout, attempt),
  )

/** The attempt whose payment a refund gives back. */
export const attemptOfRefund = (
  { attempts, paidAttemptId }: Checkout,
  { attemptId = paidAttemptId ?? undefined }: Refund,
): Attempt | undefined => attempts.find(({ id }) => id === attemptId)
