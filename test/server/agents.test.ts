/** A scripted agent buys in the demo by the Universal Commerce Protocol, while a person approves on the simulated phone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDemo } from '../../demo/demo.ts'
import type { Demo } from '../../demo/demo.ts'
import { createStorefront } from '../../demo/storefront/app.ts'
import { Carts } from '../../demo/storefront/carts.ts'
import { catalogue } from '../../demo/storefront/catalogue.ts'
import { HandOffs } from '../../demo/storefront/hand-offs.ts'
import { Orders } from '../../demo/storefront/orders.ts'
import { payments } from '../../demo/storefront/payments.ts'
import { Stock } from '../../demo/storefront/stock.ts'
import { webhookInbox } from '../../demo/storefront/webhooks.ts'
import type { CartsView } from '../../demo/simulator/simulator.ts'
import { startServer } from '../../server/serve.ts'
import { ucpValidator } from '../http/ucp-schemas.ts'
import { webhookSecret } from '../ops/shop.ts'
import { sendRaw } from '../support/raw-http.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { merchantKey, origin, startTestServer, until } from '../support/test-server.ts'

let folder: string
let demo: Demo
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agents-'))
  const ports = { simulator: 0, avarda: 0, server: 0, storefront: 0 }
  const database = join(folder, 'demo.db')
  demo = await startDemo({ startServer, ports, database, logLevel: 'silent' })
})
afterAll(async () => {
  await demo.close()
  rmSync(folder, { recursive: true, force: true })
})

interface AgentCheckout {
  readonly id: string
  readonly status: string
  readonly totals: readonly { readonly type: string; readonly amount: number }[]
  readonly messages?: readonly { readonly code: string }[]
}

interface Profile {
  readonly ucp: {
    readonly services: Readonly<Record<string, readonly [{ readonly endpoint: string }]>>
    readonly payment_handlers: Readonly<
      Record<string, readonly [{ id: string; available_instruments: readonly [{ type: string }] }]>
    >
  }
}

/** What a platform does that has read the profile of a shop. */
class Agent {
  readonly profile: Profile

  private constructor(profile: Profile) {
    this.profile = profile
  }

  static async arrive(): Promise<Agent> {
    const response = await fetch(`${demo.shopUrl}/.well-known/ucp`)
    return new Agent((await response.json()) as Profile)
  }

  get endpoint(): string {
    return this.profile.ucp.services['dev.ucp.shopping']![0].endpoint
  }

  fill(id: string, quantity: number): Promise<AgentCheckout> {
    return this.call('/checkout-sessions', { line_items: [{ item: { id }, quantity }] })
  }

  read(id: string): Promise<AgentCheckout> {
    return this.call(`/checkout-sessions/${id}`)
  }

  complete(id: string, phone: string): Promise<AgentCheckout> {
    return this.call(`/checkout-sessions/${id}/complete`, this.payment(phone))
  }

  payment(phone: string): object {
    const [handler] = Object.values(this.profile.ucp.payment_handlers)[0]!
    const instrument = {
      ...{ id: 'pi_1', handler_id: handler.id, type: handler.available_instruments[0].type },
      credential: { type: 'MSISDN', value: `354${phone}` },
    }
    return { payment: { instruments: [instrument] } }
  }

  async call(path: string, body?: object): Promise<AgentCheckout> {
    const response = await fetch(this.endpoint + path, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await response.json()) as AgentCheckout
  }
}

/** The simulated phone: what waits there for an answer. */
const simulator = (path: string, method = 'GET') =>
  fetch(new URL(`/simulator/carts${path}`, demo.customerUrl), { method })
async function waitingOn(phone: string) {
  const { carts } = (await (await simulator('')).json()) as CartsView
  return carts.filter((cart) => cart.CustomerId === phone && cart.state === 'waiting')
}

const totalOf = ({ totals }: AgentCheckout) => totals.find(({ type }) => type === 'total')?.amount

it('an agent buys while a person approves on the phone, for the price of the shop', async () => {
  const agent = await Agent.arrive()
  const filled = await agent.fill('vettlingar', 2)
  expect(filled.status).toBe('ready_for_complete')
  expect(totalOf(filled)).toBe(10_980)
  expect((await agent.complete(filled.id, '8223281')).status).toBe('complete_in_progress')

  const [cart, ...more] = await until(
    () => waitingOn('8223281'),
    (found) => found.length > 0,
  )
  expect([cart?.Amount, more]).toEqual([10_980, []])
  await simulator(`/${cart?.TransactionId}/approve`, 'POST')

  const paid = await until(
    () => agent.read(filled.id),
    ({ status }) => status === 'completed',
  )
  expect(totalOf(paid)).toBe(10_980)
})

it('nothing that an agent can call approves a payment', async () => {
  const agent = await Agent.arrive()
  const { id } = await agent.fill('lopi', 1)
  await agent.complete(id, '8223282')
  await until(
    () => waitingOn('8223282'),
    (found) => found.length === 1,
  )
  await agent.complete(id, '8223282')
  for (const path of ['', '/complete', '/approve', '/confirm'])
    for (const body of [undefined, {}, { status: 'completed' }, { payment: { instruments: [] } }])
      await agent.call(`/checkout-sessions/${id}${path}`, body).catch(() => null)
  for (const path of ['/ucp', '/ucp/payment-handler.json', '/ucp/schema.json'])
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
      await fetch(demo.bffUrl + path, { method })
  expect((await agent.read(id)).status).toBe('complete_in_progress')
  expect(await waitingOn('8223282')).toMatchObject([{ captures: 0 }])
})

