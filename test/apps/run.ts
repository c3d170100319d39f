/** `npm run test:apps`: small apps of several frameworks take a payment in a browser. Installs the frameworks. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { launch } from 'puppeteer-core'
import type { Page } from 'puppeteer-core'
import { approve } from '../e2e/approve.ts'
import { serveShopPage } from '../e2e/shop-page.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { findBrowser } from '../support/browser.mjs'
import { start, startTestServer } from '../support/test-server.ts'
import type { App } from './app.d.ts'
import { apps, bundleApp } from './bundle.ts'
import type { AppName } from './bundle.ts'
import { compile, typed } from './compile.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
if (!process.argv.includes('--installed')) {
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    options,
  )
  if (status !== 0) throw new Error('the frameworks could not be installed')
}

const { executablePath, env, args } = await findBrowser()
const browser = await launch({
  ...{ executablePath, args: [...args], headless: 'shell' },
  env: { ...process.env, ...env },
})
after(() => browser.close())

interface Holder {
  readonly app: App
  readonly hydrate: () => void
}
const appOf = (page: Page) => ({
  heard: (name: string) =>
    page.evaluate((it) => (window as unknown as Holder).app.heard[it] ?? 0, name),
  setSession: (session: string | null) =>
    page.evaluate((it) => (window as unknown as Holder).app.setSession(it), session),
  show: (isShown: boolean) =>
    page.evaluate((it) => (window as unknown as Holder).app.show(it), isShown),
  outcome: () =>
    page.evaluate(
      () => (document.querySelector('netgiro-checkout') as { outcome?: unknown } | null)?.outcome,
    ),
})

/** The app on a page of its own, with a server that knows its origin. */
async function open(context: TestContext, name: AppName, content = '') {
  const script = await bundleApp(name)
  const shop = await serveShopPage(() => ({
    '/': `<!doctype html><html lang="en"><title>Shop</title><div id="app">${content}</div>
      <div id="elsewhere"></div><script type="module" src="/app.js"></script>`,
    '/app.js': script,
  }))
  const bff = await startTestServer({
    env: { ALLOWED_ORIGINS: `${shop.origin},https://shop.example` },
  })
  const page = await (await browser.createBrowserContext()).newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  const visit = (query: Record<string, string> = {}) =>
    page.goto(`${shop.origin}/?${new URLSearchParams({ server: bff.url, ...query }).toString()}`)
  context.after(async () => {
    await page.browserContext().close()
    await shop.close()
    await bff.close()
    assert.deepEqual(errors, [])
  })
  return { bff, page, app: appOf(page), visit }
}

const input = 'netgiro-checkout >>> input'
// Waited for as `visible`: otherwise puppeteer looks again when the document changes, which a shadow root is no part of.
const timer = 'netgiro-checkout >>> [part=timer]'
const move = (page: Page) =>
  page.evaluate(() => {
    const app = document.querySelector('#app') as Element
    document.querySelector('#elsewhere')?.append(app)
  })

for (const name of Object.keys(apps) as AppName[]) {
  void describe(name, () => {
    void test('one request is sent and one payment heard of, though the element is late, hidden and moved', async (context) => {
      const { bff, page, app, visit } = await open(context, name)
      await visit()
      await page.waitForSelector('netgiro-checkout')
      const { session } = await bff.create()
      await app.setSession(session)
      const field = await page.waitForSelector(input, { visible: true })
      await field?.type('8223281')
      await field?.press('Enter')
      await page.waitForSelector(timer, { visible: true })
      await app.show(false)
      await waitFor('the element is hidden', async () => !(await page.$('netgiro-checkout')))
      await app.show(true)
      await page.waitForSelector(timer, { visible: true })
      await move(page)
      await page.waitForSelector(`#elsewhere ${timer}`, { visible: true })
      await approve(bff)
      await waitFor('the app hears of the payment', async () => (await app.heard('paid')) > 0)
      await waitFor('the element shows it', async () => (await app.outcome()) === 'paid')
      assert.deepEqual([await app.heard('before-start'), await app.heard('paid')], [1, 1])
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })

    void test('a payment that was made before the page opened is heard of once', async (context) => {
      const { bff, app, visit } = await open(context, name)
      const { session } = await bff.create()
      await start(bff, session)
      await approve(bff)
      await visit()
      await app.setSession(session)
      await waitFor('the app hears of the payment', async () => (await app.heard('paid')) > 0)
      assert.equal(await app.heard('paid'), 1)
    })
  })
}

for (const name of ['React 19', 'React 18'] as const) {
  void test(`${name} hears of a payment that the element knew before hydration, once`, async (context) => {
    const { bff, page, app, visit } = await open(
      context,
      name,
      '<netgiro-checkout class="payment" locale="en"><p>Another way</p></netgiro-checkout>',
    )
    const { session } = await bff.create()
    await start(bff, session)
    await approve(bff)
    await visit({ session })
    await page.evaluate(
      (url, it) => {
        const element = document.querySelector('netgiro-checkout')
        element?.setAttribute('server', url)
        element?.setAttribute('session', it)
      },
      bff.url,
      session,
    )
    await waitFor('the element knows', async () => (await app.outcome()) === 'paid')
    await page.evaluate(() => (window as unknown as Holder).hydrate())
    await waitFor('the app hears of the payment', async () => (await app.heard('paid')) > 0)
    assert.equal(await app.heard('paid'), 1)
    assert.equal(await page.evaluate(() => document.querySelectorAll('.payment').length), 1)
  })
}

for (const file of Object.keys(typed)) {
  void test(`TypeScript knows tags, attributes and events in ${file}`, () => {
    assert.equal(compile(file), '')
  })
}
