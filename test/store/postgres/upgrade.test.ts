import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { startSimulator } from '../../../demo/simulator/simulator.ts'
import type { Simulator } from '../../../demo/simulator/simulator.ts'
import { createLog } from '../../../server/log.ts'
import type { Snapshot } from '../../../server/protocol/index.ts'
import { startServer } from '../../../server/serve.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { openShop, webhookTo } from '../../ops/shop.ts'
import type { Shop } from '../../ops/shop.ts'
import { shopAt } from '../../simulator/shop.ts'
import { sharedPostgres } from '../../support/databases.ts'
import { settingsFor } from '../../support/process.ts'
import { call, hashKey } from '../../support/replicas.ts'
import type { Replica } from '../../support/replicas.ts'
import { merchantKey, until } from '../../support/test-server.ts'

/**
 * As a server of the schema 011 left it: what it wrote last, what its provider was, and the sessions of its checkouts. There is no
 * older one: nothing has been released yet, so that no database of an operator has a schema before this one. The schema of each
 * release gets a file beside it.
 */
const stored = readFileSync(new URL('../schemas/postgres-011.sql', import.meta.url), 'utf8')
const writtenUntil = 1_795_856_020_719
const apiUrl = 'http://127.0.0.1:44709/v1'
const sessions = {
  paid: 'cs_sONo9q5ceTfYuSE_oUuqQh9C8n5rUhppymN6nCaSw2w',
  open: 'cs_eloPPY0jrewNBVqWaEZgOiQoHTPv3T6Zqpai4tSOIJE',
  waiting: 'cs_QIHp81cPa7KHJnEuRiLfx3h6fi4HDBQKi-xO9iGRvlk',
  code: 'cs_aHR1icDQUmeyAtqmrv0jc0vSltuMyabNxnASIvpc4Ig',
}
const carts = {
  waiting: 'b5715634-1fca-41a8-a3bc-d70dac7bad38',
  code: 'c6833174-1cf7-4065-92d1-35f214d29d4f',
}
const refusedEvent = 'evt_AaIhXCmbaVvxKm7ZsMNCiA'
const loginCookie = 'netgiro_admin=UyL6J62JNagJE_9q-QCDWz9RwitsPpPEJndFB7EAFnc'

let simulator: Simulator
let shop: Shop
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A database as that server would leave it now. */
async function olderDatabase(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const postgres = await sharedPostgres()
  const url = await postgres.newDatabase()
  const passed = Date.now() - writtenUntil
  let statements = stored.replace(/\b179\d{10}\b/g, (time) => String(Number(time) + passed))
  for (const [before, after] of Object.entries(changes))
    statements = statements.replaceAll(before, after)
  await postgres.query(statements, url)
  return url
}

