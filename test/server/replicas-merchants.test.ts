import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { openShop } from '../ops/shop.ts'
import type { Shop } from '../ops/shop.ts'
import {
  adminTokenOf,
  apiKeyOf,
  merchantEntry,
  originOf,
  webhookOf,
  withoutVariables,
} from '../support/merchants.ts'
import { sharedPostgres } from '../support/databases.ts'
import { startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

/** The last one is slow at everything. */
const ids = ['a', 'b', 'c'] as const
type Id = (typeof ids)[number]
const quick = ['a', 'b'] as const

let all: Replicas
let shops: Record<Id, Shop>
let slowProvider: Simulator
beforeEach(async () => {
  shops = { a: await openShop(), b: await openShop(), c: await openShop() }
  slowProvider = await startSimulator()
  all = await startReplicas(
    2,
    {},
    {
      envOf: ({ apiUrl }) => ({
        ...withoutVariables,
        MERCHANTS: JSON.stringify(
          Object.fromEntries(
            ids.map((id) => [
              id,
              {
                ...merchantEntry(id, id === 'c' ? slowProvider.apiUrl : apiUrl),
                ...webhookOf(id, shops[id].url),
              },
            ]),
          ),
        ),
      }),
    },
  )
})
afterEach(async () => {
  // What is out would be waited for.
  slowProvider.reset()
  await slowProvider.close()
  for (const id of ids) shops[id].close()
  await all.close()
})

const call = async ({ url }: Replica, id: Id, method: string, path: string, body?: object) => {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKeyOf(id)}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

let orders = 0
const create = async (server: Replica, id: Id, reference = `MANY-${++orders}`) => {
  const order = { reference, amount: 500, currency: 'ISK' }
  return (await call(server, id, 'POST', '/v1/checkouts', order)).body as Created
}

/** A call of a shopper on a page of this merchant. */
const shopper = async ({ url }: Replica, id: Id, session: string, path = '', body?: object) => {
  const response = await fetch(`${url}/v1/session${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...{ authorization: `Bearer ${session}`, origin: originOf(id) },
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as { status?: string } }
}

const start = async (server: Replica, id: Id, session: string, phone: string) => {
  const started = await shopper(server, id, session, '/start', { phone })
  expect(started.status).toBe(202)
  await until(async () => (await shopper(server, id, session)).body.status === 'awaiting_shopper')
}

const toldOf = (id: Id) =>
  shops[id].received.map(({ body }) => {
    const { type, data } = JSON.parse(body) as {
      type: string
      data: { checkout: { id: string } }
    }
    return `${type} ${data.checkout.id}`
  })

const createAt = (server: Replica, id: Id) =>
  until(
    () => create(server, id),
    ({ id: made }) => server.parts.owns(made),
  )

/** Something that the merchant's shop is told of by the server that owns the checkout. */
async function tell(server: Replica, id: Id): Promise<void> {
  const created = await createAt(server, id)
  expect((await call(server, id, 'POST', `/v1/checkouts/${created.id}/cancel`, {})).status).toBe(
    200,
  )
}

async function resendAt({ url }: Replica, id: Id, event: string): Promise<void> {
  const post = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(`${url}/admin/${path}`, {
      method: 'POST',
      // The origin that a browser would send.
      headers: { origin: publicUrl(), cookie },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
  const login = await post('login', { token: adminTokenOf(id) })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await post('resend', { event }, cookie)).status).toBe(303)
}

const publicUrl = () => all.servers[0]?.url ?? ''

const disabled = async ({ parts }: Replica) => {
  const text = await parts.metrics.text()
  return ids.filter((id) => text.includes(`netgiro_webhooks_disabled{merchant="${id}"} 1`))
}

describe('servers for several merchants on one database', () => {
  it('servers send again what support resends of one merchant, and nothing to the others whose endpoints are gone', async () => {
    const [first, second] = all.servers
    if (!first || !second) throw new Error('two servers were started')
    for (const id of ['a', 'b'] as const) {
      shops[id].statuses.push(410, 410)
      for (const server of all.servers) await tell(server, id)
    }
    for (const server of all.servers)
      await until(
        () => disabled(server),
        (gone) => gone.join() === 'a,b',
      )
    await resendAt(first, 'a', shops.a.ids()[1] ?? '')
    await until(() => shops.a.received.length === 4)
    for (const server of all.servers)
      await until(
        () => disabled(server),
        (gone) => gone.join() === 'b',
      )
    expect(shops.b.received).toHaveLength(2)
  })

  it('servers expire at once what is over of every merchant when they take over from another one', async () => {
    const [other, owner] = all.servers
    if (!other || !owner) throw new Error('two servers were started')
    for (const id of ids) await createAt(owner, id)
    const postgres = await sharedPostgres()
    await postgres.query('update checkouts set expires_at = 1', all.databaseUrl)
    await all.stop(owner)
    const left = () =>
      postgres.query(`select merchant_id from checkouts where status = 'open'`, all.databaseUrl)
    // Much sooner than with the next look, which comes within a minute.
    await expect.poll(left, { timeout: 15_000 }).toEqual([])
  })

  it('servers open nothing of one merchant to another, whichever server is asked', async () => {
    const [first, second] = all.servers
    if (!first || !second) throw new Error('two servers were started')
    const made = new Map<Id, Created>()
    for (const [index, id] of quick.entries()) {
      const created = await create(first, id, 'SAME')
      expect((await create(second, id, 'SAME')).id).toBe(created.id)
      await start(second, id, created.session, `770${index}000`)
      made.set(id, created)
    }
    const [ofA, ofB] = [made.get('a'), made.get('b')]
    if (!ofA || !ofB) throw new Error('both were made')
    expect(ofA.id).not.toBe(ofB.id)
    for (const server of all.servers) {
      for (const path of ['', '/cancel', '/refunds']) {
        const asked = path === '' ? (['GET'] as const) : (['POST', { amount: 1 }] as const)
        const [method, body] = asked
        const { status } = await call(server, 'a', method, `/v1/checkouts/${ofB.id}${path}`, body)
        expect([404, 400], `${method} ${path}`).toContain(status)
      }
      expect((await shopper(server, 'b', ofA.session)).status).toBe(404)
      expect((await shopper(server, 'b', ofA.session, '/cancel', {})).status).toBe(404)
      expect((await shopper(server, 'a', ofA.session)).body.status).toBe('awaiting_shopper')
    }
    // The callback of one goes to the server that may not own it, and pays that one alone.
    const [cartOfA] = all.simulator.inspect().carts
    all.simulator.approve(cartOfA?.TransactionId ?? '')
    for (const server of all.servers) {
      await until(async () => (await shopper(server, 'a', ofA.session)).body.status === 'paid')
      expect((await shopper(server, 'b', ofB.session)).body.status).toBe('awaiting_shopper')
    }
    await until(() => toldOf('a').length === 1)
    expect(toldOf('a')).toEqual([`checkout.paid ${ofA.id}`])
    expect(toldOf('b')).toEqual([])
  })

  it('servers slow no merchant down by another one whose provider and shop do not answer', async () => {
    const waiting = []
    for (let index = 0; index < 12; index++) {
      const server = all.servers[index % 2]
      if (!server) throw new Error('two servers were started')
      const created = await create(server, 'c')
      await start(server, 'c', created.session, `772${String(index).padStart(4, '0')}`)
      waiting.push(created)
    }
    shops.c.silences.push(...Array.from({ length: 100 }, () => true))
    for (const server of all.servers)
      for (let count = 0; count < 4; count++) await tell(server, 'c')
    for (const name of ['CheckCart', 'CancelCart'] as const)
      slowProvider.fault({ call: name, kind: 'delay', times: 10_000, ms: 3_600_000 })
    // Half of them reach a server that hands them to the owner, where they wait for the provider.
    const hanging = waiting.flatMap(({ id }) =>
      all.servers.map((server) => call(server, 'c', 'POST', `/v1/checkouts/${id}/cancel`, {})),
    )
    await until(() => slowProvider.inspect().calls.CancelCart >= waiting.length)

    const paid: [Id, Created][] = []
    for (const [index, server] of all.servers.entries())
      for (const id of quick) {
        const created = await createAt(server, id)
        const other = all.servers.find((one) => one !== server)
        await start(
          other ?? server,
          id,
          created.session,
          `773${index}${id === 'a' ? '000' : '001'}`,
        )
        paid.push([id, created])
      }
    for (const { TransactionId } of all.simulator.inspect().carts)
      all.simulator.approve(TransactionId)
    for (const [id, created] of paid) {
      for (const server of all.servers)
        await until(async () => (await shopper(server, id, created.session)).body.status === 'paid')
      await until(() => toldOf(id).includes(`checkout.paid ${created.id}`))
    }
    // The slow one has had no answer yet.
    for (const { status } of await Promise.all(hanging)) expect(status).toBe(202)
    for (const { session } of waiting) {
      const [server] = all.servers
      if (server) expect((await shopper(server, 'c', session)).body.status).toBe('awaiting_shopper')
    }
  })
})
