import { isFinal } from '../../protocol/index.ts'
import type { Status } from '../../protocol/index.ts'
import { isToBeCanceled, isToBeReleased, mayCapture } from '../capture.ts'
import type { Checkout, Input, OpenAttempt } from '../checkout.ts'
import { amend, move, withAttempt } from './change.ts'
import type { Transition } from './change.ts'
import { ended, notSent, refused, released, startAbandoned } from './ends.ts'
import { ignore, ignored } from './ignored.ts'
import { authorize, authorizeAgain, ifMatching, pay } from './payments.ts'
import type { RefundInput } from './refunds.ts'
import { moneyDoubt, review } from './review.ts'
import type { InputOf, Table } from './table.ts'

/** The inputs that are about one attempt. */
export type AttemptInputType = Exclude<
  Input['type'],
  | RefundInput['type']
  | 'started'
  | 'closing'
  | 'predecessor_paid'
  | 'refund_requested'
  | 'review_closed'
>

type OpenAttemptTable = Table<OpenAttempt, AttemptInputType>

const duplicate = ignored('duplicate')

/** What each input does to an open attempt, whatever the status, unless the table of that status differs. */
const always = {
  requested: (checkout, attempt, { providerRef, pollIntervalMs, form = null }) =>
    attempt.providerRef === null
      ? amend(checkout, attempt, { providerRef, pollIntervalMs, form, uncertain: false })
      : ignored('already_named'),
  refused,
  not_sent: ignore('not_starting'),
  unknown: (checkout, attempt, { effect }) =>
    effect ? amend(checkout, attempt, { uncertain: true }) : ignored('no_information'),
  pending: wait,
  authorized: ifMatching(authorize),
  paid: pay,
  code_refused: ignore('no_code_expected'),
  ended,
  // It says nothing of a capture whose answer was lost.
  too_late_to_cancel: (checkout, attempt) =>
    amend(checkout, attempt, {
      cancelRefused: true,
      uncertain: attempt.uncertain && attempt.captureRequestedAt !== null,
    }),
  duplicate_ref: (checkout, attempt, _, now) =>
    review(checkout, attempt, 'duplicate_transaction', now),
  cancel_requested: (checkout, attempt, { by }) => {
    if (attempt.cancelRequested) return ignored('already_requested')
    return attempt.outcome
      ? ignored('outcome_told')
      : amend(checkout, attempt, { cancelRequested: by })
  },
  code_given: ignore('no_code_expected'),
  cancel_sent: (checkout, attempt, _, now) => {
    if (attempt.cancelSentAt !== null) return ignored('already_sent')
    return isToBeCanceled(checkout, attempt)
      ? amend(checkout, attempt, { cancelSentAt: now })
      : ignored('not_to_be_canceled')
  },
  decision_requested: ignore('not_capturable'),
  capture_requested: ignore('not_capturable'),
  capture_timed_out: ignore('not_to_be_released'),
  shop_decided: (checkout, attempt, { decision }) =>
    decision === 'approve'
      ? amend(checkout, attempt, { shopDecision: 'approve' })
      : amend(checkout, attempt, { shopDecision: 'deny', cancelRequested: 'shop' }),
  released,
  start_abandoned: startAbandoned,
  unresolved: (checkout, attempt, { why }, now) => review(checkout, attempt, why, now),
} satisfies OpenAttemptTable

const starting = {
  ...always,
  requested: (checkout, attempt, { providerRef, pollIntervalMs, form = null }) => {
    if (attempt.providerRef !== null) return ignored('already_named')
    const named = { ...attempt, providerRef, pollIntervalMs, form, uncertain: false }
    return move(checkout, 'awaiting_shopper', withAttempt(checkout, named))
  },
  not_sent: notSent,
} satisfies OpenAttemptTable

