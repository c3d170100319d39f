import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openShop } from '../ops/shop.ts'
import type { Shop } from '../ops/shop.ts'
import {
  adminTokenOf,
  apiKeyOf,
  merchantEntry,
  webhookOf,
  withoutVariables,
} from '../support/merchants.ts'
import { startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

const ids = ['a', 'b', 'c'] as const
type Id = (typeof ids)[number]

let all: Replicas
let shops: Record<Id, Shop>
beforeEach(async () => {
  shops = { a: await openShop(), b: await openShop(), c: await openShop() }
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
              { ...merchantEntry(id, apiUrl), ...webhookOf(id, shops[id].url) },
            ]),
          ),
        ),
      }),
    },
  )
})
afterEach(async () => {
  await all.close()
  for (const id of ids) shops[id].close()
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
const create = async (server: Replica, id: Id) => {
  const order = { reference: `MANY-${++orders}`, amount: 500, currency: 'ISK' }
  return (await call(server, id, 'POST', '/v1/checkouts', order)).body as Created
}

const createAt = (server: Replica, id: Id) =>
  until(
    () => create(server, id),
    (created) => all.ownerOf(created.id).owner === server,
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
  it('send again what support resends of one merchant, and nothing to the others whose endpoints are gone', async () => {
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
})
