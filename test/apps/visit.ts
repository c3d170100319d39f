import assert from 'node:assert/strict'
import { after } from 'node:test'
import type { TestContext } from 'node:test'
import { launch } from 'puppeteer-core'
import type { Page } from 'puppeteer-core'
import { waitFor } from '../e2e/wait-for.ts'
import { findBrowser } from '../support/browser.mjs'
import { startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import type { App, Order } from './app.d.ts'

const { executablePath, env, args } = await findBrowser()
const browser = await launch({
  ...{ executablePath, args: [...args], headless: 'shell' },
  env: { ...process.env, ...env },
})
after(() => browser.close())

/** A page of its own, closed after the test, which fails if a script threw an error there. */
export async function openPage(context: TestContext): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  context.after(async () => {
    await page.browserContext().close()
    assert.deepEqual(errors, [])
  })
  return page
}

/** A server that knows the origin of a shop. */
export async function startBff(context: TestContext, origin: string): Promise<TestServer> {
  const bff = await startTestServer({ env: { ALLOWED_ORIGINS: `${origin},https://shop.example` } })
  context.after(() => bff.close())
  return bff
}

/** The element of an order. */
export const elementOf = (id: string) => `[data-order=${id}]`
const only = 'netgiro-checkout'
/** Waited for as `visible`: otherwise puppeteer looks again when the document changes, which a shadow root is no part of. */
const shown = (page: Page, selector: string) => page.waitForSelector(selector, { visible: true })

/** Types a number into an element, and waits until the request waits. */
export async function pay(page: Page, element = only, phone = '8223281'): Promise<void> {
  const field = await shown(page, `${element} >>> input`)
  await field?.type(phone)
  await field?.press('Enter')
  await waiting(page, element)
}

/** Waits until an element shows a waiting request. */
export async function waiting(page: Page, element = only): Promise<void> {
  await shown(page, `${element} >>> [part=timer]`)
}

/** What an element says about its outcome. */
export const outcome = (page: Page, element = only) =>
  page.evaluate(
    (selector) => (document.querySelector(selector) as { outcome?: string | null } | null)?.outcome,
    element,
  )

interface Holder {
  readonly app: App
}

/** The app on a page, and the orders that it shows. */
export function appOn(page: Page) {
  const heard = (event: string) =>
    page.evaluate((it) => (window as unknown as Holder).app.heard[it] ?? 0, event)
  return {
    heard,
    hears: (event: string) =>
      waitFor(`the app hears “${event}”`, async () => (await heard(event)) > 0),
    show: (orders: readonly Order[]) =>
      page.evaluate((it) => (window as unknown as Holder).app.show(it), orders),
    register: () =>
      page.evaluate(() => (window as unknown as Holder).app.register?.().then(() => {})),
    hydrate: () => page.evaluate(() => (window as unknown as Holder).app.hydrate?.()),
  }
}
