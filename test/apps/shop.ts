import type { TestContext } from 'node:test'
import type { Page } from 'puppeteer-core'
import { serveShopPage } from '../e2e/shop-page.ts'
import type { Order } from './app.d.ts'
import type { AppName } from './apps.ts'
import { bundleApp } from './bundle.ts'
import { appOn, openPage, startBff } from './visit.ts'

/** The app on a page of its own, with a server that knows its origin. */
export async function open(context: TestContext, name: AppName, content = '') {
  const script = await bundleApp(name)
  const shop = await serveShopPage(() => ({
    '/': `<!doctype html><html lang="en"><title>Shop</title><div id="app">${content}</div>
      <div id="elsewhere"></div><script type="module" src="/app.js"></script>`,
    '/app.js': script,
  }))
  context.after(() => shop.close())
  const bff = await startBff(context, shop.origin)
  const page = await openPage(context)
  const visit = (query: Record<string, string> = {}) =>
    page.goto(`${shop.origin}/?${new URLSearchParams({ server: bff.url, ...query }).toString()}`)
  return { bff, page, app: appOn(page), visit }
}

export const order = (id: string, session: string | null, isShown = true): Order => ({
  ...{ id, session, isShown },
})
export const move = (page: Page) =>
  page.evaluate(() => {
    const app = document.querySelector('#app') as Element
    document.querySelector('#elsewhere')?.append(app)
  })

/** Notes how the session of the element is set from now on. */
export const watchSession = (page: Page) =>
  page.evaluate(() => {
    const element = document.querySelector('netgiro-checkout') as Element
    const prototype = Object.getPrototypeOf(element) as object
    Object.assign(window, { sessionSetBy: 'attribute' })
    Object.defineProperty(element, 'session', {
      get() {
        return Reflect.get(prototype, 'session', element) as unknown
      },
      set(value: unknown) {
        Object.assign(window, { sessionSetBy: 'property' })
        Reflect.set(prototype, 'session', value, element)
      },
    })
  })

export const sessionSetBy = (page: Page) =>
  page.evaluate(() => (window as unknown as { sessionSetBy: string }).sessionSetBy)
