import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sql } from 'kysely'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { merchant, startTestServer, until } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2026, 10, 20, 12)

let folder: string
let database: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retention-'))
  database = await openDatabase(`file:${join(folder, 'checkout.db')}`)
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** Everything that a payment leaves, so many times an hour through a whole year, in SQL for it is a great deal. */
async function fillYear(perHour: number): Promise<number> {
  const count = 365 * 24 * perHour
  const at = (offset = 0) => sql.raw(`(${now} - ${365 * day} + n * ${hour / perHour} + ${offset})`)
  const each = sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})`
  await database.write(async (trx) => {
    await sql`insert into checkouts
      (id, reference, status, version, amount, currency, created_at, expires_at, late, refunds, refunding, order_details)
      ${each} select 'chk_' || n, 'R-' || n, 'paid', 3, 100, 'ISK', ${at()}, ${at(hour)}, 0, '[]', 0, '{}' from numbers`.execute(
      trx,
    )
    await sql`insert into attempts
      (id, checkout_id, number, reference, token, phone_hash, started_at, ended_at, outcome, details)
      ${each} select 'att_' || n, 'chk_' || n, 1, 'R-' || n, 't-' || n, 'hash-' || n, ${at()}, ${at()}, 'paid',
        '{"payer":{"kind":"phone","masked":"•••3281","hash":"hash-' || n || '"},"reason":null}' from numbers`.execute(
      trx,
    )
    await sql`insert into sessions (hash, checkout_id, created_at)
      ${each} select 's-' || n, 'chk_' || n, ${at()} from numbers`.execute(trx)
    await sql`insert into events (id, checkout_id, type, at, body, tries, delivered_at)
      ${each} select 'evt_' || n, 'chk_' || n, 'checkout.paid', ${at()}, '{}', 1, ${at()} from numbers`.execute(
      trx,
    )
    await sql`insert into payment_requests (phone_hash, at) ${each} select 'hash-' || n, ${at()} from numbers`.execute(
      trx,
    )
    await sql`insert into idempotency_keys (key, fingerprint, checkout_id, created_at)
      ${each} select 'k-' || n, 'f', 'chk_' || n, ${at()} from numbers`.execute(trx)
    await sql`insert into logins (hash, sealed_token, expires_at)
      ${each} select 'l-' || n, 's', ${at(8 * hour)} from numbers`.execute(trx)
  })
  return count
}

const count = async (table: string, where = 'true') => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where ${sql.raw(where)}`.execute(database.db)
  return rows[0]?.count
}

it('purges everything of a year that is due, and nothing else', async () => {
  const perHour = 2
  const all = await fillYear(perHour)
  await sql`update events set next_try_at = ${now} where id = 'evt_7'`.execute(database.db)
  await sql`update checkouts set status = 'open' where id = 'chk_8'`.execute(database.db)
  await checkoutStore(database).purge(now)
  const of = (days: number) => days * 24 * perHour + 1
  expect(await count('payment_requests')).toBe(of(1))
  expect(await count('idempotency_keys')).toBe(of(7))
  expect(await count('logins')).toBe(8 * perHour)
  expect(await count('events')).toBe(of(30) + 1)
  // A session is of use for as long as its checkout can be paid.
  expect(await count('sessions', "hash <> 's-8'")).toBeGreaterThanOrEqual(of(30))
  expect(await count('sessions', "hash <> 's-8'")).toBeLessThanOrEqual(of(30) + perHour)
  expect(await count('sessions', "hash = 's-8'")).toBe(1)
  expect(await count('attempts', 'phone_hash is not null')).toBe(of(30))
  expect(await count('attempts', `details like '%3281%' or details like '%hash-%'`)).toBe(of(30))
  expect(await count('checkouts')).toBe(all)
  expect(await count('attempts')).toBe(all)
})

it('forgets all other payers where the details of an attempt are damaged', async () => {
  await fillYear(1)
  await sql`update attempts set details = '{"payer":' where id = 'att_7'`.execute(database.db)
  await checkoutStore(database).purge(now)
  expect(await count('attempts', "phone_hash is not null and id <> 'att_7'")).toBe(30 * 24 + 1)
  expect(await count('attempts', `details like '%3281%'`)).toBe(30 * 24 + 1)
  expect(await count('attempts', `details = '{"payer":'`)).toBe(1)
})

