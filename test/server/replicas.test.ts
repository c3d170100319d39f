import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import { sharedPostgres } from '../support/databases.ts'
import { hashKey, shareOf, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { openStream } from '../support/stream.ts'
import type { OpenStream } from '../support/stream.ts'
import { merchantKey, origin, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

const adminToken = 'admin-token-of-the-tests-0123456789'

let replicas: Replicas | null = null
const streams: OpenStream[] = []
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.leave()
  await replicas?.close()
  replicas = null
})

async function open(count: number, env?: Readonly<Record<string, string>>): Promise<Replicas> {
  replicas = await startReplicas(count, env)
  return replicas
}

const call = async (
  { url }: Replica,
  method: string,
  path: string,
  key: string,
  body?: object,
  headers: Record<string, string> = {},
) => {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...{ origin, authorization: `Bearer ${key}`, ...headers },
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text && JSON.parse(text)) as Record<string, unknown> }
}

let orders = 0
const create = async (server: Replica, reference = `REPL-${++orders}`) =>
  (
    await call(server, 'POST', '/v1/checkouts', merchantKey, {
      ...{ reference, amount: 12_990, currency: 'ISK' },
    })
  ).body as unknown as Created

const start = (server: Replica, session: string, phone = '8223281') =>
  call(server, 'POST', '/v1/session/start', session, { phone })

const read = async (server: Replica, session: string) =>
  (await call(server, 'GET', '/v1/session', session)).body as unknown as Snapshot

const follow = async (server: Replica, session: string) => {
  const stream = await openStream(server, session)
  streams.push(stream)
  return stream
}

const carts = ({ simulator }: Replicas) => simulator.inspect().carts

/** What is told them until they are connected again is lost. */
const endListeners = async ({ databaseUrl }: Replicas) =>
  (await sharedPostgres()).query(
    `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'netgiro-checkout listener' and datname = current_database()`,
    databaseUrl,
  )

