import { isFinal } from '../protocol/index.ts'
import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout } from './checkout.ts'

/** An approval is captured within minutes or not at all: later, shopper and shop have moved on. */
export const captureWithinMs = 5 * 60_000

/** After a cancellation: long enough for the callback whose answer captures, which comes with the approval. */
const captureOfCanceledWithinMs = 30_000

/** Whether money may be taken for this attempt now. Checked before each call or callback response that takes it. */
export const mayCapture = (checkout: Checkout, attempt: Attempt, now: number): boolean =>
  checkout.status === 'confirming' &&
  openAttempt(checkout)?.id === attempt.id &&
  // No mismatch was reported since.
  attempt.doubt === null &&
  !isToBeReleased(checkout, attempt, now)

/**
 * Whether the attempt is captured only with the shop's yes: the shop can be asked, or it was to be asked when the attempt was
 * started, or the question has gone out. Where nobody can be asked any more, that is no yes.
 */
export const needsDecision = (
  { connection, decisionRequestedAt }: Pick<Attempt, 'connection' | 'decisionRequestedAt'>,
  canAsk: boolean,
): boolean => canAsk || connection?.asksShop === true || decisionRequestedAt !== null

/** Whether a reservation must be given back: it is no longer wanted, or was not captured in time. */
export const isToBeReleased = (checkout: Checkout, attempt: Attempt, now: number): boolean =>
  checkout.closing !== null ||
  now >= checkout.expiresAt ||
  attempt.shopDecision === 'deny' ||
  attempt.cancelRequested === 'shop' ||
  attempt.cancelRequested === 'capture_timeout' ||
  (attempt.approvedAt !== null && now >= attempt.approvedAt + captureTimeOf(attempt))

/** Where the shopper has canceled, which nothing refuses, and nothing has asked for the money yet, there is less to wait for. */
const captureTimeOf = (attempt: Attempt): number =>
  attempt.cancelRequested === 'shopper' &&
  attempt.cancelSentAt !== null &&
  !attempt.cancelRefused &&
  attempt.captureRequestedAt === null
    ? captureOfCanceledWithinMs
    : captureWithinMs

/** Whether an attempt is to be canceled: that was requested, or it was reported to the shopper as ended. */
export const isToBeCanceled = (checkout: Checkout, attempt: Attempt): boolean =>
  attempt.cancelRequested !== null || attempt.outcome !== null || isFinal(checkout.status)
