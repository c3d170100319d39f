import { describe, expect, it } from 'vitest'
import type { Checkout, Doubt, Input, Payment, Proof } from '../../../server/core/checkout.ts'
import { checkoutIn, evidence, later, newAttempt, ours, t0 } from '../../support/checkouts.ts'
import type { AttemptPatch } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

const paid = (payment: Payment = ours, proof: Proof = 'proven'): Input => ({
  ...{ type: 'paid', payment, proof, evidence },
})
const over = { endedAt: t0, outcome: 'expired', reason: 'no_answer' } as const
const open = { endedAt: null, outcome: null, reason: null } as const
const taken = { endedAt: t0, outcome: null, reason: null, paidAt: t0, paidAmount: 12_990 } as const

/** A checkout with an older attempt, `att_1`, that is over, and a newer one, `att_2`. */
const withTwo = (
  status: Checkout['status'],
  older: AttemptPatch,
  newer: AttemptPatch,
  more: Partial<Checkout> = {},
) =>
  checkoutIn(
    status,
    {},
    {
      attempts: [newAttempt({ ...over, ...older }), newAttempt({ id: 'att_2', ...newer })],
      ...more,
    },
  )

describe('a payment', () => {
  it('a payment pays the checkout, is recorded with its attempt, and the shop is notified', () => {
    const before = checkoutIn('confirming', { uncertain: true, providerCode: '1' })
    const { checkout, events, attempt } = after(before, paid({ ...ours, paymentRef: 'payment' }))
    expect(checkout).toMatchObject({
      ...{ status: 'paid', paidAt: later, paidAttemptId: 'att_1', late: false, review: null },
    })
    expect(attempt).toEqual({
      ...before.attempts[0],
      ...{ endedAt: later, paidAt: later, paidAmount: 12_990, paymentRef: 'payment' },
      ...{ uncertain: false, doubt: null, providerCode: null, outcome: null, reason: null },
    })
    expect(events).toEqual(['checkout.paid'])
  })

  it('a payment is of the amount of the order, and under the id that is known, where it says neither', () => {
    const before = checkoutIn('confirming', { paymentRef: 'known' })
    const { attempt } = after(before, paid({ amount: null, reference: null }))
    expect(attempt).toMatchObject({ paidAmount: 12_990, paymentRef: 'known' })
  })

  const lifetime = { expiresAt: later }
  it.each<[when: string, late: boolean, before: Checkout, now: number]>([
    ['the attempt is open', false, checkoutIn('awaiting_shopper'), later],
    ['the attempt was over', true, checkoutIn('open', over), later],
    ['the checkout was closing', true, checkoutIn('confirming', {}, { closing: 'expired' }), later],
    ['the checkout is in review', true, checkoutIn('review', open), later],
    ['the checkout was canceled', true, checkoutIn('canceled', over), later],
    ['the lifetime is over', true, checkoutIn('confirming', {}, lifetime), later],
    ['the lifetime ends in a moment', false, checkoutIn('confirming', {}, lifetime), later - 1],
  ])('a payment is late when %s: %s', (_, late, before, now) => {
    const { checkout } = after(before, paid(), now)
    expect(checkout).toMatchObject({ status: 'paid', late })
  })

  it('a payment takes back what the shopper was told, and leaves when the attempt ended as it was', () => {
    const { attempt } = after(checkoutIn('open', over), paid())
    expect(attempt).toMatchObject({ outcome: null, reason: null, endedAt: t0, paidAt: later })
  })

  it('a payment of an older request has the open one canceled', () => {
    const before = withTwo('awaiting_shopper', {}, open)
    const { checkout, attempt } = after(before, paid())
    expect(checkout).toMatchObject({ status: 'paid', paidAttemptId: 'att_1' })
    expect(attempt).toEqual({ ...before.attempts[1], cancelRequested: 'shop' })
  })

  it('a payment of an older request keeps who asked to cancel the open one before', () => {
    const before = withTwo('awaiting_shopper', {}, { ...open, cancelRequested: 'shopper' })
    expect(after(before, paid()).attempt.cancelRequested).toBe('shopper')
  })

  it('a payment of a request that is being canceled keeps who asked for that', () => {
    const before = checkoutIn('awaiting_shopper', { cancelRequested: 'shopper' })
    expect(after(before, paid()).attempt.cancelRequested).toBe('shopper')
    expect(after(checkoutIn('awaiting_shopper'), paid()).attempt.cancelRequested).toBeNull()
  })

  it('a payment beside another one, which is in review, pays the checkout and stays in review', () => {
    const before = withTwo('review', taken, open, { review: 'amount_mismatch' })
    const { checkout, events } = after(before, paid(), later, 'att_2')
    expect(checkout).toMatchObject({ status: 'paid', review: 'paid_twice' })
    expect(events).toEqual(['checkout.paid', 'checkout.review'])
  })

  it('a payment of an open request keeps a review, which is about another one', () => {
    const before = withTwo('review', over, open, { review: 'reference_mismatch' })
    const { checkout, events } = after(before, paid(), later, 'att_2')
    expect(checkout).toMatchObject({ status: 'paid', review: 'reference_mismatch' })
    expect(events).toEqual(['checkout.paid'])
  })

  it('a second payment of a paid checkout needs a review, and leaves the first one as what paid it', () => {
    const before = withTwo('paid', over, taken, { paidAt: t0, paidAttemptId: 'att_2' })
    const { checkout, events } = after(before, paid())
    expect(checkout).toMatchObject({
      ...{ status: 'paid', review: 'paid_twice', paidAt: t0, paidAttemptId: 'att_2' },
    })
    expect(checkout.attempts[0]).toMatchObject({ paidAt: later, paidAmount: 12_990 })
    expect(events).toEqual(['checkout.review'])
  })

  it('a payment of a checkout that was paid before, and is in review since, is a second one as well', () => {
    const was = { paidAt: t0, paidAttemptId: 'att_2', review: 'paid_twice' } as const
    const before = withTwo('review', over, taken, { ...was, reviewClosedAt: t0 })
    const { checkout, events } = after(before, paid())
    expect(checkout).toMatchObject({ ...was, status: 'review', reviewClosedAt: null, late: false })
    expect(checkout.attempts[0]).toMatchObject({ paidAt: later, paidAmount: 12_990 })
    expect(events).toEqual(['checkout.review'])
  })

  it('a payment that is repeated is ignored, also if it says something else', () => {
    const before = checkoutIn('paid', taken)
    for (const payment of [ours, { ...ours, amount: 1 }, { ...ours, amount: null }])
      expect(ignoredBecause(before, paid(payment))).toBe('already_captured')
  })
})

