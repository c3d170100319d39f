import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../server/core/clock.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { sharedPostgres } from '../support/databases.ts'
import { CommitProxy } from '../support/postgres/commit-proxy.ts'
import { DatabaseLink } from '../support/postgres/link.ts'
import { call, shareOf, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { merchantKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

let replicas: Replicas | null = null
const opened: { close(): void }[] = []
afterEach(async () => {
  await replicas?.close()
  for (const one of opened.splice(0)) one.close()
  replicas = null
})

let orders = 0
const create = async (server: Replica) => {
  const order = { reference: `FAULT-${++orders}`, amount: 12_990, currency: 'ISK' }
  return (await call(server, 'POST', '/v1/checkouts', merchantKey, order)).body as Created
}

const start = (server: Replica, session: string, phone = '8223281') =>
  call(server, 'POST', '/v1/session/start', session, { phone })

const statusAt = async (server: Replica, session: string) =>
  ((await call(server, 'GET', '/v1/session', session)).body as Snapshot).status

const carts = ({ simulator }: Replicas) => simulator.inspect().carts

/** A checkout of this server whose request waits on the phone. */
async function waitingAt(all: Replicas, server: Replica, phone?: string) {
  const created = await until(
    () => create(server),
    ({ id }) => all.ownerOf(id).owner === server,
  )
  expect((await start(server, created.session, phone)).status).toBe(202)
  return { ...created, transactionId: carts(all).at(-1)?.TransactionId ?? '' }
}

/** Servers, the last of which reaches the database through a proxy. */
async function lastThrough<Proxy extends DatabaseLink | CommitProxy>(
  count: number,
  open: (target: URL) => Promise<Proxy>,
): Promise<{ readonly all: Replicas; readonly proxy: Proxy }> {
  let proxy: Proxy | undefined
  const own = async (index: number, databaseUrl: string) => {
    if (index < count - 1) return {}
    proxy = await open(new URL(databaseUrl))
    opened.push(proxy)
    return { env: { DATABASE_URL: proxy.urlFor(databaseUrl) } }
  }
  replicas = await startReplicas(count, {}, { own })
  if (!proxy) throw new Error('it has no proxy')
  return { all: replicas, proxy }
}

describe('a server that is cut off from the database, of which nobody is told', () => {
  it('asks no phone and captures nothing, while the other one goes on, and joins again', async () => {
    const { all, proxy: link } = await lastThrough(2, (target) => DatabaseLink.open(target))
    const [there, cutOff] = all.servers
    if (!there || !cutOff) throw new Error('it has no server')
    const { id, session, transactionId } = await waitingAt(all, cutOff)
    const idle = await create(there)

    link.lose()
    all.simulator.approve(transactionId)
    const refused = start(cutOff, idle.session, '7701234')
    await until(() => there.parts.owns(id))
    await until(async () => (await statusAt(there, session)) === 'paid')
    expect(shareOf(cutOff)).toBe(0)
    expect((await refused).status).toBe(503)
    expect((await fetch(`${cutOff.url}/readyz`)).status).toBe(503)
    expect(carts(all)).toHaveLength(1)

    link.restore()
    await until(() => shareOf(cutOff) === 128 && shareOf(there) === 128)
    expect(await statusAt(cutOff, session)).toBe('paid')
    expect((await start(cutOff, idle.session, '7701234')).status).toBe(202)
    expect(carts(all).map(({ captures }) => captures)).toEqual([1, 0])
    expect(all.simulator.cart(transactionId)?.calls).toMatchObject({ ConfirmCart: 1 })
  })
})

describe('a server whose database an operator changes', () => {
  const rename = (from: string, to: string) => `alter database ${from} rename to ${to}`
  const changes = [
    {
      what: 'a table',
      make: (name: string) => [[name, 'alter table history rename to gone']],
      undo: (name: string) => [[name, 'alter table gone rename to history']],
    },
    {
      what: 'its name',
      make: (name: string) => [
        ['postgres', `alter database ${name} allow_connections false`],
        [
          'postgres',
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        ],
        ['postgres', rename(name, `${name}_gone`)],
      ],
      undo: (name: string) => [
        ['postgres', rename(`${name}_gone`, name)],
        ['postgres', `alter database ${name} allow_connections true`],
      ],
    },
  ] as const

  it.each(changes)(
    'a server is not ready, says why, tells nobody anything false and goes on by itself when $what is back',
    async ({ make, undo }) => {
      const all = (replicas = await startReplicas(1))
      const [server] = all.servers
      if (!server) throw new Error('it has no server')
      const postgres = await sharedPostgres()
      const name = new URL(all.databaseUrl).pathname.slice(1)
      const run = async (statements: readonly (readonly [string, string] | string[])[]) => {
        for (const [database = '', one = ''] of statements)
          await postgres.query(one, postgres.urlOf(database))
      }
      const readiness = async () => (await fetch(`${server.url}/readyz`)).status
      const { session } = await create(server)
      all.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
      const starting = start(server, session)
      await until(() => carts(all).length === 1)
      await run(make(name))
      await starting
      await until(readiness, (status) => status === 503)
      const order = { reference: 'GONE', amount: 1_990, currency: 'ISK' }
      const refused = await call(server, 'POST', '/v1/checkouts', merchantKey, order)
      expect(refused).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } })
      const seen = await call(server, 'GET', '/v1/session', session)
      expect(seen.status === 503 || (seen.body as Snapshot).status === 'starting').toBe(true)
      expect(all.logged()).toMatch(
        /"code":"(?:42P01|55000|3D000)".*"msg":"database is not writable"/,
      )
      expect(all.logged()).not.toMatch(/8223281|a-password-of-the-tests/)

      await run(undo(name))
      await until(readiness, (status) => status === 200)
      await until(
        () => statusAt(server, session),
        (status) => status === 'awaiting_shopper',
      )
      const [cart] = carts(all)
      all.simulator.approve(cart?.TransactionId ?? '')
      await until(
        () => statusAt(server, session),
        (status) => status === 'paid',
      )
      expect(carts(all)).toMatchObject([{ captures: 1 }])
    },
  )

  it('a server is not ready while another program has locked a table, which it says in time', async () => {
    const all = (replicas = await startReplicas(1))
    const [server] = all.servers
    const another = new Client({ connectionString: all.databaseUrl })
    await another.connect()
    await another.query('begin; lock table history')
    const asked = performance.now()
    expect((await fetch(`${server?.url ?? ''}/readyz`)).status).toBe(503)
    expect(performance.now() - asked).toBeLessThan(10_000)
    await another.end()
    await until(async () => (await fetch(`${server?.url ?? ''}/readyz`)).status === 200)
  })

  it('refuses in time what waits for a lock for longer than the operator lets it', async () => {
    const all = (replicas = await startReplicas(
      2,
      {},
      {
        async own(_, databaseUrl) {
          const name = new URL(databaseUrl).pathname.slice(1)
          await (await sharedPostgres()).query(`alter database ${name} set lock_timeout = '500ms'`)
          return {}
        },
      },
    ))
    const [server] = all.servers
    if (!server) throw new Error('it has no server')
    const { id, session } = await create(server)
    const { other } = all.ownerOf(id)
    const another = new Client({ connectionString: all.databaseUrl })
    await another.connect()
    await another.query('begin; lock table checkouts')
    const asked = performance.now()
    const order = { reference: 'LOCKED', amount: 1_990, currency: 'ISK' }
    const refused = [
      await call(other, 'GET', '/v1/session', session),
      await call(server, 'POST', '/v1/checkouts', merchantKey, order),
    ]
    expect(performance.now() - asked).toBeLessThan(10_000)
    for (const one of refused)
      expect(one).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } })
    await another.end()
    await until(async () => (await call(other, 'GET', '/v1/session', session)).status === 200)
  })

  it('goes on when another program sends something on the channel of its notifications', async () => {
    const all = (replicas = await startReplicas(2))
    const postgres = await sharedPostgres()
    for (const payload of ['', 'hello', 'null', '7', '"text"', '[]', '{"changed":7}', '{"beat":1}'])
      await postgres.query(
        `select pg_notify('netgiro_checkout_public', '${payload}')`,
        all.databaseUrl,
      )
    const [one] = all.servers
    if (!one) throw new Error('it has no server')
    const { id, session } = await create(one)
    const { other } = all.ownerOf(id)
    expect((await start(other, session)).status).toBe(202)
    await until(
      () => statusAt(other, session),
      (status) => status === 'awaiting_shopper',
    )
  })
})

