import { isFinal } from '../protocol/index.ts'
import type { AttemptOutcome, AttemptReason } from '../protocol/index.ts'
import { isToBeReleased, mayCapture } from './capture.ts'
import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout, Doubt, Input, Payment, Proof, ReviewReason } from './checkout.ts'
import type { ProviderResult } from './checkout.ts'
import { amend, changed, move, unchanged, withAttempt } from './change.ts'
import type { Change } from './change.ts'
import { mismatchIn, oddAnswersBelieved } from './proof.ts'
import { applyToRefund, askRefund, isRefundInput } from './refund-transitions.ts'
import type { AboutRefund } from './refund-transitions.ts'
import { whyEnded } from './why-ended.ts'

export { moves } from './change.ts'
export type { Change } from './change.ts'

/** An absence this soon after the request may only mean that the provider does not see it yet. */
const tooSoonToBelieve = 3_000

/** An approval may be heard of this long after the window and still be a fresh one. */
const hearsayWithinMs = 30_000

const certain = { uncertain: false, doubt: null } as const

/**
 * The heart: what a fact makes of a checkout. Pure. A fact that does not apply (heard twice, out of order, about an
 * attempt that is over) changes nothing.
 */
export function apply(
  checkout: Checkout,
  fact: Input,
  attemptId: string | null,
  now: number,
): Change {
  switch (fact.type) {
    case 'started':
      return checkout.status === 'open' && checkout.closing === null && !openAttempt(checkout)
        ? move(checkout, 'starting', { attempts: [...checkout.attempts, fact.attempt] })
        : unchanged(checkout)
    case 'closing':
      return close(checkout, fact.as)
    case 'predecessor_paid':
      return overtakenByPredecessor(checkout)
    case 'refund_requested':
      return askRefund(checkout, fact.refund)
  }
  if (isRefundInput(fact)) return applyToRefund(checkout, fact, now)
  const attempt = checkout.attempts.find(({ id }) => id === attemptId)
  if (!attempt) return unchanged(checkout)
  if (fact.type === 'paid') return pay(checkout, attempt, fact, now)
  return attempt === openAttempt(checkout)
    ? whileOpen(checkout, attempt, fact, now)
    : afterTheEnd(checkout, attempt, fact, now)
}

type AttemptInput = Exclude<
  Input,
  | AboutRefund
  | { readonly type: 'started' | 'closing' | 'predecessor_paid' | 'refund_requested' | 'paid' }
>

