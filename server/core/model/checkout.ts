import type { Status } from '../../protocol/index.ts'
import type { Attempt, OpenAttempt } from './attempt.ts'
import type { Order } from './order.ts'
import type { Refund } from './refund.ts'
import type { ReviewReason } from './review-reason.ts'

/** One order that may be paid once. Times are in milliseconds since 1970-01-01 UTC. */
export interface Checkout extends Order {
  readonly id: string
  readonly status: Status
  /** Counts changes; every line of the history has its own. */
  readonly version: number
  readonly createdAt: number
  readonly expiresAt: number
  /** Close as soon as no attempt is open any more: the shop asked for it, or the lifetime is over. */
  readonly closing: 'canceled' | 'expired' | null
  readonly paidAt: number | null
  readonly paidAttemptId: string | null
  /** Paid after it had been given up: the shop must fulfil or refund an order that it believed to be over. */
  readonly late: boolean
  /** Null: no manual review is needed. A `paid` checkout may need one as well. */
  readonly review: ReviewReason | null
  /** A person has dealt with the review; null again as soon as there is something new to review. */
  readonly reviewClosedAt: number | null
  /** The checkout of the same reference that had ended without a payment when this one was created. */
  readonly replaces: string | null
  /**
   * What the shop gave for the provider alone, a payer's address perhaps. Stored while the checkout may still be paid, and
   * never shown again.
   */
  readonly options: Readonly<Record<string, unknown>> | null
  /** Oldest first; at most the newest one is open. */
  readonly attempts: readonly Attempt[]
  readonly refunds: readonly Refund[]
}

/** An open attempt may still lead to a payment; an ended one is over, paid or in review. */
export const isOpen = (attempt: Attempt): attempt is OpenAttempt => attempt.endedAt === null

/** The attempt that may still lead to a payment; no other request may be sent before it ends. */
export const openAttempt = (checkout: Checkout): OpenAttempt | null => {
  const newest = checkout.attempts.at(-1)
  return newest?.endedAt === null ? newest : null
}

/** Whether there may be a payment: a call may have had an effect, or it was too late to cancel. */
export const isUncertain = ({ uncertain, outcome, cancelRefused }: OpenAttempt): boolean =>
  uncertain || (outcome !== null && cancelRefused)

/** Whether an attempt is over without a report of how it ended. */
export const isEndUnknown = ({ endedAt, outcome, paidAt }: Attempt): boolean =>
  endedAt !== null && outcome === null && paidAt === null

/** Whether an attempt is in review because there is no report of how it ended. */
export const isUnresolved = ({ review }: Checkout, attempt: Attempt): boolean =>
  (review === 'outcome_unknown' || review === 'not_configured') && isEndUnknown(attempt)
