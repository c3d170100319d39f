import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { CallOut } from '../../../server/core/ownership.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { partitionCount, partitionOf } from '../../../server/store/postgres/partitions.ts'
import {
  aboutOne,
  begin,
  callsAbout,
  checkoutOf,
  hasLooked,
} from '../../support/postgres/leases.ts'
import { insert, owner, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('the leases of a PostgreSQL database', () => {
  it('leases give every partition to a server that is alone, and half of them to the second one', async () => {
    const first = await begin(await store.open(store.url, owner()))
    expect(first.leases.partitions).toHaveLength(256)
    const second = await begin(await store.open(store.url, owner()))
    await expect.poll(() => second.leases.partitions.length, { timeout: 60_000 }).toBe(128)
    expect(first.leases.partitions).toHaveLength(128)
    expect(new Set([...first.leases.partitions, ...second.leases.partitions]).size).toBe(256)
    expect(first.lost).toHaveLength(1)
  })

  it('leases are given back by a server that ends, to the next one at once', async () => {
    const first = await openDatabase(store.url, owner())
    await begin(first)
    await first.close()
    const { leases } = await begin(await store.open(store.url, owner()))
    expect(leases.partitions).toHaveLength(256)
  })

  it('leases are given back no more than is due, where calls about those that are leaving are still out', async () => {
    const { calls, end } = callsAbout(...Array.from({ length: 256 }, (_, one) => checkoutOf(one)))
    const { leases, lost } = await begin(await store.open(store.url, owner()), () => calls)
    const [, , last] = await Promise.all(
      [1, 2, 3].map(async () => begin(await store.open(store.url, owner()))),
    )
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(64)
    const losses = lost.length
    await last?.leases.leave()
    await hasLooked(store, leases.owner)
    expect([leases.partitions.length, lost.length]).toEqual([64, losses])
    end()
    await expect
      .poll(() => leases.partitions.length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(84)
    expect(lost).toHaveLength(losses)
  })

  it('leases are given back to a server that joins without waiting for a call about another partition', async () => {
    const out: CallOut[] = []
    const first = await begin(await store.open(store.url, owner()), () => out)
    // The first half is given back.
    const [own] = first.leases.partitions
    const { calls, end } = callsAbout(checkoutOf(own))
    out.push(...calls)
    const { leases } = await begin(await store.open(store.url, owner()))
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(127)
    expect([leases.partitions.includes(own ?? -1), first.leases.keeps(checkoutOf(own))]).toEqual([
      ...[false, true],
    ])
    end()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(128)
    expect(leases.partitions).toContain(own)
  })

  it('leases go to the others at once when a server leaves, but those on which calls are still out', async () => {
    const out: CallOut[] = []
    const opened = [
      await store.open(store.url, owner()),
      await store.open(store.url, owner()),
      await store.open(store.url, owner()),
    ]
    const [first, ...others] = await Promise.all(
      opened.map((database) => begin(database, () => out)),
    )
    const shares = (servers = others) => servers.map(({ leases }) => leases.partitions.length)
    await expect
      .poll(() => Math.min(...shares(first ? [first, ...others] : [])), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(84)
    const [own] = first?.leases.partitions ?? []
    const busy = checkoutOf(own)
    const { calls, end } = callsAbout(busy)
    out.push(...calls)
    const ownerOf = `select owner from leases where partition = ${own}`
    const [{ owner: id } = {}] = await store.postgres.query(ownerOf, store.url)
    const left = first?.leases.leave()
    const stillOwned = `select partition from leases where owner = '${String(id)}'`
    await expect
      .poll(() => store.postgres.query(stillOwned, store.url), { timeout: 60_000 })
      .toEqual([{ partition: own }])
    const sum = () => shares().reduce((all, one) => all + one, 0)
    await expect.poll(sum, { timeout: 60_000 }).toBe(255)
    expect([first?.leases.holds(busy), first?.leases.keeps(busy)]).toEqual([false, true])
    end()
    await left
    expect(first?.leases.keeps(busy)).toBe(false)
    await expect.poll(sum, { timeout: 60_000 }).toBe(256)
  })

  it('leases are announced when they are free, and when a server wants its share', async () => {
    const listener = await store.open(store.url, owner())
    let told = 0
    await listener.cluster?.notifications.start({
      onHint({ free }) {
        if (free) told++
      },
      onGap: () => {},
    })
    const first = await store.open(store.url, owner())
    await first.cluster?.notifications.start({ onHint: () => {}, onGap: () => {} })
    await begin(first)
    await expect.poll(() => told, { timeout: 60_000 }).toBe(1)
    await first.cluster?.leases.leave()
    await expect.poll(() => told, { timeout: 60_000 }).toBe(2)
  })

  it('leases are taken over when their owner is silent, and the former owner writes nothing more', async () => {
    const first = await store.open(store.url, owner())
    const { lost } = await begin(first)
    await insert(first, 'before', aboutOne)
    await store.postgres.query("update leases set owner = 'another', epoch = epoch + 1", store.url)
    for (const more of [{}, { mustPersist: true }])
      await expect(insert(first, 'after', { ...aboutOne, ...more })).rejects.toMatchObject({
        code: 'temporarily_unavailable',
      })
    expect(await store.phones()).toEqual(['before'])
    // Nothing says that the other one is alive, so the first takes them back, perhaps at once.
    await expect
      .poll(() => lost.some((isGone) => isGone(aboutOne.checkoutId)), { timeout: 60_000 })
      .toBe(true)
  })

  it('leases let the periodic work look again once their owner was silent and nobody took them over', async () => {
    let aheadMs = 0
    const machineClock = {
      now: () => Date.now() + aheadMs,
      monotonic: () => performance.now() + aheadMs,
    }
    const database = await store.open(store.url, owner({ machineClock }))
    const { leases, resumed } = await begin(database)
    await expect.poll(() => leases.partitions.length, { timeout: 20_000 }).toBe(partitionCount)
    const before = resumed.length
    aheadMs = 5_000
    // What asks for its share now, sees none.
    expect(leases.partitions).toEqual([])
    await expect.poll(() => resumed.length, { timeout: 20_000 }).toBeGreaterThan(before)
    expect(resumed.at(-1)).toBe(partitionCount)
  })

  it('leases stop no write that others had a lease for in the same moment', async () => {
    const first = await store.open(store.url, owner())
    await begin(first)
    await store.postgres.query(
      `update leases set owner = 'another' where "partition" = ${partitionOf('chk_lost')}`,
      store.url,
    )
    // Enough that some share a transaction with it.
    const others = Array.from({ length: 16 }, (_, index) => `chk_${index}`)
    const [lost, ...kept] = await Promise.allSettled(
      ['chk_lost', ...others].map((checkoutId) => insert(first, checkoutId, { checkoutId })),
    )
    expect(lost?.status).toBe('rejected')
    expect(kept.map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'))
    expect(await store.phones()).toEqual([...others].sort())
  })

  it('leases make a takeover wait for the transaction that is being written', async () => {
    const first = await store.open(store.url, owner())
    await begin(first)
    let takeover: Promise<unknown> | undefined
    await first.write(async (trx) => {
      takeover = store.postgres.query(
        "update leases set owner = 'another', epoch = epoch + 1",
        store.url,
      )
      await sql`select pg_sleep(0.2)`.execute(trx)
      await trx
        .insertInto('payment_requests')
        .values({ phone_hash: 'a', address_hash: null, at: 1 })
        .execute()
    }, aboutOne)
    await takeover
    expect(await store.phones()).toEqual(['a'])
  })

  it('leases let a command write beside the servers, which notice', async () => {
    const server = await store.open(store.url, owner())
    await begin(server)
    const before = await server.externalVersion()
    await insert(server, 'server', aboutOne)
    expect(await server.externalVersion()).toEqual(before)
    await insert(await store.open(), 'command', aboutOne)
    expect(await server.externalVersion()).not.toEqual(before)
  })
})
