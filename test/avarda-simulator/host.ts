import { createServer } from 'node:http'

import { launch, type Browser, type Frame, type Page } from 'puppeteer-core'

import { listen } from '../../server/listening.ts'
import { findBrowser } from '../support/browser.mjs'

/** The calls of the shop's hooks, in order. */
export type PageCalls = readonly (readonly [name: string, ...values: unknown[]])[]

/** A shop's page on its own origin: draws the form of the purchase in its address whenever it is loaded. */
const page = (scriptUrl: string) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <meta name="color-scheme" content="light dark" />
  <title>Shop</title>
  <link rel="icon" href="data:," />
  <h1>A shop</h1>
  <div id="checkout"></div>
  <script src="${scriptUrl}"></script>
  <script>
    const settings = new URLSearchParams(location.search)
    window.pageCalls = []
    window.begin = (options = {}) => AvardaCheckOutClient.init({
      divId: 'checkout',
      purchaseId: settings.get('purchaseId'),
      done: (id) => pageCalls.push(['done', id]),
      callbackUrl: location.origin + '/again?mine=1',
      purchaseCompletedCallbackUrl: location.origin + '/notified',
      ...options,
    })
    if (settings.get('wait') === null) begin()
  </script>
</html>`

export async function openHost(scriptUrl: string) {
  const notified: string[] = []
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      const isCss = request.url === '/shop.css'
      response.writeHead(200, { 'content-type': isCss ? 'text/css' : 'text/html' })
      return void response.end(isCss ? 'h1 { color: rgb(1, 2, 3) }' : page(scriptUrl))
    }
    request.on('data', (chunk: Buffer) => notified.push(chunk.toString()))
    request.on('end', () => response.writeHead(204).end())
  })
  const { url, close } = await listen(server)
  return { url, notified, close }
}

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env, args } = await findBrowser()
  return launch({
    ...{ executablePath, args: [...args], env: { ...process.env, ...env } },
    headless: 'shell',
  })
}

/** The form's frame, once it exists. */
export async function formOf(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('#mainiFrame'))?.contentFrame()
  if (!frame) throw new Error('There is no form.')
  return frame
}

export const press = async (where: Frame | Page, selector: string) => {
  const button = await where.waitForSelector(selector, { visible: true })
  // By the element's own click(): a frame of another origin may still be growing under the pointer.
  await button?.evaluate((element) => (element as HTMLElement).click())
}

export const text = async (where: Frame | Page, selector: string) =>
  (await where.waitForSelector(selector))?.evaluate((element) => element.textContent)

export const pageCalls = (page: Page) =>
  page.evaluate(() => (window as unknown as { pageCalls: PageCalls }).pageCalls)
