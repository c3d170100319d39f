import { afterEach, beforeEach, expect, it } from 'vitest'
import { resend } from '../../server/cli/resend.ts'
import { merchant, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settingsFor } from '../support/process.ts'
import { run } from './run-cli.ts'
import { openShop, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

const token = 'admin-token-of-the-tests-0123456789'

let clock: ManualClock
let shop: Shop
let testServer: TestServer
beforeEach(async () => {
  clock = new ManualClock()
  shop = await openShop()
  testServer = await startTestServer({ clock, env: { ADMIN_TOKEN: token, ...webhookTo(shop) } })
  shop.statuses.push(410)
  await close()
  await until(() => testServer.logged().includes('answered 410'))
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

/** Something that the shop is to be notified of. */
const close = async () => {
  const { id } = await testServer.create()
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
  return id
}
const gauge = async () => {
  const headers = { authorization: `Bearer ${token}` }
  const text = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
  return /^netgiro_webhooks_disabled (\d)$/m.exec(text)?.[1]
}
const logIn = async () => {
  const answer = await fetch(`${testServer.url}/admin/login`, {
    method: 'POST',
    headers: { origin: testServer.url },
    body: new URLSearchParams({ token }),
    redirect: 'manual',
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}
const look = async (cookie: string, asked = '') =>
  (await fetch(`${testServer.url}/admin/checkouts?q=${asked}`, { headers: { cookie } })).text()

it('sends no more webhooks to an endpoint that answers 410, and reports it in the log, the metrics and on the support page', async () => {
  const id = await close()
  for (let hours = 0; hours < 24; hours++) {
    clock.advance(3_600_000)
    await merchant(testServer, 'GET', `/v1/checkouts/${id}`)
  }
  expect(shop.received).toHaveLength(1)
  expect(testServer.logged().match(/"level":50,[^\n]*answered 410/g)).toHaveLength(1)
  expect(await gauge()).toBe('1')
  const cookie = await logIn()
  for (const asked of ['', id, 'WEB-none'])
    expect(await look(cookie, asked)).toMatch(
      /role="alert">[^<]*answered 410 at 20 Nov 2026, 12:00:00/,
    )
})

it('the support page does not say that the shop knows of everything while an event was refused', async () => {
  const page = await look(await logIn())
  expect(page).not.toContain('the shop knows of all of them')
  expect(page).toMatch(/Not delivered to the shop[^]*Waiting to be sent[^]*checkout\.canceled/)
})

it('delivers all waiting events once support resends one of them', async () => {
  const id = await close()
  const cookie = await logIn()
  await fetch(`${testServer.url}/admin/resend`, {
    method: 'POST',
    headers: { origin: testServer.url, cookie },
    body: new URLSearchParams({ event: shop.ids()[0] ?? '' }),
    redirect: 'manual',
  })
  await until(() => shop.received.length === 3)
  expect(new Set(shop.ids()).size).toBe(2)
  expect(await gauge()).toBe('0')
  expect(await look(cookie, id)).not.toContain('answered 410')
})

it('notices by itself that another process has resent an event, of which nobody told it', async () => {
  await close()
  const { outbox } = testServer.parts().merchants.first
  await outbox.resend(shop.ids()[0] ?? '', clock.now())
  await until(() => {
    clock.advance(1_000)
    return shop.received.length === 3
  })
  expect(await gauge()).toBe('0')
})

it('tries once more after a resend, and sends nothing again while the endpoint answers 410', async () => {
  await close()
  const { outbox } = testServer.parts().merchants.first
  shop.statuses.push(...Array.from({ length: 10 }, () => 410))
  await outbox.resend(shop.ids()[0] ?? '', clock.now())
  await until(() => {
    clock.advance(1_000)
    return shop.received.length > 1
  })
  await until(async () => (await gauge()) === '1')
  const { length } = shop.received
  for (let minutes = 0; minutes < 60; minutes++) {
    clock.advance(60_000)
    await gauge()
  }
  expect(shop.received).toHaveLength(length)
})

it('delivers again after the command resend', async () => {
  await close()
  const env = {
    ...settingsFor(testServer.simulator),
    ...webhookTo(shop),
    DATABASE_URL: `file:${testServer.databasePath}`,
  }
  const { code } = await run(resend, env, [shop.ids()[0] ?? ''], clock)
  expect(code).toBe(0)
  await until(() => {
    clock.advance(1_000)
    return shop.received.length === 3
  })
  expect(await gauge()).toBe('0')
})

it('tries the endpoint again after a restart, which may answer 410 again', async () => {
  shop.statuses.push(410)
  await testServer.restart()
  await until(() => shop.received.length === 2)
  await until(async () => (await gauge()) === '1')
  await testServer.restart()
  await until(() => shop.received.length === 3)
  expect(new Set(shop.ids()).size).toBe(1)
  expect(await gauge()).toBe('0')
})
