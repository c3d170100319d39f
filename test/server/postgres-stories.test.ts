import { afterEach, describe, expect, it } from 'vitest'
import type { SimulatorOptions } from '../../demo/simulator/simulator.ts'
import { databases } from '../support/databases.ts'
import { CommitProxy } from '../support/postgres/commit-proxy.ts'
import type { Cut } from '../support/postgres/commit-proxy.ts'
import { crashes, useIdsAgain } from '../support/postgres/crashes.ts'
import { TestPostgres } from '../support/postgres/postgres.ts'
import { merchant, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let testServer: TestServer | null = null
let own: TestPostgres | null = null
let proxy: CommitProxy | null = null
afterEach(async () => {
  await testServer?.close()
  proxy?.close()
  await own?.stop()
  testServer = own = proxy = null
})

const hashKey = 'mFqk1wY7J0T9b3xRZsVhDq2L8uGcPn5eXiAoKt6fWyE='

async function open(databaseUrl: string, simulator: SimulatorOptions = {}): Promise<TestServer> {
  const env = { DATABASE_URL: databaseUrl, HASH_KEY: hashKey }
  testServer = await startTestServer({ env, simulator })
  return testServer
}

const transactionIdOf = (server: TestServer) => onlyCart(server).TransactionId

const orderOf = async (server: TestServer, id: string) =>
  (await (await merchant(server, 'GET', `/v1/checkouts/${id}`)).json()) as {
    readonly status: string
    readonly refundedAmount: number
    readonly history: readonly { readonly type: string }[]
  }

const readiness = async ({ url }: TestServer) => {
  const response = await fetch(`${url}/readyz`)
  return [response.status, ((await response.json()) as { reason?: string }).reason]
}

describe.each(databases)('a payment on $name', ({ newUrl }) => {
  it('a payment is approved, captured, and reported, also across a restart', async () => {
    const server = await open(await newUrl())
    const { id, session } = await server.create()
    expect(await start(server, session)).toMatchObject({ status: 'awaiting_shopper' })
    await server.restart()
    server.simulator.approve(transactionIdOf(server))
    await until(async () => (await read(server, session)).status === 'paid')
    const order = await orderOf(server, id)
    expect(order.status).toBe('paid')
    expect(order.history.map(({ type }) => type)).toContain('capture_requested')
    const events = (await (await merchant(server, 'GET', '/v1/events?after=0')).json()) as {
      readonly events: readonly { readonly type: string }[]
    }
    expect(events.events.map(({ type }) => type)).toEqual(['checkout.paid'])
  })

  it('a payment is canceled by the shopper, and the phone is free for the next one', async () => {
    const server = await open(await newUrl())
    const first = await server.create()
    await start(server, first.session)
    await merchant(server, 'POST', `/v1/checkouts/${first.id}/cancel`, { body: {} })
    await until(async () => (await orderOf(server, first.id)).status === 'canceled')
    const second = await server.create()
    expect(await start(server, second.session)).toMatchObject({ status: 'awaiting_shopper' })
  })
})

describe('a server whose PostgreSQL goes away', () => {
  it('asks no phone, captures nothing, and goes on by itself when it is back', async () => {
    own = await TestPostgres.start()
    if (!own.isOwn) return
    const server = await open(await own.newDatabase())
    const waiting = await server.create()
    const idle = await server.create()
    await start(server, waiting.session)
    const transactionId = transactionIdOf(server)

    await own.kill()
    server.simulator.approve(transactionId)
    const refused = await fetch(`${server.url}/v1/session/start`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'https://shop.example',
        authorization: `Bearer ${idle.session}`,
      },
      body: JSON.stringify({ phone: '7701234' }),
    })
    expect(refused.status).toBe(503)
    const unknown = await merchant(server, 'GET', '/v1/checkouts?reference=WEB-unknown')
    expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '2'])
    await until(async () => (await readiness(server))[0] === 503)
    expect(await readiness(server)).toEqual([503, 'database_not_writable'])
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(transactionIdOf(server)).toBe(transactionId)
    expect(server.simulator.cart(transactionId)?.state).toBe('reserved')

    await own.restart()
    await until(async () => (await orderOf(server, waiting.id)).status === 'paid')
    await until(async () => (await readiness(server))[0] === 200)
    expect(await start(server, idle.session, '7701234')).toMatchObject({
      status: 'awaiting_shopper',
    })
  })
})

