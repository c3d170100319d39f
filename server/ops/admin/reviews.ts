import type { ReviewReason } from '../../core/checkout.ts'

interface Advice {
  /** What was observed. */
  readonly what: string
  /** What the reader has to do. `docs/operations/reviews.md` says more. */
  readonly todo: string
}

/** What each reason for a review means, and what to do about it. */
export const reviewAdvice: Record<ReviewReason, Advice> = {
  amount_mismatch: {
    what: 'The provider reports another amount than the order has.',
    todo: 'Compare both in the partner portal. If the money was taken, deliver for the right amount or refund it.',
  },
  reference_mismatch: {
    what: 'The provider reports a payment with another reference than ours.',
    todo: 'Look up the TransactionId in the partner portal and find out which order it pays.',
  },
  currency_mismatch: {
    what: 'The provider reports another currency than the order has.',
    todo: 'Compare both in the partner portal, and check the currency that the account is set to.',
  },
  outcome_unknown: {
    what: 'The provider never said how the payment ended.',
    todo: 'Look it up in the partner portal. If it was paid, deliver or refund; if not, the order may be paid another way.',
  },
  unproven_payment: {
    what: 'The provider says that something was paid, and nothing in its answer shows that it is this order.',
    todo: 'Compare TransactionId, reference and amount in the partner portal before you deliver.',
  },
  contradiction: {
    what: 'The provider’s answers contradict each other: one says paid, another does not.',
    todo: 'Look it up in the partner portal and go by what is settled there.',
  },
  duplicate_transaction: {
    what: 'The provider gave one TransactionId to two payment requests.',
    todo: 'One payment was made at most. Find out in the partner portal which of the two orders it pays.',
  },
  paid_twice: {
    what: 'The shopper paid this order twice: two requests were approved, and both payments were taken.',
    todo: 'Refund one of them. Both are listed under Payments.',
  },
  not_configured: {
    what: 'The payment was started with an account or API that is not configured any more, so nobody can be asked about it.',
    todo: 'Put the former settings back, or look the payment up in the partner portal.',
  },
  refund_exceeds_payment: {
    what: 'More money was given back than was paid: a refund that had been taken for failed was made after all.',
    todo: 'Compare the refunds with the partner portal and settle the difference with the shopper.',
  },
}