function whileOpen(checkout: Checkout, attempt: Attempt, fact: AttemptInput, now: number): Change {
  const { status } = checkout
  switch (fact.type) {
    case 'requested': {
      const { providerRef, pollIntervalMs, form = null } = fact
      const known = { providerRef, pollIntervalMs, form, uncertain: false }
      if (attempt.providerRef !== null) return unchanged(checkout)
      return status === 'starting'
        ? move(checkout, 'awaiting_shopper', withAttempt(checkout, attempt, known))
        : amend(checkout, attempt, known)
    }
    case 'refused':
      return fact.providerRef === undefined || attempt.providerRef !== null
        ? end(checkout, attempt, fact.outcome, fact.reason, fact.evidence.code, now)
        : refuseNamed(checkout, attempt, fact, fact.providerRef)
    case 'not_sent':
      return status === 'starting'
        ? end(checkout, attempt, 'failed', 'provider_unavailable', fact.evidence.code, now)
        : unchanged(checkout)
    case 'duplicate_ref':
      return review(checkout, attempt, 'duplicate_transaction', now)
    case 'unknown':
      return fact.effect ? amend(checkout, attempt, { uncertain: true }) : unchanged(checkout)
    case 'pending':
      return wait(checkout, attempt, fact.next)
    case 'authorized':
      return approve(checkout, attempt, fact.payment, now)
    case 'ended':
      return fact.isFinal
        ? endAs(checkout, attempt, fact, now)
        : showEnd(checkout, attempt, fact, now)
    case 'too_late_to_cancel':
      return amend(checkout, attempt, { cancelRefused: true, uncertain: false })
    case 'code_given':
      // A second one, where the first made a reservation, would take the money unseen: not before its answer is known.
      return status === 'awaiting_code' && !attempt.uncertain && attempt.cancelRequested === null
        ? changed(
            checkout,
            withAttempt(checkout, attempt, {
              codesTried: attempt.codesTried + 1,
              codeRefused: false,
              uncertain: true,
            }),
          )
        : unchanged(checkout)
    case 'code_refused':
      return status === 'awaiting_code'
        ? amend(checkout, attempt, { codeRefused: true, uncertain: false })
        : unchanged(checkout)
    case 'cancel_requested':
      return status === 'confirming' || attempt.cancelRequested || attempt.outcome
        ? unchanged(checkout)
        : amend(checkout, attempt, { cancelRequested: fact.by })
    case 'capture_timed_out':
      return status === 'confirming' && isToBeReleased(checkout, attempt, now)
        ? amend(checkout, attempt, {
            cancelRequested: attempt.cancelRequested ?? 'capture_timeout',
          })
        : unchanged(checkout)
    case 'cancel_sent':
      return attempt.cancelSentAt === null && isToBeCanceled(checkout, attempt)
        ? amend(checkout, attempt, { cancelSentAt: now })
        : unchanged(checkout)
    case 'decision_requested':
      return attempt.decisionRequestedAt === null && mayCapture(checkout, attempt, now)
        ? amend(checkout, attempt, { decisionRequestedAt: now })
        : unchanged(checkout)
    case 'capture_requested':
      return attempt.captureRequestedAt === null && mayCapture(checkout, attempt, now)
        ? amend(checkout, attempt, { captureRequestedAt: now })
        : unchanged(checkout)
    case 'shop_decided':
      return fact.decision === 'approve'
        ? amend(checkout, attempt, { shopDecision: 'approve' })
        : amend(checkout, attempt, { shopDecision: 'deny', cancelRequested: 'shop' })
    case 'released':
      return end(checkout, attempt, ...whyReleased(attempt), null, now)
    case 'start_abandoned':
      return end(checkout, attempt, 'expired', 'outcome_unknown', null, now)
    case 'unresolved':
      return review(checkout, attempt, fact.why, now)
  }
}

/** Somebody wants it gone, or the shopper was told that it is. */
export const isToBeCanceled = (checkout: Checkout, attempt: Attempt): boolean =>
  attempt.cancelRequested !== null || attempt.outcome !== null || isFinal(checkout.status)

const whyReleased = ({ cancelRequested }: Attempt): [AttemptOutcome, AttemptReason] =>
  cancelRequested === 'capture_timeout'
    ? ['failed', 'ended_by_provider']
    : ['canceled', 'canceled_by_shop']

/** The usual answer, heard again, is by far the most frequent fact. */
function wait(
  checkout: Checkout,
  attempt: Attempt,
  next: 'awaiting_shopper' | 'awaiting_code',
): Change {
  const { status } = checkout
  const { uncertain, codesTried, codeRefused } = attempt
  // What was said of money is not taken back by this: said again, it is a contradiction that somebody must look at.
  const doubtOfMoney = moneyDoubt(attempt)
  const doubt = doubtOfMoney === null ? attempt.doubt : null
  if (status === next && !uncertain && doubt === null) return unchanged(checkout)
  // What was told as ended stays so for the shopper; the request is being canceled.
  if (attempt.outcome !== null) return unchanged(checkout)
  // A code whose answer was lost: the provider waits for one still, so it has not taken that one.
  const isNotTaken = codesTried > 0 && uncertain && next === 'awaiting_code'
  // This soon it may only mean that the provider does not see it yet; said again, it is believed.
  if (isNotTaken && doubt?.about !== 'code')
    return amend(checkout, attempt, { doubt: { about: 'code', count: 1 } })
  // A cancellation whose answer was lost may still be on its way.
  const isInFlight = attempt.cancelSentAt !== null && uncertain
  const known = {
    uncertain: isInFlight,
    doubt: doubtOfMoney,
    codeRefused: codeRefused || isNotTaken,
  }
  return status === next
    ? amend(checkout, attempt, known)
    : move(checkout, next, withAttempt(checkout, attempt, known))
}

