import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import type { Database } from '../../../server/store/database.ts'
import { insertHistory } from '../../../server/store/history.ts'
import type { OwnerOptions } from '../../../server/store/owner-lock.ts'
import { insertSession } from '../../../server/store/sessions.ts'
import { allSettled } from '../../../server/store/side-by-side.ts'
import { checkoutIn, newAttempt, t0 } from '../../support/checkouts.ts'
import { begin } from '../../support/postgres/leases.ts'
import { owner, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

async function opened(options?: Partial<OwnerOptions>): Promise<Database> {
  const database = await store.open(store.url, owner(options))
  await begin(database)
  return database
}

/** One checkout from its creation to its cancellation, and everything that is read of it on the way. */
async function story(database: Database, id: string) {
  const checkouts = checkoutStore(database)
  const created = { ...checkoutIn('open'), id, reference: id, attempts: [], version: 1 }
  await checkouts.create(created, `session of ${id}`, null)
  expect(await checkouts.findBySession(`session of ${id}`)).toBe(id)
  const names = { id: `att_${id}`, token: `token of ${id}`, reference: `R-${id}` }
  const attempt = newAttempt({ ...names, providerRef: null })
  const started = { ...created, version: 2, status: 'starting' as const, attempts: [attempt] }
  const entry = { attemptId: attempt.id, at: t0, evidence: null }
  const begun = await checkouts.begin(
    created,
    started,
    { ...entry, version: 2, type: 'started' },
    { attemptId: attempt.id, phone: id, phones: [id], address: id, at: t0 },
    () => null,
  )
  expect(begun).toBe('begun')
  const canceled = { ...started, version: 3, status: 'canceled' as const }
  const event = { id: `evt_${id}`, checkoutId: id, type: 'checkout.canceled' as const, at: t0 }
  const saved = await checkouts.save(
    canceled,
    [{ ...entry, version: 3, type: 'canceled' }],
    [{ ...event, body: '{}' }],
    started,
  )
  expect(saved).toBe('saved')
  expect((await checkouts.findByToken(attempt.token))?.attempt.id).toBe(attempt.id)
  expect(await checkouts.load(id)).toMatchObject({ status: 'canceled', version: 3 })
}

const kept = async ({ db }: Database) =>
  (await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db)).rows

it('a connection to PostgreSQL itself keeps the statements that run again and again', async () => {
  const database = await opened()
  await story(database, 'chk_1')
  const before = await kept(database)
  expect(before.length).toBeGreaterThan(10)
  await story(database, 'chk_2')
  expect(await kept(database)).toEqual(before)
})

it('a connection that may lead through a pooler of transactions keeps no statement', async () => {
  const database = await opened({ listenUrl: store.url })
  await story(database, 'chk_1')
  expect(await kept(database)).toEqual([])
})

it('statements that a connection keeps still run after a newer version has added columns', async () => {
  const database = await opened()
  await story(database, 'chk_1')
  for (const { name } of await database.db.introspection.getTables())
    await store.postgres.query(`alter table ${name} add column since_then text`, store.url)
  await story(database, 'chk_2')
})

it('statements that a connection keeps still run after one of them has failed in a transaction', async () => {
  const database = await opened()
  const entry = { attemptId: null, version: 1, at: t0, type: 'created', evidence: null }
  const ofNone = { hash: 'hash', checkout_id: 'chk_none', created_at: t0 }
  // The second one is not even parsed: the transaction has failed by then.
  await expect(
    database.write((trx) =>
      allSettled([insertSession(trx, ofNone), insertHistory(trx, 'chk_none', entry)]),
    ),
  ).rejects.toThrow('violates foreign key')
  await story(database, 'chk_1')
})
