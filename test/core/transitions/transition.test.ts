import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Checkout, Input, Proof } from '../../../server/core/checkout.ts'
import { moves } from '../../../server/core/transition.ts'
import { isFinal, statuses } from '../../../server/protocol/index.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { apply } from '../../support/apply.ts'
import {
  checkoutIn,
  evidence,
  later,
  newAttempt,
  newOpenAttempt,
  ours,
  t0,
} from '../../support/checkouts.ts'
import type { AttemptPatch } from '../../support/checkouts.ts'

const inputs: Input[] = [
  { type: 'started', attempt: newOpenAttempt('att_2') },
  { type: 'requested', providerRef: 'cart', pollIntervalMs: null, evidence },
  { type: 'refused', outcome: 'declined', reason: 'declined', evidence },
  { type: 'not_sent', evidence },
  { type: 'unknown', effect: true, evidence },
  { type: 'unknown', effect: false, evidence },
  { type: 'pending', next: 'awaiting_shopper', evidence },
  { type: 'pending', next: 'awaiting_code', evidence },
  { type: 'authorized', awaits: 'capture', payment: ours, evidence },
  { type: 'authorized', awaits: 'callback_answer', payment: { ...ours, amount: 1 }, evidence },
  { type: 'paid', payment: ours, proof: 'proven', evidence },
  { type: 'paid', payment: { amount: null, reference: null }, proof: 'unproven', evidence },
  { type: 'paid', payment: ours, proof: 'contradictory', evidence },
  { type: 'paid', payment: { ...ours, reference: 'WEB-1' }, proof: 'proven', evidence },
  { type: 'ended', by: 'cancel', isFinal: false, evidence },
  { type: 'ended', by: 'decline', isFinal: true, evidence },
  { type: 'duplicate_ref', evidence },
  { type: 'cancel_sent' },
  { type: 'decision_requested' },
  { type: 'capture_requested' },
  { type: 'capture_timed_out' },
  { type: 'too_late_to_cancel', evidence },
  { type: 'cancel_requested', by: 'shopper' },
  { type: 'closing', as: 'canceled' },
  { type: 'closing', as: 'expired' },
  { type: 'shop_decided', decision: 'approve' },
  { type: 'shop_decided', decision: 'deny' },
  { type: 'released' },
  { type: 'start_abandoned' },
  { type: 'unresolved', why: 'outcome_unknown' },
  { type: 'predecessor_paid' },
]

