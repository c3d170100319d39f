import { isToBeReleased } from '../capture.ts'
import { isUnresolved } from '../checkout.ts'
import type { Checkout, EndedAttempt, OpenAttempt } from '../checkout.ts'
import { amend } from './change.ts'
import type { Transition } from './change.ts'
import { ignore, ignored } from './ignored.ts'
import { mismatchIn } from './mismatch.ts'
import type { AttemptInputType } from './open-attempt.ts'
import { approvedAt, authorize, pay } from './payments.ts'
import { doubtOrReview } from './review.ts'
import type { InputOf, Table } from './table.ts'

const over = ignore('attempt_over')

/** What each input does once its attempt is over. The request may have arrived, been approved or been paid after all. */
export const endedAttempt = {
  requested: (checkout, attempt, { providerRef, pollIntervalMs }) => {
    if (attempt.providerRef !== null) return ignored('already_named')
    return attempt.reason === 'declined'
      ? ignored('attempt_over')
      : amend(checkout, attempt, { providerRef, pollIntervalMs })
  },
  authorized: reopen,
  paid: pay,
  ended: (checkout, attempt, { isFinal, evidence }) =>
    // It needs a review because this was never said. It is recorded, and the order stays in review.
    isFinal && isUnresolved(checkout, attempt)
      ? amend(checkout, attempt, { providerCode: attempt.providerCode ?? evidence.code })
      : ignored('attempt_over'),
  cancel_sent: (checkout, attempt, _, now) => {
    if (attempt.paidAt !== null) return ignored('already_captured')
    return attempt.cancelSentAt === null
      ? amend(checkout, attempt, { cancelSentAt: now })
      : ignored('already_sent')
  },
  refused: over,
  not_sent: over,
  unknown: over,
  pending: over,
  code_refused: over,
  too_late_to_cancel: over,
  duplicate_ref: over,
  cancel_requested: over,
  code_given: over,
  decision_requested: over,
  capture_requested: over,
  capture_timed_out: over,
  shop_decided: over,
  released: over,
  start_abandoned: over,
  unresolved: over,
} satisfies Table<EndedAttempt, AttemptInputType>

/** The payer approved after all. That counts for the newest attempt of an open checkout, if it can still be captured. */
function reopen(
  checkout: Checkout,
  attempt: EndedAttempt,
  input: InputOf<'authorized'>,
  now: number,
): Transition {
  if (attempt.paidAt !== null) return ignored('already_captured')
  if (attempt !== checkout.attempts.at(-1)) return ignored('not_the_newest')
  if (checkout.status !== 'open') return ignored('checkout_final')
  const reopened: OpenAttempt = {
    ...attempt,
    ...{ outcome: null, reason: null, providerCode: null, endedAt: null },
    approvedAt: approvedAt(attempt, now),
  }
  if (isToBeReleased(checkout, reopened, now)) return ignored('not_wanted')
  const mismatch = mismatchIn(checkout, attempt, input.payment, 'proven')
  if (mismatch) return doubtOrReview(checkout, attempt, mismatch, now)
  const attempts = checkout.attempts.with(-1, reopened)
  return authorize({ ...checkout, attempts }, reopened, input, now)
}
