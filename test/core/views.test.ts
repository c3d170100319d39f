import { describe, expect, it } from 'vitest'
import type { Checkout, Refund } from '../../server/core/checkout.ts'
import { noReceipts } from '../../server/core/receipt.ts'
import { historyView, merchantView, refundView, snapshotOf } from '../../server/core/views.ts'
import { checkoutIn, evidence, newAttempt, t0 } from '../support/checkouts.ts'
import type { AttemptPatch } from '../support/checkouts.ts'

const at = (ms: number) => new Date(ms).toISOString()
const snapshot = (checkout: Checkout) =>
  snapshotOf(checkout, {
    ...{ merchant: 'Bókabúð', codeTries: 3, now: t0 + 1 },
    receipt: noReceipts,
  })
const pos = { channel: 'pos' } as const
const told = { endedAt: null, outcome: 'declined', reason: 'declined' } as const

describe('the snapshot of a checkout', () => {
  it('shows a browser the order, the masked phone and the end of the window, and no more', () => {
    const checkout = checkoutIn('awaiting_shopper', {}, { description: 'Bækur' })
    expect(snapshot(checkout)).toEqual({
      ...{ status: 'awaiting_shopper', version: 3, amount: 12_990, currency: 'ISK' },
      ...{ reference: 'WEB-1', description: 'Bækur', merchant: 'Bókabúð', phone: '•••3281' },
      ...{ expiresAt: at(t0 + 180_000), serverTime: at(t0 + 1) },
      ...{ cancelRequested: false, uncertain: false, lastAttempt: null },
    })
  })

  it('shows the end of the lifetime while no attempt is waited for', () => {
    const end = at(t0 + 86_400_000)
    expect(snapshot(checkoutIn('open')).expiresAt).toBe(end)
    expect(snapshot(checkoutIn('open', told)).expiresAt).toBe(end)
  })

  it('shows neither a payer nor an end before the first attempt', () => {
    const checkout = checkoutIn('open', {}, { ...pos, attempts: [] })
    expect(snapshot(checkout)).toMatchObject({ phone: null, lastAttempt: null })
    expect(snapshot(checkout)).not.toHaveProperty('payer')
  })

  it('shows a phone only where a phone was asked', () => {
    const payer = { kind: 'national_id', masked: '••••••1234', hash: 'h' } as const
    expect(snapshot(checkoutIn('awaiting_shopper', { payer })).phone).toBeNull()
  })

  it.each<[AttemptPatch['cancelRequested'], shown: boolean]>([
    [null, false],
    ['shopper', true],
    ['shop', true],
    ['wrong_code', true],
    ['approval_timeout', false],
    ['capture_timeout', false],
  ])('shows a cancellation by %s: %s', (cancelRequested, shown) => {
    const checkout = checkoutIn('awaiting_shopper', { cancelRequested: cancelRequested ?? null })
    expect(snapshot(checkout).cancelRequested).toBe(shown)
  })

  it('shows no cancellation of an attempt that has ended for the shopper', () => {
    const checkout = checkoutIn('open', { ...told, cancelRequested: 'shopper' })
    expect(snapshot(checkout).cancelRequested).toBe(false)
    expect(snapshot(checkoutIn('open', { cancelRequested: 'shopper' })).cancelRequested).toBe(false)
  })

  it.each<[what: string, uncertain: boolean, Checkout]>([
    ['a call was lost', true, checkoutIn('awaiting_shopper', { uncertain: true })],
    [
      'it has ended and could not be canceled',
      true,
      checkoutIn('open', { ...told, cancelRefused: true }),
    ],
    ['it has ended and is being canceled', false, checkoutIn('open', told)],
    [
      'it could not be canceled and goes on',
      false,
      checkoutIn('awaiting_shopper', { cancelRefused: true }),
    ],
    ['a call was lost before its end', false, checkoutIn('open', { uncertain: true })],
  ])('says that there may be a payment when %s: %s', (_, uncertain, checkout) => {
    expect(snapshot(checkout).uncertain).toBe(uncertain)
  })

  it('shows what a shopper quotes once it is paid or in review, and not before', () => {
    const supportCode = expect.stringMatching(/^WEB-1/) as unknown
    const paidAt = t0 + 5_000
    const paid = snapshot(checkoutIn('paid', {}, { paidAttemptId: 'att_1', paidAt }))
    expect(paid).toMatchObject({ supportCode, paidAt: at(paidAt) })
    expect(paid).not.toHaveProperty('requestedAt')
    const review = snapshot(checkoutIn('review', { startedAt: t0 + 1_000 }))
    expect(review).toMatchObject({ supportCode, requestedAt: at(t0 + 1_000) })
    expect(review).not.toHaveProperty('paidAt')
    for (const status of ['open', 'awaiting_shopper', 'confirming', 'expired'] as const) {
      expect(snapshot(checkoutIn(status))).not.toHaveProperty('supportCode')
    }
  })

  it('quotes the request that was paid, and not a later one', () => {
    const attempts = [newAttempt({ id: 'att_1', reference: 'A' }), newAttempt({ id: 'att_2' })]
    const checkout = checkoutIn('paid', {}, { attempts, paidAttemptId: 'att_1' })
    expect(snapshot(checkout).supportCode).toBe('A')
  })

  it('shows how the last attempt ended', () => {
    expect(snapshot(checkoutIn('open')).lastAttempt).toEqual({
      ...{ outcome: 'declined', reason: 'declined' },
    })
  })

  it('hides whether the provider knows the payer', () => {
    const refused = { providerRef: null, outcome: 'declined', reason: 'amount_too_low' } as const
    expect(snapshot(checkoutIn('open', refused)).lastAttempt).toEqual({
      ...{ outcome: 'failed', reason: 'request_not_sent' },
    })
    const failed = { providerRef: null, outcome: 'failed', reason: 'provider_unavailable' } as const
    expect(snapshot(checkoutIn('open', failed)).lastAttempt).toEqual({
      ...{ outcome: 'failed', reason: 'provider_unavailable' },
    })
  })

  it("the snapshot of a checkout has the provider's form only while the shopper is to fill it in", () => {
    const form = { script: 'https://form.example/form.js', settings: {} }
    expect(snapshot(checkoutIn('awaiting_shopper', { form })).form).toEqual(form)
    expect(snapshot(checkoutIn('awaiting_shopper'))).not.toHaveProperty('form')
    for (const status of ['confirming', 'open'] as const)
      expect(snapshot(checkoutIn(status, { form }))).not.toHaveProperty('form')
  })

  it('shows a point of sale who is asked, and a browser not', () => {
    const payer = { kind: 'phone', masked: '•••3281' }
    expect(snapshot(checkoutIn('awaiting_shopper', {}, pos))).toMatchObject({ payer })
    expect(snapshot(checkoutIn('awaiting_shopper', {}, pos))).not.toHaveProperty('code')
    expect(snapshot(checkoutIn('open', {}, pos))).toMatchObject({ payer })
    expect(snapshot(checkoutIn('awaiting_shopper'))).not.toHaveProperty('payer')
  })

  it.each<[codesTried: number, refused: boolean, triesLeft: number]>([
    [0, false, 3],
    [2, true, 1],
    [4, true, 0],
  ])('shows a point of sale how many codes are left after %s', (codesTried, refused, triesLeft) => {
    const patch = { codesTried, codeRefused: refused }
    const { payer, code } = snapshot(checkoutIn('awaiting_code', patch, pos))
    expect(payer).toEqual({ kind: 'phone', masked: '•••3281' })
    expect(code).toEqual({ refused, triesLeft })
    expect(snapshot(checkoutIn('awaiting_code', patch))).not.toHaveProperty('code')
  })

  it('asks for no code once the attempt has ended', () => {
    expect(snapshot(checkoutIn('awaiting_code', { endedAt: t0 }, pos))).not.toHaveProperty('code')
  })
})

