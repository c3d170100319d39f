import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Checkout, Input, Refund } from '../../../server/core/checkout.ts'
import { ignoredReasons, transition } from '../../../server/core/transition.ts'
import type { IgnoredReason } from '../../../server/core/transition.ts'
import { statuses } from '../../../server/protocol/index.ts'
import {
  checkoutIn,
  evidence,
  later,
  newAttempt,
  newOpenAttempt,
  ours,
  t0,
} from '../../support/checkouts.ts'

const refund = (id: string, more: Partial<Refund> = {}): Refund => ({
  ...{ id, key: `key of ${id}`, amount: 100, requestedAt: t0 },
  ...{ status: 'pending', settledAt: null },
  ...more,
})
const about = { refundId: 'first', evidence }

/** At least one of each type. */
const inputs: { readonly [Type in Input['type']]: readonly (Input & { readonly type: Type })[] } = {
  started: [{ type: 'started', attempt: newOpenAttempt('att_2') }],
  requested: [{ type: 'requested', providerRef: 'cart', pollIntervalMs: null, evidence }],
  refused: [
    { type: 'refused', outcome: 'declined', reason: 'declined', evidence },
    { type: 'refused', providerRef: 'cart', outcome: 'failed', reason: 'declined', evidence },
  ],
  not_sent: [{ type: 'not_sent', evidence }],
  unknown: [
    { type: 'unknown', effect: true, evidence },
    { type: 'unknown', effect: false, evidence },
  ],
  pending: [
    { type: 'pending', next: 'awaiting_shopper', evidence },
    { type: 'pending', next: 'awaiting_code', evidence },
  ],
  authorized: [
    { type: 'authorized', awaits: 'capture', payment: ours, evidence },
    { type: 'authorized', awaits: 'capture', payment: { ...ours, amount: 1 }, evidence },
  ],
  paid: [
    { type: 'paid', payment: ours, proof: 'proven', evidence },
    { type: 'paid', payment: { ...ours, amount: 1 }, proof: 'proven', evidence },
    { type: 'paid', payment: ours, proof: 'contradictory', evidence },
  ],
  code_refused: [{ type: 'code_refused', evidence }],
  ended: [
    { type: 'ended', by: 'cancel', isFinal: false, evidence },
    { type: 'ended', by: 'cancel', isFinal: true, evidence },
  ],
  too_late_to_cancel: [{ type: 'too_late_to_cancel', evidence }],
  cancel_requested: [{ type: 'cancel_requested', by: 'shopper' }],
  closing: [{ type: 'closing', as: 'canceled' }],
  code_given: [{ type: 'code_given' }],
  refund_requested: [
    { type: 'refund_requested', refund: refund('first') },
    { type: 'refund_requested', refund: refund('second', { amount: 99_999 }) },
  ],
  review_closed: [{ type: 'review_closed', review: 'outcome_unknown', by: 'Anna', note: 'Portal' }],
  cancel_sent: [{ type: 'cancel_sent' }],
  decision_requested: [{ type: 'decision_requested' }],
  capture_requested: [{ type: 'capture_requested' }],
  capture_timed_out: [{ type: 'capture_timed_out' }],
  duplicate_ref: [{ type: 'duplicate_ref', evidence }],
  predecessor_paid: [{ type: 'predecessor_paid' }],
  shop_decided: [
    { type: 'shop_decided', decision: 'approve' },
    { type: 'shop_decided', decision: 'deny' },
  ],
  released: [{ type: 'released' }],
  start_abandoned: [{ type: 'start_abandoned' }],
  unresolved: [{ type: 'unresolved', why: 'outcome_unknown' }],
  refunded: [{ type: 'refunded', ...about }],
  refund_refused: [{ type: 'refund_refused', ...about }],
  refund_unsettled: [{ type: 'refund_unsettled', answer: 'unknown', effect: true, ...about }],
  refund_tried: [{ type: 'refund_tried', refundId: 'first' }],
  refund_closed: [{ type: 'refund_closed', refundId: 'first', as: 'failed', by: 'a', note: 'b' }],
}
const all: readonly Input[] = Object.values(inputs).flat()

const told = { outcome: 'declined', reason: 'declined' } as const
/** The attempt of a checkout, open or over, in every way that matters to a transition. */
const phases = {
  open: { endedAt: null, outcome: null, reason: null },
  'told to have ended': { endedAt: null, ...told },
  ended: { endedAt: t0, ...told },
  paid: { endedAt: t0, outcome: null, reason: null, paidAt: t0, paidAmount: 12_990 },
  unresolved: { endedAt: t0, outcome: null, reason: null },
}
const refundsIn = (['pending', 'refunded', 'failed'] as const).map((status) =>
  refund('first', { status }),
)

describe('a transition', () => {
  it.each(Object.entries(phases))(
    'every input in every status has an effect or a reason while the attempt is %s',
    (_, phase) => {
      for (const status of statuses)
        for (const one of refundsIn)
          for (const input of all) {
            const before = checkoutIn(status, phase, { refunds: [one] })
            const result = transition(before, input, 'att_1', later)
            const where = `${input.type} in ${status}`
            if (result.kind === 'ignored') expect(ignoredReasons, where).toContain(result.reason)
            else expect(result.checkout, where).not.toBe(before)
          }
    },
  )

  it('a transition allocates nothing when the provider reports a pending payment again', () => {
    const [pending] = inputs.pending
    const before = checkoutIn('awaiting_shopper')
    const first = transition(before, pending!, 'att_1', later)
    expect(first).toEqual({ kind: 'ignored', reason: 'duplicate' })
    expect(transition(before, pending!, 'att_1', later + 1)).toBe(first)
  })

  it('random sequences of inputs reach every reason but an illegal move', () => {
    const reached = new Set<IgnoredReason>()
    const step = fc.record({
      input: fc.constantFrom(...all),
      attempt: fc.constantFrom(1, 1, 2),
      after: fc.constantFrom(0, 1_000, 20_000, 400_000),
    })
    const ended = newAttempt(phases.ended)
    const beginning = fc.constantFrom<Checkout>(
      checkoutIn('open', {}, { attempts: [] }),
      checkoutIn('open', phases['told to have ended']),
      checkoutIn('awaiting_code'),
      checkoutIn('awaiting_shopper', {}, { attempts: [ended, newOpenAttempt('att_2')] }),
      checkoutIn('paid', phases.paid, { paidAt: t0, paidAttemptId: 'att_1' }),
    )
    fc.assert(
      fc.property(beginning, fc.array(step, { minLength: 10, maxLength: 60 }), (before, steps) => {
        let checkout = before
        let now = t0
        for (const { input, attempt, after } of steps) {
          now += after
          const id = `att_${attempt}`
          const isNew = !checkout.attempts.some((one) => one.id === id)
          const given =
            input.type === 'started' && isNew ? { ...input, attempt: newOpenAttempt(id) } : input
          const result = transition(checkout, given, id, now)
          if (result.kind === 'changed') checkout = result.checkout
          else reached.add(result.reason)
        }
      }),
      { numRuns: 2_000, seed: 20_261_120 },
    )
    const expected = ignoredReasons.filter((reason) => reason !== 'illegal_move')
    expect([...reached].sort()).toEqual([...expected].sort())
  })
})