describe('a callback that arrives while PostgreSQL is away', () => {
  it('brings the request whose answer was lost, once the database is back', async () => {
    own = await TestPostgres.start()
    if (!own.isOwn) return
    const server = await open(await own.newDatabase(), { callbackRetryMs: 10 })
    const { id, session } = await server.create()
    server.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    expect(await start(server, session)).toMatchObject({ status: 'starting' })
    const transactionId = transactionIdOf(server)

    await own.kill()
    // Long enough for the server to own nothing any more.
    await until(() => server.parts().partitions().length === 0)
    server.simulator.approve(transactionId)
    await until(() => server.simulator.cart(transactionId)?.callbacks.length === 2)
    await own.restart()
    await until(async () => (await orderOf(server, id)).status === 'paid')
  })
})

describe('a server whose PostgreSQL has lost its last commits', () => {
  it('finds a payment again that it had captured, and tells the shop of it', async () => {
    // Like a standby that had not got as far when it was promoted.
    own = await TestPostgres.start({
      settings: ['synchronous_commit=off', 'wal_writer_delay=10s', 'autovacuum=off'],
    })
    if (!own.isOwn) return
    const server = await open(await own.newDatabase())
    const { id, session } = await server.create()
    await start(server, session)
    await own.query('checkpoint')
    const transactionId = transactionIdOf(server)
    server.simulator.approve(transactionId)
    await until(async () => (await orderOf(server, id)).status === 'paid')
    await crashes['the whole server'](own)

    await until(async () => {
      const { events } = (await (await merchant(server, 'GET', '/v1/events?after=0')).json()) as {
        readonly events?: readonly { readonly type: string }[]
      }
      return events?.[0]?.type === 'checkout.paid'
    })
    expect((await orderOf(server, id)).status).toBe('paid')
    expect(server.simulator.cart(transactionId)).toMatchObject({
      captures: 1,
      calls: { ConfirmCart: 1, CheckCart: 2 },
    })
  })
})

describe('a server whose PostgreSQL crashes while it commits an attempt', () => {
  /** What is answered to the start whose COMMIT is cut off there, and then the server as it goes on. */
  const startCutOff = async (cut: Cut, crash: (postgres: TestPostgres) => Promise<void>) => {
    own = await TestPostgres.start({ settings: ['wal_writer_delay=10s', 'autovacuum=off'] })
    if (!own.isOwn) return null
    const url = await own.newDatabase()
    proxy = await CommitProxy.open(new URL(url))
    const server = await open(proxy.urlFor(url))
    const { id, session } = await server.create()
    proxy.goAwayAt(cut)
    const answer = start(server, session)
    await until(() => proxy?.isAway)
    await crash(own)
    await useIdsAgain(own, url)
    proxy.isAway = false
    return { server, url, id, session, answer: await answer }
  }

  it.each(Object.entries(crashes))(
    'sends no request for one that is lost, and one when it is asked again (%s)',
    async (_, crash) => {
      const after = await startCutOff('before_commit', crash)
      if (!after) return
      const { server, id, session, answer } = after
      expect(answer).toMatchObject({ code: 'temporarily_unavailable' })
      expect(server.simulator.inspect().carts).toHaveLength(0)
      await until(async () => (await start(server, session)).status === 'awaiting_shopper')
      expect(server.simulator.inspect().carts).toHaveLength(1)
      const transactionId = transactionIdOf(server)
      server.simulator.approve(transactionId)
      await until(async () => (await orderOf(server, id)).status === 'paid')
      expect(server.simulator.cart(transactionId)).toMatchObject({ captures: 1 })
    },
  )

  it.each(Object.entries(crashes))(
    'takes up one that is stored, and sends no request (%s)',
    async (_, crash) => {
      const after = await startCutOff('after_commit', crash)
      if (!after) return
      const { server, url, id, answer } = after
      expect(answer).toMatchObject({ code: 'temporarily_unavailable' })
      const types = async () => {
        const select = `select type from history where checkout_id = '${id}' order by seq`
        return (await own?.query(select, url))?.map(({ type }) => type)
      }
      await until(async () => (await types())?.length === 3)
      expect(await types()).toEqual(['created', 'started', 'unknown'])
      expect(server.simulator.inspect().carts).toHaveLength(0)
    },
  )
})
