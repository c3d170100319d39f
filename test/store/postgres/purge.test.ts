import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { purge } from '../../../server/store/purge.ts'
import { insert, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('the purge on PostgreSQL', () => {
  const day = 24 * 3_600_000
  const now = Date.UTC(2026, 10, 20)
  const count = 1_600

  /** What checkouts of the last hundred days leave, in steps of ninety minutes. */
  const fill = () =>
    store.postgres.query(
      `create temporary view numbers as select n, 'chk_' || n as id, 'R-' || n as reference,
        ${now} - n * 5400000::bigint as at from generate_series(1, ${count}) as n;
      insert into checkouts (id, reference, status, version, amount, currency, created_at,
        expires_at, late, refunds, refunding, order_details)
      select id, reference, 'paid', 3, 100, 'ISK', at, at, 0, '[]', 0, '{}' from numbers;
      insert into attempts (id, checkout_id, number, reference, token, phone_hash, started_at,
        ended_at, outcome, details)
      select 'att_' || n, id, 1, reference, 't-' || n, 'hash-' || n, at, at, 'paid',
        '{"payer":{"kind":"phone","masked":"•••3281","hash":"hash"}}' from numbers;
      insert into sessions (hash, checkout_id, created_at) select 's-' || n, id, at from numbers;
      insert into events (id, checkout_id, type, at, body, tries, delivered_at, next_try_at)
      select 'evt_' || n, id, 'checkout.paid', at, '{}', 1, at, case when n >= 1000 then ${now} end from numbers;
      insert into payment_requests (phone_hash, at) select 'hash-' || n, at from numbers;
      insert into idempotency_keys (key, fingerprint, checkout_id, created_at)
      select 'k-' || n, 'f', id, at from numbers;
      insert into logins (hash, sealed_token, expires_at)
      select 'l-' || n, 's', at + ${day} from numbers`,
      store.url,
    )

  const left = async () => {
    const tables = ['payment_requests', 'idempotency_keys', 'logins', 'events', 'sessions']
    const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`)
    const [row] = await store.postgres.query(
      `select ${counts.join(', ')}, (select count(*) from checkouts) as checkouts,
        (select count(*) from attempts where phone_hash is not null) as payers,
        (select count(*) from attempts where details like '%3281%') as numbers`,
      store.url,
    )
    return Object.fromEntries(
      Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]),
    )
  }

  it('deletes what it deletes from a SQLite file', async () => {
    const database = await store.open()
    await fill()
    await purge(database, now)
    expect(await left()).toEqual({
      ...{ payment_requests: 16, idempotency_keys: 112, logins: 15, events: 1_081, sessions: 480 },
      ...{ checkouts: count, payers: 480, numbers: 480 },
    })
  })

  it('forgets a payer whose details were damaged once they are repaired', async () => {
    const database = await store.open()
    await fill()
    const repair = `update attempts set details = (select details from attempts where id = 'att_1')
      where id = 'att_1600'`
    await store.postgres.query(
      `update attempts set details = '{}' where id = 'att_1600'`,
      store.url,
    )
    await purge(database, now)
    expect(await left()).toMatchObject({ payers: 481, numbers: 480 })
    await store.postgres.query(repair, store.url)
    await purge(database, now)
    expect(await left()).toMatchObject({ payers: 480, numbers: 480 })
  })

  it('keeps no write waiting, and goes on with the others where it fails in one table', async () => {
    const name = new URL(store.url).pathname.slice(1)
    await store.postgres.query(`alter database ${name} set lock_timeout = '2s'`)
    const database = await store.open()
    await fill()
    const another = new Client({ connectionString: store.url })
    await another.connect()
    await another.query('begin; lock table idempotency_keys')
    const refused = expect(purge(database, now)).rejects.toMatchObject({ code: '55P03' })
    // The tables before it are done.
    await expect.poll(async () => (await store.phones()).length).toBe(16)
    await insert(database, 'new', { timeoutMs: 500 })
    await refused
    await another.end()
    expect(await left()).toMatchObject({ idempotency_keys: count, sessions: 480, payers: 480 })
  })
})
