import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as v from 'valibot'
import { webhook as webhookSchema } from '../../server/http/response-schemas.ts'
import { openShop, webhookSecret as secret, webhookTo } from '../ops/shop.ts'
import type { Received, Shop } from '../ops/shop.ts'
import { merchant, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

const older = `whsec_${Buffer.from('the secret that is rotated away.').toString('base64')}`

let shop: Shop
let testServer: TestServer
beforeEach(async () => {
  shop = await openShop()
  testServer = await startTestServer({
    env: { WEBHOOK_URL: shop.url, WEBHOOK_SECRET: `${secret},${older}` },
  })
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const pay = async () => {
  const created = await testServer.create()
  await start(testServer, created.session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, created.session),
    ({ status }) => status === 'paid',
  )
  return created
}

it('notifies the shop of a payment, signed with both secrets during a rotation', async () => {
  const { id, reference } = await pay()
  await until(() => shop.received.length)
  const [{ headers, body }] = shop.received as [Received]
  for (const one of [secret, older]) {
    expect(new Webhook(one).verify(body, headers)).toMatchObject({
      type: 'checkout.paid',
      data: { checkout: { id, reference, status: 'paid', amount: 12990 } },
    })
  }
  expect(() => new Webhook(secret).verify(body.replace('12990', '1'), headers)).toThrow()
  expect(v.parse(webhookSchema, JSON.parse(body))).toBeTruthy()
  expect(body).not.toContain('8223281')
})

it('lists events under the same ids, page by page', async () => {
  await pay()
  await until(() => shop.received.length)
  const page = async (after: string) =>
    (await (await merchant(testServer, 'GET', `/v1/events?after=${after}`)).json()) as {
      events: { id: string; type: string }[]
      cursor: string
      hasMore: boolean
    }
  const first = await page('0')
  expect(first.events).toMatchObject([
    { id: shop.received[0]?.headers['webhook-id'], type: 'checkout.paid' },
  ])
  expect(first.hasMore).toBe(false)
  expect((await page(first.cursor)).events).toEqual([])
})

it.each([500, 307, 404])(
  'retries under the same id after a %s, also after a restart',
  async (status) => {
    await testServer.close()
    const clock = new ManualClock()
    testServer = await startTestServer({
      clock,
      env: { WEBHOOK_URL: shop.url, WEBHOOK_SECRET: secret },
    })
    shop.statuses.push(status)
    await pay()
    await until(() => testServer.logged().includes('webhook delivery failed'))
    await testServer.restart()
    // Five seconds, a fifth more or less.
    clock.advance(3_999)
    expect(shop.received).toHaveLength(1)
    clock.advance(2_001)
    await until(() => shop.received.length > 1)
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  },
)

it('waits fifteen seconds for a response, then retries', async () => {
  await testServer.close()
  const clock = new ManualClock()
  testServer = await startTestServer({
    clock,
    env: { WEBHOOK_URL: shop.url, WEBHOOK_SECRET: secret },
  })
  shop.silences.push(true)
  await pay()
  await until(() => shop.received.length)
  clock.advance(14_999)
  await read(testServer, 'cs_nobody')
  expect(testServer.logged()).not.toContain('webhook delivery failed')
  clock.advance(1)
  await until(() => testServer.logged().includes('webhook delivery failed'))
  clock.advance(6_000)
  await until(() => shop.received.length > 1)
})

it('signs by the clock of the machine once that is right again after it was a day ahead', async () => {
  await testServer.close()
  const clock = new ManualClock()
  testServer = await startTestServer({ clock, env: webhookTo(shop) })
  clock.setBack(24 * 60 * 60_000)
  await pay()
  await until(() => shop.received.length)
  // Receivers refuse what is five minutes from their own clocks.
  expect(shop.received[0]?.headers['webhook-timestamp']).toBe(String(clock.now() / 1_000))
})

it('delivers other events while one always fails', async () => {
  const idle = await testServer.create()
  shop.statuses.push(500)
  await pay()
  await until(() => testServer.logged().includes('webhook delivery failed'))
  await merchant(testServer, 'POST', `/v1/checkouts/${idle.id}/cancel`)
  const told = () => shop.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)
  await until(() => told().includes('checkout.canceled'))
})