/** Reserved, not taken: believed where nothing speaks against it. What it proves is settled by the capture's own answer. */
function approve(checkout: Checkout, attempt: Attempt, reported: Payment, now: number): Change {
  const objection = mismatchIn(checkout, attempt, reported, 'proven')
  if (objection) return doubtOrReview(checkout, attempt, objection, now)
  const { status } = checkout
  if (status === 'confirming') {
    // A capture whose answer was lost goes out again at once: until it is answered, nothing is certain.
    return attempt.captureRequestedAt === null
      ? amend(checkout, attempt, certain)
      : amend(checkout, attempt, { doubt: null })
  }
  const again = {
    ...certain,
    approvedAt: approvedAt(attempt, now),
    paymentRef: reported.paymentRef ?? attempt.paymentRef,
  }
  if (isFinal(status)) return unchanged(checkout)
  // Whatever its end was called: an approval of the newest request counts while the checkout is open.
  return move(
    checkout,
    'confirming',
    withAttempt(checkout, attempt, { ...again, outcome: null, reason: null, providerCode: null }),
  )
}

/** However late it is heard of: what waits for its payer no longer was approved while it did. */
const approvedAt = (attempt: Attempt, now: number): number =>
  attempt.approvedAt ?? Math.min(now, attempt.approvalExpiresAt + hearsayWithinMs)

/** An answer that can mean nothing else: it is over. */
function endAs(
  checkout: Checkout,
  attempt: Attempt,
  { by, evidence }: Extract<ProviderResult, { type: 'ended' }>,
  now: number,
): Change {
  const [outcome, reason] = whyEnded(checkout.status, attempt, by, now)
  return end(checkout, attempt, outcome, reason, evidence.code, now)
}

/**
 * Absence is not a decision. It ends what the shopper sees, after it was said twice where it may mean "not visible yet";
 * the request itself is canceled before another one goes out, and before the checkout closes.
 */
function showEnd(
  checkout: Checkout,
  attempt: Attempt,
  { by, evidence }: Extract<ProviderResult, { type: 'ended' }>,
  now: number,
): Change {
  const { status, closing } = checkout
  // Told already, or to be canceled anyway; whether a call that got lost took effect, absence does not say.
  if (attempt.outcome !== null || closing !== null || isFinal(status)) return unchanged(checkout)
  const isTooSoon = now - attempt.startedAt < tooSoonToBelieve
  if (attempt.doubt?.about !== 'absence' && (isTooSoon || status === 'confirming'))
    return amend(checkout, attempt, { doubt: { about: 'absence', count: 1 } })
  const [outcome, reason] = whyEnded(status, attempt, by, now)
  const told = { ...certain, outcome, reason, providerCode: evidence.code }
  return move(checkout, 'open', withAttempt(checkout, attempt, told), ['checkout.attempt_failed'])
}

/**
 * Refused, and named: one of the two is not so. The shopper is told of the refusal; what has the name is canceled like any
 * request that was told as ended, before another one goes out.
 */
function refuseNamed(
  checkout: Checkout,
  attempt: Attempt,
  { outcome, reason, evidence }: Extract<ProviderResult, { type: 'refused' }>,
  providerRef: string,
): Change {
  const known = { ...certain, providerRef }
  // Called off already: how it ends is told when it has.
  if (checkout.status !== 'starting' || checkout.closing !== null)
    return amend(checkout, attempt, known)
  const told = { ...known, outcome, reason, providerCode: evidence.code }
  return move(checkout, 'open', withAttempt(checkout, attempt, told), ['checkout.attempt_failed'])
}

