import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAttempt } from '../../../server/core/checkout.ts'
import type { Attempt, CaptureMethod, ProviderResult } from '../../../server/core/checkout.ts'
import { AttemptActions } from '../../../server/core/attempts/attempt-actions.ts'
import { AttemptPlanner } from '../../../server/core/attempts/attempt-planner.ts'
import { PollSlots } from '../../../server/core/attempts/poll-slots.ts'
import { AttemptCalls } from '../../../server/core/attempts/provider-calls.ts'
import { follow, newTracked } from '../../../server/core/attempts/tracked-attempt.ts'
import type { TrackedAttempt } from '../../../server/core/attempts/tracked-attempt.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { Provider } from '../../../server/core/provider.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { checkoutIn, newAttempt, t0 } from '../../support/checkouts.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const evidence = { call: 'test', code: '0', referenceId: null }
const payment = { amount: 12_990, reference: null }
const silence: ProviderResult = { type: 'unknown', effect: true, isUnderWay: true, evidence }
const notSent: ProviderResult = { type: 'not_sent', evidence }
const tooLate: ProviderResult = { type: 'too_late_to_cancel', evidence }
const taken: Readonly<Record<'paid' | 'authorized', ProviderResult>> = {
  paid: { type: 'paid', payment, proof: 'proven', evidence },
  authorized: { type: 'authorized', awaits: 'capture', payment, evidence },
}

let clock: ManualClock
let database: Database
let repository: CheckoutRepository
let actions: AttemptActions
let tracked: TrackedAttempt
let checkoutId: string
let ids = 0
/** What the provider answers next. */
let answer: ProviderResult
let captureAnswer: ProviderResult
let cancelUndoesPayments: boolean
let captureMethod: CaptureMethod

const provider = (): Provider => ({
  ...{ name: 'netgiro', api: 'test', account: 'test', apiUrl: 'https://api.example' },
  ...{ startNotifiesPayer: true, canCancel: true, cancelUndoesPayments },
  ...{ payers: { web: ['phone'], pos: [] }, approvalTimeoutMs: {}, refund: null },
  check: () => Promise.resolve(answer),
  cancel: () => Promise.resolve(answer),
  capture: () => Promise.resolve(captureAnswer),
  start: () => Promise.reject(new Error('not expected')),
  submitCode: () => Promise.reject(new Error('not expected')),
  captureMethodFor: () => captureMethod,
  validateOrder: () => [],
  parseCallback: () => null,
  close: () => Promise.resolve(),
})

beforeEach(async () => {
  clock = new ManualClock()
  database = await openDatabase('file::memory:')
  const store = checkoutStore(database)
  const pubsub = new PubSub()
  repository = new CheckoutRepository({
    ...{ store, clock, pubsub, limits: defaultLimits, receipt: noReceipts },
    newId: (prefix) => `${prefix}_${++ids}`,
  })
  pubsub.subscribeToAll({ onChange: (checkout) => follow(tracked, checkout) })
  const attempt = newAttempt({ providerRef: 'cart' })
  const checkout = checkoutIn('awaiting_shopper', attempt, { version: 2 })
  await store.create({ ...checkout, attempts: [], status: 'open', version: 1 }, 'hash', null)
  const started = { attemptId: attempt.id, version: 2, at: t0, type: 'started', evidence: null }
  await store.save(checkout, [started], [])
  ;({ id: checkoutId } = checkout)
  cancelUndoesPayments = true
  captureMethod = 'manual'
  captureAnswer = silence
  await begin()
})
afterEach(() => database.close())

/** A process that knows what is on disk, and nothing else. */
async function begin(): Promise<void> {
  const providers = new Providers([provider()])
  const now = () => clock.now()
  const calls = new AttemptCalls({
    ...{ repository, providers, captureApproval: null, ownership: soleOwner, now },
  })
  const planner = new AttemptPlanner({ providers, clock, codeTries: 3 })
  const slots = new PollSlots(1)
  actions = new AttemptActions({ repository, providers, clock, calls, planner, slots })
  const checkout = await repository.get(checkoutId)
  if (!checkout) throw new Error('The checkout is gone')
  tracked = newTracked(checkout, now(), clock)
}

function attempt(): Attempt {
  const open = openAttempt(tracked.checkout)
  if (!open) throw new Error('No attempt is open')
  return open
}

async function cancel(result: ProviderResult): Promise<void> {
  await repository.record(checkoutId, { type: 'cancel_requested', by: 'shopper' }, attempt().id)
  answer = result
  await actions.take(tracked, { type: 'cancel', attempt: attempt(), at: clock.now() })
}

async function statusAfterPoll(result: ProviderResult): Promise<string> {
  answer = result
  await actions.poll(tracked, attempt())
  return tracked.checkout.status
}

const statusOf = { paid: 'paid', authorized: 'confirming' } as const

