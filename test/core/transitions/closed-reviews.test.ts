import { describe, expect, it } from 'vitest'
import { transition } from '../../../server/core/transition.ts'
import type { Checkout, Input, Refund, ReviewReason } from '../../../server/core/checkout.ts'
import { checkoutIn, evidence, later, newAttempt, ours, t0 } from '../../support/checkouts.ts'

const paidTwice = checkoutIn(
  'paid',
  {},
  {
    ...{ review: 'paid_twice', paidAt: t0, paidAttemptId: 'att_1' },
    attempts: [
      newAttempt({ id: 'att_1', endedAt: t0, paidAt: t0 }),
      newAttempt({ id: 'att_2', endedAt: t0, paidAt: t0, reference: 'WEB-1-def' }),
      newAttempt({ id: 'att_3', endedAt: t0, outcome: 'expired', reference: ours.reference }),
    ],
  },
)

const close = (checkout: Checkout, review: ReviewReason, now = later) =>
  transition(checkout, { type: 'review_closed', review, by: 'Anna', note: 'Portal' }, null, now)

function after(checkout: Checkout, input: Input, attemptId: string | null) {
  const change = transition(checkout, input, attemptId, later)
  if (change.kind === 'ignored') throw new Error(change.reason)
  return change
}

function closed(): Checkout {
  const change = close(paidTwice, 'paid_twice')
  if (change.kind === 'ignored') throw new Error(change.reason)
  return change.checkout
}

describe('a review that a person closes', () => {
  it('a review that a person closes is closed, and nothing else of the checkout changes', () => {
    expect(close(paidTwice, 'paid_twice')).toEqual({
      kind: 'changed',
      checkout: { ...paidTwice, version: paidTwice.version + 1, reviewClosedAt: later },
      events: [],
    })
  })

  it.each([
    ['there is none', checkoutIn('paid'), 'paid_twice'],
    ['there is another reason by now', paidTwice, 'outcome_unknown'],
    ['it was closed before', closed(), 'paid_twice'],
  ] as const)('a review that a person closes stays as it is when %s', (_, checkout, review) => {
    expect(close(checkout, review)).toEqual({ kind: 'ignored', reason: 'not_in_review' })
  })

  it('a closed review is open again when another payment is found', () => {
    const paid = { type: 'paid', payment: ours, proof: 'proven', evidence } as const
    const { checkout, events } = after(closed(), paid, 'att_3')
    expect(events).toEqual(['checkout.review'])
    expect(checkout).toMatchObject({ review: 'paid_twice', reviewClosedAt: null })
  })

  it('a closed review is open again, for another reason only, when the replaced checkout turns out to be paid', () => {
    const paid = { type: 'predecessor_paid' } as const
    const mismatch = { ...closed(), review: 'amount_mismatch' } as const
    expect(after(mismatch, paid, null).checkout).toMatchObject({
      ...{ status: 'review', review: 'paid_twice', reviewClosedAt: null },
    })
    const open = { ...mismatch, reviewClosedAt: null }
    for (const checkout of [open, closed()])
      expect(transition(checkout, paid, null, later).kind).toBe('ignored')
  })

  it('a closed review stays closed when a refund is made, and is open again when more went back than was paid', () => {
    const refund = (id: string, amount: number): Refund => ({
      ...{ id, key: id, amount, attemptId: 'att_1', requestedAt: t0 },
      ...{ status: 'failed', settledAt: t0 },
    })
    const checkout = { ...closed(), refunds: [refund('one', 12_990), refund('two', 1)] }
    const first = after(checkout, { type: 'refunded', refundId: 'one', evidence }, null)
    expect(first.checkout.reviewClosedAt).toBe(later)
    const second = after(first.checkout, { type: 'refunded', refundId: 'two', evidence }, null)
    expect(second.events).toContain('checkout.review')
    expect(second.checkout).toMatchObject({
      ...{ review: 'refund_exceeds_payment', reviewClosedAt: null },
    })
  })
})