describe('servers that share a database', () => {
  it('servers share the partitions evenly, also with one that joins', async () => {
    const all = await open(2)
    const { servers } = all
    expect(servers.map(shareOf)).toEqual([128, 128])
    await all.add()
    await until(() => servers.every((server) => shareOf(server) >= 84))
    expect(servers.reduce((sum, server) => sum + shareOf(server), 0)).toBe(256)
  })

  it('servers start a payment at one, hear the callback at another, and show it at a third', async () => {
    const all = await open(3)
    const { id, session } = await create(all.servers[1]!)
    const { owner } = all.ownerOf(id)
    const others = all.servers.filter((server) => server !== owner)
    const stream = await follow(others[0]!, session)
    const started = await start(others[1]!, session)
    expect([started.status, started.body['status']]).toEqual([202, 'awaiting_shopper'])
    const [cart] = carts(all)
    all.simulator.approve(cart?.TransactionId ?? '')
    await until(() => stream.snapshots().at(-1)?.status === 'paid')
    for (const server of all.servers) expect((await read(server, session)).status).toBe('paid')
    expect(carts(all)).toHaveLength(1)
    expect(all.simulator.cart(cart?.TransactionId ?? '')?.state).toBe('paid')
  })

  it('servers accept no callback that alone names its request before the owner has written that down', async () => {
    const all = await open(2)
    // Callbacks go to the first one.
    const owner = all.servers[1]!
    const { session } = await until(
      () => create(owner),
      ({ id }) => owner.parts.owns(id),
    )
    all.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    // Longer than a callback is waited for.
    all.simulator.fault({ call: 'CheckCart', kind: 'delay', times: 1, ms: 4_000 })
    await start(owner, session)
    all.simulator.approve(carts(all)[0]?.TransactionId ?? '')
    await until(async () => (await read(owner, session)).status === 'paid')
    expect(carts(all)[0]?.callbacks[0]?.status).toBe(503)
  })

  it('servers send one payment request for two starts at once at two of them', async () => {
    const all = await open(3)
    for (let round = 0; round < 5; round++) {
      const { session } = await create(all.servers[0]!)
      const phone = `770123${round}`
      const both = await Promise.all(all.servers.map((server) => start(server, session, phone)))
      expect(both.map(({ status }) => status)).toEqual([202, 202, 202])
    }
    expect(carts(all)).toHaveLength(5)
  })

  it('servers send one payment request to a phone that two checkouts ask for at once', async () => {
    const all = await open(2)
    const first = await create(all.servers[0]!)
    const second = await until(
      () => create(all.servers[1]!),
      ({ id }) => all.ownerOf(id).owner !== all.ownerOf(first.id).owner,
    )
    const answers = await Promise.all([
      start(all.servers[0]!, first.session),
      start(all.servers[1]!, second.session),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 429])
    expect(carts(all)).toHaveLength(1)
  })

  it('servers free no phone of a request that nobody follows here while others may follow it, and do once one is left', async () => {
    const all = await open(2)
    const waiting = await create(all.servers[0]!)
    await start(all.servers[0]!, waiting.session)
    const { owner, other } = all.ownerOf(waiting.id)
    const next = await create(owner)
    const stream = await follow(other, waiting.session)
    const ask = (server: Replica) =>
      call(server, 'POST', '/v1/session/start', next.session, {
        ...{ phone: '8223281', cancelWaiting: true },
      })
    for (const server of all.servers)
      expect(await ask(server)).toMatchObject({
        ...{ status: 429, body: { code: 'phone_busy', canCancelWaiting: false } },
      })
    expect(carts(all).map(({ state }) => state)).toEqual(['waiting'])
    stream.leave()
    await all.stop(other)
    await until(
      () => ask(owner),
      ({ status }) => status === 202,
    )
    expect(carts(all).map(({ state }) => state)).toEqual(['canceled', 'waiting'])
  })

  it('servers create one checkout for one reference and one key, wherever it is asked for', async () => {
    const all = await open(3)
    const body = { reference: 'REPL-SAME', amount: 100, currency: 'ISK' }
    const key = { 'idempotency-key': 'one-key' }
    const asked = Array.from({ length: 12 }, (_, index) =>
      call(all.servers[index % 3]!, 'POST', '/v1/checkouts', merchantKey, body, key),
    )
    const answers = (await Promise.all(asked)).filter(({ status }) => status !== 409)
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('servers cancel at one that does not own the checkout, within the time of an answer', async () => {
    const all = await open(2)
    const { id, session } = await create(all.servers[0]!)
    const { other } = all.ownerOf(id)
    await start(other, session)
    const canceled = await call(other, 'POST', '/v1/session/cancel', session, {})
    expect([canceled.status, canceled.body['status']]).toEqual([202, 'open'])
    const [cart] = carts(all)
    expect(all.simulator.cart(cart?.TransactionId ?? '')?.state).toBe('canceled')
  })

  it('servers refund once for one key, wherever it is asked for', async () => {
    const all = await open(2, { NETGIRO_PARTNER_API_URL: 'http://127.0.0.1:1' })
    const { id, session } = await create(all.servers[0]!)
    await start(all.servers[1]!, session)
    all.simulator.approve(carts(all)[0]?.TransactionId ?? '')
    await until(async () => (await read(all.servers[0]!, session)).status === 'paid')
    const refund = (server: Replica, key: string) =>
      call(
        server,
        'POST',
        `/v1/checkouts/${id}/refunds`,
        merchantKey,
        { amount: 10_000 },
        {
          'idempotency-key': key,
        },
      )
    const answers = await Promise.all([
      ...all.servers.map((server) => refund(server, 'a')),
      ...all.servers.map((server) => refund(server, 'b')),
    ])
    const accepted = answers.filter(({ status }) => status < 300)
    expect(accepted.length).toBeGreaterThan(0)
    expect(new Set(accepted.map((answer) => answer.body['id'])).size).toBe(1)
  })

  it('servers end the streams of a revoked session wherever they are', async () => {
    const all = await open(2)
    const { id, session } = await create(all.servers[0]!)
    const opened = await Promise.all(all.servers.map((server) => follow(server, session)))
    await call(all.servers[0]!, 'DELETE', `/v1/checkouts/${id}/sessions`, merchantKey)
    await Promise.all(opened.map(({ ended }) => ended))
    for (const server of all.servers)
      expect((await call(server, 'GET', '/v1/session', session)).status).toBe(404)
  })

  it('servers end the streams of a revoked session although notifications were lost on the way', async () => {
    const all = await open(2)
    const [at, other] = all.servers
    if (!at || !other) throw new Error('two servers were started')
    // Of both kinds: the server with the stream owns the checkout, or it does not.
    for (const owner of all.servers) {
      const { id, session } = await until(
        () => create(at),
        (created) => owner.parts.owns(created.id),
      )
      const kept = await create(at)
      const stream = await follow(other, session)
      const staying = await follow(other, kept.session)
      let ended = 0
      void stream.ended.then(() => ended++)
      void staying.ended.then(() => ended++)
      await endListeners(all)
      await call(at, 'DELETE', `/v1/checkouts/${id}/sessions`, merchantKey)
      await until(() => ended > 0)
      expect([ended, stream.retries.length, staying.retries.length]).toEqual([1, 1, 0])
    }
  })

  it('servers show a change at another one although notifications were lost on the way', async () => {
    const all = await open(2)
    const { id, session } = await create(all.servers[0]!)
    const { owner, other } = all.ownerOf(id)
    const stream = await follow(other, session)
    await start(owner, session)
    await endListeners(all)
    all.simulator.approve(carts(all)[0]?.TransactionId ?? '')
    await until(() => stream.snapshots().at(-1)?.status === 'paid')
  })

  it('servers hand everything over when one of them stops', async () => {
    const all = await open(2)
    const { id, session } = await create(all.servers[0]!)
    await start(all.servers[0]!, session)
    const { owner, other } = all.ownerOf(id)
    const stopped = performance.now()
    const closed = all.stop(owner)
    await until(() => other.parts.owns(id))
    expect(performance.now() - stopped).toBeLessThan(5_000)
    all.simulator.approve(carts(all)[0]?.TransactionId ?? '')
    await until(async () => (await read(other, session)).status === 'paid')
    await closed
    expect(carts(all)).toHaveLength(1)
  })

  it('servers hand over a payment on which a call is out as soon as that has ended, although a webhook is still out', async () => {
    let held: ServerResponse | undefined
    const shop = createServer((_, response) => {
      if (held) response.end()
      else held = response
    })
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    const { port } = shop.address() as AddressInfo
    const all = await open(2, {
      ...{ WEBHOOK_URL: `http://127.0.0.1:${port}/`, WEBHOOK_SECRET: `whsec_${hashKey}` },
    })
    const { id, session } = await create(all.servers[0]!)
    const { owner, other } = all.ownerOf(id)
    const over = await until(
      () => create(owner),
      (one) => owner.parts.owns(one.id),
    )
    await call(owner, 'POST', `/v1/checkouts/${over.id}/cancel`, merchantKey, {})
    await until(() => held)
    await start(owner, session)
    all.simulator.fault({ call: 'CheckCart', kind: 'delay', times: 1, ms: 1_000 })
    const { TransactionId = '' } = carts(all)[0] ?? {}
    const polls = () => all.simulator.cart(TransactionId)?.calls.CheckCart ?? 0
    const before = polls()
    await until(() => polls() > before)
    let isClosed = false
    const closed = all.stop(owner).then(() => {
      isClosed = true
    })
    await until(() => other.parts.owns(id) || isClosed)
    expect(isClosed).toBe(false)
    all.simulator.approve(TransactionId)
    await until(async () => (await read(other, session)).status === 'paid')
    expect([isClosed, carts(all).length]).toEqual([false, 1])
    held?.end()
    await closed
    shop.close()
  })

  it('servers go on beside a newer version that has migrated the database, and could not be started on it any more', async () => {
    const all = await open(2)
    const before = await create(all.servers[0]!)
    await start(all.servers[1]!, before.session)
    const postgres = await sharedPostgres()
    await postgres.query(
      `${[
        'checkouts',
        'attempts',
        'events',
        'history',
        'replicas',
        'leases',
        'handed_commands',
        'sessions',
      ]
        .map((table) => `alter table ${table} add column of_the_next_version text`)
        .join(';')};
      create table of_the_next_version (id text primary key);
      insert into kysely_migration values ('999_next', 'now')`,
      all.databaseUrl,
    )
    const after = await create(all.servers[1]!)
    await start(all.servers[0]!, after.session, '8223282')
    await until(() => carts(all).length === 2)
    for (const { TransactionId } of carts(all)) all.simulator.approve(TransactionId)
    for (const { session } of [before, after])
      for (const server of all.servers)
        await until(async () => (await read(server, session)).status === 'paid')
    await expect(all.add()).rejects.toThrow(/newer version/)
  })

  it('servers know an operator who has logged in at another one, until a logout at any', async () => {
    const { servers } = await open(2, { ADMIN_TOKEN: adminToken })
    const [first, second] = servers
    if (!first || !second) throw new Error('two servers were started')
    const headers = { origin: first.url }
    const login = await fetch(`${first.url}/admin/login`, {
      ...{ method: 'POST', headers, redirect: 'manual' },
      body: new URLSearchParams({ token: adminToken }),
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const get = (path: string, { url } = second) =>
      fetch(`${url}/admin/${path}`, { headers: { cookie }, redirect: 'manual' })
    expect((await get('checkouts')).status).toBe(200)
    const searched = await fetch(`${first.url}/admin/search`, {
      ...{ method: 'POST', headers: { ...headers, cookie }, redirect: 'manual' },
      body: new URLSearchParams({ amount: '12990' }),
    })
    expect((await get(searched.headers.get('location') ?? '')).status).toBe(200)
    await fetch(`${second.url}/admin/logout`, {
      ...{ method: 'POST', headers: { ...headers, cookie }, redirect: 'manual' },
    })
    expect((await get('checkouts', first)).headers.get('location')).toBe('login')
  })

  it('servers show a refund that needs a person on the page and in the metrics of each, whoever owns it', async () => {
    const all = await startReplicas(
      2,
      { ADMIN_TOKEN: adminToken },
      { envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }) },
    )
    replicas = all
    const { servers, simulator } = all
    const [first] = servers
    if (!first) throw new Error('two servers were started')
    const { id, session } = await create(first)
    await start(first, session)
    simulator.approve(carts(all)[0]?.TransactionId ?? '')
    await until(async () => (await read(first, session)).status === 'paid')
    simulator.fault({ call: 'v2.refund', kind: 'drop_before_effect' })
    simulator.fault({ call: 'v2.refund', kind: 'refuse', times: 99 })
    const path = `/v1/checkouts/${id}/refunds`
    const headers = { 'idempotency-key': 'refund-1' }
    const ask = () => call(first, 'POST', path, merchantKey, { amount: 500 }, headers)
    await until(async () => (await ask()).status === 202)
    for (const { url } of servers) {
      const login = await fetch(`${url}/admin/login`, {
        ...{ method: 'POST', headers: { origin: first.url }, redirect: 'manual' },
        body: new URLSearchParams({ token: adminToken }),
      })
      const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
      const shown = () => fetch(`${url}/admin/checkouts`, { headers: { cookie } })
      await until(async () => (await (await shown()).text()).includes('Refunds that need a person'))
      const bearer = { authorization: `Bearer ${adminToken}` }
      const metrics = await (await fetch(`${url}/metrics`, { headers: bearer })).text()
      expect(metrics).toContain('netgiro_refunds_pending 1\n')
      expect(metrics).toContain('netgiro_refunds_in_review 1\n')
    }
  })

  it('servers list every event to a reader who continues while all of them write', async () => {
    const all = await open(3)
    const sessions = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create(all.servers[index % 3]!)),
    )
    const seen: string[] = []
    let cursor = '0'
    const readOn = async () => {
      const page = await call(
        all.servers[seen.length % 3]!,
        'GET',
        `/v1/events?after=${cursor}`,
        merchantKey,
      )
      const { events, cursor: next } = page.body as { events: { id: string }[]; cursor: string }
      seen.push(...events.map((event) => event.id))
      cursor = next
      return seen.length
    }
    const closing = Promise.all(
      sessions.map(({ id }, index) =>
        call(all.servers[(index + 1) % 3]!, 'POST', `/v1/checkouts/${id}/cancel`, merchantKey, {}),
      ),
    )
    await until(readOn, (count) => count >= 30)
    await closing
    expect(new Set(seen).size).toBe(30)
  })
})