it.each(['{"payer":', '{}'])(
  'forgets the payer of an attempt whose details were damaged once they are repaired: %s',
  async (damaged) => {
    const details = '{"payer":{"kind":"phone","masked":"•••3281","hash":"hash-1"},"reason":null}'
    await database.write(async (trx) => {
      await sql`insert into checkouts
        (id, reference, status, version, amount, currency, created_at, expires_at, late, refunds, refunding, order_details)
        values ('chk_1', 'R-1', 'paid', 3, 100, 'ISK', 1, 1, 0, '[]', 0, '{}')`.execute(trx)
      await sql`insert into attempts
        (id, checkout_id, number, reference, token, phone_hash, started_at, ended_at, outcome, details)
        values ('att_1', 'chk_1', 1, 'R-1', 't-1', 'hash-1', 1, 1, 'paid', ${damaged})`.execute(trx)
    })
    await checkoutStore(database).purge(now)
    expect(await count('attempts', `details = '${damaged}'`)).toBe(1)
    await sql`update attempts set details = ${details}`.execute(database.db)
    await checkoutStore(database).purge(now)
    expect(await count('attempts', "phone_hash is null and details not like '%3281%'")).toBe(1)
  },
)

it('a purge lets other reads and writes run between its steps', async () => {
  await fillYear(1)
  const progress = { isOver: false }
  const purging = checkoutStore(database)
    .purge(now)
    .then(() => (progress.isOver = true))
  let written = 0
  while (!progress.isOver) {
    await database.write(async (trx) => {
      const row = { phone_hash: 'new', address_hash: null, at: now }
      await trx.insertInto('payment_requests').values(row).execute()
    })
    written++
    await new Promise((resolve) => setImmediate(resolve))
  }
  await purging
  // Far more than the handful that it would be if one step took it all.
  expect(written).toBeGreaterThan(50)
})

it('a purge ends between two steps when it is aborted', async () => {
  const all = await fillYear(2)
  const stopping = new AbortController()
  const purging = checkoutStore(database).purge(now, { signal: stopping.signal })
  stopping.abort()
  await purging
  expect(await count('attempts', 'phone_hash is not null')).toBe(all)
})

it('logs that it deletes events that the shop has never accepted', async () => {
  const clock = new ManualClock()
  const testServer = await startTestServer({ clock })
  const { id } = await testServer.create()
  expect((await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)).status).toBe(200)
  const beside = openSecondConnection(testServer.databasePath)
  const longAgo = clock.now() - 31 * day
  beside.exec(`update events set at = ${longAgo}, next_try_at = ${longAgo}, delivered_at = null`)
  clock.advance(60_000)
  await until(() => beside.prepare('select id from events').get() === undefined)
  await until(() => testServer.logged().includes('"types":["checkout.canceled"]'))
  expect(testServer.logged()).toContain('events that the shop has never accepted were deleted')
  beside.close()
  await testServer.close()
})

it('says nothing of an event that was accepted before it was resent in vain', async () => {
  await database.write(async (trx) => {
    await sql`insert into checkouts
      (id, reference, status, version, amount, currency, created_at, expires_at, late, refunds, refunding, order_details)
      values ('chk_1', 'R-1', 'paid', 3, 100, 'ISK', 1, 1, 0, '[]', 0, '{}')`.execute(trx)
    await sql`insert into events (id, checkout_id, type, at, body, tries, delivered_at, next_try_at)
      values ('evt_1', 'chk_1', 'checkout.paid', 1, '{}', 1, 1, 1)`.execute(trx)
  })
  const undelivered: string[] = []
  await checkoutStore(database).purge(now, {
    onUndelivered: (types) => undelivered.push(...types),
  })
  expect([await count('events'), undelivered]).toEqual([0, []])
})

it('purges a minute after the start, not only after an hour', async () => {
  const clock = new ManualClock()
  const testServer = await startTestServer({ clock })
  await testServer.create({}, { 'idempotency-key': 'once' })
  const beside = openSecondConnection(testServer.databasePath)
  beside.exec(`update idempotency_keys set created_at = ${clock.now() - 8 * day}`)
  clock.advance(60_000)
  await until(() => beside.prepare('select key from idempotency_keys').get() === undefined)
  beside.close()
  await testServer.close()
})
