import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApprovalLooks } from '../../../server/core/attempts/approval-looks.ts'
import type { ProviderResult } from '../../../server/core/checkout.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { PaymentHandle } from '../../../server/core/provider.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { StandIn } from '../../money/stand-in.ts'
import { checkoutIn, evidence, newAttempt, t0 } from '../../support/checkouts.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const payment = { amount: 12_990, reference: null }
const approved: ProviderResult = {
  ...{ type: 'authorized', awaits: 'callback_answer', payment, evidence },
}

/** Answers when and what the test says. */
class SlowProvider extends StandIn {
  readonly looks: (PaymentHandle | undefined)[] = []
  answer: Promise<ProviderResult> = Promise.resolve(approved)

  constructor() {
    super('callback', () => Promise.resolve())
  }

  override check(handle?: PaymentHandle): Promise<ProviderResult> {
    this.looks.push(handle)
    return this.answer
  }
}

let clock: ManualClock
let database: Database
let repository: CheckoutRepository
let provider: SlowProvider
let looks: ApprovalLooks
let id: string
const attempt = newAttempt({ providerRef: 'cart' })
const never = new Promise<void>(() => {})
beforeEach(async () => {
  clock = new ManualClock()
  database = await openDatabase('file::memory:')
  const store = checkoutStore(database)
  repository = new CheckoutRepository({
    ...{ store, clock, pubsub: new PubSub(), limits: defaultLimits, receipt: noReceipts },
    newId: (prefix) => prefix,
  })
  provider = new SlowProvider()
  looks = new ApprovalLooks({ repository, clock, providers: new Providers([provider]) })
  const checkout = checkoutIn('awaiting_shopper', attempt, { version: 2 })
  ;({ id } = checkout)
  await store.create({ ...checkout, attempts: [], status: 'open', version: 1 }, 'hash', null)
  const started = { attemptId: attempt.id, version: 2, at: t0, type: 'started', evidence: null }
  await store.save(checkout, [started], [])
})
afterEach(() => database.close())

async function pass(ms: number, stepMs = 100): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

const awaitApproval = (polled = never, ofAttempt = attempt.id) => {
  let isOver = false
  void looks.untilShown(id, ofAttempt, polled, 2_500).then(() => (isOver = true))
  return () => isOver
}
const status = async () => (await repository.get(id))?.status

describe('looks for an approval that a callback has reported', () => {
  it('looks for a reported approval find it while the turn of the checkout does not end', async () => {
    const isOver = awaitApproval()
    await pass(400)
    expect(provider.looks).toEqual([])
    await pass(200)
    expect(isOver()).toBe(true)
    expect(await status()).toBe('confirming')
    expect(provider.looks).toMatchObject([{ providerRef: 'cart', saysApproved: true }])
  })

  it('looks for a reported approval are not needed where the turn of the checkout brings it', async () => {
    const isOver = awaitApproval(repository.record(id, approved, attempt.id).then(() => undefined))
    await pass(100)
    expect(isOver()).toBe(true)
    expect(provider.looks).toEqual([])
  })

  it.each<ProviderResult>([
    { type: 'pending', next: 'awaiting_code', evidence },
    { type: 'ended', by: 'cancel', isFinal: false, evidence },
    { type: 'ended', by: 'cancel', isFinal: true, evidence },
    { type: 'unknown', effect: true, evidence },
    { type: 'paid', payment, proof: 'proven', evidence },
    { type: 'authorized', awaits: 'callback_answer', payment: { ...payment, amount: 1 }, evidence },
  ])(
    'looks for a reported approval record nothing else, and end in time: $type',
    async (answer) => {
      provider.answer = Promise.resolve(answer)
      const isOver = awaitApproval()
      await pass(2_400)
      expect(isOver()).toBe(false)
      await pass(100)
      expect(isOver()).toBe(true)
      expect(await repository.get(id)).toMatchObject({ status: 'awaiting_shopper', version: 2 })
      expect(provider.looks).toHaveLength(4)
    },
  )

  it('looks for a reported approval go on where one of them gets no answer', async () => {
    provider.answer = new Promise(() => {})
    awaitApproval()
    await pass(600)
    provider.answer = Promise.resolve(approved)
    await pass(500)
    expect(await status()).toBe('confirming')
  })

  it('looks for a reported approval leave it to the turn where a cancellation was asked for meanwhile', async () => {
    let settle = () => {}
    provider.answer = new Promise((resolve) => (settle = () => resolve(approved)))
    let endTurn = () => {}
    const isOver = awaitApproval(new Promise((resolve) => (endTurn = resolve)))
    await pass(600)
    await repository.record(id, { type: 'cancel_requested', by: 'shopper' }, attempt.id)
    settle()
    await pass(2_000)
    expect(await status()).toBe('awaiting_shopper')
    expect(provider.looks).toHaveLength(1)
    expect(isOver()).toBe(false)
    endTurn()
    await pass(100)
    expect(isOver()).toBe(true)
  })

  it('looks for a reported approval are made for an open request alone', async () => {
    const isOver = awaitApproval(Promise.resolve(), 'att_of_another')
    await pass(1_000)
    expect(isOver()).toBe(true)
    expect(provider.looks).toEqual([])
  })

  it('looks for a reported approval are all made where timers fire early', async () => {
    provider.answer = Promise.resolve({ type: 'pending', next: 'awaiting_shopper', evidence })
    // Of Node by what the event loop was busy with before.
    const exactly = clock.after.bind(clock)
    clock.after = (ms, fn) => exactly(ms - 10, fn)
    awaitApproval()
    await pass(2_500, 10)
    expect(provider.looks).toHaveLength(4)
  })

  it('looks for a reported approval are made no more often for two callbacks than for one', async () => {
    provider.answer = Promise.resolve({ type: 'pending', next: 'awaiting_shopper', evidence })
    awaitApproval()
    await pass(400)
    awaitApproval()
    await pass(2_500)
    expect(provider.looks.length).toBeLessThanOrEqual(5)
  })
})
