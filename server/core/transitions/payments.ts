import { isFinal } from '../../protocol/index.ts'
import { isEndUnknown } from '../checkout.ts'
import type {
  Attempt,
  Checkout,
  EndedAttempt,
  OpenAttempt,
  Payment,
  ReviewReason,
} from '../checkout.ts'
import { amend, certain, changed, move, withAttempt } from './change.ts'
import type { Transition } from './change.ts'
import { ignored } from './ignored.ts'
import { mismatchIn } from './mismatch.ts'
import { cancelOther, doubtOrReview, paidPatch } from './review.ts'
import type { Handler, InputOf } from './table.ts'

/** An approval may be reported this long after its window and still be a fresh one. */
const reportDelayMs = 30_000

/** Reserved, not taken: believed if nothing contradicts it. The capture's own answer settles what it proves. */
export const ifMatching =
  (believe: Handler<OpenAttempt, 'authorized'>): Handler<OpenAttempt, 'authorized'> =>
  (checkout, attempt, input, now) => {
    const mismatch = mismatchIn(checkout, attempt, input.payment, 'proven')
    return mismatch
      ? doubtOrReview(checkout, attempt, mismatch, now)
      : believe(checkout, attempt, input, now)
  }

/** Whatever its end was called: an approval of the newest request counts while the checkout is open. */
export const authorize: Handler<OpenAttempt, 'authorized'> = (
  checkout,
  attempt,
  { payment },
  now,
) => {
  const authorized: OpenAttempt = {
    ...attempt,
    ...certain,
    approvedAt: approvedAt(attempt, now),
    // "Too late to cancel" was said of something else than this reservation, unless a capture of it was asked for. A shop that
    // closes the checkout does not wait for a second refusal.
    cancelRefused:
      attempt.cancelRefused &&
      (attempt.captureRequestedAt !== null || attempt.cancelRequested !== 'shopper'),
    paymentRef: payment.paymentRef ?? attempt.paymentRef,
    outcome: null,
    reason: null,
    providerCode: null,
  }
  return move(checkout, 'confirming', withAttempt(checkout, authorized))
}

/** A capture whose answer was lost goes out again at once: until it is answered, nothing is certain. */
export const authorizeAgain: Handler<OpenAttempt, 'authorized'> = (checkout, attempt) =>
  amend(checkout, attempt, attempt.captureRequestedAt === null ? certain : { doubt: null })

/** However late it is reported: a request that no longer waits for its payer was approved while it did. */
export const approvedAt = (attempt: Attempt, now: number): number =>
  attempt.approvedAt ?? Math.min(now, attempt.approvalExpiresAt + reportDelayMs)

/** The provider says that money was taken. One report is enough if it proves itself; a mismatch must be repeated. */
export function pay(
  checkout: Checkout,
  attempt: Attempt,
  { payment, proof }: InputOf<'paid'>,
  now: number,
): Transition {
  const mismatch = mismatchIn(checkout, attempt, payment, proof)
  if (attempt.paidAt !== null)
    return mismatch ? ignored('already_captured') : correctAmount(checkout, attempt, payment)
  if (mismatch) return doubtOrReview(checkout, attempt, mismatch, now, payment)

  const paid: EndedAttempt = {
    ...attempt,
    ...paidPatch(checkout, attempt, payment, now),
    outcome: null,
    reason: null,
  }
  if (checkout.paidAttemptId !== null) return payAgain(checkout, paid)
  const wasOver = attempt.endedAt !== null || checkout.closing !== null
  const late = wasOver || isFinal(checkout.status) || now >= checkout.expiresAt
  const { attempts } = withAttempt(cancelOther(checkout, attempt), paid)
  const isSecond = checkout.attempts.some(({ paidAt }) => paidAt !== null)
  return move(
    checkout,
    'paid',
    {
      attempts,
      late,
      paidAt: now,
      paidAttemptId: attempt.id,
      review: isSecond ? 'paid_twice' : reviewLeft(checkout, attempt),
    },
    isSecond ? ['checkout.paid', 'checkout.review'] : ['checkout.paid'],
  )
}

/** What a payment leaves of a review: the end of another attempt may be as unknown as before. */
function reviewLeft({ review, attempts }: Checkout, paid: Attempt): ReviewReason | null {
  const isLeft = attempts.some((other) => other.id !== paid.id && isEndUnknown(other))
  // A review ends the attempt that it is about.
  return paid.endedAt === null || isLeft ? review : null
}

/**
 * Another amount was reported until it was believed, and now the provider proves ours. Which of them is true is still for
 * an operator to say: the amount is corrected, the review stays, and the shop is notified once more.
 */
function correctAmount(
  checkout: Checkout,
  attempt: EndedAttempt & { readonly paidAt: number },
  { amount }: Payment,
): Transition {
  const isCorrected = checkout.review === 'amount_mismatch' && attempt.paidAmount !== amount
  return isCorrected && amount !== null
    ? changed(checkout, withAttempt(checkout, { ...attempt, paidAmount: amount }), [
        'checkout.review',
      ])
    : ignored('already_captured')
}

/** The order was paid before: the shopper has paid twice, and the shop must know. */
const payAgain = (checkout: Checkout, paid: EndedAttempt): Transition =>
  changed(checkout, { ...withAttempt(checkout, paid), review: 'paid_twice' }, ['checkout.review'])
