import { cancelers, newAttemptDefaults } from '../checkout.ts'
import type {
  Attempt,
  Checkout,
  EndedBy,
  Evidence,
  Input,
  OpenAttempt,
  Payment,
  Refund,
} from '../checkout.ts'
import type { HistoryEntry } from '../store.ts'

/** A line of the history, and the checkout as it is stored now. */
export interface Line {
  readonly entry: HistoryEntry
  readonly stored: Checkout
  /** The checkout as the lines before this one left it. */
  readonly state: Checkout
}

/**
 * Every input that a line of the history may stand for. A line keeps the type of its input and the provider's evidence; what
 * else an input says is either tried in every way or taken from what is stored of its attempt or refund.
 */
export function possibleInputs(line: Line): readonly Input[] {
  const { entry, stored } = line
  const attempt = stored.attempts.find(({ id }) => id === entry.attemptId)
  const ofAttempt = attempt ? aboutAttempt(line, attempt) : []
  return entry.evidence === null
    ? [...ofAttempt, ...aboutCheckout(line)]
    : [...ofAttempt, ...aboutRefund(line, entry.evidence)]
}

function aboutCheckout({ entry, stored, state }: Line): readonly Input[] {
  switch (entry.type) {
    case 'closing':
      return (['canceled', 'expired'] as const).map((as) => ({ type: 'closing', as }))
    case 'predecessor_paid':
      return [{ type: 'predecessor_paid' }]
    case 'refund_requested': {
      const refund = stored.refunds[state.refunds.length]
      return refund ? [{ type: 'refund_requested', refund: newRefund(refund) }] : []
    }
    default:
      return []
  }
}

function aboutAttempt({ entry, stored }: Line, attempt: Attempt): readonly Input[] {
  return entry.evidence === null
    ? commands(entry, attempt)
    : results(entry.type, stored, attempt, entry.evidence)
}

function commands({ type, at }: HistoryEntry, attempt: Attempt): readonly Input[] {
  switch (type) {
    case 'started':
      return [{ type, attempt: newAttempt(attempt, at) }]
    case 'cancel_requested':
      return cancelers.map((by) => ({ type, by }))
    case 'code_given':
    case 'cancel_sent':
    case 'decision_requested':
    case 'capture_requested':
    case 'capture_timed_out':
    case 'released':
      return [{ type }]
    case 'lapsed':
      return [{ type: 'start_abandoned' }]
    case 'authorized':
      return (['approve', 'deny'] as const).map((decision) => ({ type: 'shop_decided', decision }))
    case 'unresolved':
      return (['outcome_unknown', 'not_configured'] as const).map((why) => ({ type, why }))
    default:
      return []
  }
}

function results(
  type: string,
  checkout: Checkout,
  attempt: Attempt,
  evidence: Evidence,
): readonly Input[] {
  switch (type) {
    case 'requested':
      return requests(attempt, evidence)
    case 'refused':
      return refusals(attempt, evidence)
    case 'pending':
      return (['awaiting_shopper', 'awaiting_code'] as const).map((next) => ({
        ...{ type, next, evidence },
      }))
    case 'approved':
      return payments(checkout, attempt).map((payment) => ({
        ...{ type: 'authorized', awaits: 'capture', payment, evidence },
      }))
    case 'paid':
      return payments(checkout, attempt).flatMap((payment) =>
        (['proven', 'unproven', 'contradictory'] as const).map((proof) => ({
          ...{ type, payment, proof, evidence },
        })),
      )
    case 'ended':
      return endedBy.flatMap((by) =>
        [true, false].map((isFinal) => ({ type, by, isFinal, evidence })),
      )
    case 'unknown':
      // Without an effect, no answer is no news.
      return [{ type, effect: true, evidence }]
    case 'not_sent':
    case 'code_refused':
    case 'too_late_to_cancel':
    case 'duplicate_ref':
      return [{ type, evidence }]
    default:
      return []
  }
}

const endedBy: readonly EndedBy[] = [
  ...(['decline', 'cancel', 'unknown', 'shop'] as const),
  ...(['expiry', 'failure', 'paid_elsewhere'] as const),
]

function requests(
  { providerRef, pollIntervalMs, form }: Attempt,
  evidence: Evidence,
): readonly Input[] {
  if (providerRef === null) return []
  const request = { type: 'requested', providerRef, pollIntervalMs, evidence } as const
  return [form ? { ...request, form } : request]
}

/** An outcome that was taken back since is not stored any more; it only matters whether it was `declined`. */
function refusals(attempt: Attempt, evidence: Evidence): readonly Input[] {
  const { providerRef, outcome, reason } = attempt
  const ends = [
    { outcome: 'failed', reason: 'provider_unavailable' },
    { outcome: 'declined', reason: 'declined' },
    ...(outcome === 'declined' || outcome === 'failed' ? [{ outcome, reason }] : []),
  ] as const
  const named = providerRef === null ? [{}] : [{}, { providerRef }]
  return ends.flatMap((end) =>
    named.map((name) => ({ type: 'refused', ...end, ...name, evidence })),
  )
}

/** A report of the payment as it should be, and one with each kind of mismatch. */
function payments({ amount, currency }: Checkout, attempt: Attempt): readonly Payment[] {
  const { reference, paidAmount } = attempt
  const refs = attempt.paymentRef === null ? [null] : [attempt.paymentRef, null]
  const otherAmount = paidAmount === null || paidAmount === amount ? amount + 1 : paidAmount
  return refs.flatMap((paymentRef) => {
    const matching = { amount, currency, reference, paymentRef }
    return [
      matching,
      { ...matching, amount: otherAmount },
      { ...matching, reference: `not ${reference}` },
      { ...matching, currency: `not ${currency}` },
    ]
  })
}

function aboutRefund({ entry: { type }, state }: Line, evidence: Evidence): readonly Input[] {
  switch (type) {
    case 'refunded':
    case 'refund_refused':
      return state.refunds.map(({ id }) => ({ type, refundId: id, evidence }))
    case 'refund_unsettled':
      return state.refunds.map(({ id }) => ({
        ...{ type, refundId: id, answer: 'unknown', effect: true, evidence },
      }))
    case 'refund_closed':
      return closings(state, evidence)
    default:
      return []
  }
}

function closings({ refunds }: Checkout, { code: as, operator }: Evidence): readonly Input[] {
  if (!operator || (as !== 'refunded' && as !== 'failed')) return []
  const { by, note } = operator
  return refunds.map(({ id }) => ({ type: 'refund_closed', refundId: id, as, by, note }))
}

/** The attempt as it was started. Its own times may have been corrected since, which a line of the history is not. */
const newAttempt = (attempt: Attempt, at: number): OpenAttempt => ({
  ...attempt,
  ...newAttemptDefaults,
  startedAt: at,
  approvalExpiresAt: attempt.approvalExpiresAt + (at - attempt.startedAt),
})

const newRefund = ({ id, key, amount, requestedAt, attemptId }: Refund): Refund => ({
  ...{ id, key, amount, requestedAt, status: 'pending', settledAt: null },
  ...(attemptId !== undefined && { attemptId }),
})
