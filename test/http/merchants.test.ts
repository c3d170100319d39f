import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { View } from '../support/later.ts'
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
import { startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

const ids = ['a', 'b', 'c'] as const

/** What a merchant has, and what names it: credentials first. */
interface Belongings {
  readonly id: string
  readonly apiKey: string
  readonly adminToken: string
  readonly adminCookie: string
  readonly session: string
  readonly callbackToken: string
  readonly checkout: string
  readonly paid: string
  readonly reference: string
  readonly event: string
  readonly cursor: string
  readonly idempotencyKey: string
}

let testServer: TestServer
/** Every merchant's. */
let shop: Shop
const merchants: Belongings[] = []

beforeAll(async () => {
  shop = await openShop()
  testServer = await startTestServer({
    envOf: ({ apiUrl }) => ({
      MERCHANTS: JSON.stringify(
        Object.fromEntries(
          ids.map((id) => [id, { ...merchantEntry(id, apiUrl), ...webhookOf(id, shop.url) }]),
        ),
      ),
      // None but the operator's, beside the merchants of the file.
      ...withoutVariables,
      ADMIN_TOKEN: 'admin-token-of-the-operator-0x7q2m9w4k1',
    }),
  })
  for (const [index, id] of ids.entries()) merchants.push(await furnish(id, `822000${index}`))
})
afterAll(async () => {
  await testServer.close()
  shop.close()
})

interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

const send = ({ method, path, headers = {}, body }: Request) =>
  fetch(testServer.url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body }),
  })

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const asShop = (id: string, method: string, path: string, body?: object) =>
  send({
    ...{ method, path, headers: { ...bearer(apiKeyOf(id)), ...(body && json) } },
    ...(body && { body: JSON.stringify(body) }),
  })

/** A paid checkout and one that waits, with everything that there is about them. */
async function furnish(id: string, phone: string): Promise<Belongings> {
  const create = async (reference: string) => {
    const response = await send({
      ...{ method: 'POST', path: '/v1/checkouts' },
      headers: { ...bearer(apiKeyOf(id)), ...json, 'idempotency-key': `key-${reference}` },
      body: JSON.stringify({ reference, amount: 12990, currency: 'ISK' }),
    })
    expect(response.status).toBe(201)
    return (await response.json()) as { id: string; session: string }
  }
  const pay = async (session: string) => {
    const headers = { ...bearer(session), ...json, origin: originOf(id) }
    const path = '/v1/session/start'
    const body = JSON.stringify({ phone })
    expect((await send({ method: 'POST', path, headers, body })).status).toBe(202)
  }
  // Every merchant uses the same references and keys.
  const paid = await create('WEB-1')
  await pay(paid.session)
  const cart = testServer.simulator.inspect().carts.at(-1)
  testServer.simulator.approve(cart?.TransactionId ?? '')
  await until(async () => {
    const view = (await (await asShop(id, 'GET', `/v1/checkouts/${paid.id}`)).json()) as View
    return view.status === 'paid'
  })
  const waiting = await create('WEB-2')
  await pay(waiting.session)
  const callbackUrl = testServer.simulator.inspect().carts.at(-1)?.CallbackUrl ?? ''
  const { events, cursor } = (await (await asShop(id, 'GET', '/v1/events')).json()) as {
    events: { id: string }[]
    cursor: string
  }
  const login = await send({
    ...{ method: 'POST', path: '/admin/login', headers: { ...form, origin: publicUrl() } },
    body: `token=${adminTokenOf(id)}`,
  })
  expect(events).toHaveLength(1)
  return {
    ...{ id, apiKey: apiKeyOf(id), adminToken: adminTokenOf(id) },
    adminCookie: login.headers.get('set-cookie')?.split(';')[0] ?? '',
    session: waiting.session,
    callbackToken: callbackUrl.split('/').at(-1) ?? '',
    ...{ checkout: waiting.id, paid: paid.id, reference: 'WEB-2' },
    ...{ event: events[0]?.id ?? '', cursor, idempotencyKey: 'key-WEB-2' },
  }
}

