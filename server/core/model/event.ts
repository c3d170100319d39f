/** What the shop is notified of by webhook. */
export const eventTypes = [
  'checkout.paid',
  'checkout.attempt_failed',
  'checkout.canceled',
  'checkout.expired',
  'checkout.review',
  'checkout.refunded',
  'checkout.refund_failed',
] as const
export type EventType = (typeof eventTypes)[number]
