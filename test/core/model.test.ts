import { describe, expect, it } from 'vitest'
import {
  attemptOfRefund,
  capturedAmount,
  isCaptured,
  isOpen,
  openAttempt,
  refundable,
  refundsOf,
} from '../../server/core/checkout.ts'
import type { Refund } from '../../server/core/checkout.ts'
import { historyTypeOf } from '../../server/core/history.ts'
import { checkoutIn, evidence, newAttempt, ours, t0 } from '../support/checkouts.ts'

const refund = (id: string, more: Partial<Refund> = {}): Refund => ({
  ...{ id, key: id, amount: 100, requestedAt: t0, status: 'refunded', settledAt: t0 },
  ...more,
})

describe('the open attempt', () => {
  const ended = newAttempt({ endedAt: t0 })
  const open = newAttempt({ id: 'att_2' })

  it('the open attempt is the newest one, unless that has ended', () => {
    expect(openAttempt(checkoutIn('open', {}, { attempts: [] }))).toBeNull()
    expect(openAttempt(checkoutIn('open', {}, { attempts: [ended] }))).toBeNull()
    expect(openAttempt(checkoutIn('starting', {}, { attempts: [ended, open] }))).toBe(open)
    expect([isOpen(ended), isOpen(open)]).toEqual([false, true])
  })
})

describe('the payment of an attempt', () => {
  const paid = newAttempt({ endedAt: t0, paidAt: t0, paidAmount: 500 })
  /** Of an earlier version, which did not record when and how much. */
  const old = newAttempt({ id: 'att_0', endedAt: t0 })
  const unpaid = newAttempt({ id: 'att_2', endedAt: t0 })
  const checkout = checkoutIn(
    'paid',
    {},
    { attempts: [old, paid, unpaid], paidAttemptId: 'att_0', amount: 700 },
  )

  it('the payment of an attempt is as large as was reported, and as the order where nothing was', () => {
    expect([old, paid, unpaid].map((one) => isCaptured(checkout, one))).toEqual([true, true, false])
    expect([old, paid, unpaid].map((one) => capturedAmount(checkout, one))).toEqual([700, 500, 0])
  })

  it('the payment of an attempt has its own refunds; one that names no attempt is of the one that paid the checkout', () => {
    const refunds = [refund('a'), refund('b', { attemptId: 'att_1' }), refund('c')]
    const refunded = { ...checkout, refunds }
    expect(refundsOf(refunded, old).map(({ id }) => id)).toEqual(['a', 'c'])
    expect(refundsOf(refunded, paid).map(({ id }) => id)).toEqual(['b'])
    expect(attemptOfRefund(refunded, refund('a'))).toBe(old)
    expect(attemptOfRefund(refunded, refund('b', { attemptId: 'att_1' }))).toBe(paid)
    expect(attemptOfRefund({ ...refunded, paidAttemptId: null }, refund('a'))).toBeUndefined()
  })

  it.each<[left: number, refunds: Refund[]]>([
    [700, []],
    [600, [refund('a')]],
    [600, [refund('a', { status: 'pending' })]],
    [700, [refund('a', { status: 'failed' })]],
    [500, [refund('a'), refund('b')]],
    [0, [refund('a', { amount: 900 })]],
    [0, [refund('a', { amount: 900 }), refund('b', { status: 'failed' })]],
  ])(
    'the payment of an attempt may be refunded up to %s after the refunds before',
    (left, refunds) => {
      expect(refundable({ ...checkout, refunds }, old)).toBe(left)
    },
  )
})

describe('the history', () => {
  it('the history keeps the names that its entries were first written under', () => {
    expect(historyTypeOf({ type: 'authorized', awaits: 'capture', payment: ours, evidence })).toBe(
      'approved',
    )
    expect(historyTypeOf({ type: 'shop_decided', decision: 'deny' })).toBe('authorized')
    expect(historyTypeOf({ type: 'start_abandoned' })).toBe('lapsed')
    expect(historyTypeOf({ type: 'released' })).toBe('released')
  })
})
