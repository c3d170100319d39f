import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout, Input } from '../../server/core/checkout.ts'
import { PubSub } from '../../server/core/pubsub.ts'
import { noReceipts } from '../../server/core/receipt.ts'
import { CheckoutRepository } from '../../server/core/repository.ts'
import { CheckoutError } from '../../server/core/errors.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import type { WriteOptions } from '../../server/store/database.ts'
import { evidence } from '../support/checkouts.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import {
  browser,
  merchant,
  onlyCart,
  read,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { secondProgram } from '../support/second-program.ts'

const order = { reference: 'WEB-busy', amount: 1_990, currency: 'ISK' }

/** Another program that holds the write lock until it is told to let go. */
function lock(path: string) {
  const beside = openSecondConnection(path)
  beside.exec('begin immediate')
  return {
    release() {
      beside.exec('commit')
      beside.close()
    },
  }
}

describe('a server whose database another program has locked', () => {
  let testServer: TestServer
  const clock = new ManualClock()
  beforeEach(async () => {
    testServer = await startTestServer({ clock })
  })
  afterEach(() => testServer.close())

  const isAlive = async () => (await fetch(`${testServer.url}/healthz`)).status

  it('serves everything else while the database is locked, and creates the checkout once it is released', async () => {
    const held = lock(testServer.databasePath)
    const creating = merchant(testServer, 'POST', '/v1/checkouts', { body: order })
    for (let look = 0; look < 20; look++) expect(await isAlive()).toBe(200)
    held.release()
    expect((await creating).status).toBe(201)
  })

  it('answers 503 with Retry-After when the database stays locked, and recovers afterwards', async () => {
    const { session } = await testServer.create()
    const held = lock(testServer.databasePath)
    const refused = await Promise.all([
      merchant(testServer, 'POST', '/v1/checkouts', { body: order }),
      browser(testServer, session, 'POST', '/v1/session/start', { body: { phone: '8223281' } }),
    ])
    for (const answer of refused) {
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await answer.json()).toMatchObject({ code: 'temporarily_unavailable' })
    }
    expect(await isAlive()).toBe(200)
    clock.advance(1_000)
    expect((await fetch(`${testServer.url}/readyz`)).status).toBe(503)
    held.release()
    expect((await merchant(testServer, 'POST', '/v1/checkouts', { body: order })).status).toBe(201)
    clock.advance(1_000)
    expect((await fetch(`${testServer.url}/readyz`)).status).toBe(200)
    expect(testServer.simulator.inspect().carts).toEqual([])
  })

  it('keeps the provider’s response until it is on disk, and never requests a second cart', async () => {
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
    const starting = browser(testServer, session, 'POST', '/v1/session/start', {
      body: { phone: '8223281' },
    })
    await until(() => testServer.simulator.inspect().carts.length === 1)
    const held = lock(testServer.databasePath)
    clock.advance(1_000)
    // The answer has come when nothing is on its way any more.
    for (let look = 0; look < 50; look++) expect(await isAlive()).toBe(200)
    expect((await read(testServer, session)).status).toBe('starting')
    held.release()
    expect(await (await starting).json()).toMatchObject({ status: 'awaiting_shopper' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    const paid = await until(
      () => {
        clock.advance(1_000)
        return read(testServer, session)
      },
      ({ status }) => status === 'paid',
    )
    expect(paid.status).toBe('paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
  })

  it('the server stops in time, and another starts, when the lock is never released', async () => {
    const held = lock(testServer.databasePath)
    const creating = merchant(testServer, 'POST', '/v1/checkouts', { body: order }).then(
      ({ status }) => status,
      () => null,
    )
    expect(await isAlive()).toBe(200)
    await testServer.restart()
    expect([503, null]).toContain(await creating)
    expect(await isAlive()).toBe(200)
    held.release()
  })
})

describe('the database', () => {
  let path: string
  let database: Database
  let pauses: number[]
  /** What happens while the writers wait for the n-th time. */
  let during: (time: number) => void
  beforeEach(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'busy-')), 'checkout.db')
    pauses = []
    during = () => {}
    const pause = (ms: number) => {
      during(pauses.push(ms))
      return Promise.resolve()
    }
    database = await openDatabase(`file:${path}`, { pause })
  })
  afterEach(async () => {
    await database.close()
    rmSync(join(path, '..'), { recursive: true })
  })

  const write = (at: number, options?: WriteOptions) =>
    database.write(async (trx) => {
      await trx
        .insertInto('payment_requests')
        .values({ phone_hash: 'x', address_hash: null, at })
        .execute()
    }, options)
  const written = async () =>
    (await database.db.selectFrom('payment_requests').select('at').orderBy('seq').execute()).map(
      ({ at }) => at,
    )
  const busy = expect.objectContaining({ code: 'temporarily_unavailable' }) as CheckoutError

  it('keeps writes with mustPersist in the queue, and refuses the others at their timeout', async () => {
    const held = lock(path)
    during = (time) => {
      if (time === 1_000) held.release()
    }
    const results = await Promise.allSettled([
      write(1, { mustPersist: true }),
      write(2),
      write(3, { mustPersist: true }),
    ])
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: busy },
      { status: 'fulfilled' },
    ])
    expect(await written()).toEqual([1, 3])
  })

  it('reads and writes again after a lock that lasted too long', async () => {
    const held = lock(path)
    await expect(write(1)).rejects.toEqual(busy)
    held.release()
    const beside = openSecondConnection(path)
    beside.exec("insert into payment_requests (phone_hash, at) values ('y', 7)")
    expect(await written()).toEqual([7])
    await write(8)
    beside.exec("insert into payment_requests (phone_hash, at) values ('y', 9)")
    expect(await written()).toEqual([7, 8, 9])
    // An old snapshot that is still held would keep the log from being emptied.
    expect(beside.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 })
    beside.close()
  })

  it('writes when another program has written after the job began to read', async () => {
    const beside = openSecondConnection(path)
    beside.exec('pragma busy_timeout = 0')
    await database.write(async (trx) => {
      await trx.selectFrom('payment_requests').selectAll().execute()
      expect(() =>
        beside.exec("insert into payment_requests (phone_hash, at) values ('y', 1)"),
      ).toThrow()
      await sql`insert into payment_requests (phone_hash, at) values ('x', 2)`.execute(trx)
    })
    beside.close()
    expect(await written()).toEqual([2])
  })

  it('keeps writes with mustPersist until a full disk has room, and refuses the others at once', async () => {
    const beside = openSecondConnection(path)
    beside.exec(`create trigger full before insert on payment_requests
      begin select raise(abort, 'database or disk is full'); end`)
    during = (time) => {
      if (time === 3) beside.exec('drop trigger full')
    }
    const results = await Promise.allSettled([write(1, { mustPersist: true }), write(2)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await written()).toEqual([1])
    expect(database.failures).toBeGreaterThan(1)
    beside.close()
  })

  it('keeps writes with mustPersist until a table or column that was renamed is back, and refuses the others at once', async () => {
    const beside = openSecondConnection(path)
    const alter = 'alter table payment_requests rename'
    for (const [index, make, undo] of [
      [1, `${alter} to gone`, 'alter table gone rename to payment_requests'],
      [2, `${alter} column phone_hash to gone`, `${alter} column gone to phone_hash`],
    ] as const) {
      beside.exec(make)
      pauses = []
      during = (time) => {
        if (time === 3) beside.exec(undo)
      }
      const results = await Promise.allSettled([write(index, { mustPersist: true }), write(9)])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    }
    beside.close()
    expect(await written()).toEqual([1, 2])
  })

  it('a write that can never succeed is not retried', async () => {
    const twice = () =>
      database.write(
        (trx) =>
          sql`insert into payment_requests (seq, phone_hash, at) values (1, 'x', 1)`.execute(trx),
        { mustPersist: true },
      )
    await twice()
    await expect(twice()).rejects.toThrow(/UNIQUE/)
    expect(pauses).toEqual([])
  })

  it('keeps the shop’s decision until it is on disk, and refuses what can be requested again', async () => {
    const repository = await repositoryOfOne(database)
    const held = lock(path)
    during = (time) => {
      if (time === 1_000) held.release()
    }
    const [said, asked] = await Promise.allSettled([
      repository.record('chk_1', { type: 'shop_decided', decision: 'approve' }, 'att_1'),
      repository.record('chk_1', { type: 'closing', as: 'canceled' }, null),
    ])
    expect(asked).toMatchObject({ status: 'rejected', reason: busy })
    expect(said).toMatchObject({ status: 'fulfilled' })
    expect((await checkoutStore(database).load('chk_1'))?.attempts).toMatchObject([
      { shopDecision: 'approve' },
    ])
  })

  it('refuses every waiting write when the process is about to end', async () => {
    const held = lock(path)
    during = (time) => {
      if (time === 1_000) database.limitWaiting(1)
    }
    await expect(write(1, { mustPersist: true })).rejects.toEqual(busy)
    held.release()
  })

  it('recovers when a transaction was left open', async () => {
    await database.db.executeQuery(sql`begin`.compile(database.db))
    await write(1)
    expect(await written()).toEqual([1])
  })
})

