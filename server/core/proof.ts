import type { Attempt, Checkout, Payment, Proof, ReviewReason } from './checkout.ts'

/** How often the provider must say something odd about money, and nothing sound, before a person is called. */
export const oddAnswersBelieved = 3

/**
 * What speaks against believing that this payment is ours; null: nothing. Whatever the provider does not report is not held
 * against it here: whether the report proves anything at all is `proof`'s to say.
 */
export function mismatchIn(
  { amount, currency }: Checkout,
  { reference }: Attempt,
  reported: Payment,
  proof: Proof,
): ReviewReason | null {
  if (reported.reference !== null && reported.reference !== reference) return 'reference_mismatch'
  if (reported.amount !== null && reported.amount !== amount) return 'amount_mismatch'
  if ((reported.currency ?? currency) !== currency) return 'currency_mismatch'
  if (proof === 'contradictory') return 'contradiction'
  return proof === 'unproven' ? 'unproven_payment' : null
}
