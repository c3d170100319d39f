import type { Attempt, Checkout, Payment, Proof, ReviewReason } from '../checkout.ts'

/** How often the provider must report a mismatch, and nothing sound in between, before a manual review. */
export const reportsBelieved = 3

/**
 * Why a reported payment cannot be believed to be ours; null: nothing contradicts it. What the provider does not report is
 * no mismatch: whether the report proves anything at all is said by `proof`.
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
