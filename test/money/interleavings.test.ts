import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Scheduler } from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../server/core/rate-limits.ts'
import type { Checkout } from '../../server/core/checkout.ts'
import { Callbacks } from '../../server/core/callbacks.ts'
import { PubSub } from '../../server/core/pubsub.ts'
import { noReceipts } from '../../server/core/receipt.ts'
import { CheckoutRepository } from '../../server/core/repository.ts'
import { Checkouts } from '../../server/core/checkouts.ts'
import { AttemptWorker } from '../../server/core/attempts/attempt-worker.ts'
import { CheckoutExpirer } from '../../server/core/jobs/expire-checkouts.ts'
import { Providers } from '../../server/core/provider.ts'
import { openAttempt } from '../../server/core/checkout.ts'
import type { CaptureMethod } from '../../server/core/checkout.ts'
import { createSecrets } from '../../server/crypto.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { StandIn } from './stand-in.ts'

const approvals = ['manual', 'automatic', 'callback'] as const
const windowMs = 180_000
const secrets = createSecrets('the key of the tests, long enough for every check', Date.now)

const folder = mkdtempSync(join(tmpdir(), 'money-order-'))
let database: Database
let orders = 0
let errors: unknown[] = []
beforeAll(async () => {
  database = await openDatabase(`file:${join(folder, 'checkout.db')}`)
})
beforeEach(() => {
  errors = []
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const publicUrl = 'https://pay.shop.example'

/** The core on a real store, with a provider whose calls are scheduled. */
async function setUp(approval: CaptureMethod, scheduler: Scheduler) {
  const clock = new ManualClock()
  const provider = new StandIn(approval, (what) => scheduler.schedule(Promise.resolve(), what))
  const providers = new Providers([provider])
  const store = checkoutStore(database)
  const pubsub = new PubSub()
  const repository = new CheckoutRepository({
    ...{ store, pubsub, clock, receipt: noReceipts },
    newId: secrets.newId,
    limits: { ...defaultLimits, toPhonePer10Minutes: 1e6, toPhonePerDay: 1e6 },
  })
  const onError = (error: unknown) => void errors.push(error)
  const worker = new AttemptWorker({
    store,
    repository,
    providers,
    clock,
    codeTries: 3,
    captureApproval: null,
    onError,
  })
  pubsub.subscribeToAll(worker)
  const expirer = new CheckoutExpirer({ store, repository, clock, onError })
  const checkouts = new Checkouts({
    ...{ store, repository, worker, expirer, pubsub, providers, clock, secrets },
    publicUrl,
    ...{ approvalTimeoutMs: windowMs, lifetimeMs: 86_400_000, hasCaptureApproval: false },
  })
  const callbacks = new Callbacks({
    ...{ store, repository, worker, providers, clock, publicUrl },
    hasCaptureApproval: false,
  })
  const { checkout } = await checkouts.create(
    {
      ...{ reference: `WEB-${++orders}`, amount: 12_990, currency: 'ISK', description: null },
      ...{ items: [], provider: 'netgiro', channel: 'web', locationId: null, registerId: null },
      ...{ metadata: {}, lifetimeMs: null, options: null },
    },
    null,
  )
  const now = () => repository.peek(checkout.id) ?? checkout
  const payer = { kind: 'phone', value: `8${String(orders).padStart(6, '0')}` } as const
  const started = checkouts.start(checkout, payer, null)
  return { clock, provider, checkouts, callbacks, worker, now, store, started, payer }
}

type Setup = Awaited<ReturnType<typeof setUp>>

/** The shopper's approval, and the provider's callback that follows from it. */
async function approve({ provider, callbacks, now }: Setup, scheduler: Scheduler): Promise<void> {
  await provider.asked
  await scheduler.schedule(Promise.resolve(), 'the shopper approves')
  if (!provider.approve()) return
  for (const time of ['first', 'second']) {
    await scheduler.schedule(Promise.resolve(), `the ${time} callback arrives`)
    const token = now().attempts[0]?.token ?? ''
    const request = { headers: new Headers(), body: new Uint8Array() }
    const answer = await callbacks.handle('netgiro', token, 'success', request)
    await scheduler.schedule(Promise.resolve(), `the ${time} callback is answered`)
    if (answer === 'accepted') {
      provider.completeSale(true)
      return
    }
  }
  provider.completeSale(false)
}

/** Everything that was sent arrives, in the order that the scheduler chooses. */
async function drain(scheduler: Scheduler): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    if (scheduler.count() > 0) {
      await scheduler.waitNext(1)
      quiet = 0
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function untilOver(setup: Setup, scheduler: Scheduler): Promise<Checkout> {
  await drain(scheduler)
  // What has ended for the shopper is over when the provider has agreed.
  const isOver = (checkout: Checkout) =>
    checkout.status === 'paid' || (checkout.status === 'open' && openAttempt(checkout) === null)
  for (let turn = 0; turn < 300 && !isOver(setup.now()); turn++) {
    setup.clock.advance(1_000)
    await drain(scheduler)
  }
  return setup.now()
}

async function expectAgreement(setup: Setup, scheduler: Scheduler): Promise<void> {
  const { provider, store } = setup
  const checkout = await untilOver(setup, scheduler)
  expect(errors).toEqual([])
  expect(provider.calls.start).toBe(1)
  expect(provider.captures).toBe(provider.state === 'paid' ? 1 : 0)
  expect([checkout.status, provider.state]).toSatisfy(([here, there]: string[]) =>
    here === 'paid' ? there === 'paid' : here === 'open' && there === 'canceled',
  )
  expect(await store.load(checkout.id)).toEqual(checkout)
  await setup.worker.stop()
}

const inEveryOrder = (play: (setup: Setup, scheduler: Scheduler) => void) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.constantFrom(...approvals), async (scheduler, approval) => {
      const setup = await setUp(approval, scheduler)
      play(setup, scheduler)
      await expectAgreement(setup, scheduler)
    }),
    { numRuns: Number(process.env['MONEY_ORDERS'] ?? 150), seed: 20_261_120 },
  )

describe('the end of a checkout and of its cart', () => {
  it('the checkout ends as its cart does when the shopper cancels and approves while we poll and the callback arrives', () =>
    inEveryOrder((setup, scheduler) => {
      void approve(setup, scheduler)
      void setup.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'the shopper cancels')
        await setup.checkouts.cancelAttempt(setup.now())
      })
      void setup.started.then(async () => {
        for (const poll of ['a', 'another', 'a third']) {
          await scheduler.schedule(Promise.resolve(), `${poll} poll is due`)
          setup.clock.advance(2_000)
        }
      })
    }))

  it('the checkout ends as its cart does when the approval timeout ends as the shopper approves', () =>
    inEveryOrder((setup, scheduler) => {
      void approve(setup, scheduler)
      void setup.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'the window is over')
        setup.clock.advance(windowMs)
        await scheduler.schedule(Promise.resolve(), 'and a poll is due')
        setup.clock.advance(2_000)
      })
    }))

  it('the checkout ends as its cart does when two browsers cancel, a third starts again, and the shopper approves', () =>
    inEveryOrder((setup, scheduler) => {
      const { checkouts, now } = setup
      void approve(setup, scheduler)
      for (const who of ['one', 'another']) {
        void setup.started.then(async () => {
          await scheduler.schedule(Promise.resolve(), `${who} cancels`)
          await checkouts.cancelAttempt(now())
        })
      }
      void setup.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'a third starts with the same number')
        const isOut = now().attempts.at(-1)?.endedAt === null
        if (isOut) await checkouts.start(now(), setup.payer, null).catch(() => {})
      })
    }))
})
