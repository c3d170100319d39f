import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { listen } from '../../server/listening.ts'
import { openShop } from '../ops/shop.ts'
import type { Shop } from '../ops/shop.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { apiKeyOf, merchantEntry, originOf, webhookOf } from '../support/merchants.ts'
import { startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

const others = Array.from({ length: 9 }, (_, index) => `m${index}`)
const hostile = 'hostile'
/** Three times as many as may be polled at once. */
const waiting = 3 * 192
const anHour = 3_600_000

let clock: ManualClock
let testServer: TestServer
let slowProvider: Simulator
let shop: Shop
let silentShop: Awaited<ReturnType<typeof openSilentShop>>

beforeEach(async () => {
  clock = new ManualClock()
  slowProvider = await startSimulator()
  shop = await openShop()
  silentShop = await openSilentShop()
  testServer = await startTestServer({
    clock,
    envOf: ({ apiUrl }) => ({
      MERCHANTS: JSON.stringify({
        ...Object.fromEntries(
          others.map((id) => [id, { ...merchantEntry(id, apiUrl), ...webhookOf(id, shop.url) }]),
        ),
        [hostile]: {
          ...merchantEntry(hostile, slowProvider.apiUrl),
          ...webhookOf(hostile, silentShop.url),
          MAX_STREAMS: 2,
        },
      }),
    }),
  })
})
afterEach(async () => {
  // What is out to the slow provider and the silent shop would be waited for.
  slowProvider.reset()
  await slowProvider.close()
  silentShop.close()
  await testServer.close()
  shop.close()
})

/** Takes webhooks and never answers. */
async function openSilentShop() {
  let open = 0
  const server = createServer(() => open++)
  const { url } = await listen(server)
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url, close, open: () => open }
}

const call = (id: string, path: string, body: object) =>
  fetch(testServer.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKeyOf(id)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

let orders = 0

async function begin(id: string, phone: string) {
  const order = { reference: `WEB-${++orders}`, amount: 500, currency: 'ISK' }
  const created = await call(id, '/v1/checkouts', order)
  expect(created.status).toBe(201)
  const { id: checkout, session } = (await created.json()) as { id: string; session: string }
  const started = await fetch(`${testServer.url}/v1/session/start`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${session}`, origin: originOf(id) },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ phone }),
  })
  expect(started.status).toBe(202)
  return { checkout, session }
}

const openStream = (session: string) =>
  fetch(`${testServer.url}/v1/session/events`, {
    headers: { authorization: `Bearer ${session}`, origin: originOf(hostile) },
  })

it('a merchant with a slow provider, a silent shop and a flood of requests slows no other', async () => {
  // More requests to phones than may be polled at once, whose polls get no answer.
  const crowd: Awaited<ReturnType<typeof begin>>[] = []
  while (crowd.length < waiting)
    crowd.push(
      ...(await Promise.all(
        Array.from({ length: 32 }, (_, index) =>
          begin(hostile, String(8_200_000 + crowd.length + index)),
        ),
      )),
    )
  slowProvider.fault({ call: 'CheckCart', kind: 'delay', times: 10 * waiting, ms: anHour })
  slowProvider.fault({ call: 'CancelCart', kind: 'delay', times: 10 * waiting, ms: anHour })
  // More events than are delivered at once, to a shop that does not answer.
  for (let index = 0; index < 30; index++) {
    const order = { reference: `WEB-${++orders}`, amount: 500, currency: 'ISK' }
    const { id } = (await (await call(hostile, '/v1/checkouts', order)).json()) as { id: string }
    expect((await call(hostile, `/v1/checkouts/${id}/cancel`, {})).status).toBe(200)
  }
  await until(() => silentShop.open() >= 10)
  // All streams that it may have, and one more.
  const streams = [await openStream(crowd[0]!.session), await openStream(crowd[1]!.session)]
  expect(streams.map(({ status }) => status)).toEqual([200, 200])
  expect((await openStream(crowd[2]!.session)).status).toBe(503)
  clock.advance(2_500)
  await until(() => slowProvider.inspect().calls.CheckCart >= 192)
  // More requests than may be in progress, each of which waits for the provider.
  const flood = crowd
    .slice(0, 300)
    .map(({ checkout }) =>
      call(hostile, `/v1/checkouts/${checkout}/cancel`, {}).then(({ status }) => status),
    )
  await until(
    async () => await testServer.parts().metrics.text(),
    (text) => /reason="too_many_requests",merchant="hostile"\} [1-9]/.test(text),
  )

  // Everybody else is paid meanwhile, and is notified.
  await Promise.all(others.map((id, index) => begin(id, String(8_300_000 + index))))
  // A callback would be followed by a poll that waits for no turn.
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 1_000 })
  for (const { TransactionId } of testServer.simulator.inspect().carts)
    testServer.simulator.approve(TransactionId)
  clock.advance(2_500)
  await until(() => shop.received.filter(({ body }) => body.includes('checkout.paid')).length === 9)

  // The hostile merchant's polls still wait for their turns, and its deliveries for an answer.
  expect(slowProvider.inspect().calls.CheckCart).toBeLessThan(waiting)
  expect(silentShop.open()).toBeLessThan(30)
  const text = await testServer.parts().metrics.text()
  for (const id of others)
    expect(text).toContain(
      `netgiro_requests_refused_total{reason="too_many_requests",merchant="${id}"} 0`,
    )
  clock.advance(10_000)
  const statuses = await Promise.all(flood)
  expect(statuses.filter((status) => status === 429).length).toBe(300 - 256)
  for (const stream of streams) await stream.body?.cancel()
})

/** Sends a request without the body that it announces, and waits until the server has its headers. */
async function beginRequest(id: string, session: string): Promise<Socket> {
  const { hostname, port } = new URL(testServer.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(
    'POST /v1/session/cancel HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n' +
      `Content-Type: application/json\r\nAuthorization: Bearer ${session}\r\nOrigin: ${originOf(id)}\r\n\r\n`,
  )
  await new Promise((resolve) => socket.once('data', resolve))
  return socket
}

it('a shopper whose requests lack their bodies leaves the shop open for all others', async () => {
  const [id = ''] = others
  const { session } = await begin(id, '8223281')
  const sockets: Socket[] = []
  // As many as a merchant may have in progress.
  while (sockets.length < 256)
    sockets.push(
      ...(await Promise.all(Array.from({ length: 32 }, () => beginRequest(id, session)))),
    )
  await begin(id, '8223282')
  for (const socket of sockets) socket.destroy()
})

it('a shopper who floods a shop whose provider is slow leaves it open for all others', async () => {
  const { session } = await begin(hostile, '8223281')
  slowProvider.fault({ call: 'CancelCart', kind: 'delay', ms: anHour })
  let refused = 0
  const flood = Array.from({ length: 300 }, async () => {
    const { status } = await fetch(`${testServer.url}/v1/session/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, origin: originOf(hostile) },
    })
    if (status === 429) refused++
    return status
  })
  await until(() => refused >= 300 - 256)
  await begin(hostile, '8223282')
  await until(() => refused === 300 - 16)
  clock.advance(2_500)
  expect((await Promise.all(flood)).filter((status) => status === 202)).toHaveLength(16)
})
