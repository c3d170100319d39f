import axe, { type AxeResults } from 'axe-core'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../avarda-simulator/host.ts'
import { merchant, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openShop, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

const token = 'admin-token-of-the-tests-0123456789'

let browser: Browser
let page: Page
let shop: Shop
let testServer: TestServer
let paid: string
let inReview: string
let reviewed: string
beforeAll(async () => {
  shop = await openShop()
  const clock = new ManualClock()
  const env = { ADMIN_TOKEN: token, APPROVAL_WINDOW_SECONDS: '60', ...webhookTo(shop) }
  testServer = await startTestServer({ clock, env })
  paid = await pay()
  inReview = await payAnotherAmount(clock, '7719941')
  reviewed = await payAnotherAmount(clock, '7719942')
  await leaveUncertain(clock)
  await leaveUndelivered()
  browser = await openBrowser()
  page = await (await browser.createBrowserContext()).newPage()
  await page.goto(`${testServer.url}/admin`)
  await page.type('#token', token)
  await Promise.all([page.waitForNavigation(), page.click('button')])
  await closeReview()
}, 120_000)
afterAll(async () => {
  await browser.close()
  await testServer.close()
  shop.close()
})

async function pay(): Promise<string> {
  const { id, session } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  await until(() => shop.received.length === 1)
  return id
}

async function payAnotherAmount(clock: ManualClock, phone: string): Promise<string> {
  testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 3 })
  const { id, session } = await testServer.create()
  await start(testServer, session, phone)
  testServer.simulator.approve(testServer.simulator.inspect().carts.at(-1)?.TransactionId ?? '')
  await until(
    () => {
      clock.advance(500)
      return read(testServer, session)
    },
    ({ status }) => status === 'review',
  )
  return id
}

/** As a person does, on the page. */
async function closeReview(): Promise<void> {
  await page.goto(`${testServer.url}/admin/checkouts?q=${reviewed}`)
  await page.click('details:has(form[action=close-review]) summary')
  await page.type('#by-review', 'Anna Jónsdóttir')
  await page.type(
    '#note-review',
    'Looked up in the portal on 21 November: the right amount was taken',
  )
  await Promise.all([page.waitForNavigation(), page.click('form[action=close-review] button')])
}

async function leaveUndelivered(): Promise<void> {
  shop.statuses.push(500)
  const { id } = await testServer.create()
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
  await until(() => shop.received.some(({ body }) => body.includes('checkout.canceled')))
}

async function leaveUncertain(clock: ManualClock): Promise<void> {
  for (const call of ['InsertCart', 'CheckCart', 'CancelCart'] as const)
    testServer.simulator.fault({ call, kind: 'drop_before_effect', times: 1_000 })
  const { session } = await testServer.create()
  await start(testServer, session, '7719943')
  await until(
    () => read(testServer, session),
    ({ uncertain }) => uncertain,
  )
  clock.advance(60_000)
}

const pages = [
  ['the first page', () => 'checkouts'],
  ['a search without a result', () => 'checkouts?q=nothing'],
  ['the page of a checkout', () => `checkouts?q=${paid}`],
  ['the page of a checkout in review', () => `checkouts?q=${inReview}`],
  ['the page of a checkout whose review is closed', () => `checkouts?q=${reviewed}&review=yes`],
] as const

async function visit(
  path: string,
  language: string,
  scheme: 'light' | 'dark',
  width: number,
): Promise<void> {
  await page.setExtraHTTPHeaders({ 'accept-language': language })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.setViewport({ width, height: 800 })
  await page.goto(`${testServer.url}/admin/${path}`)
}

const inBoth = pages.flatMap(([name, path]) =>
  (['en', 'is'] as const).map((language) => [name, language, path] as const),
)

describe.each(inBoth)('%s of the support page, in %s', (_, language, path) => {
  it.each(['light', 'dark'] as const)(
    'the support page has no fault that axe finds, in %s',
    async (scheme) => {
      await visit(path(), language, scheme, 1200)
      await page.evaluate(axe.source)
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    },
  )

  it.each([320, 360])('fits into a width of %d pixels', async (width) => {
    await visit(path(), language, 'light', width)
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    )
    expect(excess).toBeLessThanOrEqual(0)
  })
})
