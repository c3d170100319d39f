import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultLimits } from '../../server/core/rate-limits.ts'
import type { Checkout, ProviderResult } from '../../server/core/checkout.ts'
import { PubSub } from '../../server/core/pubsub.ts'
import { CheckoutRepository } from '../../server/core/repository.ts'
import { AttemptWorker } from '../../server/core/attempts/attempt-worker.ts'
import { Providers } from '../../server/core/provider.ts'
import type { PaymentHandle, Provider } from '../../server/core/provider.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { Database } from '../../server/store/database.ts'
import { waiting as waitingForEver } from '../bench/checks/watch.ts'
import { until } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

const evidence = { call: 'test', code: '0', referenceId: null }

/** Answers a question when it is told to, and anything else at once. */
class SlowProvider implements Provider {
  readonly name = 'netgiro'
  readonly api = 'test'
  readonly account = 'test'
  readonly startNotifiesPayer = true
  readonly canCancel = true
  readonly payers = { web: ['phone'], pos: [] } as const
  readonly approvalTimeoutMs = {}
  readonly refund = null
  readonly questions: (() => void)[] = []
  asked = 0
  canceled: string[] = []

  check(): Promise<ProviderResult> {
    this.asked++
    return new Promise((resolve) => {
      this.questions.push(() => resolve({ type: 'pending', next: 'awaiting_shopper', evidence }))
    })
  }

  cancel({ providerRef }: PaymentHandle): Promise<ProviderResult> {
    this.canceled.push(providerRef)
    return Promise.resolve({ type: 'ended', by: 'cancel', isFinal: true, evidence })
  }

  start = () => Promise.reject(new Error('nobody starts here'))
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
  database = await Database.open('file::memory:')
  const store = checkoutStore(database)
  const pubsub = new PubSub()
  repository = new CheckoutRepository({
    ...{ store, clock, pubsub, limits: defaultLimits },
    newId: (prefix) => prefix,
  })
  worker = new AttemptWorker({
    ...{ repository, clock, providers: new Providers([provider]) },
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

it('spreads the questions after a restart over one pace', async () => {
  clock.advance(0)
  expect(provider.asked).toBeLessThanOrEqual(1)
  clock.advance(100)
  await turns()
  expect(provider.asked).toBeGreaterThan(40)
  expect(provider.asked).toBeLessThan(60)
})

it('has no more than 192 questions out, however slow the provider is, and then asks the next in line', async () => {
  clock.advance(1_000)
  await turns()
  expect(provider.asked).toBe(192)
  clock.advance(5_000)
  provider.questions.splice(0, 10).forEach((answer) => answer())
  await until(() => provider.asked > 192)
  await turns()
  expect(provider.asked).toBe(202)
  while (provider.asked < count) {
    provider.questions.splice(0).forEach((answer) => answer())
    await turns()
  }
})

it('cancels at once while questions stand in line, and does not ask about what is over by then', async () => {
  clock.advance(1_000)
  await turns()
  const last = `att_${count - 1}`
  await repository.record(`chk_${count - 1}`, { type: 'cancel_requested', by: 'shopper' }, last)
  await until(() => provider.canceled.length)
  expect(provider.canceled).toEqual([`cart-${count - 1}`])
  await turns()
  while (provider.questions.length > 0) {
    provider.questions.splice(0).forEach((answer) => answer())
    await turns()
  }
  expect(provider.asked).toBe(count - 1)
  expect(worker.size).toBe(count - 1)
})
