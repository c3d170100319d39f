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
import { CheckoutRepository } from '../../server/core/repository.ts'
import { Checkouts } from '../../server/core/checkouts.ts'
import { AttemptWorker } from '../../server/core/attempts/attempt-worker.ts'
import { Providers } from '../../server/core/provider.ts'
import { openAttempt } from '../../server/core/checkout.ts'
import type { CaptureMethod } from '../../server/core/checkout.ts'
import { createSecrets } from '../../server/crypto.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { Database } from '../../server/store/database.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { StandIn } from './stand-in.ts'

const approvals = ['manual', 'automatic', 'callback'] as const
const windowMs = 180_000
const secrets = createSecrets('the key of the tests, long enough for anybody', Date.now)

const folder = mkdtempSync(join(tmpdir(), 'money-order-'))
let database: Database
let orders = 0
let troubles: unknown[] = []
beforeAll(async () => {
  database = await Database.open(`file:${join(folder, 'checkout.db')}`)
})
beforeEach(() => {
  troubles = []
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const publicUrl = 'https://pay.shop.example'

/** The heart on a real store, with a provider whose every word waits for its turn. */
async function stage(approval: CaptureMethod, scheduler: Scheduler) {
  const clock = new ManualClock()
  const provider = new StandIn(approval, (what) => scheduler.schedule(Promise.resolve(), what))
  const providers = new Providers([provider])
  const store = checkoutStore(database)
  const pubsub = new PubSub()
  const repository = new CheckoutRepository({
    ...{ store, pubsub, clock },
    newId: secrets.newId,
    limits: { ...defaultLimits, toPhonePer10Minutes: 1e6, toPhonePerDay: 1e6 },
    onChange: (checkout) => worker.track(checkout),
  })
  const onError = (error: unknown) => void troubles.push(error)
  const worker = new AttemptWorker({
    repository,
    providers,
    clock,
    codeTries: 3,
    captureApproval: null,
    onError,
  })
  const checkouts = new Checkouts({
    ...{ store, repository, worker, pubsub, providers, clock, secrets },
    publicUrl,
    ...{ approvalTimeoutMs: windowMs, lifetimeMs: 86_400_000 },
  })
  const doorbells = new Callbacks({
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
  return { clock, provider, checkouts, doorbells, worker, now, store, started, payer }
}

type Scene = Awaited<ReturnType<typeof stage>>

/** The shopper's yes, and the provider's callback that follows from it. */
async function approve({ provider, doorbells, now }: Scene, scheduler: Scheduler): Promise<void> {
  await provider.asked
  await scheduler.schedule(Promise.resolve(), 'the shopper approves')
  if (!provider.approve()) return
  for (const time of ['first', 'second']) {
    await scheduler.schedule(Promise.resolve(), `the ${time} callback arrives`)
    const token = now().attempts[0]?.token ?? ''
    const bell = { headers: new Headers(), body: new Uint8Array() }
    const answer = await doorbells.handle('netgiro', token, 'success', bell)
    await scheduler.schedule(Promise.resolve(), `the ${time} callback is answered`)
    if (answer === 'accepted') {
      provider.hear(true)
      return
    }
  }
  provider.hear(false)
}

/** Everything that is on its way arrives, in the order that the scheduler likes. */
async function drain(scheduler: Scheduler): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    if (scheduler.count() > 0) {
      await scheduler.waitNext(1)
      quiet = 0
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function untilOver(scene: Scene, scheduler: Scheduler): Promise<Checkout> {
  await drain(scheduler)
  // What has ended for the shopper is over when the provider has agreed.
  const isOver = (checkout: Checkout) =>
    checkout.status === 'paid' || (checkout.status === 'open' && openAttempt(checkout) === null)
  for (let turn = 0; turn < 300 && !isOver(scene.now()); turn++) {
    scene.clock.advance(1_000)
    await drain(scheduler)
  }
  return scene.now()
}

async function expectAgreement(scene: Scene, scheduler: Scheduler): Promise<void> {
  const { provider, store } = scene
  const checkout = await untilOver(scene, scheduler)
  expect(troubles).toEqual([])
  expect(provider.calls.start).toBe(1)
  expect(provider.captures).toBe(provider.state === 'paid' ? 1 : 0)
  expect([checkout.status, provider.state]).toSatisfy(([here, there]: string[]) =>
    here === 'paid' ? there === 'paid' : here === 'open' && there === 'canceled',
  )
  expect(await store.load(checkout.id)).toEqual(checkout)
  await scene.worker.stop()
}

const inEveryOrder = (play: (scene: Scene, scheduler: Scheduler) => void) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.constantFrom(...approvals), async (scheduler, approval) => {
      const scene = await stage(approval, scheduler)
      play(scene, scheduler)
      await expectAgreement(scene, scheduler)
    }),
    { numRuns: Number(process.env['MONEY_ORDERS'] ?? 150), seed: 20_261_120 },
  )

describe('whatever comes first, the checkout ends as the cart does', () => {
  it('when the shopper cancels and approves while we poll and the callback rings', () =>
    inEveryOrder((scene, scheduler) => {
      void approve(scene, scheduler)
      void scene.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'the shopper cancels')
        await scene.checkouts.cancelAttempt(scene.now())
      })
      void scene.started.then(async () => {
        for (const poll of ['a', 'another', 'a third']) {
          await scheduler.schedule(Promise.resolve(), `${poll} poll is due`)
          scene.clock.advance(2_000)
        }
      })
    }))

  it('when the window ends as the shopper approves', () =>
    inEveryOrder((scene, scheduler) => {
      void approve(scene, scheduler)
      void scene.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'the window is over')
        scene.clock.advance(windowMs)
        await scheduler.schedule(Promise.resolve(), 'and a poll is due')
        scene.clock.advance(2_000)
      })
    }))

  it('when two press cancel, a third presses start again, and the shopper approves', () =>
    inEveryOrder((scene, scheduler) => {
      const { checkouts, now } = scene
      void approve(scene, scheduler)
      for (const who of ['one', 'another']) {
        void scene.started.then(async () => {
          await scheduler.schedule(Promise.resolve(), `${who} cancels`)
          await checkouts.cancelAttempt(now())
        })
      }
      void scene.started.then(async () => {
        await scheduler.schedule(Promise.resolve(), 'a third starts with the same number')
        const isOut = now().attempts.at(-1)?.endedAt === null
        if (isOut) await checkouts.start(now(), scene.payer, null).catch(() => {})
      })
    }))
})
