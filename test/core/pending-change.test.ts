import { describe, expect, it } from 'vitest'
import type { Input, Refund } from '../../server/core/checkout.ts'
import { applyInputs } from '../../server/core/pending-change.ts'
import { checkoutIn, evidence, later, ours, t0 } from '../support/checkouts.ts'

const approved: Input = { type: 'authorized', awaits: 'capture', payment: ours, evidence }
const paid: Input = { type: 'paid', payment: ours, proof: 'proven', evidence }
const pending: Input = { type: 'pending', next: 'awaiting_shopper', evidence }
const tooLate: Input = { type: 'too_late_to_cancel', evidence }
const unknown = (effect: boolean): Input => ({ type: 'unknown', effect, evidence })

describe('inputs that are applied one after the other', () => {
  it('inputs that are applied one after the other leave one entry each, with the version that they made', () => {
    const before = checkoutIn('awaiting_shopper')
    const decided: Input = { type: 'shop_decided', decision: 'approve' }
    const change = applyInputs(before, [approved, decided, paid], 'att_1', later)
    expect(change.checkout).toMatchObject({ status: 'paid', version: 6 })
    const where = { attemptId: 'att_1', at: later }
    expect(change.entries).toEqual([
      { ...where, version: 4, type: 'approved', evidence },
      { ...where, version: 5, type: 'authorized', evidence: null },
      { ...where, version: 6, type: 'paid', evidence },
    ])
    expect(change.events).toEqual([{ type: 'checkout.paid', checkout: change.checkout }])
    expect(change.repeats).toEqual([])
  })

  it('inputs that are applied one after the other tell the shop of each change with the state that it made', () => {
    const before = checkoutIn('starting')
    const failed: Input = { type: 'not_sent', evidence }
    const close: Input = { type: 'closing', as: 'canceled' }
    const { events } = applyInputs(before, [failed, close], 'att_1', later)
    expect(events.map(({ type, checkout }) => [type, checkout.status])).toEqual([
      ['checkout.attempt_failed', 'open'],
      ['checkout.canceled', 'canceled'],
    ])
  })

  it('inputs that are applied one after the other leave the same object where none of them changes anything', () => {
    const before = checkoutIn('awaiting_shopper')
    const change = applyInputs(before, [pending, unknown(false)], 'att_1', later)
    expect(change.checkout).toBe(before)
    expect(change).toMatchObject({ entries: [], events: [], repeats: [] })
  })

  it('inputs are counted, and get no entry, where a call with an effect changed nothing', () => {
    const before = checkoutIn('awaiting_shopper', { uncertain: true, cancelRefused: true })
    const uncertain = applyInputs(before, [unknown(true), pending], 'att_1', later)
    expect(uncertain.repeats).toEqual([unknown(true)])
    const refused = checkoutIn('awaiting_shopper', { cancelRefused: true })
    const change = applyInputs(refused, [tooLate, pending], 'att_1', later)
    expect(change.repeats).toEqual([tooLate])
    expect(change.checkout).toBe(refused)
    expect(change.entries).toEqual([])
  })
})

describe('inputs about a refund', () => {
  const refund = (id: string, more: Partial<Refund> = {}): Refund => ({
    ...{ id, key: id, amount: 1, requestedAt: t0, status: 'pending', settledAt: null },
    ...more,
  })
  const lastAnswer = { ...evidence, type: 'unknown', at: t0 } as const
  const before = checkoutIn(
    'paid',
    {},
    { paidAttemptId: 'att_1', refunds: [refund('a'), refund('b', { lastAnswer })] },
  )
  const unsettled: Input = {
    ...{ type: 'refund_unsettled', refundId: 'b', answer: 'unknown', effect: true, evidence },
  }

  it('inputs about a refund are counted where they repeat an answer, and not where they only count a try', () => {
    const tried: Input = { type: 'refund_tried', refundId: 'b' }
    const change = applyInputs(before, [tried, unsettled], null, later)
    expect(change.checkout.version).toBe(before.version)
    expect(change.checkout.refunds[1]).toMatchObject({ tries: { lastAt: later } })
    expect(change).toMatchObject({ entries: [], events: [], repeats: [unsettled] })
  })

  it('inputs about a refund are not counted once it is settled', () => {
    const refunds = [refund('b', { status: 'refunded' })]
    expect(applyInputs({ ...before, refunds }, [unsettled], null, later).repeats).toEqual([])
  })

  it.each([
    ['a', null],
    ['b', lastAnswer],
  ])(
    "inputs about a refund keep who closed it, with the provider's last answer before: %s",
    (refundId, last) => {
      const who = { by: 'Anna', note: 'portal' }
      const close: Input = { type: 'refund_closed', refundId, as: 'failed', ...who }
      const { entries } = applyInputs(before, [close], null, later)
      expect(entries).toMatchObject([{ attemptId: null, type: 'refund_closed' }])
      expect(entries[0]?.evidence).toEqual({
        ...{ call: 'operator', code: 'failed', referenceId: null },
        operator: { ...who, lastAnswer: last },
      })
    },
  )
})