describe('servers on a database with another isolation of transactions by default', () => {
  it.each(['repeatable read', 'serializable'])(
    'servers send one payment request to a phone that two checkouts ask for at once (%s)',
    async (level) => {
      const isolate = async (databaseUrl: string) => {
        const name = new URL(databaseUrl).pathname.slice(1)
        const change = `alter database ${name} set default_transaction_isolation = '${level}'`
        await (await sharedPostgres()).query(change)
        return {}
      }
      const all = (replicas = await startReplicas(2, {}, { own: (_, url) => isolate(url) }))
      for (let round = 0; round < 5; round++) {
        const asked = []
        for (const server of all.servers) {
          const isOwn = ({ id }: Created) => all.ownerOf(id).owner === server
          asked.push({ server, ...(await until(() => create(server), isOwn)) })
        }
        const starts = asked.map(({ server, session }) => start(server, session, `770224${round}`))
        const statuses = (await Promise.all(starts)).map(({ status }) => status)
        expect(statuses.sort()).toEqual([202, 429])
        expect(carts(all)).toHaveLength(round + 1)
      }
    },
  )
})

describe('a server whose COMMITs are lost on the way, or their answers', () => {
  it.each(['before_commit', 'after_commit'] as const)(
    'sends one request, and captures once (%s)',
    async (cut) => {
      const { all, proxy } = await lastThrough(2, (target) => CommitProxy.open(target))
      const [other, owner] = all.servers
      if (!other || !owner) throw new Error('it has no server')
      const cutNext = () => {
        proxy.cut = cut
      }
      for (let round = 0; round < 3; round++) {
        const { session } = await until(
          () => create(owner),
          ({ id }) => all.ownerOf(id).owner === owner,
        )
        const phone = `770223${round}`
        // At the owner, and handed to it.
        const at = round % 2 === 0 ? owner : other
        cutNext()
        await until(
          () => start(at, session, phone),
          ({ status }) => status === 202,
        )
        const { TransactionId } = (await until(
          () => carts(all).at(-1),
          (cart) => cart?.['CustomerId'] === phone,
        )) as { TransactionId: string }
        cutNext()
        all.simulator.approve(TransactionId)
        await until(async () => (await statusAt(other, session)) === 'paid')
        expect(all.simulator.cart(TransactionId)?.calls).toMatchObject({ ConfirmCart: 1 })
      }
      expect(proxy.cuts).toBeGreaterThanOrEqual(4)
      expect(carts(all).map(({ captures }) => captures)).toEqual([1, 1, 1])
    },
  )
})

