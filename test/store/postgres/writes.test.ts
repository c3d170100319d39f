import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Refund } from '../../../server/core/checkout.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { connectPostgres } from '../../../server/store/postgres/connection.ts'
import { postgresFailureOf } from '../../../server/store/postgres/failure.ts'
import { pipelined } from '../../../server/store/postgres/pipelined.ts'
import type { Tables } from '../../../server/store/schema.ts'
import { checkoutIn, evidence, later, newAttempt, t0 } from '../../support/checkouts.ts'
import { CommitProxy } from '../../support/postgres/commit-proxy.ts'
import type { Cut } from '../../support/postgres/commit-proxy.ts'
import { crashes, useIdsAgain, withOwnPostgres } from '../../support/postgres/crashes.ts'
import { aboutOne, begin } from '../../support/postgres/leases.ts'
import { DatabaseLink } from '../../support/postgres/link.ts'
import type { TestPostgres } from '../../support/postgres/postgres.ts'
import { insert, owner, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()
const unavailable = { code: 'temporarily_unavailable' }

it('finds nothing by a text that PostgreSQL cannot contain, and keeps one that is written', async () => {
  for (const database of [await store.open(), await store.open('file::memory:')]) {
    const found = database.db.selectFrom('checkouts').where('reference', '=', 'WEB\0-1')
    expect(await found.select('id').execute()).toEqual([])
  }
  await insert(await store.open(), 'a\0b')
  expect(await store.phones()).toEqual(['a\ufffdb'])
})

it('saves no change of a command over a refund that the server counts at the same moment', async () => {
  const [server, command] = [await store.open(store.url, owner()), await store.open()]
  const tries = { count: 1, withoutEffect: 0, firstAt: t0, lastAt: t0, nextAt: t0 }
  const refund: Refund = {
    ...{ id: 'ref_1', key: 'r-1', amount: 100, requestedAt: t0, status: 'pending' },
    ...{ settledAt: null, tries },
  }
  const before = { ...checkoutIn('open', {}, { refunds: [refund] }), attempts: [], version: 1 }
  await checkoutStore(server).create(before, 'hash', null)
  const counted = [{ ...refund, tries: { ...tries, count: 2 } }]
  let commit = () => {}
  const mayCommit = new Promise<void>((resolve) => (commit = resolve))
  let onCounted = () => {}
  const isCounted = new Promise<void>((resolve) => (onCounted = resolve))
  const counting = server.write(async (trx) => {
    const change = { refunds: JSON.stringify(counted) }
    await trx.updateTable('checkouts').set(change).where('id', '=', before.id).execute()
    onCounted()
    await mayCommit
  })
  await isCounted
  const after = { ...before, version: 2, refunds: [{ ...refund, doubtedAt: t0 }] }
  const entry = { attemptId: null, version: 2, at: t0, type: 'refund_refused', evidence: null }
  const saving = checkoutStore(command).save(after, [entry], [], before)
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(() => store.postgres.query(waiting, store.url)).toHaveLength(1)
  commit()
  await counting
  expect(await saving).toBe('stale')
  expect((await checkoutStore(command).load(before.id))?.refunds).toEqual(counted)
})

describe('writes to PostgreSQL', () => {
  /** What was written, in order, while the first write waits for something. */
  async function writtenBeside(checkoutIds: readonly string[], enough: number): Promise<string[]> {
    const database = await store.open(store.url, owner())
    await begin(database)
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => (goOn = resolve))
    const written: string[] = []
    const writes = checkoutIds.map((checkoutId, index) =>
      database
        .write(() => (index === 0 ? gate : Promise.resolve()), { checkoutId })
        .then(() => written.push(checkoutId)),
    )
    try {
      await expect.poll(() => written.length).toBeGreaterThanOrEqual(enough)
      return [...written]
    } finally {
      goOn()
      await Promise.all(writes)
    }
  }

  it('writes about most other checkouts do not wait for a slow one', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `co_${index}`)
    expect(await writtenBeside(ids, 20)).not.toContain('co_0')
  })

  it('writes about one checkout follow each other', async () => {
    expect(await writtenBeside(['co_0', 'co_0', 'co_0'], 0)).toEqual([])
  })
})

