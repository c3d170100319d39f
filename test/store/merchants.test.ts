import { Migrator, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newAttempt } from '../support/checkouts.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'
import { databases, sharedPostgres } from '../support/databases.ts'
import { createSecrets } from '../../server/crypto.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { merchantDirectory } from '../../server/store/merchant-directory.ts'
import { baseline } from '../../server/store/postgres/schema.ts'
import { connectPostgres } from '../../server/store/postgres/connection.ts'
import { outboxStore } from '../../server/store/outbox-store.ts'

describe.each(databases)('two merchants in one $name database', ({ newUrl }) => {
  let database: Database
  beforeEach(async () => {
    database = await openDatabase(await newUrl())
  })
  afterEach(() => database.close())

  const storeOf = (merchantId: string) => checkoutStore(database, { merchantId })
  const opened = (id: string) => ({
    ...checkoutIn('open', {}, { id, version: 1 }),
    attempts: [],
  })

  let sessions = 0
  async function createFor(merchantId: string, key: string | null = null) {
    const id = `chk_${merchantId}`
    const idempotency = key === null ? null : { key, fingerprint: merchantId }
    const session = `session-${++sessions}`
    const created = await storeOf(merchantId).create(opened(id), session, idempotency)
    return { id, session, created }
  }

  it('two merchants may use the same reference and the same idempotency key', async () => {
    const kinds = []
    for (const merchant of ['default', 'a', 'b'])
      kinds.push((await createFor(merchant, 'key')).created.kind)
    expect(kinds).toEqual(['created', 'created', 'created'])
    for (const merchant of ['default', 'a', 'b']) {
      expect((await storeOf(merchant).findByReference('WEB-1'))?.id).toBe(`chk_${merchant}`)
      expect((await createFor(merchant, 'key')).created.kind).toBe('repeated')
    }
  })

  it('two merchants find nothing of each other', async () => {
    const { id } = await createFor('a')
    const before = opened(id)
    const attempt = newAttempt({ endedAt: t0, outcome: 'declined', reason: 'declined' })
    const ended = {
      ...before,
      version: 2,
      review: 'paid_twice' as const,
      refunds: [],
      attempts: [attempt],
    }
    const entry = { attemptId: attempt.id, version: 2, at: t0, type: 'declined', evidence: null }
    const event = {
      id: 'evt_1',
      checkoutId: id,
      type: 'checkout.review',
      at: t0,
      body: '{}',
    } as const
    expect(await storeOf('a').save(ended, [entry], [event])).toBe('saved')

    const lookUp = async (merchantId: string) => {
      const store = storeOf(merchantId)
      const outbox = outboxStore(database, merchantId)
      return {
        load: await store.load(id),
        byReference: await store.findByReference('WEB-1'),
        inReview: await store.inReview({ limit: 10, offset: 0 }),
        toExpire: await store.firstToExpire(10),
        lateChecks: await store.lateChecks(Number.MAX_SAFE_INTEGER, 10),
        countInReview: await store.countInReview(),
        countLateChecks: await store.countLateChecks(Number.MAX_SAFE_INTEGER),
        due: await outbox.due(t0, 10),
        dueOutcomes: await outbox.dueOutcomes(t0, 10),
        nextDueAt: await outbox.nextDueAt(0),
        after: await outbox.after(0, 10),
        find: await outbox.find('evt_1'),
        eventsOf: await outbox.eventsOf(id),
        undelivered: (await outbox.backlog()).undelivered,
      }
    }
    const nothing = {
      ...{ load: null, byReference: null, inReview: [], toExpire: [], lateChecks: [] },
      ...{
        countInReview: 0,
        countLateChecks: 0,
        due: [],
        dueOutcomes: [],
        nextDueAt: null,
        after: [],
        find: null,
      },
      ...{ eventsOf: [], undelivered: 0 },
    }
    for (const other of ['default', 'b']) expect(await lookUp(other), other).toEqual(nothing)
    const own = await lookUp('a')
    for (const [name, found] of Object.entries(own))
      expect(found, name).not.toEqual(nothing[name as keyof typeof nothing])
  })

  it('two merchants change nothing of each other', async () => {
    const { id } = await createFor('a')
    const event = {
      id: 'evt_1',
      checkoutId: id,
      type: 'checkout.expired',
      at: t0,
      body: '{}',
    } as const
    const entry = { attemptId: null, version: 2, at: t0, type: 'closing', evidence: null }
    await storeOf('a').save({ ...opened(id), version: 2 }, [entry], [event])
    const other = outboxStore(database, 'b')
    expect(await other.resend('evt_1', 1)).toBe(false)
    expect(await other.countResends()).toBe(0)
    await other.correctFutureTimes(-1, [0])
    expect((await outboxStore(database, 'a').find('evt_1'))?.nextTryAt).toBe(t0)
  })

  it('two merchants have what was sent again counted for each of them', async () => {
    const { id } = await createFor('a')
    const type = 'checkout.expired'
    const event = { id: 'evt_1', checkoutId: id, type, at: t0, body: '{}' } as const
    const entry = { attemptId: null, version: 2, at: t0, type: 'closing', evidence: null }
    await storeOf('a').save({ ...opened(id), version: 2 }, [entry], [event])
    const counts = () =>
      Promise.all(['a', 'b'].map((one) => outboxStore(database, one).countResends()))
    expect(await counts()).toEqual([0, 0])
    for (const count of [1, 2]) {
      await outboxStore(database, 'a').resend('evt_1', t0)
      expect(await counts()).toEqual([count, 0])
    }
  })

  it('a cursor of another merchant is taken for an unknown one', async () => {
    for (const merchant of ['a', 'b']) {
      const { id } = await createFor(merchant)
      const event = {
        id: `evt_${merchant}`,
        checkoutId: id,
        type: 'checkout.expired',
        at: t0,
        body: '{}',
      } as const
      const entry = { attemptId: null, version: 2, at: t0, type: 'closing', evidence: null }
      await storeOf(merchant).save({ ...opened(id), version: 2 }, [entry], [event])
    }
    const cursor = (await outboxStore(database, 'a').page('0', 10))?.cursor ?? ''
    const [seq] = cursor.split('-')
    const page = (text: string) => outboxStore(database, 'b').page(text, 10)
    expect(await page(cursor)).toEqual(await page(`${seq}-evt_unknown`))
    expect((await page(cursor))?.events.map(({ id }) => id)).toEqual(['evt_b'])
  })

  it('two merchants are found by what is theirs, and by nothing else', async () => {
    const { id, session } = await createFor('a')
    const directory = merchantDirectory(database)
    expect(await directory.ofCheckout(id)).toBe('a')
    expect(await directory.ofSession(session)).toBe('a')
    expect(await directory.withOpenWork()).toEqual(['a'])
    for (const look of [
      directory.ofCheckout,
      directory.ofSession,
      directory.ofCallback,
      directory.ofEvent,
    ])
      expect(await look('unknown')).toBeNull()
  })
})

