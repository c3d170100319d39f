import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout } from './checkout.ts'

/** An approval is captured within minutes or not at all: later the shopper and the shop have moved on. */
export const captureWithinMs = 5 * 60_000

/** Whether money may be taken for this attempt now. Asked before each call or answer that takes it. */
export const mayCapture = (checkout: Checkout, attempt: Attempt, now: number): boolean =>
  checkout.status === 'confirming' &&
  openAttempt(checkout)?.id === attempt.id &&
  // Nothing odd was said of it since.
  attempt.doubt === null &&
  !isToBeReleased(checkout, attempt, now)

/** Whether an approval that is held must be given back: it is not wanted any more, or was not captured in time. */
export const isToBeReleased = (checkout: Checkout, attempt: Attempt, now: number): boolean =>
  checkout.closing !== null ||
  now >= checkout.expiresAt ||
  attempt.shopDecision === 'deny' ||
  attempt.cancelRequested === 'shop' ||
  attempt.cancelRequested === 'capture_timeout' ||
  (attempt.approvedAt !== null && now >= attempt.approvedAt + captureWithinMs)
