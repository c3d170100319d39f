import { describe, expect, it } from 'vitest'
import { captureWithinMs } from '../../../server/core/capture.ts'
import type { Input, Payment } from '../../../server/core/checkout.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { checkoutIn, evidence, later, newAttempt, ours, t0 } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

const approved = (payment: Payment = ours): Input => ({
  ...{ type: 'authorized', awaits: 'capture', payment, evidence },
})
const expiresAt = t0 + 180_000
const told = { outcome: 'expired', reason: 'no_answer', providerCode: '10201' } as const

describe('an approval', () => {
  it.each<Status>(['starting', 'awaiting_shopper', 'awaiting_code'])(
    'an approval is to be confirmed while the checkout is %s',
    (status) => {
      const doubt = { about: 'absence', count: 1 } as const
      const before = checkoutIn(status, { uncertain: true, doubt })
      const { checkout, events, attempt } = after(before, approved())
      expect(checkout.status).toBe('confirming')
      expect(attempt).toMatchObject({ approvedAt: later, uncertain: false, doubt: null })
      expect(events).toEqual([])
    },
  )

  it('an approval counts although the shopper was told of an end, which it takes back', () => {
    for (const endedAt of [null, t0]) {
      const { checkout, attempt } = after(checkoutIn('open', { ...told, endedAt }), approved())
      expect(checkout.status).toBe('confirming')
      expect(attempt).toMatchObject({
        ...{ outcome: null, reason: null, providerCode: null, endedAt: null },
        approvedAt: later,
      })
    }
  })

  it.each<[what: string, isRefused: boolean, captureRequestedAt: number | null]>([
    ['takes back that it is too late to cancel', false, null],
    ['leaves it too late to cancel where a capture was asked for', true, t0],
  ])('an approval %s', (_, isRefused, captureRequestedAt) => {
    const canceled = { cancelRequested: 'shopper', cancelSentAt: t0, cancelRefused: true } as const
    for (const status of ['awaiting_shopper', 'open'] as const) {
      const more = status === 'open' ? { ...told, endedAt: null } : {}
      const before = checkoutIn(status, { ...canceled, captureRequestedAt, ...more })
      expect(after(before, approved()).attempt.cancelRefused).toBe(isRefused)
    }
  })

  it('an approval keeps the newest id that the provider gave the payment', () => {
    const before = checkoutIn('awaiting_shopper', { paymentRef: 'first' })
    expect(after(before, approved({ ...ours, paymentRef: 'second' })).attempt.paymentRef).toBe(
      'second',
    )
    expect(after(before, approved({ ...ours, paymentRef: null })).attempt.paymentRef).toBe('first')
  })

  it('an approval is dated when the provider first told of it, and at most 30 s after its window', () => {
    const at = (now: number, approvedAt: number | null = null) =>
      after(checkoutIn('awaiting_shopper', { approvedAt }), approved(), now).attempt.approvedAt
    expect(at(expiresAt + 29_999)).toBe(expiresAt + 29_999)
    expect(at(expiresAt + 40_000)).toBe(expiresAt + 30_000)
    expect(at(later, t0 + 1)).toBe(t0 + 1)
  })

  it('an approval that is repeated takes nothing back: the reservation is what cannot be canceled', () => {
    const before = checkoutIn('confirming', { cancelRequested: 'shop', cancelRefused: true })
    expect(ignoredBecause(before, approved())).toBe('duplicate')
  })

  it('an approval that is repeated settles what was uncertain, unless a capture is on its way', () => {
    const doubt = { about: 'absence', count: 1 } as const
    const heard = (captureRequestedAt: number | null) =>
      after(checkoutIn('confirming', { captureRequestedAt, uncertain: true, doubt }), approved())
        .attempt
    expect(heard(null)).toMatchObject({ uncertain: false, doubt: null })
    expect(heard(t0)).toMatchObject({ uncertain: true, doubt: null })
  })

  it('an approval that is repeated changes nothing', () => {
    expect(ignoredBecause(checkoutIn('confirming'), approved())).toBe('duplicate')
  })

  it.each<Status>(['awaiting_shopper', 'confirming', 'open'])(
    'an approval of another amount is only doubted at first: %s',
    (status) => {
      const { checkout, attempt, events } = after(
        checkoutIn(status),
        approved({ ...ours, amount: 1 }),
      )
      expect(checkout.status).toBe(status)
      expect(attempt.doubt).toEqual({ about: 'amount_mismatch', count: 1 })
      expect(events).toEqual([])
    },
  )

  it('an approval of an open request changes nothing once the checkout is final', () => {
    for (const status of ['paid', 'canceled', 'expired', 'review'] as const) {
      const before = checkoutIn(status, { endedAt: null, outcome: null, reason: null })
      expect(ignoredBecause(before, approved())).toBe('checkout_final')
    }
  })

  it.each([
    ['already_captured', checkoutIn('paid', { paidAt: t0, paidAmount: 12_990 })],
    ['checkout_final', checkoutIn('canceled')],
    ['not_wanted', checkoutIn('open', {}, { expiresAt: later })],
    ['not_wanted', checkoutIn('open', { approvedAt: later - captureWithinMs })],
  ])('an approval of an attempt that is over is ignored: %s', (reason, before) => {
    expect(ignoredBecause(before, approved())).toBe(reason)
  })

  it('an approval of an attempt that is over is ignored once it came too long ago', () => {
    const before = checkoutIn('open')
    const at = expiresAt + 30_000 + captureWithinMs
    expect(ignoredBecause(before, approved(), at)).toBe('not_wanted')
    expect(after(before, approved(), at - 1).checkout.status).toBe('confirming')
  })

  it('an approval of an older attempt is ignored', () => {
    const over = { endedAt: t0, ...told }
    const attempts = [newAttempt(over), newAttempt({ ...over, id: 'att_2' })]
    const before = checkoutIn('open', {}, { attempts })
    expect(ignoredBecause(before, approved())).toBe('not_the_newest')
  })
})