describe('every input in every status', () => {
  it('every input makes a legal move and increments the version, or changes nothing', () => {
    for (const status of statuses) {
      for (const input of inputs) {
        const before = checkoutIn(status)
        const { checkout, events } = apply(
          before,
          input,
          input.type === 'started' ? 'att_2' : 'att_1',
          later,
        )
        if (checkout === before) {
          expect(events).toEqual([])
          continue
        }
        expect(checkout.version).toBe(before.version + 1)
        const legal: readonly Status[] = [...moves[status], status]
        expect(legal, `${status} + ${input.type}`).toContain(checkout.status)
      }
    }
  })

  it('every input changes nothing the second time', () => {
    for (const status of statuses) {
      for (const input of inputs) {
        const attemptId = input.type === 'started' ? 'att_2' : 'att_1'
        const once = apply(checkoutIn(status), input, attemptId, later).checkout
        const twice = apply(once, input, attemptId, later)
        // A mismatch is doubted first; another report makes it believed.
        if (!once.attempts[0]?.doubt) expect(twice.checkout, `${status} + ${input.type}`).toBe(once)
      }
    }
  })

  it('any sequence of inputs keeps the invariants of a checkout', () => {
    const step = fc.tuple(fc.constantFrom(...inputs), fc.nat())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (sequence) => {
        let checkout = checkoutIn('open', {}, { attempts: [] })
        for (const [index, [input, pick]] of sequence.entries()) {
          const now = t0 + index * 10_000
          const { attempts } = checkout
          const change =
            input.type === 'started'
              ? apply(
                  checkout,
                  { ...input, attempt: newOpenAttempt(`att-${index}`) },
                  `att-${index}`,
                  now,
                )
              : apply(checkout, input, attempts[pick % (attempts.length || 1)]?.id ?? null, now)
          const before = checkout
          checkout = change.checkout
          const isPaid = checkout.status === 'paid'
          if (isPaid && before.status !== 'paid') {
            expect(input.type).toBe('paid')
            expect(change.events[0]).toBe('checkout.paid')
          }
          if (before.status === 'paid' && input.type !== 'predecessor_paid')
            expect(isPaid).toBe(true)
          if (before.paidAttemptId !== null) {
            expect(checkout.paidAttemptId).toBe(before.paidAttemptId)
            expect(change.events).not.toContain('checkout.paid')
          }
          const open = checkout.attempts.filter((attempt) => attempt.endedAt === null)
          // An attempt that has ended for the shopper stays open until the provider confirms its cancellation.
          const shown = open.filter((attempt) => attempt.outcome === null)
          expect(open.length).toBeLessThanOrEqual(1)
          // An open attempt is being canceled once an older one is reported as paid, rightly or wrongly.
          if (isPaid || checkout.status === 'review')
            for (const { cancelRequested } of open) expect(cancelRequested).not.toBeNull()
          else if (isFinal(checkout.status)) expect(open).toEqual([])
          else if (checkout.status === 'open') expect(shown).toEqual([])
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a review of an unknown outcome', () => {
  const before = checkoutIn(
    'review',
    { outcome: null, reason: null },
    { closing: 'canceled', review: 'outcome_unknown' },
  )
  const agreed: Input = { type: 'ended', by: 'cancel', isFinal: true, evidence }

  it('a review of an unknown outcome stays when the provider confirms the cancellation later, which is recorded once', () => {
    const { checkout, events } = apply(before, agreed, 'att_1', later)
    expect(checkout).toMatchObject({ status: 'review', review: 'outcome_unknown', version: 4 })
    expect(checkout.attempts).toMatchObject([{ providerCode: '0', outcome: null }])
    expect(events).toEqual([])
    const again: Input = { ...agreed, evidence: { ...evidence, code: '1' } }
    expect(apply(checkout, again, 'att_1', later).checkout).toBe(checkout)
  })

  it('a review ignores an absence, and a confirmation when it has another reason', () => {
    const absent: Input = { ...agreed, isFinal: false }
    expect(apply(before, absent, 'att_1', later).checkout).toBe(before)
    const told = checkoutIn('review', {}, { review: 'amount_mismatch' })
    expect(apply(told, agreed, 'att_1', later).checkout).toBe(told)
  })
})

describe('money', () => {
  type Reported = { amount: number | null; reference: string | null }
  const paid = (payment: Reported, proof: Proof = 'proven') =>
    said(3, { type: 'paid', payment, proof, evidence }, checkoutIn('confirming'))
  const said = (times: number, input: Input, before: Checkout) => {
    let change: ReturnType<typeof apply> = { checkout: before, events: [] }
    for (let time = 0; time < times; time++) {
      const next = apply(change.checkout, input, 'att_1', later)
      change = { checkout: next.checkout, events: [...change.events, ...next.events] }
    }
    return change
  }

  it('a checkout is paid when amount and reference match, or are not reported', () => {
    expect(paid(ours).checkout).toMatchObject({ status: 'paid', paidAt: later })
    expect(paid({ amount: null, reference: null }).checkout.status).toBe('paid')
  })

  it.each([12991, 1299000, 129.9, 0])(
    'a checkout goes to review when the provider reports the amount %s',
    (amount) => {
      const { checkout, events } = paid({ ...ours, amount })
      expect(checkout.status).toBe('review')
      expect(events).toEqual(['checkout.review'])
    },
  )

  it.each<[what: string, payment: Reported, proof: Proof, amount: number]>([
    ['the provider proves ours later', ours, 'proven', 12990],
    ['ours is reported later without proof', ours, 'unproven', 1299000],
    ['ours is reported later and contradicts itself', ours, 'contradictory', 1299000],
    ['a third amount is reported later', { ...ours, amount: 7 }, 'proven', 1299000],
    ['no amount is reported later', { ...ours, amount: null }, 'proven', 1299000],
  ])('a checkout with a wrong amount stays in review when %s', (_, payment, proof, amount) => {
    const before = paid({ ...ours, amount: 1299000 }).checkout
    const input: Input = { type: 'paid', payment, proof, evidence }
    const { checkout, events } = apply(before, input, 'att_1', later + 1)
    expect(checkout).toMatchObject({ status: 'review', review: 'amount_mismatch' })
    expect(checkout.attempts).toMatchObject([{ paidAmount: amount, paidAt: later }])
    // The shop is notified only if the payment that it sees has changed, and once.
    expect(events).toEqual(amount === 12990 ? ['checkout.review'] : [])
    expect(apply(checkout, input, 'att_1', later + 2).checkout).toBe(checkout)
  })

  it('a checkout goes to review without a capture when the reservation is for another amount or reference', () => {
    for (const payment of [
      { ...ours, amount: 1 },
      { ...ours, reference: 'WEB-2-xyz' },
    ]) {
      const input: Input = { type: 'authorized', awaits: 'capture', payment, evidence }
      const { checkout } = said(3, input, checkoutIn('awaiting_shopper'))
      expect(checkout.status).toBe('review')
    }
  })

  it('a checkout goes to review only after a mismatch was reported several times', () => {
    const odd: Input[] = [
      { type: 'paid', payment: { ...ours, reference: 'OTHER' }, proof: 'proven', evidence },
      { type: 'paid', payment: { ...ours, amount: 1 }, proof: 'proven', evidence },
      { type: 'paid', payment: ours, proof: 'contradictory', evidence },
      { type: 'paid', payment: { amount: null, reference: null }, proof: 'unproven', evidence },
    ]
    for (const input of odd) {
      const twice = said(2, input, checkoutIn('confirming')).checkout
      expect(twice.status).toBe('confirming')
      const honest: Input = { type: 'paid', payment: ours, proof: 'proven', evidence }
      expect(apply(twice, honest, 'att_1', later).checkout.status).toBe('paid')
      expect(said(1, input, twice).checkout.status).toBe('review')
    }
  })

  it('a checkout that was paid twice stays paid and is reported with both payments', () => {
    const second = newAttempt({ id: 'att_2', endedAt: null })
    const first = newAttempt({ endedAt: t0, outcome: 'expired', reason: 'no_answer' })
    const before = checkoutIn('awaiting_shopper', {}, { attempts: [first, second] })
    const input: Input = { type: 'paid', payment: ours, proof: 'proven', evidence }
    const once = apply(before, input, 'att_2', later)
    expect(once.events).toEqual(['checkout.paid'])
    const twice = apply(once.checkout, input, 'att_1', later)
    expect(twice.events).toEqual(['checkout.review'])
    expect(twice.checkout).toMatchObject({ status: 'paid', review: 'paid_twice' })
    expect(twice.checkout.attempts.map(({ paidAmount }) => paidAmount)).toEqual([12990, 12990])
    expect(apply(twice.checkout, input, 'att_1', later).checkout).toBe(twice.checkout)
  })

  it('captures only within minutes of the approval, while the checkout is neither closing nor over', () => {
    const capture: Input = { type: 'capture_requested' }
    const approved = { approvedAt: t0 }
    const isTaken = (patch: AttemptPatch, more: Partial<Checkout>, now: number) => {
      const before = checkoutIn('confirming', { ...approved, ...patch }, more)
      return apply(before, capture, 'att_1', now).checkout !== before
    }
    expect(isTaken({}, {}, t0 + 1_000)).toBe(true)
    expect(isTaken({}, {}, t0 + 5 * 60_000)).toBe(false)
    expect(isTaken({}, { closing: 'canceled' }, t0 + 1_000)).toBe(false)
    expect(isTaken({}, { expiresAt: t0 + 1_000 }, t0 + 1_000)).toBe(false)
    expect(isTaken({ shopDecision: 'deny' }, {}, t0 + 1_000)).toBe(false)
    expect(isTaken({ cancelRequested: 'shop' }, {}, t0 + 1_000)).toBe(false)
    expect(isTaken({ cancelRequested: 'shopper' }, {}, t0 + 1_000)).toBe(true)
  })

  it('a late payment sets a canceled or expired checkout to paid', () => {
    for (const status of ['canceled', 'expired'] as const) {
      const input: Input = { type: 'paid', payment: ours, proof: 'proven', evidence }
      expect(apply(checkoutIn(status), input, 'att_1', later).checkout.status).toBe('paid')
    }
  })
})

describe('an attempt', () => {
  const ended: Input = { type: 'ended', by: 'cancel', isFinal: true, evidence }
  const endOf = (patch: AttemptPatch, now = later, input = ended) => {
    const { checkout } = apply(checkoutIn('awaiting_shopper', patch), input, 'att_1', now)
    const { outcome, reason } = checkout.attempts[0]!
    return [checkout.status, outcome, reason]
  }

  it('an attempt that ends without a cancellation request was declined in the app', () => {
    expect(endOf({})).toEqual(['open', 'declined', 'declined'])
  })

  it('an attempt that ends after a cancellation request was canceled by the one who requested it', () => {
    expect(endOf({ cancelRequested: 'shopper' })).toEqual([
      'open',
      'canceled',
      'canceled_by_shopper',
    ])
    expect(endOf({ cancelRequested: 'shop' })).toEqual(['open', 'canceled', 'canceled_by_shop'])
  })

  it('an attempt that ends with its approval timeout has expired without an answer', () => {
    expect(endOf({ cancelRequested: 'approval_timeout' })).toEqual(['open', 'expired', 'no_answer'])
    expect(endOf({}, t0 + 179_000)).toEqual(['open', 'expired', 'no_answer'])
  })

  it('an attempt does not end when the provider may not see it yet', () => {
    const absent: Input = { type: 'ended', by: 'cancel', isFinal: false, evidence }
    const early = apply(checkoutIn('awaiting_shopper'), absent, 'att_1', t0 + 1_000).checkout
    expect(early).toMatchObject({
      status: 'awaiting_shopper',
      attempts: [{ doubt: { about: 'absence' } }],
    })
    expect(apply(early, absent, 'att_1', t0 + 2_500).checkout.status).toBe('open')
    const visible = apply(
      early,
      { type: 'pending', next: 'awaiting_shopper', evidence },
      'att_1',
      t0 + 2_500,
    )
    expect(visible.checkout).toMatchObject({
      status: 'awaiting_shopper',
      attempts: [{ doubt: null }],
    })
  })

  it('an absent attempt has ended for the shopper, and stays open until the provider confirms its cancellation', () => {
    const absent: Input = { type: 'ended', by: 'cancel', isFinal: false, evidence }
    const shown = apply(checkoutIn('awaiting_shopper'), absent, 'att_1', later)
    expect(shown.events).toEqual(['checkout.attempt_failed'])
    expect(shown.checkout).toMatchObject({
      status: 'open',
      attempts: [{ outcome: 'declined', endedAt: null }],
    })
    const started = inputs[0]!
    expect(apply(shown.checkout, started, 'att_2', later).checkout).toBe(shown.checkout)
    const agreed = apply(shown.checkout, ended, 'att_1', later)
    expect(agreed.events).toEqual([])
    expect(agreed.checkout.attempts[0]).toMatchObject({ outcome: 'declined', endedAt: later })
    expect(apply(agreed.checkout, started, 'att_2', later).checkout.status).toBe('starting')
  })

  it('an attempt that is approved after all counts while the checkout is open, whatever its outcome was', () => {
    const approved: Input = { type: 'authorized', awaits: 'capture', payment: ours, evidence }
    for (const endedAt of [null, t0])
      for (const outcome of ['declined', 'canceled', 'expired', 'failed'] as const) {
        const before = checkoutIn('open', { outcome, reason: 'declined', endedAt })
        expect(apply(before, approved, 'att_1', later).checkout).toMatchObject({
          status: 'confirming',
          attempts: [{ outcome: null, reason: null, endedAt: null }],
        })
      }
  })

  it('an attempt that ends closes the checkout when the shop has requested that', () => {
    const closing = checkoutIn(
      'awaiting_shopper',
      { cancelRequested: 'shop' },
      { closing: 'canceled' },
    )
    const { checkout, events } = apply(closing, ended, 'att_1', later)
    expect(checkout.status).toBe('canceled')
    expect(events).toEqual(['checkout.attempt_failed', 'checkout.canceled'])
  })

  it('an attempt ignores a cancellation request once it is approved', () => {
    const before = checkoutIn('confirming')
    expect(
      apply(before, { type: 'cancel_requested', by: 'shopper' }, 'att_1', later).checkout,
    ).toBe(before)
  })

  it('an attempt does not start while another one is open or the checkout is closing', () => {
    const started = inputs[0]!
    for (const before of [
      checkoutIn('awaiting_shopper'),
      checkoutIn('open', {}, { closing: 'canceled' }),
    ]) {
      expect(apply(before, started, 'att_2', later).checkout).toBe(before)
    }
  })
})

describe('a refund', () => {
  const paid = checkoutIn('paid', {}, { paidAt: t0, paidAttemptId: 'att_1' })
  const request = (id: string, amount: number): Input => ({
    type: 'refund_requested',
    refund: {
      ...{ id, key: `key of ${id}`, amount, requestedAt: t0 },
      ...{ status: 'pending', settledAt: null },
    },
  })
  const said = (type: 'refunded' | 'refund_refused', refundId: string): Input => ({
    ...{ type, refundId, evidence },
  })
  const after = (...told: Input[]) =>
    told.reduce((checkout, input) => apply(checkout, input, null, t0).checkout, paid)

  it('a refund is accepted up to the amount that was paid and not refunded before', () => {
    expect(after(request('a', 12_991))).toBe(paid)
    expect(after(request('a', 7_000), request('b', 7_000)).refunds).toHaveLength(1)
    expect(after(request('a', 7_000), request('b', 5_990)).refunds).toHaveLength(2)
    expect(
      after(request('a', 7_000), said('refund_refused', 'a'), request('b', 12_990)).refunds,
    ).toEqual([expect.objectContaining({ status: 'failed' }), expect.objectContaining({ id: 'b' })])
    const unpaid = checkoutIn('awaiting_shopper')
    expect(apply(unpaid, request('a', 1), null, t0).checkout).toBe(unpaid)
  })

  it('a refund is reported once, and counts as made if the provider ever says so', () => {
    const made = after(request('a', 100), said('refunded', 'a'))
    for (const word of ['refunded', 'refund_refused'] as const)
      expect(apply(made, said(word, 'a'), null, t0)).toEqual({ checkout: made, events: [] })
    const refused = after(request('a', 100), said('refund_refused', 'a'))
    const { checkout, events } = apply(refused, said('refunded', 'a'), null, t0)
    expect(checkout.refunds).toMatchObject([{ status: 'refunded' }])
    expect(events).toEqual(['checkout.refunded'])
  })

  const close = (refundId: string, as: 'refunded' | 'failed'): Input => ({
    ...{ type: 'refund_closed', refundId, as, by: 'Anna', note: 'portal' },
  })
  const tried = (refundId: string): Input => ({ type: 'refund_tried', refundId })
  const unanswered = (refundId: string, effect: boolean): Input => ({
    ...{ type: 'refund_unsettled', refundId, effect, evidence },
    answer: effect ? 'unknown' : 'not_sent',
  })
  const fresh = (id: string, amount: number): Input => {
    const asked = request(id, amount) as Input & { type: 'refund_requested' }
    const none = { count: 0, withoutEffect: 0, firstAt: null, lastAt: null, nextAt: t0 }
    return { ...asked, refund: { ...asked.refund, tries: none } }
  }

  it('a refund needs a review when more was refunded than was paid', () => {
    const again = after(
      request('a', 12_990),
      close('a', 'failed'),
      request('b', 12_990),
      said('refunded', 'b'),
    )
    expect(again.review).toBeNull()
    const { checkout, events } = apply(again, said('refunded', 'a'), null, t0)
    expect(checkout).toMatchObject({ status: 'paid', review: 'refund_exceeds_payment' })
    expect(events).toEqual(['checkout.refunded', 'checkout.review'])
  })

  it('a refund is not reopened by an operator once it was made', () => {
    const made = after(request('a', 100), said('refunded', 'a'))
    for (const as of ['refunded', 'failed'] as const)
      expect(apply(made, close('a', as), null, t0).checkout).toBe(made)
    const failed = after(request('a', 100), close('a', 'failed'))
    expect(apply(failed, close('a', 'failed'), null, t0).checkout).toBe(failed)
    expect(apply(failed, close('a', 'refunded'), null, t0).events).toEqual(['checkout.refunded'])
  })

  it.each([
    ['failed', 'nothing was sent before', [unanswered('a', false), tried('a')]],
    ['pending', 'an earlier answer was lost', [unanswered('a', true), tried('a')]],
    ['pending', 'the process ended in an earlier try', [tried('a')]],
    [
      'pending',
      'two were refused after one was lost',
      [unanswered('a', true), tried('a'), said('refund_refused', 'a'), tried('a')],
    ],
  ] as const)('a refund is %s after a refusal when %s', (status, _, between) => {
    const asked = after(fresh('a', 100), tried('a'), ...between, said('refund_refused', 'a'))
    expect(asked.refunds).toMatchObject([{ status }])
  })

  it('a refund by an earlier version, which may have arrived, stays pending after a refusal', () => {
    const { refunds } = after(request('a', 100), tried('a'), said('refund_refused', 'a'))
    expect(refunds).toMatchObject([{ status: 'pending', doubtedAt: t0 }])
  })

  it('refunds at most the amount that the provider reported for the attempt', () => {
    const second = newAttempt({ id: 'att_2', reference: 'WEB-1-def', paidAt: t0, paidAmount: 500 })
    const twice = { ...paid, attempts: [...paid.attempts, second] }
    const of = (attemptId: string, amount: number): Input => {
      const asked = request('a', amount) as Input & { type: 'refund_requested' }
      return { ...asked, refund: { ...asked.refund, attemptId } }
    }
    expect(apply(twice, of('att_2', 501), null, t0).checkout).toBe(twice)
    expect(apply(twice, of('att_2', 500), null, t0).checkout.refunds).toHaveLength(1)
    expect(apply(twice, of('att_1', 12_990), null, t0).checkout.refunds).toHaveLength(1)
    expect(apply(twice, of('att_9', 1), null, t0).checkout).toBe(twice)
  })
})
