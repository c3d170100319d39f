import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout, Refund } from '../../server/core/checkout.ts'
import type { CheckoutStore, HistoryEntry, OutboxEvent } from '../../server/core/store.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { outboxStore } from '../../server/store/outbox-store.ts'
import type { AttemptPatch } from '../support/checkouts.ts'
import { databases } from '../support/databases.ts'

let url: string
let database: Database
let store: CheckoutStore

const attempt = (id: string, more: AttemptPatch = {}) =>
  ({
    id,
    reference: `R-${id}`,
    token: `token-${id}`,
    payer: { kind: 'phone', masked: '•••3281', hash: `hash-${id}` },
    startedAt: 1,
    approvalExpiresAt: 2,
    connection: null,
    ...newAttemptDefaults,
    pollIntervalMs: 2000,
    cancelRequested: 'shopper',
    cancelRefused: true,
    uncertain: true,
    ...more,
  }) as Attempt
const checkout: Checkout = {
  id: 'chk_1',
  reference: 'Þæö-1',
  amount: Number.MAX_SAFE_INTEGER,
  currency: 'ISK',
  description: 'ull 🧦',
  items: [{ description: 'sokkar', quantity: 2, amount: 3 }],
  provider: 'netgiro',
  channel: 'web',
  locationId: 'Laugavegur',
  registerId: null,
  metadata: { a: 'b' },
  status: 'open',
  version: 1,
  createdAt: 1_700_000_000_000,
  expiresAt: 1_700_000_086_400,
  closing: null,
  paidAt: null,
  paidAttemptId: null,
  late: false,
  review: null,
  reviewClosedAt: null,
  replaces: null,
  options: null,
  refunds: [],
  attempts: [],
}
const next = (before: Checkout, patch: Partial<Checkout>): Checkout => ({
  ...before,
  ...patch,
  version: before.version + 1,
})
const entry = (to: Checkout, attemptId: string | null = null): HistoryEntry => ({
  attemptId,
  version: to.version,
  at: 5,
  type: 'started',
  evidence: { call: 'InsertCart', code: '200', referenceId: 'ref' },
})
const event = (id: string): OutboxEvent => ({
  id,
  checkoutId: 'chk_1',
  type: 'checkout.paid',
  at: 5,
  body: '{}',
})