describe('the amount of a payment', () => {
  const wrong = { ...taken, paidAmount: 500 }

  it('the amount of a payment is corrected, and the shop notified, when the provider proves ours after a review', () => {
    const before = checkoutIn('review', wrong, { review: 'amount_mismatch' })
    const { checkout, events, attempt } = after(before, paid())
    expect(checkout).toMatchObject({ status: 'review', review: 'amount_mismatch' })
    expect(attempt).toEqual({ ...before.attempts[0], paidAmount: 12_990 })
    expect(events).toEqual(['checkout.review'])
    expect(ignoredBecause(checkout, paid())).toBe('already_captured')
  })

  it.each<[string, Checkout['review'], Payment]>([
    ['the provider does not say ours', 'amount_mismatch', { amount: null, reference: null }],
    ['the review is about something else', 'paid_twice', ours],
  ])('the amount of a payment stays as it was reported when %s', (_, review, payment) => {
    const before = checkoutIn('review', wrong, { review })
    expect(ignoredBecause(before, paid(payment))).toBe('already_captured')
  })
})

describe('a payment that cannot be believed', () => {
  const doubt = (about: Doubt['about'], count: number): Doubt => ({ about, count })

  it.each<[Checkout['review'], Payment, Proof]>([
    ['reference_mismatch', { ...ours, reference: 'WEB-2' }, 'proven'],
    ['amount_mismatch', { ...ours, amount: 12_989 }, 'proven'],
    ['currency_mismatch', { ...ours, currency: 'SEK' }, 'proven'],
    ['contradiction', ours, 'contradictory'],
    ['unproven_payment', ours, 'unproven'],
  ])(
    'a payment that cannot be believed leads to a review after three reports: %s',
    (review, payment, proof) => {
      const input = paid(payment, proof)
      let change = after(checkoutIn('confirming'), input)
      for (const count of [1, 2]) {
        expect(change.checkout.status).toBe('confirming')
        expect(change.attempt.doubt).toEqual({ about: review, count })
        expect(change.events).toEqual([])
        change = after(change.checkout, input)
      }
      expect(change.checkout).toMatchObject({ status: 'review', review })
      expect(change.attempt).toMatchObject({ doubt: null, uncertain: false, endedAt: later })
      expect(change.events).toEqual(['checkout.review'])
    },
  )

  it('a payment is believed when it says nothing that contradicts ours', () => {
    for (const currency of ['ISK', null])
      expect(after(checkoutIn('confirming'), paid({ ...ours, currency })).checkout.status).toBe(
        'paid',
      )
  })

  it.each<[string, Payment, number | null]>([
    ['another amount', { ...ours, amount: 500 }, 500],
    ['another currency', { ...ours, currency: 'SEK' }, 12_990],
    ['another reference', { ...ours, reference: 'WEB-2' }, null],
  ])(
    'a payment that cannot be believed is recorded as taken only if it is under our reference: %s',
    (_, payment, paidAmount) => {
      const before = checkoutIn('confirming', { doubt: doubt('contradiction', 2) })
      const { checkout, attempt } = after(before, paid(payment))
      expect(checkout.status).toBe('review')
      expect(attempt).toMatchObject({ paidAmount, paidAt: paidAmount === null ? null : later })
      expect(attempt.endedAt).toBe(later)
    },
  )

  it('a payment that cannot be believed is not recorded as taken where it is only reserved', () => {
    const before = checkoutIn('confirming', { doubt: doubt('amount_mismatch', 2) })
    const payment = { ...ours, amount: 500 }
    const input: Input = { type: 'authorized', awaits: 'capture', payment, evidence }
    const { checkout, attempt } = after(before, input)
    expect(checkout).toMatchObject({ status: 'review', review: 'amount_mismatch' })
    expect(attempt).toMatchObject({ paidAt: null, endedAt: later })
  })

  it.each(['absence', 'code'] as const)(
    'a payment that cannot be believed is doubted anew after a doubt about something else: %s',
    (about) => {
      const before = checkoutIn('confirming', { doubt: doubt(about, 2) })
      const { attempt } = after(before, paid({ ...ours, amount: 1 }))
      expect(attempt.doubt).toEqual({ about: 'amount_mismatch', count: 1 })
    },
  )

  it('a payment that cannot be believed leaves a paid checkout paid, with a review', () => {
    const older = { doubt: doubt('reference_mismatch', 2) }
    const before = withTwo('paid', older, taken, { paidAt: t0, paidAttemptId: 'att_2' })
    const { checkout, events } = after(before, paid({ ...ours, reference: 'WEB-2' }))
    expect(checkout).toMatchObject({ status: 'paid', review: 'reference_mismatch' })
    expect(events).toEqual(['checkout.review'])
  })

  it('a payment that cannot be believed has the open request canceled when it is about an older one', () => {
    const older = { doubt: doubt('reference_mismatch', 2) }
    const before = withTwo('awaiting_shopper', older, open)
    const { checkout, attempt } = after(before, paid({ ...ours, reference: 'WEB-2' }))
    expect(checkout.status).toBe('review')
    expect(checkout.attempts[0]).toMatchObject({ endedAt: t0, doubt: null })
    expect(attempt.cancelRequested).toBe('shop')
  })
})

