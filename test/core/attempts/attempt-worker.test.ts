import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import type { Checkout, ProviderResult } from '../../../server/core/checkout.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import { AttemptWorker } from '../../../server/core/attempts/attempt-worker.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { PaymentHandle, Provider } from '../../../server/core/provider.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { waiting as waitingForEver } from '../../bench/checks/watch.ts'
import { until } from '../../support/test-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const evidence = { call: 'test', code: '0', referenceId: null }

/** Answers a poll when the test says so, and any other call at once. */
class SlowProvider implements Provider {
  readonly name = 'netgiro'
  readonly api = 'test'
  readonly account = 'test'
  readonly apiUrl = 'https://api.example'
  readonly startNotifiesPayer = true
  readonly canCancel = true
  readonly cancelUndoesPayments = false
  readonly payers = { web: ['phone'], pos: [] } as const
  readonly approvalTimeoutMs = {}
  readonly refund = null
  readonly polls: (() => void)[] = []
  pollCount = 0
  canceled: string[] = []

  check(): Promise<ProviderResult> {
    this.pollCount++
    return new Promise((resolve) => {
      this.polls.push(() => resolve({ type: 'pending', next: 'awaiting_shopper', evidence }))
    })
  }

  cancel({ providerRef }: PaymentHandle): Promise<ProviderResult> {
    this.canceled.push(providerRef)
    return Promise.resolve({ type: 'ended', by: 'cancel', isFinal: true, evidence })
  }

  start = () => Promise.reject(new Error('not expected'))
  capture = this.start
  submitCode = this.start
  captureMethodFor = () => 'manual' as const
  validateOrder = () => []
  parseCallback = () => null
  close = () => Promise.resolve()
}

const count = 500

let clock: ManualClock
let provider: SlowProvider
let database: Database
let repository: CheckoutRepository
let worker: AttemptWorker
beforeEach(async () => {
  clock = new ManualClock()
  provider = new SlowProvider()
  database = await openDatabase('file::memory:')
  const store = checkoutStore(database)
  const pubsub = new PubSub()
  repository = new CheckoutRepository({
    ...{ store, clock, pubsub, limits: defaultLimits, receipt: noReceipts },
    newId: (prefix) => prefix,
  })
  worker = new AttemptWorker({
    ...{ store, repository, clock, providers: new Providers([provider]) },
    ...{ captureApproval: null, codeTries: 3, onError: (error) => expect.fail(String(error)) },
  })
  pubsub.subscribeToAll(worker)
  for (let index = 0; index < count; index++) {
    const { attempts, ...order } = waiting(index)
    await store.create({ ...order, attempts: [], version: 2 }, `hash-${index}`, null)
    const entry = { attemptId: `att_${index}`, version: 3, at: 0, type: 'started', evidence: null }
    await store.save({ ...order, attempts }, [entry], [])
  }
  await worker.resume(await store.unfinished())
})
afterEach(() => database.close())

const someDay = Date.UTC(2100, 0)
const waiting = (index: number): Checkout => {
  const checkout = waitingForEver(index)
  const attempts = checkout.attempts.map((attempt) => ({ ...attempt, approvalExpiresAt: someDay }))
  return { ...checkout, expiresAt: someDay, attempts }
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

it('spreads the polls after a restart over one poll interval', async () => {
  clock.advance(0)
  expect(provider.pollCount).toBeLessThanOrEqual(1)
  clock.advance(100)
  await turns()
  expect(provider.pollCount).toBeGreaterThan(40)
  expect(provider.pollCount).toBeLessThan(60)
})

it('makes at most 192 polls at a time, and the next one when a slow provider has answered', async () => {
  clock.advance(1_000)
  await turns()
  expect(provider.pollCount).toBe(192)
  clock.advance(5_000)
  provider.polls.splice(0, 10).forEach((answer) => answer())
  await until(() => provider.pollCount > 192)
  await turns()
  expect(provider.pollCount).toBe(202)
  while (provider.pollCount < count) {
    provider.polls.splice(0).forEach((answer) => answer())
    await turns()
  }
})

it('cancels at once while polls wait in the queue, and does not poll an attempt that has ended meanwhile', async () => {
  clock.advance(1_000)
  await turns()
  const last = `att_${count - 1}`
  await repository.record(`chk_${count - 1}`, { type: 'cancel_requested', by: 'shopper' }, last)
  await until(() => provider.canceled.length)
  expect(provider.canceled).toEqual([`cart-${count - 1}`])
  await turns()
  while (provider.polls.length > 0) {
    provider.polls.splice(0).forEach((answer) => answer())
    await turns()
  }
  expect(provider.pollCount).toBe(count - 1)
  expect(worker.size).toBe(count - 1)
})
