import { describe, expect, it } from 'vitest'
import type { Checkout, Input } from '../../../server/core/checkout.ts'
import { checkoutIn, evidence, later, t0 } from '../../support/checkouts.ts'
import type { AttemptPatch } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

type By = (Input & { readonly type: 'ended' })['by']
const ended = (by: By, isFinal = true): Input => ({
  ...{ type: 'ended', by, isFinal },
  evidence: { ...evidence, code: '10201' },
})
const expiresAt = t0 + 180_000
const told = { outcome: 'expired', reason: 'no_answer', endedAt: null } as const

describe('an attempt that the provider has ended', () => {
  it('an attempt that the provider has ended is over, and the shop is notified', () => {
    const before = checkoutIn('awaiting_shopper', {
      ...{ uncertain: true, doubt: { about: 'absence', count: 1 } },
    })
    const { checkout, events, attempt } = after(before, ended('cancel'))
    expect(checkout.status).toBe('open')
    expect(attempt).toEqual({
      ...before.attempts[0],
      ...{ outcome: 'declined', reason: 'declined', providerCode: '10201', endedAt: later },
      ...{ uncertain: false, doubt: null },
    })
    expect(events).toEqual(['checkout.attempt_failed'])
  })

  it.each<[by: By, outcome: string, reason: string]>([
    ['decline', 'declined', 'declined'],
    ['shop', 'canceled', 'canceled_by_shop'],
    ['expiry', 'expired', 'no_answer'],
    ['failure', 'failed', 'canceled_or_failed'],
    ['paid_elsewhere', 'canceled', 'paid_another_way'],
  ])(
    'an attempt is ended by %s where the provider says so, whatever was requested: %s, %s',
    (by, ...end) => {
      for (const cancelRequested of [null, 'wrong_code'] as const) {
        const { attempt } = after(checkoutIn('awaiting_shopper', { cancelRequested }), ended(by))
        expect([attempt.outcome, attempt.reason]).toEqual(end)
      }
    },
  )

  it.each<[AttemptPatch['cancelRequested'], string, string]>([
    ['shopper', 'canceled', 'canceled_by_shopper'],
    ['shop', 'canceled', 'canceled_by_shop'],
    ['wrong_code', 'failed', 'wrong_code'],
    ['capture_timeout', 'failed', 'ended_by_provider'],
    ['approval_timeout', 'expired', 'no_answer'],
  ])(
    'an attempt is ended as was requested where the provider does not say by whom: by %s',
    (by, ...end) => {
      const before = checkoutIn('awaiting_shopper', { cancelRequested: by ?? null })
      for (const said of ['cancel', 'unknown'] as const) {
        const { attempt } = after(before, ended(said))
        expect([attempt.outcome, attempt.reason]).toEqual(end)
      }
    },
  )

  it.each<[by: By, now: number, outcome: string, reason: string]>([
    ['cancel', expiresAt - 5_001, 'declined', 'declined'],
    ['cancel', expiresAt - 5_000, 'expired', 'no_answer'],
    ['unknown', expiresAt - 5_001, 'canceled', 'ended_by_provider'],
    ['unknown', expiresAt - 5_000, 'expired', 'no_answer'],
  ])(
    'an attempt has expired if it ended close to the end of its window, for want of a better word than %s',
    (by, now, ...end) => {
      const { attempt } = after(checkoutIn('awaiting_shopper'), ended(by), now)
      expect([attempt.outcome, attempt.reason]).toEqual(end)
    },
  )

  it('an attempt that ended has an unknown outcome if it had been approved: our capture may have arrived', () => {
    for (const by of ['cancel', 'unknown'] as const)
      expect(after(checkoutIn('confirming'), ended(by)).attempt).toMatchObject({
        ...{ outcome: 'expired', reason: 'outcome_unknown', endedAt: later },
      })
  })

  it('an attempt that the provider has ended keeps the outcome that the shopper was told before', () => {
    const { checkout, events, attempt } = after(checkoutIn('open', told), ended('decline'))
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({ ...told, endedAt: later, providerCode: null })
    expect(events).toEqual([])
  })

  it('an attempt that the provider has ended closes the checkout where that was requested, without another word about it', () => {
    const before = checkoutIn('open', told, { closing: 'expired' })
    const { checkout, events } = after(before, ended('decline'))
    expect(checkout.status).toBe('expired')
    expect(events).toEqual(['checkout.expired'])
  })

  it('an attempt that the provider has ended leaves a checkout final that another attempt has paid', () => {
    const before = checkoutIn('paid', { endedAt: null, outcome: null, reason: null })
    const { checkout, events, attempt } = after(before, ended('shop'))
    expect(checkout.status).toBe('paid')
    expect(attempt).toMatchObject({ outcome: 'canceled', endedAt: later })
    expect(events).toEqual([])
  })
})

