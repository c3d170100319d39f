import { describe, expect, it } from 'vitest'
import type { Checkout, Input, Refund } from '../../../server/core/checkout.ts'
import { checkoutIn, evidence, later, t0 } from '../../support/checkouts.ts'
import { afterRefund, ignoredBecause } from './after.ts'

const tries = { count: 2, withoutEffect: 0, firstAt: t0, lastAt: t0, nextAt: t0 }
const refund = (more: Partial<Refund> = {}): Refund => ({
  ...{ id: 'first', key: 'key', amount: 12_990, requestedAt: t0 },
  ...{ status: 'pending', settledAt: null, tries },
  ...more,
})
const paidWith = (...refunds: Refund[]): Checkout =>
  checkoutIn('paid', {}, { paidAt: t0, paidAttemptId: 'att_1', refunds })
const code = { ...evidence, code: '1' }
const unsettled = (answer: 'unknown' | 'not_sent', effect: boolean): Input => ({
  ...{ type: 'refund_unsettled', refundId: 'first', answer, effect, evidence: code },
})
const refused: Input = { type: 'refund_refused', refundId: 'first', evidence: code }
const refunded: Input = { type: 'refunded', refundId: 'first', evidence: code }
const closed = (as: 'refunded' | 'failed'): Input => ({
  ...{ type: 'refund_closed', refundId: 'first', as, by: 'Anna', note: 'portal' },
})

