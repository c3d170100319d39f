import assert from 'node:assert/strict'
import type { Browser, Page } from 'puppeteer-core'
import { freePort } from '../support/free-port.ts'
import { merchant, startTestServer } from '../support/test-server.ts'
import type { Fixture } from './fixture.ts'
import { leave } from './fixture.ts'
import { scenario } from './scenario.ts'
import { serveShopPage } from './shop-page.ts'
import { waitFor } from './wait-for.ts'

/** Opens a page and collects what its elements report and what its console shows. */
async function open(browser: Browser, url: string) {
  const page = await (await browser.createBrowserContext()).newPage()
  const lines: string[] = []
  page.on('console', (message) => lines.push(message.text()))
  await page.goto(url)
  return { page, lines: () => lines.filter((line) => line.startsWith('netgiro:')) }
}

interface Seen {
  readonly codes: Record<string, string[]>
}
const codesOf = (page: Page) => page.evaluate(() => (window as unknown as Seen).codes)

const collectCodes = `
  window.codes = {}
  addEventListener('netgiro-error', ({ target, code }) => (window.codes[target.id] ??= []).push(code))`

const element = (id: string, attributes: string) =>
  `<netgiro-checkout id="${id}" ${attributes}><a href="#">Another way</a></netgiro-checkout>`

export function wrongSetupScenarios({ browser }: Fixture): void {
  scenario('an element that is set up wrong shows its fallback and names the cause', async () => {
    const bff = await startTestServer()
    const nothing = `http://127.0.0.1:${await freePort()}`
    const shop = await serveShopPage((origin) => ({
      '/': `<script>${collectCodes}</script>
        <script type="module" src="${bff.url}/netgiro-checkout.js"></script>
        ${element('refused', 'session="cs_1"')}
        ${element('elsewhere', `session="cs_1" server="${origin}"`)}
        ${element('nothing', `session="cs_1" server="${nothing}"`)}
        ${element('none', '')}
        ${element('spaces', 'session="cs_1 cs_2"')}`,
    }))
    const { page, lines } = await open(browser, shop.origin)
    await waitFor('every element reports', async () => {
      const codes = await codesOf(page)
      return Object.keys(codes).length === 5 && lines().length === 5
    })
    assert.deepEqual(await codesOf(page), {
      refused: ['unreachable'],
      elsewhere: ['unreachable'],
      nothing: ['unreachable'],
      none: ['no_session'],
      spaces: ['unknown_session'],
    })
    const line = (...words: string[]) =>
      assert.ok(
        lines().some((text) => words.every((word) => text.includes(word))),
        `${words.join(', ')} in:\n${lines().join('\n')}`,
      )
    line(bff.url, shop.origin, 'ALLOWED_ORIGINS')
    line(`"${shop.origin}" is not the payment server`, '404', 'server attribute')
    line(`nothing answers at "${nothing}"`)
    line('no session')
    line('white space')
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll('netgiro-checkout a')].map((link) =>
        (link as HTMLElement).checkVisibility(),
      ),
    )
    assert.deepEqual(shown, [true, true, true, true, true])
    assert.match(
      bff.logged(),
      new RegExp(
        `"origin":"${shop.origin}".*ALLOWED_ORIGINS|ALLOWED_ORIGINS.*"origin":"${shop.origin}"`,
      ),
    )
    await leave(page.browserContext())
    await shop.close()
    await bff.close()
  })

  scenario('a service worker that stores answers shows no order in another', async () => {
    const worker = `
      addEventListener('install', () => skipWaiting())
      addEventListener('activate', (event) => event.waitUntil(clients.claim()))
      addEventListener('fetch', (event) => {
        if (event.request.method !== 'GET' || !event.request.url.endsWith('/v1/session')) return
        event.respondWith((async () => {
          const cache = await caches.open('everything')
          const stored = await cache.match(event.request)
          if (stored) return stored
          const answer = await fetch(event.request)
          // Not waited for: an open stream does not end.
          event.waitUntil(cache.put(event.request, answer.clone()))
          return answer
        })())
      })`
    const shop = await serveShopPage(() => ({
      '/': '<!doctype html><title>Shop</title>',
      '/worker.js': worker,
    }))
    const bff = await startTestServer({ env: { ALLOWED_ORIGINS: shop.origin } })
    const [first, second] = [await bff.create(), await bff.create()]
    await merchant(bff, 'POST', `/v1/checkouts/${first.id}/cancel`)
    const { page } = await open(browser, shop.origin)
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js')
      await navigator.serviceWorker.ready
      while (!navigator.serviceWorker.controller)
        await new Promise((resolve) => (navigator.serviceWorker.oncontrollerchange = resolve))
    })
    await page.addScriptTag({ type: 'module', url: `${bff.url}/netgiro-checkout.js` })
    const isStored = () =>
      page.evaluate(async () => (await (await caches.open('everything')).keys()).length > 0)
    const references: string[] = []
    for (const { session } of [first, second]) {
      await page.evaluate((value) => {
        document.body.innerHTML = `<netgiro-checkout session="${value}"></netgiro-checkout>`
      }, session)
      const handle = await page.waitForFunction(
        () => {
          const shown = document.querySelector('netgiro-checkout') as unknown
          return (shown as { snapshot?: { reference: string; status: string } }).snapshot
        },
        { timeout: 15_000, polling: 100 },
      )
      const snapshot = await handle.jsonValue()
      references.push(`${snapshot?.reference ?? ''} ${snapshot?.status ?? ''}`)
      await waitFor('the worker has stored the answer', isStored)
    }
    assert.deepEqual(references, [`${first.reference} canceled`, `${second.reference} open`])
    await leave(page.browserContext())
    await bff.close()
    await shop.close()
  })
}