it('a PostgreSQL database of the schema before keeps its checkouts, as those of the default merchant', async () => {
  const url = await (await sharedPostgres()).newDatabase()
  const { db } = connectPostgres(url)
  const getMigrations = () => Promise.resolve({ '005_indexes': baseline })
  expect((await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()).error).toBe(
    undefined,
  )
  await sql`insert into checkouts values ('chk_old', 'WEB-1', 'open', 1, 500, 'ISK', 1, 2, null, null, null, 0, null,
    '[]', 0, '{"items":[],"metadata":{}}', null, null, null)`.execute(db)
  await sql`insert into idempotency_keys values ('key', 'fingerprint', 'chk_old', 1)`.execute(db)
  await db.destroy()
  const database = await openDatabase(url)
  expect(await checkoutStore(database).load('chk_old')).toMatchObject({ reference: 'WEB-1' })
  expect(await checkoutStore(database, { merchantId: 'a' }).load('chk_old')).toBeNull()
  expect(await merchantDirectory(database).withOpenWork()).toEqual(['default'])
  await database.close()
})

it('a phone has another hash at each merchant, and at the default one the hash of earlier versions', () => {
  const hashOf = (merchantId?: string) =>
    createSecrets('the key of the tests, long enough', () => 0, [], merchantId).hmac('8223281')
  expect(new Set([hashOf(), hashOf('a'), hashOf('b')]).size).toBe(3)
  expect(hashOf('default')).toBe(hashOf())
})