const awaitingCode = {
  ...always,
  code_given: (checkout, attempt) => {
    // A second code, where the first made a reservation, would take the money unseen.
    if (attempt.uncertain) return ignored('code_uncertain')
    if (attempt.cancelRequested !== null) return ignored('cancel_requested')
    const codesTried = attempt.codesTried + 1
    return amend(checkout, attempt, { codesTried, codeRefused: false, uncertain: true })
  },
  code_refused: (checkout, attempt) =>
    amend(checkout, attempt, { codeRefused: true, uncertain: false }),
} satisfies OpenAttemptTable

/** The payer has approved: the money is reserved, and is captured or given back. */
const confirming = {
  ...always,
  authorized: ifMatching(authorizeAgain),
  cancel_requested: ignore('already_authorized'),
  decision_requested: (checkout, attempt, _, now) => {
    if (attempt.decisionRequestedAt !== null) return ignored('already_requested')
    return mayCapture(checkout, attempt, now)
      ? amend(checkout, attempt, { decisionRequestedAt: now })
      : ignored('not_capturable')
  },
  capture_requested: (checkout, attempt, _, now) => {
    if (attempt.captureRequestedAt !== null) return ignored('already_requested')
    return mayCapture(checkout, attempt, now)
      ? amend(checkout, attempt, { captureRequestedAt: now })
      : ignored('not_capturable')
  },
  capture_timed_out: (checkout, attempt, _, now) =>
    isToBeReleased(checkout, attempt, now)
      ? amend(checkout, attempt, { cancelRequested: attempt.cancelRequested ?? 'capture_timeout' })
      : ignored('not_to_be_released'),
} satisfies OpenAttemptTable

/** Another attempt was paid or is in review: this one is being canceled. */
const final = {
  ...always,
  // Of a request without an id it is about its start, which may have been out meanwhile.
  not_sent: (checkout, attempt, input, now) =>
    attempt.providerRef === null ? notSent(checkout, attempt, input, now) : ignored('not_starting'),
  authorized: ifMatching(ignore('checkout_final')),
} satisfies OpenAttemptTable

/** What each input does to an open attempt in each status. */
export const openAttemptIn = {
  // It was reported to the shopper as ended, and is being canceled.
  open: always,
  starting,
  awaiting_shopper: always,
  awaiting_code: awaitingCode,
  confirming,
  paid: final,
  canceled: final,
  expired: final,
  review: final,
} satisfies Record<Status, OpenAttemptTable>

/** The provider waits for the payer. The repetition of this answer is by far the most frequent input: it allocates nothing. */
function wait(checkout: Checkout, attempt: OpenAttempt, { next }: InputOf<'pending'>): Transition {
  const { status } = checkout
  const { uncertain, doubt, codesTried, codeRefused } = attempt
  // This retracts nothing that was reported about money: if that is reported again, it is a contradiction to review.
  const doubtOfMoney = moneyDoubt(attempt)
  if (status === next && !uncertain && doubt === doubtOfMoney) return duplicate
  if (attempt.outcome !== null) return ignored('outcome_told')
  // A code whose answer was lost: the provider still waits for one, so it has not accepted that one.
  const isNotTaken = codesTried > 0 && uncertain && next === 'awaiting_code'
  // This soon it may only mean that the provider does not see the code yet; a second report is believed.
  if (isNotTaken && doubt?.about !== 'code')
    return amend(checkout, attempt, { doubt: { about: 'code', count: 1 } })
  // A cancellation whose answer was lost may still be on its way.
  const isInFlight = attempt.cancelSentAt !== null && uncertain
  const known = {
    uncertain: isInFlight,
    doubt: doubtOfMoney,
    codeRefused: codeRefused || isNotTaken,
  }
  if (status === next) return amend(checkout, attempt, known)
  if (isFinal(status)) return ignored('checkout_final')
  // A reservation does not go back to waiting.
  if (status === 'confirming') return ignored('already_authorized')
  return move(checkout, next, withAttempt(checkout, { ...attempt, ...known }))
}