describe('what the shop sees', () => {
  const refund = (id: string, more: Partial<Refund> = {}): Refund => ({
    ...{ id, key: id, amount: 100, requestedAt: t0, status: 'refunded', settledAt: t0 + 9 },
    ...more,
  })

  it('the view of a checkout has everything but the payer in clear', () => {
    const checkout = checkoutIn(
      'paid',
      {
        endedAt: t0 + 5,
        outcome: null,
        reason: null,
        paidAt: t0 + 5,
        paidAmount: 500,
        paymentRef: 'p',
      },
      {
        ...{ paidAt: t0 + 5, paidAttemptId: 'att_1', late: true, review: 'amount_mismatch' },
        ...{ replaces: 'chk_0', options: { secret: 'x' }, metadata: { cart: '7' } },
        refunds: [refund('a'), refund('b', { amount: 30 }), refund('c', { status: 'failed' })],
      },
    )
    expect(merchantView(checkout, 'signed')).toEqual({
      ...{ id: 'chk_1', status: 'paid', version: 3, reference: 'WEB-1', amount: 12_990 },
      ...{ currency: 'ISK', description: null, items: [], provider: 'netgiro', channel: 'web' },
      ...{ locationId: null, registerId: null, metadata: { cart: '7' } },
      ...{ createdAt: at(t0), expiresAt: at(t0 + 86_400_000), paidAt: at(t0 + 5), late: true },
      receipt: 'signed',
      ...{ review: 'amount_mismatch', replaces: 'chk_0', refundedAmount: 130 },
      payments: [
        {
          ...{ attemptId: 'att_1', reference: 'WEB-1-abc', transactionId: 'cart' },
          ...{ paymentId: 'p', amount: 500, paidAt: at(t0 + 5) },
        },
      ],
      refunds: checkout.refunds.map((one) => refundView(checkout, one)),
      attempts: [
        {
          ...{ id: 'att_1', reference: 'WEB-1-abc', payer: { kind: 'phone', masked: '•••3281' } },
          ...{ transactionId: 'cart', startedAt: at(t0), endedAt: at(t0 + 5), uncertain: false },
          ...{ cancelRequested: null, outcome: null, reason: null, providerCode: null },
        },
      ],
    })
  })

  it('the view of a checkout that is not paid has no payment and no times of one', () => {
    const attempts = [newAttempt({ endedAt: t0 }), newAttempt({ id: 'att_2' })]
    const view = merchantView(checkoutIn('awaiting_shopper', {}, { attempts }), null)
    expect(view).toMatchObject({ paidAt: null, payments: [], refunds: [], refundedAmount: 0 })
    expect(view.attempts.map(({ endedAt }) => endedAt)).toEqual([at(t0), null])
  })

  it('the view of a refund names its payment and its status', () => {
    const checkout = checkoutIn('paid', {}, { paidAttemptId: 'att_1' })
    expect(refundView(checkout, refund('a'))).toEqual({
      ...{ id: 'a', attemptId: 'att_1', amount: 100, status: 'refunded' },
      ...{ requestedAt: at(t0), settledAt: at(t0 + 9) },
    })
    const pending = refund('a', { attemptId: 'att_2', status: 'pending', settledAt: null })
    expect(refundView(checkout, pending)).toMatchObject({ attemptId: 'att_2', settledAt: null })
  })

  it('the view of the history names the source of each entry and its repetitions', () => {
    const entry = { attemptId: 'att_1', version: 2, at: t0, type: 'pending' }
    expect(historyView({ ...entry, evidence: null })).toEqual({
      ...entry,
      ...{ at: at(t0), call: null, code: null, referenceId: null, repeats: 0, lastAt: null },
    })
    const read = { ...evidence, referenceId: 'ref' }
    expect(historyView({ ...entry, evidence: read, repeats: 2, lastAt: t0 + 7 })).toEqual({
      ...entry,
      ...{ at: at(t0), call: 'CheckCart', code: '0', referenceId: 'ref' },
      ...{ repeats: 2, lastAt: at(t0 + 7) },
    })
  })
})