/** It is over, and known to be. What the shopper was told of its end already stays as it was told. */
function end(
  checkout: Checkout,
  attempt: Attempt,
  outcome: AttemptOutcome,
  reason: AttemptReason,
  providerCode: string | null,
  now: number,
): Change {
  const wasTold = attempt.outcome !== null
  const over = { ...certain, endedAt: now, ...(!wasTold && { outcome, reason, providerCode }) }
  const { closing, status } = checkout
  const patch = withAttempt(checkout, attempt, over)
  const to = closing ?? 'open'
  if (isFinal(status) || status === to) return changed(checkout, patch)
  return move(checkout, to, patch, [
    ...(wasTold ? [] : ['checkout.attempt_failed' as const]),
    ...(closing ? [`checkout.${closing}` as const] : []),
  ])
}

/** What is heard of an attempt that is over: it may have arrived after all, or be approved after all. */
function afterTheEnd(
  checkout: Checkout,
  attempt: Attempt,
  fact: AttemptInput,
  now: number,
): Change {
  if (fact.type === 'requested' && attempt.providerRef === null && attempt.reason !== 'declined')
    return amend(checkout, attempt, {
      providerRef: fact.providerRef,
      pollIntervalMs: fact.pollIntervalMs,
    })
  if (fact.type === 'cancel_sent')
    return attempt.cancelSentAt === null && attempt.paidAt === null
      ? amend(checkout, attempt, { cancelSentAt: now })
      : unchanged(checkout)
  // A person was called because this was never said. It is written down, and the order stays with the person.
  if (fact.type === 'ended' && fact.isFinal && isUnresolved(checkout, attempt))
    return amend(checkout, attempt, { providerCode: attempt.providerCode ?? fact.evidence.code })
  const over = { outcome: null, reason: null, providerCode: null, endedAt: null }
  const reopened = { ...attempt, ...over, approvedAt: approvedAt(attempt, now) }
  const isWanted =
    checkout.status === 'open' &&
    attempt === checkout.attempts.at(-1) &&
    // What would be given back at once is not taken up.
    !isToBeReleased(checkout, reopened, now)
  if (fact.type !== 'authorized' || !isWanted) return unchanged(checkout)
  const objection = mismatchIn(checkout, attempt, fact.payment, 'proven')
  if (objection) return doubtOrReview(checkout, attempt, objection, now)
  const again = { ...checkout, attempts: checkout.attempts.with(-1, reopened) }
  return approve(again, reopened, fact.payment, now)
}

const isUnresolved = ({ review }: Checkout, { outcome, paidAt }: Attempt): boolean =>
  review === 'outcome_unknown' && outcome === null && paidAt === null

/** Money was taken, says the provider. One report is enough where it proves itself; what is odd about it must be said again. */
function pay(
  checkout: Checkout,
  attempt: Attempt,
  { payment, proof }: { readonly payment: Payment; readonly proof: Proof },
  now: number,
): Change {
  const objection = mismatchIn(checkout, attempt, payment, proof)
  if (attempt.paidAt !== null)
    return objection ? unchanged(checkout) : correctAmount(checkout, attempt, payment)
  if (objection) return doubtOrReview(checkout, attempt, objection, now, payment)

  const taken = { ...paidPatch(checkout, attempt, payment, now), outcome: null, reason: null }
  if (checkout.status === 'paid') return anotherPayment(checkout, attempt, taken)
  const wasOver = attempt.endedAt !== null || checkout.closing !== null
  const late = wasOver || isFinal(checkout.status) || now >= checkout.expiresAt
  const { attempts } = withAttempt(callOff(checkout, attempt), attempt, taken)
  const isSecond = checkout.attempts.some(({ paidAt }) => paidAt !== null)
  return move(
    checkout,
    'paid',
    {
      attempts,
      late,
      paidAt: now,
      paidAttemptId: attempt.id,
      review: isSecond ? 'paid_twice' : null,
    },
    isSecond ? ['checkout.paid', 'checkout.review'] : ['checkout.paid'],
  )
}

/**
 * Taken, by a report of another amount that was believed in the end, and now the provider proves ours. Which of them is true
 * is still for a person to say: what was taken is put right, the review stays, and the shop is told once more.
 */
