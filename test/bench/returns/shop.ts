import { serveShopPage } from '../../e2e/shop-page.ts'
import type { ShopPage } from '../../e2e/shop-page.ts'

/** When the page saw what, in milliseconds since 1970. */
export interface Seen {
  readonly hidden?: number
  /** It is visible again, restored or active again. */
  readonly returned?: number
  /** Whether the browser had kept the page as it was. */
  readonly isRestored?: boolean
  readonly offline?: number
  /** The element says that it has no connection. */
  readonly reconnecting?: number
  /** The page hears of the outcome. */
  readonly heard?: number
  /** The frame that shows the outcome. */
  readonly outcome?: number
}

/** Runs in the page. What is first seen after a return counts. */
const recorder = `
  const seen = (window.seen = {})
  const now = () => performance.timeOrigin + performance.now()
  const note = (name, at = now()) => (seen[name] ??= at)
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) Object.assign(seen, { returned: now(), isRestored: true })
    else if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') note('returned', performance.timeOrigin)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) note('hidden')
    else seen.returned = now()
  })
  document.addEventListener('resume', () => (seen.returned = now()))
  addEventListener('offline', () => note('offline'))
  element.addEventListener('netgiro-paid', () => {
    note('heard')
    requestAnimationFrame(() => note('outcome'))
  })
  const words = /Reconnecting|offline|no connection/i
  const look = () => {
    if (words.test(element.shadowRoot?.querySelector('[part=card]')?.textContent ?? '')) note('reconnecting')
    requestAnimationFrame(look)
  }
  look()
`

/** A shop page for each session, by its query. */
export const serveShop = (scriptFrom: string): Promise<ShopPage> =>
  serveShopPage(() => ({
    '/elsewhere': '<!doctype html><html lang="en"><title>Elsewhere</title>',
    '/': `<!doctype html><html lang="en"><title>Shop</title><body><script>
        const element = document.createElement('netgiro-checkout')
        for (const [name, value] of new URLSearchParams(location.search)) element.setAttribute(name, value)
        document.body.append(element)
      </script>
      <script type="module" src="${scriptFrom}/netgiro-checkout.js"></script>
      <script>${recorder}</script>`,
  }))
