import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Attempt, Checkout, ReviewReason } from '../../server/core/checkout.ts'
import type { CheckoutStore } from '../../server/core/store.ts'
import { Support } from '../../server/core/support.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { checkoutIn, newAttempt, t0 } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import type { AttemptPatch } from '../support/checkouts.ts'

let database: Database
let store: CheckoutStore
beforeEach(async () => {
  database = await openDatabase('file::memory:')
  store = checkoutStore(database)
})
afterEach(() => database.close())

/** Paid after it had been given up, as the nth of all. */
async function payLate(number: number, refunds: Checkout['refunds']): Promise<string> {
  const at = t0 + number * 1_000
  const [id, attemptId] = [`chk_${number}`, `att_${number}`]
  const paid = checkoutIn(
    'paid',
    {
      ...{ id: attemptId, reference: `WEB-${number}-a`, token: id, providerRef: id },
      ...{ outcome: null, reason: null, paidAt: at, paidAmount: 12_990 },
    },
    {
      ...{ id, reference: `WEB-${number}`, late: true, refunds },
      ...{ paidAt: at, paidAttemptId: attemptId },
    },
  )
  await store.create({ ...paid, attempts: [], status: 'canceled', version: 2 }, id, null)
  const entry = { attemptId, version: 3, at, type: 'paid', evidence: null }
  await store.save(paid, [entry], [])
  return id
}

const refunded: Checkout['refunds'] = [
  {
    ...{ id: 'ref', key: 'k', amount: 12_990, requestedAt: t0, settledAt: t0 },
    status: 'refunded',
  },
]

it('lists a payment that came late however many later ones have been refunded', async () => {
  const clock = new ManualClock()
  const kept = await payLate(1, [])
  for (const number of [2, 3, 4]) await payLate(number, refunded)
  const late = await new Support({ store, clock }).late(2)
  expect(late.map(({ id }) => id)).toEqual([kept])
})

describe('a review', () => {
  const attempt = (id: string, patch: AttemptPatch) =>
    newAttempt({ id, reference: `WEB-1-${id}`, token: id, providerRef: id, endedAt: t0, ...patch })
  const taken = (id: string, paidAmount = 12_990) => attempt(id, { paidAt: t0, paidAmount })
  const unknown = attempt('att_2', {})
  const canceled = attempt('att_2', { outcome: 'canceled', reason: 'canceled_by_shopper' })
  const backOf = (attemptId: string, amount = 12_990, id = attemptId) => ({
    ...{ id: `ref_${id}`, key: id, amount, attemptId, requestedAt: t0, settledAt: t0 },
    status: 'refunded' as const,
  })

  async function isSettled(
    review: ReviewReason,
    attempts: readonly Attempt[],
    refunds: Checkout['refunds'],
  ): Promise<boolean | undefined> {
    const begun = checkoutIn('paid', {}, { attempts: [], version: 1 })
    await store.create({ ...begun, status: 'open' }, 'hash', null)
    let before = begun
    for (const one of attempts) {
      const version = before.version + 1
      const next = { ...before, version, attempts: [...before.attempts, one] }
      const entry = { attemptId: one.id, version, at: t0, type: 'started', evidence: null }
      await store.save(next, [entry], [], before)
      before = next
    }
    const version = before.version + 1
    const entry = { attemptId: null, version, at: t0, type: 'refunded', evidence: null }
    const paidAttemptId = 'att_1'
    await store.save({ ...before, version, review, refunds, paidAttemptId }, [entry], [], before)
    const support = new Support({ store, clock: new ManualClock() })
    const [open] = await support.inReview(10)
    return open?.isSettled
  }

  const one = [backOf('att_1')]
  const twice = [taken('att_1'), taken('att_2')]
  it.each<[string, ReviewReason, readonly Attempt[], Checkout['refunds']]>([
    [
      'a payment of another amount',
      'amount_mismatch',
      [taken('att_1', 500)],
      [backOf('att_1', 500)],
    ],
    ['a payment in another currency', 'currency_mismatch', [taken('att_1')], one],
    ['a second payment', 'paid_twice', twice, [backOf('att_2')]],
  ])('a review is settled by a refund of %s', async (_, review, attempts, refunds) => {
    expect(await isSettled(review, attempts, refunds)).toBe(true)
  })

  it.each<[string, ReviewReason, readonly Attempt[], Checkout['refunds']]>([
    [
      'nobody knows what became of another request',
      'outcome_unknown',
      [taken('att_1'), unknown],
      one,
    ],
    ['another account is not configured', 'not_configured', [taken('att_1'), unknown], one],
    ['another payment has another reference', 'reference_mismatch', [taken('att_1'), unknown], one],
    ['another request may be paid', 'unproven_payment', [taken('att_1'), canceled], one],
    ['another request is contradictory', 'contradiction', [taken('att_1'), canceled], one],
    ['another reservation has another amount', 'amount_mismatch', [taken('att_1'), unknown], one],
    ['nothing is said to have been taken', 'amount_mismatch', [taken('att_1', 0)], []],
    ['less than nothing was taken', 'amount_mismatch', [taken('att_1', -1)], []],
    ['of two payments one was of nothing', 'paid_twice', [taken('att_1'), taken('att_2', 0)], []],
    ['a part was refunded', 'amount_mismatch', [taken('att_1')], [backOf('att_1', 12_989)]],
    ['neither of two payments was refunded', 'paid_twice', twice, []],
    [
      ...(['another request is unknown beside two payments', 'paid_twice'] as const),
      ...([[...twice, attempt('att_3', {})], [backOf('att_2')]] as const),
    ],
    [
      ...(['more was refunded than was paid', 'paid_twice', twice] as const),
      [backOf('att_2'), backOf('att_2', 12_990, 'again')],
    ],
  ])('a review is not settled when %s', async (_, review, attempts, refunds) => {
    expect(await isSettled(review, attempts, refunds)).toBe(false)
  })
})