describe('a review', () => {
  const elsewhere = paid({ ...ours, reference: 'WEB-2' })
  const doubted = { doubt: { about: 'reference_mismatch', count: 2 } } as const
  const ended = { ...over, ...doubted }

  it('a review is told once when the provider goes on reporting the same of an attempt that is over', () => {
    const before = checkoutIn('review', ended, { review: 'reference_mismatch' })
    const { checkout, events, attempt } = after(before, elsewhere)
    expect(checkout).toMatchObject({ status: 'review', review: 'reference_mismatch' })
    expect(attempt).toMatchObject({ doubt: null, endedAt: t0 })
    expect(events).toEqual([])
  })

  it.each<[string, Checkout, Input]>([
    ['its reason changes', checkoutIn('review', ended, { review: 'contradiction' }), elsewhere],
    [
      'it is about an open attempt',
      checkoutIn('review', { ...open, ...doubted }, { review: 'reference_mismatch' }),
      elsewhere,
    ],
    [
      'money was taken',
      checkoutIn('review', ended, { review: 'amount_mismatch' }),
      paid({ ...ours, amount: 500 }),
    ],
  ])('a review is told again when %s', (_, before, input) => {
    const { checkout, events } = after(before, input)
    expect(checkout.status).toBe('review')
    expect(events).toEqual(['checkout.review'])
  })

  it.each([
    ['the provider gave the request the id of another', { type: 'duplicate_ref', evidence }],
    ['nobody said how it ended', { type: 'unresolved', why: 'outcome_unknown' }],
    ['its account is gone', { type: 'unresolved', why: 'not_configured' }],
  ] as const)('a review ends an open attempt when %s', (_, input) => {
    const { checkout, events, attempt } = after(checkoutIn('awaiting_shopper'), input)
    const review = input.type === 'unresolved' ? input.why : 'duplicate_transaction'
    expect(checkout).toMatchObject({ status: 'review', review })
    expect(attempt).toMatchObject({ endedAt: later, outcome: null, paidAt: null })
    expect(events).toEqual(['checkout.review'])
  })
})