it('a decline on the phone is final for the agent, who may only ask again', async () => {
  const agent = await Agent.arrive()
  const { id } = await agent.fill('sokkar', 1)
  await agent.complete(id, '8223283')
  const [cart] = await until(
    () => waitingOn('8223283'),
    (found) => found.length === 1,
  )
  await simulator(`/${cart?.TransactionId}/reject`, 'POST')
  await until(
    () => agent.read(id),
    ({ status }) => status === 'ready_for_complete',
  )
})

it('agents cannot heap requests on a phone: one at a time', async () => {
  const agent = await Agent.arrive()
  const [first, second] = [await agent.fill('lopi', 1), await agent.fill('lopi', 2)]
  await agent.complete(first.id, '8223284')
  const refused = await agent.complete(second.id, '8223284')
  expect(refused.status).toBe('ready_for_complete')
  expect(refused.messages?.map(({ code }) => code)).toEqual(['phone_busy'])
  expect(await waitingOn('8223284')).toHaveLength(1)
})

/** A request that names another host, which `fetch` would not send. */
async function withHost(
  host: string,
  method: string,
  path: string,
  body: object,
): Promise<unknown> {
  const json = JSON.stringify(body)
  const answer = await sendRaw(
    demo.shopUrl,
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`,
    `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
  )
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
}

it('the shop goes by its own address, whatever host a request names', async () => {
  const { ucp } = (await withHost('shop.evil.example', 'GET', '/.well-known/ucp', {})) as Profile
  expect(ucp.services['dev.ucp.shopping']?.[0].endpoint).toBe(`${demo.shopUrl}/agent`)

  const agent = await Agent.arrive()
  const { id } = await agent.fill('lopi', 1)
  const path = `/agent/checkout-sessions/${id}/complete`
  const asked = await withHost('internal.example', 'POST', path, agent.payment('8223286'))
  expect(asked).toMatchObject({ status: 'complete_in_progress' })
})

it('an agent that guesses another id sees nothing', async () => {
  const agent = await Agent.arrive()
  await agent.fill('lopi', 1)
  expect(await agent.read('agent-1')).toEqual({ error: 'no such checkout' })
})

it('all agents together reach so many phones in ten minutes, which no limit of the payment server holds', async () => {
  const clock = new ManualClock()
  const env = { UCP_HANDLER: 'is.shop.netgiro' }
  const testServer = await startTestServer({ clock, env })
  const [carts, orders, stock] = [new Carts(), new Orders(), new Stock(catalogue)]
  const shop = createStorefront({
    ...{ carts, orders, stock, handOffs: new HandOffs(), url: () => origin },
    inbox: webhookInbox(webhookSecret, orders, carts, stock),
    payments: payments({ bffUrl: testServer.url, merchantKey }),
    ...{ bffUrl: testServer.url, customerUrl: testServer.url, avardaUrl: origin, adminToken: '' },
    ...{ now: () => new Date(clock.now()), log: () => undefined },
  })
  const post = (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return shop.request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  /** Another agent, for all that the shop knows. */
  const ask = async (phone: number) => {
    const lines = { line_items: [{ item: { id: 'lopi' }, quantity: 1 }] }
    const filled = await post('/agent/checkout-sessions', lines)
    const { id } = (await filled.json()) as AgentCheckout
    const credential = { type: 'MSISDN', value: `354${phone}` }
    const instrument = { handler_id: 'netgiro', type: 'netgiro_phone', credential }
    const body = { payment: { instruments: [instrument] } }
    return post(`/agent/checkout-sessions/${id}/complete`, body)
  }
  try {
    for (let phone = 6_000_001; phone <= 6_000_020; phone++)
      expect(await (await ask(phone)).json()).toMatchObject({ status: 'complete_in_progress' })
    const refused = await ask(6_000_021)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600'])
    expect(testServer.simulator.inspect().carts).toHaveLength(20)
    clock.advance(10 * 60_000)
    expect((await ask(6_000_021)).status).toBe(200)
  } finally {
    await testServer.close()
  }
})

it.skipIf(!process.env['UCP_SCHEMAS'])(
  'the profile and the checkouts of the shop are valid for the published schemas',
  async () => {
    const agent = await Agent.arrive()
    const ajv = ucpValidator()
    const [profile, checkout] = ['ucp.json#/$defs/business_schema', 'shopping/checkout.json'].map(
      (name) => ajv.getSchema(`https://ucp.dev/schemas/${name}`)!,
    )
    expect([profile?.(agent.profile.ucp), profile?.errors]).toEqual([true, null])
    const filled = await agent.fill('lopi', 1)
    const asked = await agent.complete(filled.id, '8223285')
    const other = await agent.fill('lopi', 2)
    const refused = await agent.complete(other.id, '8223285')
    for (const one of [filled, asked, refused])
      expect([checkout?.(one), checkout?.errors]).toEqual([true, null])
  },
)