describe.each(['paid', 'authorized'] as const)(
  'a payment that is %s while a cancellation may arrive that undoes it',
  (type) => {
    const believed = statusOf[type]

    it('a payment is not believed before the cancellation that undoes it can no longer arrive', async () => {
      await cancel(silence)
      expect(await statusAfterPoll(taken[type])).toBe('awaiting_shopper')
      clock.advance(59_000)
      expect(await statusAfterPoll(taken[type])).toBe('awaiting_shopper')
      clock.advance(1_000)
      expect(await statusAfterPoll(taken[type])).toBe(believed)
    })

    it('a payment is not believed by the process after one that died before its cancellation was answered', async () => {
      const { id } = attempt()
      await repository.record(checkoutId, { type: 'cancel_requested', by: 'shopper' }, id)
      await repository.record(checkoutId, { type: 'cancel_sent' }, id)
      clock.advance(3_600_000)
      await begin()
      expect(await statusAfterPoll(taken[type])).toBe('awaiting_shopper')
      clock.advance(60_000)
      expect(await statusAfterPoll(taken[type])).toBe(believed)
    })

    it('a payment is not believed when another cancellation comes too late, nor when one was sent again', async () => {
      await cancel(silence)
      clock.advance(30_000)
      await cancel(tooLate)
      expect(await statusAfterPoll(taken[type])).toBe('awaiting_shopper')
      await cancel(silence)
      clock.advance(59_000)
      expect(await statusAfterPoll(taken[type])).toBe('awaiting_shopper')
    })

    it.each([
      ['came too late', tooLate],
      ['was not sent', notSent],
    ])('a payment is believed at once when the only cancellation %s', async (_, result) => {
      await cancel(result)
      expect(await statusAfterPoll(taken[type])).toBe(believed)
    })

    it('a payment is believed at once where the provider refuses a late cancellation', async () => {
      cancelUndoesPayments = false
      await begin()
      await cancel(silence)
      expect(await statusAfterPoll(taken[type])).toBe(believed)
    })
  },
)

describe('a reservation that is not wanted and cannot be canceled', () => {
  beforeEach(() => {
    cancelUndoesPayments = false
  })

  /** The shop closes the checkout after the approval, and the provider will not cancel. */
  async function closeAfterApproval(): Promise<void> {
    await repository.record(checkoutId, { type: 'closing', as: 'canceled' }, attempt().id)
    answer = tooLate
    await actions.take(tracked, { type: 'cancel', attempt: attempt(), at: clock.now() })
  }

  it('an unwanted reservation is not declared over before a capture without an answer can no longer arrive', async () => {
    expect(await statusAfterPoll(taken.authorized)).toBe('confirming')
    await closeAfterApproval()
    expect(attempt().uncertain).toBe(true)
    clock.advance(59_000)
    expect(await statusAfterPoll(taken.authorized)).toBe('confirming')
    clock.advance(1_000)
    expect(await statusAfterPoll(taken.authorized)).toBe('canceled')
  })

  it('an unwanted reservation is not declared over by the process after one that asked for the capture', async () => {
    await statusAfterPoll(taken.authorized)
    clock.advance(3_600_000)
    await begin()
    await closeAfterApproval()
    expect(await statusAfterPoll(taken.authorized)).toBe('confirming')
  })

  it('an unwanted reservation is declared over at once when the capture had an answer', async () => {
    captureAnswer = { type: 'unknown', effect: true, evidence }
    await statusAfterPoll(taken.authorized)
    await closeAfterApproval()
    expect(await statusAfterPoll(taken.authorized)).toBe('canceled')
  })

  it('an unwanted reservation is not declared over for five minutes after our answer to a callback asked for the capture', async () => {
    captureMethod = 'callback'
    const byCallback = { ...taken.authorized, awaits: 'callback_answer' } as const
    expect(await statusAfterPoll(byCallback)).toBe('confirming')
    await repository.record(checkoutId, { type: 'capture_requested' }, attempt().id)
    await closeAfterApproval()
    clock.advance(299_000)
    expect(await statusAfterPoll(byCallback)).toBe('confirming')
    clock.advance(1_000)
    expect(await statusAfterPoll(byCallback)).toBe('canceled')
  })
})

describe('a code without an answer', () => {
  const waits: ProviderResult = { type: 'pending', next: 'awaiting_code', evidence }

  it('a code without an answer does not count as refused before it can no longer arrive, so that no other is submitted', async () => {
    const { id } = attempt()
    await repository.record(checkoutId, waits, id)
    await repository.record(checkoutId, { type: 'code_given' }, id)
    await begin()
    for (let polls = 0; polls < 3; polls++) await statusAfterPoll(waits)
    clock.advance(59_000)
    for (let polls = 0; polls < 3; polls++) await statusAfterPoll(waits)
    expect(attempt()).toMatchObject({ codeRefused: false, uncertain: true })
    clock.advance(1_000)
    for (let polls = 0; polls < 2; polls++) await statusAfterPoll(waits)
    expect(attempt()).toMatchObject({ codeRefused: true, uncertain: false })
  })
})
