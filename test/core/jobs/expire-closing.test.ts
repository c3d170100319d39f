import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Checkout } from '../../../server/core/checkout.ts'
import { CheckoutExpirer } from '../../../server/core/jobs/expire-checkouts.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import type { CheckoutStore } from '../../../server/core/store.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { checkoutIn, newAttempt } from '../../support/checkouts.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** As many as the job closes at a time. */
const crowd = 100

let clock: ManualClock
let database: Database
let store: CheckoutStore
let expirer: CheckoutExpirer
let looks = 0
beforeEach(async () => {
  clock = new ManualClock()
  database = await openDatabase('file::memory:')
  const stored = checkoutStore(database)
  looks = 0
  store = {
    ...stored,
    firstToExpire: (limit) => {
      looks++
      return stored.firstToExpire(limit)
    },
  }
  const repository = new CheckoutRepository({
    ...{ store, clock, pubsub: new PubSub(), limits: defaultLimits, receipt: noReceipts },
    newId: (prefix) => `${prefix}_${clock.now()}`,
  })
  const onError = (error: unknown) => expect.fail(String(error))
  expirer = new CheckoutExpirer({ store, repository, clock, onError })
})
afterEach(async () => {
  await expirer.stop()
  await database.close()
})

const create = async (index: number, checkout: Partial<Checkout>): Promise<Checkout> => {
  const open = checkoutIn('open', {}, { id: `chk_${index}`, reference: `WEB-${index}` })
  const created = { ...open, ...checkout, version: 1, attempts: [] }
  await store.create({ ...created, closing: null }, `session ${index}`, null)
  return created
}

/** Its shopper saw the request end, its lifetime is over, and its provider does not say that it is canceled. */
async function createClosing(index: number): Promise<void> {
  const closing = await create(index, { expiresAt: clock.now() - 1_000, closing: 'expired' })
  const attempt = newAttempt({
    ...{ id: `att_${index}`, reference: `WEB-${index}-a`, token: `token ${index}` },
    ...{ providerRef: `cart ${index}`, outcome: 'declined', reason: 'declined' },
    ...{ payer: { kind: 'phone', masked: '•••3281', hash: `h${index}` } },
    ...{ cancelRequested: 'approval_timeout', endedAt: null },
  })
  const entry = { attemptId: attempt.id, version: 2, at: clock.now(), type: 'closing' }
  const attempts = [attempt]
  await store.save({ ...closing, version: 2, attempts }, [{ ...entry, evidence: null }], [])
}

async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    clock.advance(1_000)
    for (let turn = 0; turn < 50; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(0)
    }
  }
}

it('expires a checkout behind any number that are being closed, and does not look at those again and again', async () => {
  await Promise.all(Array.from({ length: crowd }, (_, index) => createClosing(index)))
  await create(crowd, { expiresAt: clock.now() + 5_000 })
  expirer.start()
  await pass(10)
  expect((await store.load(`chk_${crowd}`))?.status).toBe('expired')
  expect((await store.load('chk_0'))?.status).toBe('open')
  expect(looks).toBeLessThan(5)
})
