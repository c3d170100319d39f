import type { Words } from './words.ts'

/** What each reason for a review means, and what to do about it. */
export const enReviews: Words['reviews'] = {
  amount_mismatch: {
    observed: 'The provider reports an amount that differs from the order’s.',
    action:
      'Compare both in the partner portal. If the money was taken, deliver for the right amount or refund it.',
  },
  reference_mismatch: {
    observed: 'The provider reports a payment under a reference that differs from ours.',
    action: 'Look the transaction up in the partner portal and find out which order it pays.',
  },
  currency_mismatch: {
    observed: 'The provider reports a currency that differs from the order’s.',
    action:
      'Compare both in the partner portal, and check the currency that the account is set to.',
  },
  outcome_unknown: {
    observed: 'The provider never reported how the payment ended.',
    action:
      'Look it up in the partner portal. If it was paid, deliver or refund; if not, the order may be paid another way.',
  },
  unproven_payment: {
    observed:
      'The provider reports a payment, and nothing in its answer shows that it is for this order.',
    action: 'Compare transaction, reference and amount in the partner portal before you deliver.',
  },
  contradiction: {
    observed: 'The provider’s answers contradict each other: one says paid, another does not.',
    action: 'Look it up in the partner portal and go by what is settled there.',
  },
  duplicate_transaction: {
    observed: 'The provider gave one transaction id to two payment requests.',
    action:
      'At most one payment was made. Find out in the partner portal which of the two orders it pays.',
  },
  paid_twice: {
    observed:
      'The shopper paid this order twice: two requests were approved, and both payments were captured.',
    action: 'Refund one of them. Both are listed under Payments.',
  },
  not_configured: {
    observed:
      'The payment was started with an account or API that is no longer configured, so the provider cannot be asked about it.',
    action: 'Restore the former settings, or look the payment up in the partner portal.',
  },
  refund_exceeds_payment: {
    observed:
      'More money was refunded than was paid: a refund that had been closed as failed was made after all.',
    action:
      'Compare the refunds with the partner portal and settle the difference with the shopper.',
  },
}
