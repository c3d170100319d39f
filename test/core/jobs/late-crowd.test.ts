import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newAttemptDefaults } from '../../../server/core/checkout.ts'
import type { Checkout, ProviderResult } from '../../../server/core/checkout.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { LatePaymentFinder } from '../../../server/core/jobs/find-late-payments.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import type { CheckoutStore } from '../../../server/core/store.ts'
import { Providers } from '../../../server/core/provider.ts'
import type { PaymentHandle } from '../../../server/core/provider.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { StandIn } from '../../money/stand-in.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const seconds = 1_000
const minutes = 60_000
const crowd = 1_200

/** Remembers when it was asked about whom, and takes its time to answer. */
class SlowProvider extends StandIn {
  readonly looks = new Map<string, number[]>()
  answerMs = 500
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    super('automatic', () => Promise.resolve())
    this.#clock = clock
  }

  override async check(handle?: PaymentHandle): Promise<ProviderResult> {
    const ref = handle?.providerRef ?? ''
    this.looks.set(ref, [...(this.looks.get(ref) ?? []), this.#clock.now()])
    await new Promise<void>((resolve) => this.#clock.after(this.answerMs, resolve))
    const evidence = { call: 'CheckCart', code: '10201', referenceId: null }
    return { type: 'ended', by: 'cancel', isFinal: false, evidence }
  }
}

let folder: string
let clock: ManualClock
let database: Database
let store: CheckoutStore
let provider: SlowProvider
let finder: LatePaymentFinder
let endedAt: number
let isTroubleExpected: boolean

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crowd-'))
  database = await openDatabase(`file:${join(folder, 'checkout.db')}`)
  store = checkoutStore(database)
  clock = new ManualClock()
  isTroubleExpected = false
  provider = new SlowProvider(clock)
  endedAt = clock.now()
  await Promise.all(Array.from({ length: crowd }, (_, index) => insertEnded(index)))
  const providers = new Providers([provider])
  const limits = { phone: [], address: [], checkout: 10 } as never
  const repository = new CheckoutRepository({
    ...{ store, clock, limits, pubsub: new PubSub(), receipt: noReceipts },
    newId: (prefix) => `${prefix}_x`,
  })
  const worker = { pollNow: () => Promise.resolve(), cancelStray: () => Promise.resolve() }
  finder = new LatePaymentFinder({
    ...{ store, repository, worker, providers, clock },
    onError: (error) => {
      if (!isTroubleExpected) throw error
    },
  })
  finder.start()
})
afterEach(async () => {
  provider.answerMs = 0
  let isStopped = false as boolean
  const stopped = finder.stop().then(() => (isStopped = true))
  while (!isStopped) await turn(seconds)
  await stopped
  await database.close()
  rmSync(folder, { recursive: true })
})

async function insertEnded(index: number): Promise<void> {
  const open: Checkout = {
    ...{ id: `chk_${index}`, reference: `WEB-${index}`, amount: 1_000, currency: 'ISK' },
    ...{ description: null, items: [], provider: 'netgiro', channel: 'web', metadata: {} },
    ...{ locationId: null, registerId: null, status: 'open', version: 1, options: null },
    ...{ createdAt: endedAt - 3 * minutes, expiresAt: endedAt + 60 * minutes, closing: null },
    ...{
      paidAt: null,
      paidAttemptId: null,
      late: false,
      review: null,
      reviewClosedAt: null,
      replaces: null,
    },
    ...{ attempts: [], refunds: [] },
  }
  await store.create(open, `session ${index}`, null)
  const attempt = {
    ...newAttemptDefaults,
    ...{ id: `att_${index}`, reference: `WEB-${index}-a`, token: `token ${index}` },
    payer: { kind: 'phone', masked: '•••3281', hash: `phone ${index}` } as const,
    connection: null,
    ...{ startedAt: open.createdAt, approvalExpiresAt: endedAt, providerRef: `cart ${index}` },
    ...({ outcome: 'expired', reason: 'no_answer', endedAt } as const),
  }
  const entry = { attemptId: attempt.id, version: 2, at: endedAt, type: 'ended', evidence: null }
  await store.save({ ...open, version: 2, attempts: [attempt] }, [entry], [])
}

async function turn(ms: number): Promise<void> {
  clock.advance(ms)
  for (let turns = 0; turns < 40; turns++) await new Promise((resolve) => setImmediate(resolve))
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) await turn(500)
}

/** When the last of them was looked at for the nth time, since they ended. */
const lastLook = (nth: number) => {
  expect(provider.looks.size).toBe(crowd)
  return Math.max(...[...provider.looks.values()].map((times) => times[nth] ?? Infinity)) - endedAt
}

it('checks each of 1,200 attempts that expired together soon after 1, 5 and 15 minutes', async () => {
  await pass(3 * minutes)
  expect(lastLook(0)).toBeLessThan(2 * minutes)
  await pass(4 * minutes)
  expect(lastLook(1)).toBeLessThan(6 * minutes)
  await pass(10 * minutes)
  expect(lastLook(2)).toBeLessThan(16 * minutes)
  // And at none more often than was promised.
  expect(Math.max(...[...provider.looks.values()].map(({ length }) => length))).toBe(3)
  expect(await store.countLateChecks(clock.now())).toBe(0)
})

it('counts the checks that are due', async () => {
  provider.answerMs = 20 * seconds
  await pass(70 * seconds)
  const due = await store.countLateChecks(clock.now())
  expect(due).toBeGreaterThan(1_000)
  expect(due).toBeLessThanOrEqual(crowd)
})

/** From now on what is said of these cannot be written down. */
async function breakRows(condition: string): Promise<void> {
  isTroubleExpected = true
  await sql`create trigger broken before update on attempts when ${sql.raw(condition)}
    begin select raise(abort, 'broken'); end`.execute(database.db)
}
const looksAt = (index: number) => provider.looks.get(`cart ${index}`)?.length

it('skips an attempt that cannot be written, and tries it once in every run', async () => {
  await breakRows("new.id = 'att_0'")
  await pass(3 * minutes)
  expect(lastLook(0)).toBeLessThan(2 * minutes)
  expect(looksAt(0)).toBeGreaterThan(1)
  expect(looksAt(0)).toBeLessThanOrEqual(5)
  expect(looksAt(1)).toBe(1)
})

it('checks at most one page in a run in which nothing can be written', async () => {
  await breakRows('true')
  await pass(89 * seconds)
  expect(provider.looks.size).toBe(32)
  expect(looksAt(0)).toBe(1)
})

it('the job for late payments ends with the page that it checks when it is stopped, whatever else is due', async () => {
  provider.answerMs = 20 * seconds
  await pass(70 * seconds)
  const begun = provider.looks.size
  let isStopped = false as boolean
  void finder.stop().then(() => (isStopped = true))
  await pass(25 * seconds)
  expect([isStopped, provider.looks.size]).toEqual([true, begun])
})