describe('a write that waits for a lock', () => {
  const before = { ...checkoutIn('open'), attempts: [], version: 1 }

  /** Holds the lock until `waiting` waits for it, and then writes first. */
  async function behind<T>(
    database: Database,
    lock: string,
    write: (trx: Transaction<Tables>) => Promise<unknown>,
    waiting: () => Promise<T>,
  ): Promise<T> {
    let goOn = () => {}
    const mayWrite = new Promise<void>((resolve) => (goOn = resolve))
    let onLocked = () => {}
    const isLocked = new Promise<void>((resolve) => (onLocked = resolve))
    const holder = database.write(async (trx) => {
      await sql.raw(`select pg_advisory_xact_lock(${lock})`).execute(trx)
      onLocked()
      await mayWrite
      await write(trx)
    })
    await isLocked
    const result = waiting()
    const waits = `select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    try {
      await expect.poll(() => store.postgres.query(waits, store.url)).toHaveLength(1)
    } finally {
      goOn()
      await holder
    }
    return result
  }

  async function opened() {
    const database = await store.open(store.url, owner())
    await begin(database)
    await checkoutStore(database).create(before, 'hash', null)
    return database
  }

  it('counts the requests to a phone that its holder has written', async () => {
    const database = await opened()
    const attempt = newAttempt()
    const after = { ...before, version: 2, attempts: [attempt] }
    const entry = { attemptId: attempt.id, version: 2, at: t0, type: 'started', evidence: null }
    const request = { phone: 'phone', phones: ['phone'], address: null, at: t0 }
    const counted: number[] = []
    const row = { phone_hash: 'phone', address_hash: null, at: t0 }
    const begun = await behind(
      database,
      "hashtextextended('phone', 0)",
      (trx) => trx.insertInto('payment_requests').values(row).execute(),
      () =>
        checkoutStore(database).begin(
          ...([before, after, entry, { ...request, attemptId: attempt.id }] as const),
          ({ toPhone }) => (counted.push(...toPhone), null),
        ),
    )
    expect(begun).toBe('begun')
    expect(counted).toEqual([t0])
  })

  it('numbers its events after those that its holder has written', async () => {
    const database = await opened()
    const after = { ...before, version: 2 }
    const entry = { attemptId: null, version: 2, at: t0, type: 'expired', evidence: null }
    const event = { checkoutId: before.id, type: 'checkout.expired' as const, at: t0, body: '{}' }
    const { checkoutId: checkout_id, ...columns } = event
    const row = { ...columns, id: 'first', checkout_id, tries: 0 }
    const saved = await behind(
      database,
      '4815162343',
      (trx) => trx.insertInto('events').values(row).execute(),
      () => checkoutStore(database).save(after, [entry], [{ ...event, id: 'second' }], before),
    )
    expect(saved).toBe('saved')
    const numbered = await store.postgres.query('select id from events order by seq', store.url)
    expect(numbered).toEqual([{ id: 'first' }, { id: 'second' }])
  })
})

it('gives up statements on a connection whose other side has gone, and connects anew', async () => {
  const link = store.closing(await DatabaseLink.open(new URL(store.url)))
  const { db } = connectPostgres(link.urlFor(store.url), { max: 1, timeoutMs: 100 })
  const ask = (trx: Kysely<Tables>) => sql`select 1`.execute(trx)
  try {
    await ask(db)
    link.lose()
    const failed = await pipelined(db, ask, (trx) => Promise.all([ask(trx), ask(trx)])).catch(
      postgresFailureOf,
    )
    expect(failed).toBe('storage')
    link.restore()
    expect((await ask(db)).rows).toHaveLength(1)
  } finally {
    await db.destroy()
  }
})

/** A server whose COMMITs can be cut off, and the checkouts of those that prove to be written after they were refused. */
async function through(url = store.url) {
  const proxy = store.closing(await CommitProxy.open(new URL(url)))
  const database = await store.open(proxy.urlFor(url), owner())
  const late: string[] = []
  if (database.cluster) database.cluster.onLateCommit = (ids) => void late.push(...ids)
  return { proxy, database, late }
}

describe('a COMMIT whose answer is lost', () => {
  it('a COMMIT counts as written once the database says that it was', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'after_commit'
    await insert(database, 'a')
    expect(proxy.cuts).toBe(1)
    expect(await store.phones()).toEqual(['a'])
  })

  it('a write whose COMMIT never arrived is written again, where that matters', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'before_commit'
    await insert(database, 'a', { mustPersist: true })
    expect(proxy.cuts).toBe(1)
    expect(await store.phones()).toEqual(['a'])
  })

  it('keeps nobody waiting while the database is away, and is not forgotten where that matters', async () => {
    const { proxy, database } = await through()
    proxy.goAwayAt('after_commit')
    const settled: string[] = []
    const own = insert(database, 'a')
    const kept = insert(database, 'b', { mustPersist: true }).then(() => settled.push('kept'))
    await expect.poll(() => proxy.isAway).toBe(true)
    const behind = insert(database, 'c').finally(() => settled.push('behind'))
    const probe = insert(database, 'd', { timeoutMs: 500 }).finally(() => settled.push('probe'))
    await Promise.all([
      expect(probe).rejects.toMatchObject(unavailable),
      expect(behind).rejects.toMatchObject(unavailable),
      expect(own.finally(() => settled.push('own'))).rejects.toMatchObject(unavailable),
    ])
    expect(settled).toEqual(['probe', 'behind', 'own'])
    proxy.isAway = false
    await kept
    expect(await store.phones()).toEqual(['a', 'b'])
  })

  it('a write whose COMMIT never arrived is not written later if it was refused meanwhile', async () => {
    const { proxy, database } = await through()
    proxy.goAwayAt('before_commit')
    const refused = insert(database, 'a')
    const kept = insert(database, 'b', { mustPersist: true })
    await expect(refused).rejects.toMatchObject(unavailable)
    proxy.isAway = false
    await kept
    expect(await store.phones()).toEqual(['b'])
  })

  it('a write that was refused with its COMMIT in doubt is not written when its batch is written one by one', async () => {
    const { proxy, database } = await through()
    proxy.goAwayAt('before_commit')
    let runs = 0
    const first = database.write(async () => {
      // The second time, until the batch would have been in doubt for more than eight seconds.
      if (++runs === 2) await insert(database, 'x', { timeoutMs: 2_000 }).catch(() => {})
    })
    const second = insert(database, 'second')
    const outcomes = Promise.allSettled([first, second])
    await expect.poll(() => proxy.isAway).toBe(true)
    await insert(database, 'x', { timeoutMs: 7_000 }).catch(() => {})
    proxy.isAway = false
    const [ofFirst, ofSecond] = await outcomes
    expect(ofFirst.status).toBe('fulfilled')
    await insert(database, 'z')
    const isWritten = ofSecond.status === 'fulfilled'
    expect(await store.phones()).toEqual(isWritten ? ['second', 'z'] : ['z'])
  })

  it('keeps no server from stopping, not even where it matters', async () => {
    const { proxy, database, late } = await through()
    await begin(database)
    proxy.goAwayAt('after_commit')
    const kept = insert(database, 'kept', { ...aboutOne, mustPersist: true })
    const outcome = expect(kept).rejects.toMatchObject(unavailable)
    await expect.poll(() => proxy.isAway).toBe(true)
    // For longer than anything else would wait.
    await insert(database, 'x', { ...aboutOne, timeoutMs: 9_000 }).catch(() => {})
    database.limitWaiting(500)
    await outcome
    // What is there was written once, and is taken up if this server goes on for long enough.
    proxy.isAway = false
    await expect.poll(() => late).toEqual([aboutOne.checkoutId])
    expect(await store.phones()).toEqual(['kept'])
  })

  it('a write is refused if its COMMIT never arrived and it need not be written', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'before_commit'
    await expect(insert(database, 'a')).rejects.toMatchObject(unavailable)
    expect(await store.phones()).toEqual([])
  })
})

describe('a COMMIT that a crash of PostgreSQL took away', () => {
  async function opened(own: TestPostgres) {
    const url = await own.newDatabase()
    const { proxy, database, late } = await through(url)
    await begin(database)
    /** Cuts the first COMMIT of the writes off, and lets nobody in again before the crash is over. */
    async function crashDuring<T>(
      cut: Cut,
      crash: () => Promise<void>,
      writes: () => Promise<T>,
    ): Promise<T> {
      proxy.goAwayAt(cut)
      const outcome = writes()
      await expect.poll(() => proxy.isAway, { interval: 1 }).toBe(true)
      await crash()
      proxy.isAway = false
      return outcome
    }
    return { url, database, late, crashDuring }
  }

  it.each(Object.entries(crashes))(
    'a COMMIT does not count as written because its number was given to another one, after a crash of %s',
    async (_, crash) => {
      await withOwnPostgres(
        async (own) => {
          const { url, database, late, crashDuring } = await opened(own)
          const crashAndRepeatIds = async () => {
            await crash(own)
            await useIdsAgain(own, url)
          }
          await crashDuring('before_commit', crashAndRepeatIds, () =>
            Promise.all([
              expect(insert(database, 'refused', aboutOne)).rejects.toMatchObject(unavailable),
              insert(database, 'kept', { ...aboutOne, mustPersist: true }),
            ]),
          )
          expect(await store.phones(url)).toEqual(['kept'])
          expect(late).toEqual([aboutOne.checkoutId])
          await database.close()
        },
        { settings: ['wal_writer_delay=10s'] },
      )
    },
  )

  it('a COMMIT is taken up where it was written before the crash', async () => {
    await withOwnPostgres(async (own) => {
      const { url, database, late, crashDuring } = await opened(own)
      const crash = () => crashes['the whole server'](own)
      await crashDuring('after_commit', crash, () =>
        expect(insert(database, 'written', aboutOne)).rejects.toMatchObject(unavailable),
      )
      expect(await store.phones(url)).toEqual(['written'])
      expect(late).toEqual([aboutOne.checkoutId])
      await database.close()
    })
  })

  it('a COMMIT that held an answer is saved once where it was written before the crash', async () => {
    await withOwnPostgres(async (own) => {
      const { database, crashDuring } = await opened(own)
      const crash = () => crashes['the whole server'](own)
      const checkouts = checkoutStore(database)
      const tries = { count: 1, withoutEffect: 0, firstAt: t0, lastAt: t0, nextAt: t0 }
      const refund: Refund = {
        ...{ id: 'ref_1', key: 'r-1', amount: 100, requestedAt: t0, status: 'pending' },
        ...{ settledAt: null, tries },
      }
      const before = { ...checkoutIn('paid', {}, { refunds: [refund] }), version: 1 }
      await checkouts.create(before, 'hash', null)
      const entry = { attemptId: 'att_1', version: 2, at: later, type: 'gone', evidence }
      const after = { ...before, version: 2 }
      const again = [{ ...refund, tries: { ...tries, withoutEffect: 1, lastAt: later } }]
      const saved = await crashDuring('after_commit', crash, () =>
        Promise.all([
          checkouts.save(after, [entry], [], before),
          // The same again, from the same state and in the same millisecond, is another answer.
          checkouts.save(after, [entry], [], before),
          checkouts.save({ ...after, refunds: again }, [], [], after, { mustPersist: true }),
        ]),
      )
      expect(saved).toEqual(['saved', 'stale', 'saved'])
      const lines = (await checkouts.history(before.id)).map(({ type }) => type)
      expect(lines).toEqual(['created', 'gone'])
      expect((await checkouts.load(before.id))?.refunds).toEqual(again)
      await database.close()
    })
  })
})

describe('a PostgreSQL server that goes away', () => {
  it('holds what must be written until it is back, and refuses the rest meanwhile', async () => {
    await withOwnPostgres(async (own) => {
      const there = await own.newDatabase()
      const database = await openDatabase(there, owner())
      await own.kill()
      const held = insert(database, 'held', { mustPersist: true })
      await expect(insert(database, 'refused')).rejects.toMatchObject(unavailable)
      await own.restart()
      await held
      await insert(database, 'later')
      const rows = await own.query('select phone_hash from payment_requests order by seq', there)
      expect(rows.map(({ phone_hash }) => phone_hash)).toEqual(['held', 'later'])
      await database.close()
    })
  })
})