describe('a server that waits for the answer to a COMMIT which others see already', () => {
  const versionAt = async (server: Replica, id: string) =>
    ((await call(server, 'GET', `/v1/checkouts/${id}`, merchantKey)).body as { version: number })
      .version

  it('shows a shop no earlier state than they do', async () => {
    const { all, proxy } = await lastThrough(2, (target) => CommitProxy.open(target))
    const [other, owner] = all.servers
    if (!other || !owner) throw new Error('it has no server')
    const { id, session } = await until(
      () => create(owner),
      (created) => all.ownerOf(created.id).owner === owner,
    )
    proxy.cut = 'answer_held'
    const starting = start(owner, session)
    const shown = await until(
      () => versionAt(other, id),
      (version) => version > 1,
    )
    expect(await versionAt(owner, id)).toBe(shown)

    proxy.release()
    expect((await starting).status).toBe(202)
  })
})

describe('a server that is alone, and whose database is away after the COMMIT of what it refuses meanwhile', () => {
  it('takes up the attempt that turns out to be written, and asks no phone', async () => {
    const { all, proxy } = await lastThrough(1, (target) => CommitProxy.open(target))
    const [server] = all.servers
    if (!server) throw new Error('it has no server')
    const { id, session } = await create(server)
    proxy.goAwayAt('after_commit')
    expect((await start(server, session)).status).toBe(503)
    expect(proxy.cuts).toBe(1)

    proxy.isAway = false
    await until(() => server.parts.owns(id))
    // Whether the provider has heard of it is not known after a restart either.
    const postgres = await sharedPostgres()
    const types = async () => {
      const select = `select type from history where checkout_id = '${id}' order by seq`
      return (await postgres.query(select, all.databaseUrl)).map(({ type }) => type)
    }
    await until(types, (found) => found.length === 3)
    expect(await types()).toEqual(['created', 'started', 'unknown'])
    expect(carts(all)).toHaveLength(0)
  })
})

describe('servers whose clocks are five minutes off', () => {
  const minutes = 60_000
  const off = (ms: number) => ({ clock: { ...systemClock, now: () => systemClock.now() + ms } })
  const offs = [5 * minutes, -5 * minutes, 0]

  it('servers go by the clock of the database, also about what another one has begun', async () => {
    const all = (replicas = await startReplicas(3, {}, { own: (index) => off(offs[index] ?? 0) }))
    const phones = ['7702231', '7702232', '7702233']
    const waiting = []
    for (const [index, server] of [...all.servers].entries())
      waiting.push(await waitingAt(all, server, phones[index]))
    // The first hears the callbacks; what the others have begun is taken up by it.
    for (const server of all.servers.slice(1)) await all.stop(server)
    const [last] = all.servers
    if (!last) throw new Error('none is left')
    for (const { id } of waiting) await until(() => last.parts.owns(id))
    for (const { session } of waiting) {
      const shown = (await call(last, 'GET', '/v1/session', session)).body as Snapshot
      expect(shown.status).toBe('awaiting_shopper')
      expect(Math.abs(Date.parse(shown.serverTime) - Date.now())).toBeLessThan(minutes)
    }
    for (const { transactionId } of waiting) all.simulator.approve(transactionId)
    for (const { session } of waiting)
      await until(async () => (await statusAt(last, session)) === 'paid')
    expect(carts(all).map(({ calls }) => calls.ConfirmCart)).toEqual([1, 1, 1])
  })
})