describe('an attempt that the provider cannot find', () => {
  const absent = ended('cancel', false)

  it('an attempt that the provider cannot find has ended for the shopper three seconds after its start, and stays open', () => {
    const before = checkoutIn('awaiting_shopper', { uncertain: true })
    const { checkout, events, attempt } = after(before, absent, t0 + 3_000)
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({
      ...{ outcome: 'declined', reason: 'declined', providerCode: '10201', endedAt: null },
      uncertain: false,
    })
    expect(events).toEqual(['checkout.attempt_failed'])
  })

  it.each([
    ['sooner than that', 'awaiting_shopper', t0 + 2_999],
    ['after its approval', 'confirming', later],
  ] as const)(
    'an attempt that the provider cannot find is believed to be gone only the second time: %s',
    (_, status, now) => {
      const once = after(checkoutIn(status), absent, now)
      expect(once.checkout.status).toBe(status)
      expect(once.attempt.doubt).toEqual({ about: 'absence', count: 1 })
      expect(once.events).toEqual([])
      const twice = after(once.checkout, absent, now)
      expect(twice.checkout.status).toBe('open')
      expect(twice.attempt).toMatchObject({ doubt: null, endedAt: null })
      expect(twice.attempt.outcome).not.toBeNull()
    },
  )

  it.each([
    ['outcome_told', checkoutIn('open', told)],
    ['closing', checkoutIn('awaiting_shopper', {}, { closing: 'canceled' })],
    ['checkout_final', checkoutIn('paid', { endedAt: null, outcome: null, reason: null })],
  ])(
    'an attempt that the provider cannot find changes nothing where its end is waited for: %s',
    (reason, before) => {
      expect(ignoredBecause(before, absent)).toBe(reason)
    },
  )
})

describe('a reservation that is left to lapse', () => {
  const byShop = ['canceled', 'canceled_by_shop'] as const
  const notCaptured = ['failed', 'ended_by_provider'] as const
  it.each<[string, readonly [string, string], AttemptPatch, Partial<Checkout>?]>([
    ['the shop had it canceled', byShop, { cancelRequested: 'shop' }],
    ['the shop denied it', byShop, { cancelRequested: 'shopper', shopDecision: 'deny' }],
    ['the shop closes', byShop, { cancelRequested: 'shopper' }, { closing: 'canceled' }],
    ['it was not captured in time', notCaptured, { cancelRequested: 'capture_timeout' }],
    ['the shopper had it canceled', notCaptured, { cancelRequested: 'shopper' }],
    ['its window was over', notCaptured, { cancelRequested: 'approval_timeout' }],
    ['the lifetime is over', notCaptured, { cancelRequested: 'shopper' }, { closing: 'expired' }],
    ['nobody had it canceled', notCaptured, {}],
  ])(
    'a reservation that is left to lapse counts as canceled by the shop only where the shop did so: %s',
    (_, end, patch, more) => {
      const before = checkoutIn('confirming', patch, more)
      const { checkout, events, attempt } = after(before, { type: 'released' })
      expect(checkout.status).toBe(before.closing ?? 'open')
      expect([attempt.outcome, attempt.reason]).toEqual(end)
      expect(attempt).toMatchObject({ providerCode: null, endedAt: later })
      expect(events[0]).toBe('checkout.attempt_failed')
    },
  )
})

describe('a start that is given up', () => {
  it('a start that is given up ends the attempt with an unknown outcome', () => {
    const { checkout, events, attempt } = after(checkoutIn('starting'), { type: 'start_abandoned' })
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({
      ...{ outcome: 'expired', reason: 'outcome_unknown', providerCode: null, endedAt: later },
    })
    expect(events).toEqual(['checkout.attempt_failed'])
  })
})

describe('an attempt that is over', () => {
  const cancelSent = { type: 'cancel_sent' } as const

  it('an attempt that is over may be canceled once more at the provider', () => {
    const { checkout, attempt } = after(checkoutIn('open'), cancelSent)
    expect(attempt.cancelSentAt).toBe(later)
    expect(ignoredBecause(checkout, cancelSent)).toBe('already_sent')
  })

  it('an attempt that is over is not canceled when it was paid', () => {
    const before = checkoutIn('paid', { paidAt: t0, paidAmount: 12_990 })
    expect(ignoredBecause(before, cancelSent)).toBe('already_captured')
  })

  const unresolved = { outcome: null, reason: null } as const
  it.each([
    ['the shopper was told its outcome', 'review', {}, 'outcome_unknown'],
    ['it was paid', 'review', { ...unresolved, paidAt: t0, paidAmount: 1 }, 'outcome_unknown'],
    ['the review is about something else', 'review', unresolved, 'reference_mismatch'],
    ['there is no review', 'open', unresolved, null],
  ] as const)(
    'an attempt that is over has no use for another end when %s',
    (_, status, patch, review) => {
      const before = checkoutIn(status, patch, { review })
      expect(ignoredBecause(before, ended('cancel'))).toBe('attempt_over')
    },
  )

  it.each(['outcome_unknown', 'not_configured'] as const)(
    'an attempt that is over keeps the code of the first end that the provider reports after a review: %s',
    (review) => {
      const before = checkoutIn('review', unresolved, { review })
      const { attempt, events } = after(before, ended('cancel'))
      expect(attempt.providerCode).toBe('10201')
      expect(events).toEqual([])
    },
  )

  it.each<Input>([
    { type: 'refused', outcome: 'declined', reason: 'declined', evidence },
    { type: 'not_sent', evidence },
    { type: 'unknown', effect: true, evidence },
    { type: 'pending', next: 'awaiting_code', evidence },
    { type: 'code_refused', evidence },
    { type: 'too_late_to_cancel', evidence },
    { type: 'duplicate_ref', evidence },
    { type: 'cancel_requested', by: 'shopper' },
    { type: 'code_given' },
    { type: 'decision_requested' },
    { type: 'capture_requested' },
    { type: 'capture_timed_out' },
    { type: 'shop_decided', decision: 'approve' },
    { type: 'released' },
    { type: 'start_abandoned' },
    { type: 'unresolved', why: 'outcome_unknown' },
  ])('an attempt that is over is not changed by $type', (input) => {
    expect(ignoredBecause(checkoutIn('open'), input)).toBe('attempt_over')
  })
})
