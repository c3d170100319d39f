import { cancelers } from '../checkout.ts'
import type { Attempt, Checkout, EndedBy, Evidence, Input, Payment, Proof } from '../checkout.ts'
import { historyTypeOf } from '../history.ts'
import { reasons } from '../../protocol/index.ts'
import type { HistoryEntry } from '../store.ts'
import type { InputOf } from '../transitions/table.ts'
import { newAttempt, newRefund } from './as-begun.ts'

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
  const type = typeByLine.get(entry.type)
  if (type === undefined) return []
  const subject: Subject = {
    ...line,
    attempt: stored.attempts.find(({ id }) => id === entry.attemptId),
    evidence: entry.evidence,
  }
  return inputs[type](subject)
}

interface Subject extends Line {
  readonly attempt: Attempt | undefined
  readonly evidence: Evidence | null
}

type Inputs = {
  readonly [Type in Input['type']]: (subject: Subject) => readonly InputOf<Type>[]
}

const endedBy: readonly EndedBy[] = [
  ...(['decline', 'cancel', 'unknown', 'shop'] as const),
  ...(['expiry', 'failure', 'paid_elsewhere'] as const),
]

/** An input that consists of its type. */
const bare =
  <Type extends Input['type']>(input: InputOf<Type>) =>
  ({ evidence }: Subject): readonly InputOf<Type>[] =>
    evidence === null ? [input] : []

/** An input that came with evidence. */
const evident =
  <Each>(make: (evidence: Evidence, subject: Subject) => readonly Each[]) =>
  (subject: Subject): readonly Each[] =>
    subject.evidence === null ? [] : make(subject.evidence, subject)

const inputs: Inputs = {
  started: ({ attempt, entry: { at } }) =>
    attempt ? [{ type: 'started', attempt: newAttempt(attempt, at) }] : [],
  cancel_requested: () => cancelers.map((by) => ({ type: 'cancel_requested', by })),
  closing: () => (['canceled', 'expired'] as const).map((as) => ({ type: 'closing', as })),
  predecessor_paid: bare({ type: 'predecessor_paid' }),
  code_given: bare({ type: 'code_given' }),
  cancel_sent: bare({ type: 'cancel_sent' }),
  decision_requested: bare({ type: 'decision_requested' }),
  capture_requested: bare({ type: 'capture_requested' }),
  capture_timed_out: bare({ type: 'capture_timed_out' }),
  released: bare({ type: 'released' }),
  start_abandoned: bare({ type: 'start_abandoned' }),
  shop_decided: () =>
    (['approve', 'deny'] as const).map((decision) => ({ type: 'shop_decided', decision })),
  unresolved: () =>
    (['outcome_unknown', 'not_configured'] as const).map((why) => ({ type: 'unresolved', why })),

  requested: evident((evidence, { attempt }) => {
    if (!attempt || attempt.providerRef === null) return []
    const { providerRef, pollIntervalMs, form } = attempt
    const request = { type: 'requested', providerRef, pollIntervalMs, evidence } as const
    return [form ? { ...request, form } : request]
  }),
  refused: evident((evidence, { attempt }) => (attempt ? refusals(attempt, evidence) : [])),
  not_sent: evident((evidence) => [{ type: 'not_sent', evidence }]),
  // Without an effect, no answer is no news.
  unknown: evident((evidence) => [{ type: 'unknown', effect: true, evidence }]),
  pending: evident((evidence) =>
    (['awaiting_shopper', 'awaiting_code'] as const).map((next) => ({
      ...{ type: 'pending', next, evidence },
    })),
  ),
  authorized: evident((evidence, subject) =>
    reports(subject).map(({ payment }) => ({
      ...{ type: 'authorized', awaits: 'capture', payment, evidence },
    })),
  ),
  paid: evident((evidence, subject) =>
    reports(subject).flatMap(({ payment, proofs }) =>
      proofs.map((proof) => ({ type: 'paid', payment, proof, evidence })),
    ),
  ),
  code_refused: evident((evidence) => [{ type: 'code_refused', evidence }]),
  ended: evident((evidence) =>
    endedBy.flatMap((by) =>
      [true, false].map((isFinal) => ({ type: 'ended', by, isFinal, evidence })),
    ),
  ),
  too_late_to_cancel: evident((evidence) => [{ type: 'too_late_to_cancel', evidence }]),
  duplicate_ref: evident((evidence) => [{ type: 'duplicate_ref', evidence }]),

  review_closed: evident(({ operator }, { state: { review } }) =>
    operator && review
      ? [{ type: 'review_closed', review, by: operator.by, note: operator.note }]
      : [],
  ),
  refund_requested: ({ stored, state }) => {
    const refund = stored.refunds[state.refunds.length]
    return refund ? [{ type: 'refund_requested', refund: newRefund(refund) }] : []
  },
  // It is counted without a line.
  refund_tried: () => [],
  refunded: evident((evidence, { state }) =>
    state.refunds.map(({ id }) => ({ type: 'refunded', refundId: id, evidence })),
  ),
  refund_refused: evident((evidence, { state }) =>
    state.refunds.map(({ id }) => ({ type: 'refund_refused', refundId: id, evidence })),
  ),
  refund_unsettled: evident((evidence, { state }) =>
    state.refunds.map(({ id }) => ({
      ...{ type: 'refund_unsettled', refundId: id, answer: 'unknown', effect: true, evidence },
    })),
  ),
  refund_closed: evident(({ code: as, operator }, { state }) => {
    if (!operator || (as !== 'refunded' && as !== 'failed')) return []
    const { by, note } = operator
    return state.refunds.map(({ id }) => ({ type: 'refund_closed', refundId: id, as, by, note }))
  }),
}

const typeByLine: ReadonlyMap<string, Input['type']> = new Map(
  (Object.keys(inputs) as Input['type'][]).map((type) => [historyTypeOf({ type }), type]),
)

/** An outcome that was taken back since is not stored any more; what was reported of it is in an event. */
function refusals(attempt: Attempt, evidence: Evidence): readonly InputOf<'refused'>[] {
  const { providerRef, outcome, reason } = attempt
  const isStored = outcome === 'declined' || outcome === 'failed'
  const ends = isStored
    ? [{ outcome, reason }]
    : reasons.map((one) => ({ outcome: one === 'declined' ? one : 'failed', reason: one }) as const)
  const named = providerRef === null ? [{}] : [{}, { providerRef }]
  return ends.flatMap((end) =>
    named.map((name) => ({ type: 'refused', ...end, ...name, evidence })),
  )
}

/** What a provider may have reported of a payment, and what that may have been worth. */
interface Report {
  readonly payment: Payment
  readonly proofs: readonly Proof[]
}

/** A report of the payment as it should be, and one with each kind of mismatch, of which the proof does not matter. */
function reports({ stored: { amount, currency }, attempt }: Subject): readonly Report[] {
  if (!attempt) return []
  const { reference, paidAmount } = attempt
  const refs = attempt.paymentRef === null ? [null] : [attempt.paymentRef, null]
  const otherAmount = paidAmount === null || paidAmount === amount ? amount + 1 : paidAmount
  return refs.flatMap((paymentRef): readonly Report[] => {
    const payment = { amount, currency, reference, paymentRef }
    const proofs = ['proven'] as const
    return [
      { payment, proofs: ['proven', 'unproven', 'contradictory'] },
      { payment: { ...payment, amount: otherAmount }, proofs },
      { payment: { ...payment, reference: `not ${reference}` }, proofs },
      { payment: { ...payment, currency: `not ${currency}` }, proofs },
    ]
  })
}