describe.each(databases)('the store on $name', ({ name, newUrl }) => {
  beforeEach(async () => {
    url = await newUrl()
    database = await openDatabase(url)
    store = checkoutStore(database)
  })
  afterEach(() => database.close())

  it.runIf(name === 'SQLite')('syncs every commit to the disk', async () => {
    const read = async (pragma: string) =>
      (await sql.raw<Record<string, unknown>>(`pragma ${pragma}`).execute(database.db)).rows
    expect(await read('journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(await read('synchronous')).toEqual([{ synchronous: 2 }])
    expect(await read('foreign_keys')).toEqual([{ foreign_keys: 1 }])
  })

  it('loads what was saved, also in the next process', async () => {
    await store.create(checkout, 'hash', null)
    const started = next(checkout, { status: 'starting', attempts: [attempt('att_1')] })
    expect(await store.save(started, [entry(started, 'att_1')], [event('evt_1')])).toBe('saved')
    await database.close()
    database = await openDatabase(url)
    store = checkoutStore(database)
    expect(await store.load('chk_1')).toEqual(started)
    expect(await store.findByReference('Þæö-1')).toEqual(started)
    expect(await store.findBySession('hash')).toBe('chk_1')
    expect(await store.findByToken('token-att_1')).toEqual({
      checkoutId: 'chk_1',
      attempt: attempt('att_1'),
    })
    expect(await store.unfinished()).toEqual([started])
    expect(await store.history('chk_1')).toMatchObject([
      { type: 'created' },
      entry(started, 'att_1'),
    ])
  })

  it('saves each field that a change touches, and only writes what differs from before', async () => {
    const refund: Refund = {
      ...{ id: 'ref_1', key: 'r-1', amount: 100, requestedAt: 5, status: 'pending' },
      ...{ settledAt: null, tries: null },
    } as unknown as Refund
    const changes: Partial<Checkout>[] = [
      { status: 'starting', attempts: [attempt('att_1')] },
      { attempts: [attempt('att_1', { providerRef: 'ref-1' })] },
      { attempts: [attempt('att_1', { providerRef: 'ref-1', uncertain: false })] },
      { attempts: [attempt('att_1', { providerRef: 'ref-1', endedAt: 9, outcome: 'declined' })] },
      { status: 'open', closing: 'expired' },
      { status: 'paid', closing: null, paidAt: 7, paidAttemptId: 'att_1' },
      { late: true, review: 'paid_twice' },
      { options: { a: 1 } },
      { options: null, refunds: [refund] },
      { refunds: [{ ...refund, status: 'refunded' }], late: false, review: null },
    ]
    await store.create(checkout, 'hash', null)
    let before = checkout
    for (const change of changes) {
      const after = next(before, change)
      const saved = await store.save(after, [entry(after, 'att_1')], [], before)
      expect(saved, JSON.stringify(change)).toBe('saved')
      expect(await store.load('chk_1'), JSON.stringify(change)).toEqual(after)
      before = after
    }
  })

  it('saves a change only over the version that it was made from', async () => {
    await store.create(checkout, 'hash', null)
    const [one, other] = ['canceled', 'expired'].map((status) =>
      next(checkout, { status: status as Checkout['status'] }),
    )
    const saved = await Promise.all(
      [one!, other!].map((to) => store.save(to, [entry(to)], [event(to.status)])),
    )
    expect(saved).toEqual(['saved', 'stale'])
    expect((await store.load('chk_1'))?.status).toBe('canceled')
    expect(await outboxStore(database).due(10, 10)).toMatchObject([{ id: 'canceled' }])
    expect(await store.history('chk_1')).toHaveLength(2)
  })

  it('counts refund attempts under the same version, and rejects a change that is older than the count', async () => {
    const tries = { count: 0, withoutEffect: 0, firstAt: null, lastAt: null, nextAt: 5 }
    const refund: Refund = {
      ...{ id: 'ref_1', key: 'r-1', amount: 100, requestedAt: 5, status: 'pending' },
      ...{ settledAt: null, tries },
    }
    const asked = { ...checkout, refunds: [refund] }
    await store.create(asked, 'hash', null)
    const tried = { ...asked, refunds: [{ ...refund, tries: { ...tries, count: 1 } }] }
    expect(await store.save(tried, [], [], asked)).toBe('saved')
    expect(await store.save(tried, [], [], asked)).toBe('stale')
    const stale = next(asked, { closing: 'canceled' })
    expect(await store.save(stale, [entry(stale)], [], asked)).toBe('stale')
    expect(await store.load('chk_1')).toEqual(tried)
    const fresh = next(tried, { closing: 'canceled' })
    expect(await store.save(fresh, [entry(fresh)], [], tried)).toBe('saved')
    expect(await store.load('chk_1')).toEqual(fresh)
  })

  it('writes state, history and event together or not at all', async () => {
    await store.create(checkout, 'hash', null)
    const paid = next(checkout, { status: 'paid' })
    await store.save(paid, [entry(paid)], [event('evt_1')])
    const again = next(paid, { status: 'review' })
    await expect(store.save(again, [entry(again)], [event('evt_1')])).rejects.toThrow(/unique/i)
    expect(await store.load('chk_1')).toEqual(paid)
    expect(await store.history('chk_1')).toHaveLength(2)
  })

  it('refuses a second open attempt', async () => {
    await store.create(checkout, 'hash', null)
    const first = next(checkout, { status: 'starting', attempts: [attempt('att_1')] })
    await store.save(first, [entry(first, 'att_1')], [])
    const second = next(first, { attempts: [attempt('att_1'), attempt('att_2')] })
    await expect(store.save(second, [entry(second, 'att_2')], [])).rejects.toThrow(/unique/i)
    const ended = next(first, { attempts: [attempt('att_1', { endedAt: 9, outcome: 'declined' })] })
    await store.save(ended, [entry(ended, 'att_1')], [])
    const third = next(ended, { attempts: [...ended.attempts, attempt('att_2')] })
    expect(await store.save(third, [entry(third, 'att_2')], [])).toBe('saved')
  })

  it('keeps an idempotency key for seven days across purges', async () => {
    const under = (fingerprint: string, order: Checkout) =>
      store.create(order, `hash-${fingerprint}`, { key: 'k', fingerprint })
    await under('one', checkout)
    const other = { ...checkout, id: 'chk_2', reference: 'B', createdAt: checkout.createdAt + 1 }
    const week = 7 * 24 * 3_600_000
    await store.purge(checkout.createdAt + week)
    expect(await under('two', other)).toEqual({ kind: 'key_reused' })
    await store.purge(checkout.createdAt + week + 1)
    expect(await under('two', other)).toMatchObject({ kind: 'created', checkout: other })
  })

  it('fails only the bad write of a batch', async () => {
    await store.create(checkout, 'hash', null)
    const paid = next(checkout, { status: 'paid' })
    const results = await Promise.allSettled([
      store.save(paid, [entry(paid)], [event('evt_1')]),
      database.write((trx) =>
        trx
          .insertInto('sessions')
          .values({ hash: 'hash', checkout_id: 'x', created_at: 1 })
          .execute(),
      ),
      store.create({ ...checkout, id: 'chk_2', reference: 'B' }, 'hash-2', null),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await store.load('chk_1'))?.status).toBe('paid')
    expect((await store.load('chk_2'))?.reference).toBe('B')
  })

  it('keeps events in chronological order until they are delivered', async () => {
    await store.create(checkout, 'hash', null)
    const paid = next(checkout, { status: 'paid' })
    await store.save(paid, [entry(paid)], [event('evt_1'), event('evt_2')])
    const outbox = outboxStore(database)
    const due = await outbox.due(5, 10)
    expect(due.map(({ id }) => id)).toEqual(['evt_1', 'evt_2'])
    expect(await outbox.due(4, 10)).toEqual([])
    await outbox.delivered('evt_1', 6)
    for (const second of due.slice(1)) await outbox.failed(second, 100)
    expect(await outbox.due(99, 10)).toEqual([])
    expect(await outbox.nextDueAt(99)).toBe(100)
    expect(await outbox.after(0, 10)).toHaveLength(2)
  })
})
