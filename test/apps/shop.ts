import type { TestContext } from 'node:test'
import type { Page } from 'puppeteer-core'
import { serveShopPage } from '../e2e/shop-page.ts'
import type { Order } from './app.d.ts'
import type { AppName } from './apps.ts'
import { bundleApp, renderApp } from './bundle.ts'
import { appOn, openPage, startBff } from './visit.ts'

/** The app on a page of its own, with a server that knows its origin. */
export async function open(context: TestContext, name: AppName) {
  const script = await bundleApp(name)
  let content = '<div id="app"></div>'
  const shop = await serveShopPage(() => ({
    get '/'() {
      return `<!doctype html><html lang="en"><title>Shop</title>${content}
        <div id="elsewhere"></div><script type="module" src="/app.js"></script>`
    },
    '/app.js': script,
  }))
  context.after(() => shop.close())
  const bff = await startBff(context, shop.origin)
  const page = await openPage(context)
  const visit = (query: Record<string, string> = {}) =>
    page.goto(`${shop.origin}/?${new URLSearchParams({ server: bff.url, ...query }).toString()}`)
  /** The page comes with the app as a server has rendered it, which hydrates when the test says so. */
  const visitRendered = async (session: string) => {
    content = await renderApp(name, { orders: [order('one', session)], server: bff.url })
    return visit({ session })
  }
  return { bff, page, app: appOn(page), visit, visitRendered }
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
        // The element sets it too, when its attribute has changed.
        const isFromAttribute = value === element.getAttribute('session')
        if (!isFromAttribute) Object.assign(window, { sessionSetBy: 'property' })
        Reflect.set(prototype, 'session', value, element)
      },
    })
  })

export const sessionSetBy = (page: Page) =>
  page.evaluate(() => (window as unknown as { sessionSetBy: string }).sessionSetBy)
