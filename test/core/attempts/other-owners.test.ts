import { afterEach, beforeEach, expect, it } from 'vitest'
import { AttemptWorker } from '../../../server/core/attempts/attempt-worker.ts'
import { pollLimits } from '../../../server/core/attempts/backoff.ts'
import type { Attempt, Checkout, ProviderResult } from '../../../server/core/checkout.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { Provider } from '../../../server/core/provider.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import type { CheckoutStore } from '../../../server/core/store.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { checkoutIn, evidence, newAttempt, t0 } from '../../support/checkouts.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/test-server.ts'

const pending: ProviderResult = { type: 'pending', next: 'awaiting_shopper', evidence }
const unexpected = () => Promise.reject(new Error('not expected'))
const provider: Provider = {
  ...{ name: 'netgiro', api: 'test', account: 'test', apiUrl: 'https://api.example' },
  ...{ startNotifiesPayer: true, canCancel: true, cancelUndoesPayments: false },
  ...{ payers: { web: ['phone'], pos: [] }, approvalTimeoutMs: {}, refund: null },
  check: () => Promise.resolve(pending),
  ...{ start: unexpected, capture: unexpected, submitCode: unexpected, cancel: unexpected },
  captureMethodFor: () => 'manual',
  ...{ validateOrder: () => [], parseCallback: () => null, close: () => Promise.resolve() },
}

const attempt: Attempt = newAttempt()
const checkout: Checkout = checkoutIn('awaiting_shopper', attempt, { version: 2 })

let database: Database
let store: CheckoutStore
let clock: ManualClock
/** Of the server under test. */
const lease = { isHeld: true, isRecent: true }
beforeEach(async () => {
  Object.assign(lease, { isHeld: true, isRecent: true })
  clock = new ManualClock()
  database = await openDatabase('file::memory:')
  store = checkoutStore(database)
  await store.create({ ...checkout, attempts: [], status: 'open', version: 1 }, 'hash', null)
  const started = { attemptId: attempt.id, version: 2, at: t0, type: 'started', evidence: null }
  await store.save(checkout, [started], [])
})
afterEach(() => database.close())

const repositoryFor = (ownership = soleOwner, pubsub = new PubSub()) =>
  new CheckoutRepository({
    ...{ store, clock, pubsub, limits: defaultLimits, receipt: noReceipts, ownership },
    newId: (prefix) => prefix,
  })

/** More than any test needs: an action that repeats forever leaves no time for anything else. */
const maxTurns = 50

function server() {
  const ownership = {
    ...soleOwner,
    holds: () => lease.isHeld,
    keeps: () => lease.isHeld,
    owns: () => lease.isHeld && lease.isRecent,
  }
  const pubsub = new PubSub()
  const repository = repositoryFor(ownership, pubsub)
  const turns = { count: 0 }
  const worker = new AttemptWorker({
    ...{ repository, store, clock, ownership, providers: new Providers([provider]) },
    ...{ captureApproval: null, codeTries: 3, onError: () => {} },
    aroundTurn(_, turn) {
      if (++turns.count > maxTurns) throw new Error('Too many turns')
      return turn()
    },
  })
  pubsub.subscribeToAll(worker)
  return { worker, turns }
}

it('an attempt whose checkout went to another server while it was read is not taken up', async () => {
  const { worker, turns } = server()
  const unfinished = await store.unfinished()
  lease.isHeld = false
  await worker.resume(unfinished)
  clock.advance(60_000)
  expect([unfinished.length, worker.size, turns.count]).toEqual([1, 0, 0])
})

it('a callback takes up no attempt whose checkout goes to another server while it is read', async () => {
  const { worker } = server()
  const polled = worker.pollNow(checkout.id, attempt)
  lease.isHeld = false
  await polled
  expect(worker.size).toBe(0)
})

it('an attempt that another server has ended is let go of, also where memory may not be the answer', async () => {
  const { worker, turns } = server()
  await worker.resume(await store.unfinished())
  await until(() => turns.count === 1)
  lease.isRecent = false
  const ended: ProviderResult = { type: 'ended', by: 'cancel', isFinal: true, evidence }
  await repositoryFor().record(checkout.id, ended, attempt.id)
  clock.advance(attempt.approvalExpiresAt - t0 + 1_000)
  await until(() => worker.size === 0 || turns.count > maxTurns)
  expect([worker.size, turns.count < 5]).toEqual([0, true])
})

it('an attempt that comes back, as after a restart of the database, is not asked about sooner than ever', async () => {
  const { worker, turns } = server()
  await worker.resume(await store.unfinished())
  await until(() => turns.count === 1)
  await Promise.all(worker.release(() => true).map(({ ended }) => ended))
  clock.advance(500)
  await worker.resume(await store.unfinished())
  clock.advance(pollLimits.defaultMs - 501)
  expect(turns.count).toBe(1)
  clock.advance(3)
  await until(() => turns.count === 2)
})