function correctAmount(checkout: Checkout, attempt: Attempt, { amount }: Payment): Change {
  const isCorrected = checkout.review === 'amount_mismatch' && attempt.paidAmount !== amount
  return isCorrected && amount !== null
    ? changed(checkout, withAttempt(checkout, attempt, { paidAmount: amount }), ['checkout.review'])
    : unchanged(checkout)
}

const paidPatch = (checkout: Checkout, attempt: Attempt, payment: Payment, now: number) => ({
  ...certain,
  providerCode: null,
  endedAt: attempt.endedAt ?? now,
  paidAt: now,
  paidAmount: payment.amount ?? checkout.amount,
  paymentRef: payment.paymentRef ?? attempt.paymentRef,
})

/** Paid, though another one was before it: the shopper has paid twice, and must not be the only one to know. */
function anotherPayment(checkout: Checkout, attempt: Attempt, taken: Partial<Attempt>): Change {
  return changed(checkout, { ...withAttempt(checkout, attempt, taken), review: 'paid_twice' }, [
    'checkout.review',
  ])
}

const moneyDoubt = ({ doubt }: Attempt): Doubt | null =>
  doubt?.about === 'absence' || doubt?.about === 'code' ? null : doubt

/** What is odd is asked about again before a person is called: one answer may be somebody else's, or garbled. */
function doubtOrReview(
  checkout: Checkout,
  attempt: Attempt,
  about: ReviewReason,
  now: number,
  captured: Payment | null = null,
): Change {
  const count = (moneyDoubt(attempt)?.count ?? 0) + 1
  if (count < oddAnswersBelieved) {
    const doubt: Doubt = { about, count }
    return changed(checkout, withAttempt(checkout, attempt, { doubt }))
  }
  // Money that was taken under our reference is ours to account for, whatever its amount.
  const isTaken =
    captured !== null && (about === 'amount_mismatch' || about === 'currency_mismatch')
  const taken = isTaken ? paidPatch(checkout, attempt, captured, now) : {}
  return review(checkout, attempt, about, now, taken)
}

/** A person must look; a request that is out is called off as far as it can be. */
function review(
  checkout: Checkout,
  attempt: Attempt,
  why: ReviewReason,
  now: number,
  more: Partial<Attempt> = {},
): Change {
  const over = { ...certain, endedAt: attempt.endedAt ?? now, ...more }
  const patch = { ...withAttempt(callOff(checkout, attempt), attempt, over), review: why }
  const isKnown = checkout.review === why && attempt.endedAt !== null && more.paidAt === undefined
  const events = isKnown ? [] : (['checkout.review'] as const)
  return checkout.status === 'paid' || checkout.status === 'review'
    ? changed(checkout, patch, events)
    : move(checkout, 'review', patch, events)
}

/** A payment that turns up leaves no use for a request that is out: it is to be canceled, for the shopper must not pay twice. */
function callOff(checkout: Checkout, paid: Attempt): Checkout {
  const open = openAttempt(checkout)
  if (!open || open.id === paid.id || open.cancelRequested) return checkout
  return { ...checkout, ...withAttempt(checkout, open, { cancelRequested: 'shop' }) }
}

function close(checkout: Checkout, as: 'canceled' | 'expired'): Change {
  if (isFinal(checkout.status)) return unchanged(checkout)
  const attempt = openAttempt(checkout)
  if (!attempt) return move(checkout, as, { closing: as }, [`checkout.${as}`])
  if (checkout.closing) return unchanged(checkout)
  const cancelRequested =
    attempt.cancelRequested ?? (as === 'canceled' ? 'shop' : 'approval_timeout')
  return changed(checkout, { closing: as, ...withAttempt(checkout, attempt, { cancelRequested }) })
}

/** The order was paid after all, by the checkout before this one: this one is called off, or was paid as well. */
function overtakenByPredecessor(checkout: Checkout): Change {
  if (checkout.status === 'paid')
    return checkout.review === null
      ? move(checkout, 'review', { review: 'paid_twice' }, ['checkout.review'])
      : unchanged(checkout)
  return close(checkout, 'canceled')
}
