import type { Browser, CDPSession, Page } from 'puppeteer-core'

/** [lighthouse] slow 4G, as it is throttled by the browser itself. */
export const network = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1.6 * 1024 * 1024 * 0.9) / 8,
  uploadThroughput: (750 * 1024 * 0.9) / 8,
}
const cpuSlowdown = 4

export interface Paint {
  /** From the last byte of the script to the frame that shows the field, ms. */
  readonly script: number
  /** From the navigation to that frame, ms. */
  readonly navigation: number
  readonly shift: number
  /** What long tasks have above 50 ms each. */
  readonly blocking: number
}

interface Observed {
  shift: number
  blocking: number
  painted: number
}

/** Runs in the page before anything else. */
function observe(tag: string, selector: string): void {
  const observed: Observed = { shift: 0, blocking: 0, painted: 0 }
  Object.assign(window, { observed })
  const watch = (type: string, add: (entry: PerformanceEntry) => void): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({
      type,
      buffered: true,
    })
  watch(
    'layout-shift',
    (entry) => (observed.shift += (entry as unknown as { value: number }).value),
  )
  watch('longtask', ({ duration }) => (observed.blocking += duration - 50))
  const look = (): void => {
    const element = document.querySelector(tag)
    const field = (element?.shadowRoot ?? element)?.querySelector(selector)
    if (!field) requestAnimationFrame(look)
    // The frame after the one in which it was found is the first that was painted with it.
    else requestAnimationFrame(() => (observed.painted = performance.now()))
  }
  look()
}

/** A page of its own browser context, so that nothing is cached. */
export async function openPage(browser: Browser): Promise<{ page: Page; devtools: CDPSession }> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true })
  const devtools = await page.createCDPSession()
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', network)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  return { page, devtools }
}

interface Measured {
  readonly url: string
  readonly script: string
  readonly tag: string
  /** A selector. */
  readonly field?: string
}

/** Loads the page, and waits until all that may move has come. */
export async function measurePaint(
  page: Page,
  { url, script, tag, field = 'input' }: Measured,
): Promise<Paint> {
  // The compiler calls it in every function that has a name.
  await page.evaluateOnNewDocument('globalThis.__name = (it) => it')
  await page.evaluateOnNewDocument(observe, tag, field)
  await page.goto(url)
  await page.waitForFunction(() => (window as unknown as { observed: Observed }).observed.painted)
  // The last thing to come is the answer of the backend.
  await page.waitForFunction(
    (name: string) => {
      const element = document.querySelector(name)
      return !element || !('snapshot' in element) || element.snapshot
    },
    {},
    tag,
  )
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  return page.evaluate((address: string) => {
    const { shift, blocking, painted } = (window as unknown as { observed: Observed }).observed
    const [resource] = performance.getEntriesByName(address)
    const end = (resource as PerformanceResourceTiming).responseEnd
    return { script: painted - end, navigation: painted, shift, blocking }
  }, script)
}

/** How many requests to the path were sent, preflights among them, until the action was done. */
export async function countRequests(
  devtools: CDPSession,
  path: string,
  action: () => Promise<unknown>,
): Promise<number> {
  let requests = 0
  const count = ({ request }: { request: { url: string } }): void => {
    if (request.url.endsWith(path)) requests++
  }
  devtools.on('Network.requestWillBeSent', count)
  await action()
  devtools.off('Network.requestWillBeSent', count)
  return requests
}