/** With a checkout whose only request was approved. */
async function repositoryOfOne(database: Database): Promise<CheckoutRepository> {
  const store = checkoutStore(database)
  const clock = new ManualClock()
  const checkout: Checkout = {
    ...{ id: 'chk_1', reference: 'WEB-1', amount: 1_990, currency: 'ISK', description: null },
    ...{ items: [], provider: 'netgiro', channel: 'web', locationId: null, registerId: null },
    ...{ metadata: {}, status: 'open', version: 1, createdAt: 0, expiresAt: Infinity },
    ...{ closing: null, paidAt: null, paidAttemptId: null, late: false, options: null },
    ...{ review: null, reviewClosedAt: null, replaces: null, attempts: [], refunds: [] },
  }
  await store.create({ ...checkout, expiresAt: clock.now() + 1_000_000 }, 'session', null)
  const attempt: Attempt = {
    ...newAttemptDefaults,
    ...{ id: 'att_1', reference: 'WEB-1-a', token: 'token', connection: null },
    payer: { kind: 'phone', masked: '•••3281', hash: 'phone' },
    ...{ startedAt: clock.now(), approvalExpiresAt: clock.now() + 1_000, providerRef: 'cart' },
  }
  const stored = await store.load('chk_1')
  if (!stored) throw new Error('It was just created')
  const entry = { attemptId: 'att_1', version: 2, at: 0, type: 'authorized', evidence: null }
  const approved: Checkout = { ...stored, version: 2, status: 'confirming', attempts: [attempt] }
  await store.save(approved, [entry], [])
  const limits = { phone: [], address: [], checkout: 10 } as never
  const newId = (prefix: string) => `${prefix}_x`
  return new CheckoutRepository({
    store,
    clock,
    limits,
    newId,
    receipt: noReceipts,
    pubsub: new PubSub(),
  })
}

