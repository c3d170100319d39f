import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Refund } from '../../server/core/checkout.ts'
import type { CheckoutStore } from '../../server/core/store.ts'
import { Support } from '../../server/core/support.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { checkoutIn, newAttempt, t0 } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'

let database: Database
let store: CheckoutStore
beforeEach(async () => {
  database = await openDatabase('file::memory:')
  store = checkoutStore(database)
})
afterEach(() => database.close())

const refundOf = (id: string): Refund => ({
  ...{ id: `ref_${id}`, key: id, amount: 12990, attemptId: id, requestedAt: t0 },
  ...{ status: 'refunded', settledAt: t0 },
})

async function paidLate(id: string, paidAt: number, refunds: readonly Refund[]): Promise<void> {
  const created = checkoutIn('open', {}, { id, version: 1, reference: id, attempts: [] })
  await store.create(created, `session-${id}`, null)
  const ids = { id, reference: id, token: id, providerRef: id }
  const attempt = newAttempt({ ...ids, endedAt: t0, paidAt, paidAmount: 12990 })
  const entry = { attemptId: id, version: 2, at: paidAt, type: 'paid', evidence: null }
  const more = { version: 2, paidAt, paidAttemptId: id, late: true, attempts: [attempt], refunds }
  await store.save({ ...created, ...more, status: 'paid' }, [entry], [])
}

it('lists a late payment that nobody has dealt with behind any number that were refunded', async () => {
  const support = new Support({ store, clock: new ManualClock() })
  await paidLate('kept', t0, [])
  for (let number = 1; number <= 60; number++)
    await paidLate(`refunded-${number}`, t0 + number, [refundOf(`refunded-${number}`)])
  expect((await support.late(50)).map(({ id }) => id)).toEqual(['kept'])
})