describe('what a capture needs', () => {
  const decisionRequested = { type: 'decision_requested' } as const
  const captureRequested = { type: 'capture_requested' } as const
  const timedOut = { type: 'capture_timed_out' } as const
  const before = checkoutIn('confirming', { approvedAt: t0 })
  const tooLate = t0 + captureWithinMs

  it.each([
    [decisionRequested, 'decisionRequestedAt'],
    [captureRequested, 'captureRequestedAt'],
  ] as const)(
    'a request for a decision or a capture is recorded once, in time: $type',
    (input, key) => {
      const { checkout, attempt, events } = after(before, input)
      expect(checkout.status).toBe('confirming')
      expect(attempt[key]).toBe(later)
      expect(events).toEqual([])
      expect(ignoredBecause(checkout, input, later + 1)).toBe('already_requested')
      expect(ignoredBecause(before, input, tooLate)).toBe('not_capturable')
      expect(ignoredBecause(checkoutIn('awaiting_shopper'), input)).toBe('not_capturable')
    },
  )

  it('the decision of the shop is recorded, and a refusal requests a cancellation', () => {
    const approve = after(before, { type: 'shop_decided', decision: 'approve' })
    expect(approve.attempt).toMatchObject({ shopDecision: 'approve', cancelRequested: null })
    const deny = after(before, { type: 'shop_decided', decision: 'deny' })
    expect(deny.attempt).toMatchObject({ shopDecision: 'deny', cancelRequested: 'shop' })
    expect(deny.checkout.status).toBe('confirming')
  })

  it('a reservation is given back five minutes after its approval, and not before', () => {
    expect(after(before, timedOut, tooLate).attempt.cancelRequested).toBe('capture_timeout')
    expect(ignoredBecause(before, timedOut, tooLate - 1)).toBe('not_to_be_released')
    expect(ignoredBecause(checkoutIn('awaiting_shopper'), timedOut)).toBe('not_to_be_released')
  })

  it('a capture that timed out does not hide who asked for the cancellation before', () => {
    const canceled = checkoutIn('confirming', { approvedAt: t0, cancelRequested: 'shopper' })
    expect(ignoredBecause(canceled, timedOut, tooLate)).toBe('duplicate')
  })
})