describe('a refund', () => {
  it('a refund is requested once under each key', () => {
    const first = refund({ amount: 100 })
    const second = { ...first, id: 'second', key: 'another key' }
    const input: Input = { type: 'refund_requested', refund: second }
    const { checkout, events } = afterRefund(paidWith(first), input)
    expect(checkout.refunds).toEqual([first, second])
    expect(events).toEqual([])
    expect(ignoredBecause(checkout, input)).toBe('duplicate')
  })

  it('a refund is of no more than was paid and is not given back otherwise', () => {
    const request = (amount: number, attemptId = 'att_1'): Input => ({
      ...{ type: 'refund_requested', refund: refund({ id: 'b', key: 'b', amount, attemptId }) },
    })
    const before = paidWith(refund({ amount: 90 }))
    expect(ignoredBecause(before, request(12_901))).toBe('exceeds_refundable')
    expect(afterRefund(before, request(12_900)).checkout.refunds).toHaveLength(2)
    expect(ignoredBecause(before, request(1, 'att_9'))).toBe('unknown_attempt')
  })

  it('a refund that was recorded as failed was made after all when an operator says so', () => {
    const change = afterRefund(paidWith(refund({ status: 'failed' })), closed('refunded'))
    expect(change.refund).toMatchObject({ status: 'refunded', closed: { by: 'Anna' } })
    expect(change.events).toEqual(['checkout.refunded'])
  })

  it.each<[string, Refund['status'], amount: number, Checkout['review']]>([
    ['more was given back than was paid', 'refunded', 1, 'refund_exceeds_payment'],
    ['a pending one beside it may not be made', 'pending', 1, null],
    ['as much was given back as was paid', 'refunded', 0, null],
  ])(
    'a refund that is made needs a review only if more went back: %s',
    (_, status, amount, review) => {
      const other = refund({ id: 'other', key: 'other', status, amount })
      const { checkout, events } = afterRefund(paidWith(other, refund()), refunded)
      expect(checkout.review).toBe(review)
      expect(events).toEqual(['checkout.refunded', ...(review ? ['checkout.review'] : [])])
    },
  )

  it.each([
    ['refunded', 'checkout.refunded'],
    ['failed', 'checkout.refund_failed'],
  ] as const)('a refund that an operator closes is %s, with who did so and why', (as, event) => {
    const change = afterRefund(paidWith(refund()), closed(as))
    expect(change.refund).toEqual({
      ...refund({ status: as, settledAt: later }),
      closed: { as, by: 'Anna', note: 'portal', at: later },
    })
    expect(change.events).toEqual([event])
    expect(change.checkout.review).toBeNull()
  })

  it('a refund has failed when the only try that can have arrived is refused', () => {
    const only = refund({ tries: { ...tries, count: 2, withoutEffect: 1 } })
    const change = afterRefund(paidWith(only), refused)
    expect(change.refund).toEqual({ ...only, status: 'failed', settledAt: later })
    expect(change.events).toEqual(['checkout.refund_failed'])
  })

  it('a refund is made when the provider says so', () => {
    const change = afterRefund(paidWith(refund()), refunded)
    expect(change.refund).toEqual(refund({ status: 'refunded', settledAt: later }))
    expect(change.events).toEqual(['checkout.refunded'])
    expect(change.checkout.review).toBeNull()
  })

  it('a refund keeps an older review when more was given back than was paid', () => {
    const other = refund({ id: 'other', key: 'other', status: 'refunded', settledAt: t0 })
    const before = { ...paidWith(other, refund()), review: 'paid_twice' } as const
    const { checkout, events } = afterRefund(before, refunded)
    expect(checkout.review).toBe('paid_twice')
    expect(events).toEqual(['checkout.refunded', 'checkout.review'])
  })

  it.each<[Input, type: string, withoutEffect: number]>([
    [unsettled('unknown', true), 'unknown', 0],
    [unsettled('unknown', false), 'unknown', 1],
    [unsettled('not_sent', false), 'not_sent', 1],
    [refused, 'refund_refused', 1],
  ])(
    'a refund stays pending after an answer that settles nothing, and keeps it',
    (input, type, count) => {
      const change = afterRefund(paidWith(refund()), input)
      expect(change.refund).toEqual({
        ...refund({ tries: { ...tries, withoutEffect: count } }),
        lastAnswer: { ...code, type, at: later },
        ...(type === 'refund_refused' && { doubtedAt: later }),
      })
      expect(change.isRepeat).toBeUndefined()
      expect(change.events).toEqual([])
    },
  )

  it('a refund keeps when it was first doubted', () => {
    const change = afterRefund(paidWith(refund({ doubtedAt: t0 })), refused)
    expect(change.refund.doubtedAt).toBe(t0)
  })

  it.each<[string, isRepeat: true | undefined, code: string, answer: 'unknown' | 'not_sent']>([
    ['the same answer', true, '1', 'unknown'],
    ['an answer with another code', undefined, '2', 'unknown'],
    ['an answer of another kind', undefined, '1', 'not_sent'],
  ])('a refund gets no new version only for a repetition: %s', (_, isRepeat, code, answer) => {
    const lastAnswer = { ...evidence, code, type: answer, at: t0 }
    const before = paidWith(refund({ lastAnswer }))
    const change = afterRefund(before, unsettled('unknown', true))
    expect(change.isRepeat).toBe(isRepeat)
    expect(change.checkout.version).toBe(before.version + (isRepeat ? 0 : 1))
    expect(change.refund.lastAnswer?.at).toBe(later)
    expect(change.events).toEqual([])
  })

  it('a refund counts a try before it is made, without a new version', () => {
    const before = paidWith(refund())
    const change = afterRefund(before, { type: 'refund_tried', refundId: 'first' })
    expect(change.refund.tries).toMatchObject({ count: 3, lastAt: later })
    expect(change).toMatchObject({ isRepeat: true, events: [] })
    expect(change.checkout.version).toBe(before.version)
  })

  it('a refund changes alone, beside others', () => {
    const other = refund({ id: 'other', key: 'other', amount: 1 })
    const { checkout } = afterRefund(paidWith(other, refund({ amount: 2 })), refunded)
    expect(checkout.refunds.map(({ status }) => status)).toEqual(['pending', 'refunded'])
  })

  it.each<[Refund['status'], Input]>([
    ['failed', { type: 'refund_tried', refundId: 'first' }],
    ['failed', refused],
    ['failed', unsettled('unknown', true)],
    ['failed', closed('failed')],
    ['refunded', { type: 'refund_tried', refundId: 'first' }],
    ['refunded', refunded],
    ['refunded', refused],
    ['refunded', unsettled('unknown', true)],
    ['refunded', closed('refunded')],
  ])('a refund that is %s is not changed by $type', (status, input) => {
    expect(ignoredBecause(paidWith(refund({ status })), input)).toBe('refund_settled')
  })

  it('a result for an unknown refund is ignored', () => {
    expect(ignoredBecause(paidWith(), refused)).toBe('unknown_refund')
  })
})
