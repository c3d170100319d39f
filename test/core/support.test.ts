import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Checkout } from '../../server/core/checkout.ts'
import type { CheckoutStore } from '../../server/core/store.ts'
import { Support } from '../../server/core/support.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'

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
