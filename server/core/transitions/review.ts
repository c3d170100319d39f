import { openAttempt } from '../checkout.ts'
import type { Attempt, Checkout, Doubt, EndedAttempt, Payment, ReviewReason } from '../checkout.ts'
import { certain, changed, move, withAttempt } from './change.ts'
import type { Transition } from './change.ts'
import { reportsBelieved } from './mismatch.ts'

/** The attempt's doubt, if it is about money. */
export const moneyDoubt = ({ doubt }: Attempt): Doubt | null =>
  doubt?.about === 'absence' || doubt?.about === 'code' ? null : doubt

/** A mismatch must be reported several times in a row: one answer may be another payment's, or garbled. */
export function doubtOrReview(
  checkout: Checkout,
  attempt: Attempt,
  about: ReviewReason,
  now: number,
  captured: Payment | null = null,
): Transition {
  const count = (moneyDoubt(attempt)?.count ?? 0) + 1
  if (count < reportsBelieved) {
    const doubt: Doubt = { about, count }
    return changed(checkout, withAttempt(checkout, { ...attempt, doubt }))
  }
  // Money that was taken under our reference is ours to account for, whatever its amount.
  const isTaken =
    captured !== null && (about === 'amount_mismatch' || about === 'currency_mismatch')
  const taken = isTaken ? paidPatch(checkout, attempt, captured, now) : null
  return review(checkout, attempt, about, now, taken)
}

/** Hands the attempt to manual review; an open request is canceled as far as it can be. */
export function review(
  checkout: Checkout,
  attempt: Attempt,
  why: ReviewReason,
  now: number,
  taken: ReturnType<typeof paidPatch> | null = null,
): Transition {
  const over: EndedAttempt = taken
    ? { ...attempt, ...taken }
    : { ...attempt, ...certain, endedAt: attempt.endedAt ?? now }
  const patch = { ...withAttempt(cancelOther(checkout, attempt), over), review: why }
  const isKnown = checkout.review === why && attempt.endedAt !== null && taken === null
  const events = isKnown ? [] : (['checkout.review'] as const)
  return checkout.status === 'paid' || checkout.status === 'review'
    ? changed(checkout, patch, events)
    : move(checkout, 'review', patch, events)
}

/** A payment leaves no use for another open request: it is to be canceled, so that the shopper does not pay twice. */
export function cancelOther(checkout: Checkout, paid: Attempt): Checkout {
  const open = openAttempt(checkout)
  if (!open || open.id === paid.id || open.cancelRequested) return checkout
  return { ...checkout, ...withAttempt(checkout, { ...open, cancelRequested: 'shop' }) }
}

export const paidPatch = (checkout: Checkout, attempt: Attempt, payment: Payment, now: number) => ({
  ...certain,
  providerCode: null,
  endedAt: attempt.endedAt ?? now,
  paidAt: now,
  paidAmount: payment.amount ?? checkout.amount,
  paymentRef: payment.paymentRef ?? attempt.paymentRef,
})
