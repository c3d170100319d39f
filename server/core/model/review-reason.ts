/** Why a checkout needs a manual review. */
export const reviewReasons = [
  /** The provider reports a payment of another amount than the order's. */
  'amount_mismatch',
  /** … under another reference than the attempt's. */
  'reference_mismatch',
  'currency_mismatch',
  /** The provider keeps reporting a payment without saying whose it is. */
  'unproven_payment',
  /** Parts of the provider's answers keep contradicting each other. */
  'contradiction',
  /** The lifetime and its grace are over, and the provider never said how the request ended. */
  'outcome_unknown',
  /** The provider gave this request the id of another one. */
  'duplicate_transaction',
  /** More than one payment was taken for this order. */
  'paid_twice',
  /** The API or account that the request was started with is no longer configured. */
  'not_configured',
  /** More was refunded than was paid: a refund recorded as failed had been made. */
  'refund_exceeds_payment',
] as const
export type ReviewReason = (typeof reviewReasons)[number]