const publicUrl = () => testServer.url

/** The like of each, which nobody has. */
const unknown: Belongings = {
  id: 'unknown',
  apiKey: apiKeyOf('unknown'),
  adminToken: adminTokenOf('unknown'),
  adminCookie: `netgiro_admin=${'x'.repeat(43)}`,
  session: `cs_${'x'.repeat(43)}`,
  callbackToken: `cs_${'y'.repeat(43)}`,
  checkout: 'chk_unknown',
  paid: 'chk_of_nobody',
  reference: 'WEB-unknown',
  event: 'evt_unknown',
  cursor: '999-evt_unknown',
  idempotencyKey: 'key-unknown',
}

/** Everything of an answer that may tell one from another, with what the request named made the same. */
async function answerTo(request: Request, named: Belongings) {
  const response = await send(request)
  const headers = [...response.headers].filter(
    ([name]) => !['date', 'content-length', 'keep-alive'].includes(name),
  )
  let text = await response.text()
  for (const name of ['checkout', 'paid', 'event'] as const)
    text = text.replaceAll(named[name], name)
  return { status: response.status, headers: Object.fromEntries(headers), text }
}

/** Requests of `own` merchant, with its credentials, that name something of another's. */
const withIds = (own: Belongings, other: Belongings): readonly Request[] => {
  const shop = { ...bearer(own.apiKey), ...json }
  const support = { cookie: own.adminCookie, origin: publicUrl(), ...form }
  const refund = { ...shop, 'idempotency-key': 'a-refund' }
  const closing = `refund=ref_1&as=failed&by=me&note=lost`
  return [
    ...[other.checkout, other.paid].flatMap((id) => [
      { method: 'GET', path: `/v1/checkouts/${id}`, headers: shop },
      { method: 'POST', path: `/v1/checkouts/${id}/cancel`, headers: shop, body: '{}' },
      { method: 'DELETE', path: `/v1/checkouts/${id}/sessions`, headers: shop },
      {
        ...{ method: 'POST', path: `/v1/checkouts/${id}/refunds`, headers: refund },
        body: '{"amount":1}',
      },
      { method: 'GET', path: `/admin/checkouts?q=${id}`, headers: support },
      {
        ...{ method: 'POST', path: '/admin/close-refund', headers: support },
        body: `checkout=${id}&${closing}`,
      },
      {
        ...{ method: 'POST', path: '/admin/close-review', headers: support },
        body: `checkout=${id}&review=paid_twice&by=me&note=none`,
      },
    ]),
    { method: 'POST', path: '/admin/resend', headers: support, body: `event=${other.event}` },
  ]
}

/** Everything that a bearer token, a cookie or a token in a URL may open. */
const withCredentials = (other: Belongings, origin: string): readonly Request[] => {
  const session = { ...bearer(other.session), origin, ...json }
  const post = (path: string, body: string) => ({ method: 'POST', path, headers: session, body })
  return [
    { method: 'GET', path: '/v1/session', headers: session },
    { method: 'GET', path: '/v1/session/events', headers: session },
    post('/v1/session/start', '{"phone":"8223281"}'),
    post('/v1/session/code', '{"code":"1234"}'),
    post('/v1/session/cancel', '{}'),
    post('/v1/session', '{"action":"start","phone":"8223281"}'),
    post('/v1/session', '{"action":"code","code":"1234"}'),
    post('/v1/session', '{"action":"cancel"}'),
  ]
}

