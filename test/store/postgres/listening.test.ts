import { Client } from 'pg'
import { beforeEach, describe, expect, it } from 'vitest'
import { CommitProxy } from '../../support/postgres/commit-proxy.ts'
import { begin } from '../../support/postgres/leases.ts'
import { ListenProxy } from '../../support/postgres/listen-proxy.ts'
import { PoolerProxy } from '../../support/postgres/pooler-proxy.ts'
import { owner, problemOf, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

describe('a pooler of transactions before PostgreSQL', () => {
  let pooler: PoolerProxy
  beforeEach(async () => {
    pooler = store.closing(await PoolerProxy.open(new URL(store.url)))
  })

  const setTimeouts = () =>
    store.postgres.query(
      `alter database ${new URL(store.url).pathname.slice(1)} set idle_in_transaction_session_timeout = '5s'`,
    )

  it('a pooler of transactions is refused where it refuses or drops the settings of a connection', async () => {
    const through = pooler.urlFor(store.url)
    expect(await problemOf(through)).toMatch(
      /lies behind a pooler that drops our settings: use its/,
    )
    pooler.ignoresSettings = false
    expect(await problemOf(through)).toMatch(/lies behind a pooler that refuses our settings/)
  })

  it('a pooler of transactions is refused as the way to listen on the database', async () => {
    await setTimeouts()
    for (const [databaseUrl, listenUrl] of [
      [pooler.urlFor(store.url), null],
      [store.url, pooler.urlFor(store.url)],
    ] as const) {
      const database = await store.open(databaseUrl, owner({ listenUrl }))
      const started = database.cluster?.notifications.start({ onHint() {}, onGap() {} })
      await expect(started).rejects.toThrow(/it lies behind a pooler of transactions/)
    }
  })

  it('a pooler of transactions is used for everything else, with a direct way to listen', async () => {
    await setTimeouts()
    const database = await store.open(pooler.urlFor(store.url), owner({ listenUrl: store.url }))
    await database.cluster?.notifications.start({ onHint() {}, onGap() {} })
    const { leases } = await begin(database)
    expect(leases.partitions).toHaveLength(256)
  })
})

describe('a server that listens for notifications', () => {
  const through = async () => {
    const proxy = store.closing(await ListenProxy.open(new URL(store.url)))
    const database = await store.open(store.url, owner({ listenUrl: proxy.urlFor(store.url) }))
    const heard = { gaps: 0 }
    await database.cluster?.notifications.start({ onHint() {}, onGap: () => heard.gaps++ })
    return { proxy, heard }
  }

  it('keeps no connection that lets it in and does not let it listen, and tries again', async () => {
    const { proxy, heard } = await through()
    proxy.spoils = 'refuse'
    proxy.cut()
    await expect.poll(() => proxy.spoiled, { timeout: 60_000 }).toBeGreaterThan(3)
    expect(proxy.connections).toBeLessThanOrEqual(1)
    proxy.spoils = null
    await expect.poll(() => heard.gaps, { timeout: 60_000 }).toBe(1)
    expect(proxy.connections).toBe(1)
  })

  it('tries again where the database says nothing to that', async () => {
    const { proxy, heard } = await through()
    proxy.spoils = 'swallow'
    proxy.cut()
    await expect.poll(() => proxy.spoiled, { timeout: 60_000 }).toBe(1)
    proxy.spoils = null
    await expect.poll(() => heard.gaps, { timeout: 30_000 }).toBe(1)
  })

  it('connects once after it has not heard itself once', async () => {
    const proxy = store.closing(await CommitProxy.open(new URL(store.url)))
    const database = await store.open(proxy.urlFor(store.url), owner({ listenUrl: store.url }))
    let gaps = 0
    let beats = 0
    await database.cluster?.notifications.start({ onHint() {}, onGap: () => gaps++ })
    const observer = new Client({ connectionString: store.url })
    await observer.connect()
    observer.on('notification', () => beats++)
    await observer.query('listen netgiro_checkout_public')
    proxy.isAway = true
    await store.postgres.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'netgiro-checkout' and datname = current_database()`,
      store.url,
    )
    await expect.poll(() => gaps, { timeout: 60_000 }).toBe(1)
    expect(beats).toBe(0)
    proxy.isAway = false
    await expect.poll(() => beats === 2 || gaps > 1, { timeout: 60_000 }).toBe(true)
    await observer.end()
    expect(gaps).toBe(1)
  })
})