/** A server of this version on that database, and a provider that knows its open requests. */
async function upgrade() {
  simulator = await startSimulator()
  ends.push(() => simulator.close())
  shop = await openShop()
  ends.push(() => shop.close())
  const insert = async (Reference: string, CustomerId: string) => {
    const order = { Amount: 12_990, Reference, CustomerId, ConfirmationType: 2 }
    return String((await shopAt(simulator.apiUrl)('InsertCart', order)).body['TransactionId'])
  }
  const waiting = await insert('WEB-waiting-2zdtstp5', '8223283')
  const code = await insert('WEB-code-pcr4kq3p', '1111111119')
  const url = await olderDatabase({
    ...{ [apiUrl]: simulator.apiUrl, [carts.waiting]: waiting, [carts.code]: code },
  })
  const settings = {
    ...{ ...settingsFor(simulator), ...webhookTo(shop), DATABASE_URL: url, HASH_KEY: hashKey },
    ...{ ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789' },
  }
  const server = await startServer(settings, { log: createLog('silent') })
  ends.push(() => server.close())
  return { server, waiting, code }
}

const reach = (at: Replica, session: string, status: string) =>
  until(
    async () =>
      ((await call(at, 'GET', '/v1/session', session)).body as Snapshot).status === status,
  )

const sent = (type: string) => shop.received.filter(({ body }) => body.includes(`"${type}"`))

it('a PostgreSQL database of an older schema keeps its payments, and the open ones are paid once', async () => {
  const { server: at, waiting, code } = await upgrade()
  simulator.approve(waiting)
  await reach(at, sessions.waiting, 'paid')
  const smsCode = String(simulator.cart(code)?.['smsCode'])
  await call(at, 'POST', '/v1/session/code', sessions.code, { code: smsCode })
  await reach(at, sessions.code, 'paid')
  expect(simulator.inspect().carts.map(({ captures }) => captures)).toEqual([1, 1])

  const started = await call(at, 'POST', '/v1/session/start', sessions.open, { phone: '8223284' })
  expect(started.status).toBe(202)
  simulator.approve(simulator.inspect().carts.at(-1)?.TransactionId ?? '')
  await reach(at, sessions.open, 'paid')
  expect((await call(at, 'GET', '/v1/session', sessions.paid)).body).toMatchObject({
    ...{ status: 'paid', reference: 'WEB-paid', amount: 12_990 },
  })
  await until(() => sent('checkout.paid').length === 3)
  expect(simulator.inspect().carts).toHaveLength(3)
})

it('a PostgreSQL database of an older schema keeps events, keys, limits and logins', async () => {
  const { server: at } = await upgrade()
  // It was refused by the shop.
  await until(() => shop.ids().includes(refusedEvent))
  const events = await call(at, 'GET', '/v1/events?after=0', merchantKey)
  expect(events.body).toMatchObject({
    events: [
      { type: 'checkout.paid' },
      { type: 'checkout.refunded' },
      { type: 'checkout.attempt_failed' },
      { type: 'checkout.canceled' },
      { type: 'checkout.canceled', id: refusedEvent },
    ],
  })
  const again = await fetch(`${at.url}/v1/checkouts`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${merchantKey}`, 'idempotency-key': 'key-1' },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ reference: 'WEB-open', amount: 12_990, currency: 'ISK' }),
  })
  expect([again.status, await again.json()]).toMatchObject([200, { reference: 'WEB-open' }])
  const busy = await call(at, 'POST', '/v1/session/start', sessions.open, { phone: '8223283' })
  expect(busy).toMatchObject({ status: 429, body: { code: 'phone_busy' } })
  const page = await fetch(`${at.url}/admin/checkouts`, {
    ...{ headers: { cookie: loginCookie }, redirect: 'manual' },
  })
  expect(page.status).toBe(200)
})

/** What statements depend on, whatever the order in which it was made. */
async function schemaOf(url: string): Promise<string[]> {
  const rows = await (
    await sharedPostgres()
  ).query(
    `select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, is_identity) as text
      from information_schema.columns where table_schema = current_schema()
    union all select indexdef from pg_indexes where schemaname = current_schema()
    union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = current_schema()::regnamespace
    order by text`,
    url,
  )
  return rows.map(({ text }) => String(text))
}

it('a PostgreSQL database of an older schema ends as a new one begins', async () => {
  const older = await olderDatabase()
  const fresh = await (await sharedPostgres()).newDatabase()
  for (const url of [older, fresh]) await (await openDatabase(url)).close()
  const wanted = await schemaOf(fresh)
  expect(wanted.length).toBeGreaterThan(100)
  expect(await schemaOf(older)).toEqual(wanted)
})

it('the rows of the older schema are in every table that it had', async () => {
  const url = await olderDatabase()
  const postgres = await sharedPostgres()
  const tables = await postgres.query(
    'select table_name as name from information_schema.tables where table_schema = current_schema()',
    url,
  )
  expect(tables.length).toBeGreaterThan(12)
  for (const { name } of tables)
    expect(await postgres.query(`select from ${String(name)}`, url), String(name)).not.toEqual([])
})