/** Credentials where another kind belongs. The login is tried a few times alone, because it refuses after many. */
const misplaced = (other: Belongings, hasLogin: boolean): readonly Request[] =>
  ['apiKey', 'session', 'adminToken', 'callbackToken'].flatMap((kind) => {
    const token = other[kind as keyof Belongings]
    const headers = { ...bearer(token), ...json, origin: originOf('a') }
    const login = { ...form, origin: publicUrl() }
    return [
      ...(kind === 'session' ? [] : withCredentials({ ...other, session: token }, originOf('a'))),
      ...(kind === 'apiKey'
        ? []
        : [
            { method: 'GET', path: '/v1/checkouts?reference=WEB-2', headers },
            { method: 'GET', path: '/v1/events', headers },
            { method: 'POST', path: '/v1/checkouts', headers, body: '{}' },
          ]),
      ...(kind === 'adminToken' || !hasLogin
        ? []
        : [{ method: 'POST', path: '/admin/login', headers: login, body: `token=${token}` }]),
      ...(kind === 'callbackToken'
        ? []
        : ['', '/cancel'].map((end) => ({
            ...{ method: 'POST', path: `/v1/callbacks/netgiro/${token}${end}`, headers: json },
            body: '{}',
          }))),
      { method: 'GET', path: '/metrics', headers },
      { method: 'GET', path: '/admin/checkouts', headers: { cookie: `netgiro_admin=${token}` } },
    ]
  })

const pairs = ids.flatMap((own) =>
  ids.filter((other) => other !== own).map((other) => [own, other] as const),
)
const of = (id: string): Belongings => {
  const found = merchants.find((merchant) => merchant.id === id)
  if (!found) throw new Error(`There is no merchant ${id}`)
  return found
}

/** What there is of a merchant, as it sees it itself. */
const seenBy = async ({ id, checkout, paid, session }: Belongings) => ({
  checkouts: await Promise.all(
    [checkout, paid].map(async (one) => (await asShop(id, 'GET', `/v1/checkouts/${one}`)).text()),
  ),
  session: (
    await send({
      ...{ method: 'GET', path: '/v1/session' },
      headers: { ...bearer(session), origin: originOf(id) },
    })
  ).status,
  events: await (await asShop(id, 'GET', '/v1/events')).text(),
})

describe.each(pairs)('merchant %s', (ownId, otherId) => {
  it(`merchant ${ownId} is answered about what is merchant ${otherId}'s as about what does not exist`, async () => {
    const [own, other] = [of(ownId), of(otherId)]
    const before = await seenBy(other)
    const asked = [
      ...[withIds(own, other), withIds(own, unknown)].map((requests) => ({ requests })),
      ...[other, unknown].map((one) => ({ requests: withCredentials(one, originOf(ownId)) })),
      ...[other, unknown].map((one) => ({
        requests: misplaced(one, ownId === 'a' && otherId === 'b'),
      })),
    ]
    for (let at = 0; at < asked.length; at += 2) {
      const foreign = asked[at]?.requests ?? []
      const absent = asked[at + 1]?.requests ?? []
      expect(foreign.length).toBeGreaterThan(4)
      for (const [index, request] of foreign.entries()) {
        const answer = await answerTo(request, other)
        const expected = await answerTo(absent[index] ?? request, unknown)
        expect(answer, `${request.method} ${request.path}`).toEqual(expected)
        expect(answer.status, `${request.method} ${request.path}`).toBeGreaterThanOrEqual(300)
      }
    }
    expect(await seenBy(other)).toEqual(before)
  })

  it(`reads on from a cursor of merchant ${otherId} as from an unknown one`, async () => {
    const { cursor } = of(otherId)
    const read = async (text: string) =>
      (await asShop(ownId, 'GET', `/v1/events?after=${text}`)).text()
    expect(await read(cursor)).toBe(await read(`${cursor.split('-')[0]}-evt_unknown`))
  })
})

