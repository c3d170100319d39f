import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { CallOut } from '../../../server/core/ownership.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { partitionOf } from '../../../server/store/postgres/partitions.ts'
import { CommitProxy } from '../../support/postgres/commit-proxy.ts'
import { crashes, withOwnPostgres } from '../../support/postgres/crashes.ts'
import {
  aboutOne,
  begin,
  callsAbout,
  hasLooked,
  takeForDead,
} from '../../support/postgres/leases.ts'
import { insert, owner, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('the leases of a PostgreSQL database', () => {
  it('leases are lost with the life of a server that was taken for dead, which begins another one', async () => {
    const { leases, lost } = await begin(await store.open(store.url, owner()))
    const before = leases.owner
    const permit = leases.permit()
    expect(permit()).toBe(true)
    await store.postgres.query('delete from replicas', store.url)
    await expect.poll(() => leases.owner, { timeout: 60_000 }).not.toBe(before)
    expect(lost.some((isGone) => isGone(aboutOne.checkoutId))).toBe(true)
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    // What was about to leave in the former life stays here, although the new one may make calls.
    expect([permit(), leases.permit()()]).toEqual([false, true])
  })

  it('leases stay with the others while calls of a server that joins again are out, and are shared when they have ended', async () => {
    const out: CallOut[] = []
    const first = await begin(await store.open(store.url, owner()), () => out)
    const second = await begin(await store.open(store.url, owner()))
    const shares = () => [first, second].map(({ leases }) => leases.partitions.length)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
    const { before, end } = await takeForDead(store, first.leases, out)
    await expect.poll(() => first.leases.owner, { timeout: 60_000 }).not.toBe(before)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([0, 256])
    const losses = second.lost.length
    await hasLooked(store, first.leases.owner)
    expect([shares(), second.lost.length]).toEqual([[0, 256], losses])
    end()
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
  })

  it('leases are shared with a server to which the answer was lost that it had joined again', async () => {
    const proxy = store.closing(await CommitProxy.open(new URL(store.url)))
    const out: CallOut[] = []
    const first = await begin(await store.open(proxy.urlFor(store.url), owner()), () => {
      // It joins next, as one that takes nothing while a call is out.
      if (out.length > 0) proxy.cut = 'after_commit'
      return out
    })
    const second = await begin(await store.open(store.url, owner()))
    const shares = () => [first, second].map(({ leases }) => leases.partitions.length)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
    const { end } = await takeForDead(store, first.leases, out)
    // By the time that it knows, it may take its share.
    await expect.poll(() => proxy.cuts, { timeout: 60_000, interval: 1 }).toBe(1)
    end()
    const taking = 'select from replicas where not is_leaving'
    await expect
      .poll(() => store.postgres.query(taking, store.url), { timeout: 60_000 })
      .toHaveLength(2)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
  })

  it('leases are held by a server to which the answer was lost that it had taken them', async () => {
    const proxy = store.closing(await CommitProxy.open(new URL(store.url)))
    const first = await openDatabase(store.url, owner())
    await begin(first)
    const { leases } = await begin(await store.open(proxy.urlFor(store.url), owner()))
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(128)
    proxy.cut = 'after_commit'
    await first.close()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    expect(proxy.cuts).toBe(1)
  })

  it('leases make a server that is told of free ones wait until its keys have been compared', async () => {
    const { leases } = (await store.open(store.url, owner())).cluster ?? {}
    if (!leases) throw new Error('it has no leases')
    const joined = () =>
      store.postgres.query('select hash_key_checks as key from replicas', store.url)
    const events = { onResumed: () => {}, lost: () => [], onError: () => {} }
    let started: Promise<void> | undefined
    await (await store.open()).db.transaction().execute(async (trx) => {
      // As another server does that takes some.
      await sql`select pg_advisory_xact_lock(4815162342)`.execute(trx)
      started = leases.start(['key'], { ...events, gained: () => Promise.resolve() })
      const waiting = `select from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`
      await expect
        .poll(() => store.postgres.query(waiting, store.url), { timeout: 60_000 })
        .toHaveLength(1)
      leases.wake()
      for (let times = 0; times < 20; times++) expect(await joined()).toEqual([])
    })
    await started
    expect(await joined()).toEqual([{ key: 'key' }])
  })

  it('leases are taken again by a server that joins again when what it had read before is taken up or refused', async () => {
    const { leases } = (await store.open(store.url, owner())).cluster ?? {}
    if (!leases) throw new Error('it has no leases')
    let onRead = () => {}
    const read = new Promise<void>((resolve) => {
      onRead = resolve
    })
    const started = leases.start(['key'], {
      ...{ gained: () => read, onResumed: () => {}, lost: () => [], onError: () => {} },
    })
    const { checkoutId } = aboutOne
    await expect.poll(() => leases.holds(checkoutId), { timeout: 60_000 }).toBe(true)
    const before = leases.owner
    await store.postgres.query('delete from replicas', store.url)
    await expect.poll(() => leases.owner, { timeout: 60_000 }).not.toBe(before)
    await hasLooked(store, leases.owner)
    expect(leases.keeps(checkoutId)).toBe(false)
    onRead()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    await started
  })

  it('leases stay through a restart of the database, after which what is stored is taken up anew', async () => {
    await withOwnPostgres(async (own) => {
      const database = await store.open(await own.newDatabase(), owner())
      const { leases } = database.cluster ?? {}
      if (!leases) throw new Error('it has no leases')
      const gained: number[] = []
      const { checkoutId } = aboutOne
      const { calls, end } = callsAbout(checkoutId)
      let isLost = false
      await leases.start(['key'], {
        gained: (partitions) => Promise.resolve(void gained.push(partitions.length)),
        onResumed: () => {},
        lost() {
          isLost = true
          return calls
        },
        onError: () => {},
      })
      const before = { name: leases.owner, permit: leases.permit() }
      await crashes['the whole server'](own)
      await expect.poll(() => isLost, { timeout: 60_000 }).toBe(true)
      // A call that has begun is completed, and nothing begins beside it.
      expect([leases.keeps(checkoutId), leases.holds(checkoutId)]).toEqual([true, false])
      expect([before.permit(), leases.permit()()]).toEqual([false, true])
      await insert(database, 'held', aboutOne)
      // Nothing else waits for it.
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(255)
      expect([leases.keeps(checkoutId), leases.holds(checkoutId)]).toEqual([true, false])
      end()
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
      expect([leases.owner, gained]).toEqual([before.name, [256, 255, 1]])
      await database.close()
    })
  })

  it('leases are taken up anew after a crash of one process of the database, which restarts the others', async () => {
    await withOwnPostgres(async (own) => {
      const database = await store.open(await own.newDatabase(), owner())
      const { leases, lost } = await begin(database)
      const permit = leases.permit()
      await crashes['one of its processes'](own)
      await expect.poll(() => lost.length, { timeout: 60_000 }).toBe(1)
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
      expect([permit(), leases.permit()()]).toEqual([false, true])
      await database.close()
    })
  })

  it('leases are given back by a server that leaves soon after the database restarts, before its last call has ended', async () => {
    await withOwnPostgres(async (own) => {
      const ownUrl = await own.newDatabase()
      const database = await store.open(ownUrl, owner())
      const out: CallOut[] = []
      const { leases, lost } = await begin(database, () => out)
      const { calls, end } = callsAbout(aboutOne.checkoutId)
      const last = callsAbout('chk_another')
      out.push(...calls, ...last.calls)
      await crashes['the whole server'](own)
      await expect.poll(() => lost.length, { timeout: 60_000 }).toBe(1)
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(254)
      const left = leases.leave()
      end()
      const partitionsKept = async () =>
        (await own.query('select "partition" from leases where owner is not null', ownUrl)).map(
          (row) => row['partition'],
        )
      await expect.poll(partitionsKept, { timeout: 60_000 }).toEqual([partitionOf('chk_another')])
      last.end()
      await left
      expect(await partitionsKept()).toEqual([])
      await database.close()
    })
  })
})