it('shows what is on disk, also where a repeated answer beside it cannot be counted', async () => {
  const database = await openDatabase('file::memory:')
  const repository = await repositoryOfOne(database)
  const unknown: Input = { type: 'unknown', effect: true, evidence }
  const { version } = await repository.record('chk_1', unknown, 'att_1')
  await sql`
    create trigger full_disk before update of repeats on history
    begin select raise(abort, 'database or disk is full'); end`.execute(database.db)
  const pending: Input = { type: 'too_late_to_cancel', evidence }
  await expect(repository.record('chk_1', unknown, 'att_1', pending)).rejects.toThrow()
  expect(repository.peek('chk_1')?.version).toBe(version + 1)
  await database.close()
})

it('refuses a write that still waits for a lock when the database is closed, and any later one', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'busy-')), 'checkout.db')
  const database = await openDatabase(`file:${path}`)
  const held = lock(path)
  const insert = () =>
    database.write(
      (trx) =>
        trx
          .insertInto('payment_requests')
          .values({ phone_hash: 'x', address_hash: 'y', at: 1 })
          .execute(),
      { mustPersist: true },
    )
  const waiting = insert()
  const [outcome] = await Promise.allSettled([waiting, database.close()])
  expect(outcome).toMatchObject({ reason: { code: 'temporarily_unavailable' } })
  await expect(insert()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  held.release()
})

it('keeps writing and reading beside ten VACUUMs of another program', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'busy-')), 'checkout.db')
  const database = await openDatabase(`file:${path}`)
  const vacuums = secondProgram(
    path,
    `for (let time = 0; time < 10; time++) {
       database.exec('vacuum')
       database.exec("insert into payment_requests (phone_hash, at) values ('beside', " + time + ')')
     }`,
  )
  const progress = { isOver: false }
  void vacuums.ended.then(() => (progress.isOver = true))
  let count = 0
  // Bounded: writes without any pause can keep the other program from its lock for as long as they go on.
  while (!progress.isOver && count < 500) {
    await database.write(async (trx) => {
      await trx.selectFrom('payment_requests').selectAll().limit(1).execute()
      const row = { phone_hash: 'x', address_hash: 'y'.repeat(500), at: count }
      await trx.insertInto('payment_requests').values(row).execute()
    })
    count++
  }
  expect(await vacuums.ended).toBe(0)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from payment_requests`.execute(database.db)
  expect(rows[0]?.count).toBe(count + 10)
  await database.close()
})