it('every route was asked with what is another merchant’s', () => {
  const own = of('a')
  const asked = new Set(
    [
      ...withIds(own, unknown),
      ...withCredentials(unknown, originOf('a')),
      ...misplaced(unknown, true),
    ].map(
      ({ method, path }) =>
        `${method} ${path
          .replace(/\?.*/, '')
          .replace(/\/callbacks\/netgiro\/[^/]+/, '/callbacks/:provider/:token')
          .replace(/\/checkouts\/chk_[^/]+/, '/checkouts/:id')}`,
    ),
  )
  const isOfNobody = (route: string) =>
    /^GET \/(?:healthz|readyz|openapi\.json|\.well-known\/jwks\.json|admin|admin\/|admin\/login|admin\/found|admin\/style\.css|)$|^GET \/v1\/session\/probe$|\/netgiro\/probe$|^POST \/admin\/(?:logout|language|search)$/.test(
      route,
    ) || /^GET \/[^/]*\.js|^GET \/v:|^GET \/v\d|^GET \/:/.test(route)
  const routes = testServer
    .parts()
    .app.routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/(?<=.)\/$/, '')}`)
  const missed = [...new Set(routes)].filter((route) => !asked.has(route) && !isOfNobody(route))
  expect(missed).toEqual([])
})

describe('several merchants', () => {
  it('several merchants have a checkout each under one reference and one idempotency key', async () => {
    expect(new Set(merchants.map(({ checkout }) => checkout)).size).toBe(ids.length)
    for (const { id, checkout, reference } of merchants) {
      const found = await asShop(id, 'GET', `/v1/checkouts?reference=${reference}`)
      expect(((await found.json()) as View).id).toBe(checkout)
    }
  })

  it('merchants are named to their own shoppers', async () => {
    for (const { id, session } of merchants) {
      const headers = { ...bearer(session), origin: originOf(id) }
      const snapshot = await (await send({ method: 'GET', path: '/v1/session', headers })).json()
      expect(snapshot).toMatchObject({ merchant: `Shop ${id}`, status: 'awaiting_shopper' })
    }
  })

  it('merchants do not share the limits of a phone', async () => {
    // Each of the three has a request open to its phone; the same phone is free at another merchant.
    const created = await asShop('b', 'POST', '/v1/checkouts', {
      ...{ reference: 'WEB-3', amount: 500, currency: 'ISK' },
    })
    const { session } = (await created.json()) as { session: string }
    const answer = await send({
      ...{ method: 'POST', path: '/v1/session/start', body: '{"phone":"8220000"}' },
      headers: { ...bearer(session), ...json, origin: originOf('b') },
    })
    expect([answer.status, ((await answer.json()) as { status: string }).status]).toEqual([
      202,
      'awaiting_shopper',
    ])
  })

  it('merchants are named in every log line and metric that is about one of them', async () => {
    const about = testServer
      .logged()
      .split('\n')
      .filter((line) => line.includes('"checkout":'))
    expect(about.length).toBeGreaterThan(10)
    expect(about.filter((line) => !/"merchant":"[abc]"/.test(line))).toEqual([])
    const metrics = await send({
      ...{ method: 'GET', path: '/metrics' },
      headers: bearer('admin-token-of-the-operator-0x7q2m9w4k1'),
    })
    const text = await metrics.text()
    for (const id of ids) {
      expect(text).toContain(`netgiro_checkouts{status="paid",merchant="${id}"} 1`)
      expect(text).toMatch(
        new RegExp(`^netgiro_provider_calls_total\\{.*merchant="${id}".*\\} [1-9]`, 'm'),
      )
    }
    // [prometheus] one group of lines for each metric.
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('merchants see their own checkouts on the support page, and nothing of the server', async () => {
    const { adminCookie, paid, adminToken } = of('a')
    const page = await send({
      ...{ method: 'GET', path: `/admin/checkouts?q=${paid}`, headers: { cookie: adminCookie } },
    })
    expect(await page.text()).toContain('WEB-1')
    const metrics = await send({ method: 'GET', path: '/metrics', headers: bearer(adminToken) })
    expect(metrics.status).toBe(404)
  })
})
