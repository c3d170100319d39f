import { afterEach, beforeEach, expect, it } from 'vitest'
import { createClient } from '../../integrations/client/index.ts'
import type { Client } from '../../integrations/client/index.ts'
import {
  createCheckout,
  updateCheckout,
  whyNotClosed,
} from '../../integrations/medusa/session-checkout.ts'
import type { SessionData } from '../../integrations/medusa/session-data.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { merchantKey, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

const dayMs = 24 * 60 * 60_000
let clock: ManualClock
let testServer: TestServer
let client: Client
let data: SessionData
beforeEach(async () => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock })
  client = createClient({ url: testServer.url, key: merchantKey })
  data = await createCheckout(client.checkouts, { url: testServer.url }, 'payses_1', 990)
})
afterEach(() => testServer.close())

/** Medusa updates its payment session. */
const update = (amount: number) =>
  updateCheckout(client.checkouts, { url: testServer.url }, data, amount, async (checkout) => {
    await client.checkouts.cancel(checkout)
  })
const statusOf = async (session: string | null) => (await read(testServer, session ?? '')).status

it('a payment session keeps its checkout while that can be paid, and while its request is out', async () => {
  expect(await update(990)).toBe(data)
  await start(testServer, data.session ?? '')
  expect(await update(990)).toBe(data)
})

it('a payment session goes on with another checkout once its own has expired', async () => {
  clock.advance(dayMs + 1_000)
  await until(async () => (await client.checkouts.get(data.checkout)).status === 'expired')
  const next = await update(990)
  expect(next.checkout).not.toBe(data.checkout)
  expect(next).toMatchObject({ reference: 'payses_1', amount: 990, status: 'open' })
  expect(await statusOf(next.session)).toBe('open')
})

it('a payment session goes on with another checkout once its own was canceled', async () => {
  await client.checkouts.cancel(data.checkout)
  expect(await statusOf((await update(990)).session)).toBe('open')
})

it('another amount needs another checkout, and the former one is closed first', async () => {
  const next = await update(1_500)
  expect(next.amount).toBe(1_500)
  expect(await statusOf(data.session)).toBe('canceled')
  expect(await statusOf(next.session)).toBe('open')
})

it('a checkout that needs a person is not said to wait for the shopper', () => {
  expect(whyNotClosed('review')).toContain('needs a person')
  expect(whyNotClosed('paid')).toContain('has paid')
  expect(whyNotClosed('confirming')).toContain('try again')
  for (const status of ['canceled', 'expired'] as const) expect(whyNotClosed(status)).toBeNull()
})
