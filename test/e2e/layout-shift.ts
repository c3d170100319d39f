import type { Page } from 'puppeteer-core'

/** The sum of all layout shifts until now, and until nothing but the event stream is being loaded. */
export async function layoutShift(page: Page): Promise<number> {
  await page.waitForNetworkIdle({ concurrency: 1 })
  return await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    let sum = 0
    await new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          sum += (entry as PerformanceEntry & { readonly value?: number }).value ?? 0
        }
        // The mark was made after everything that had moved.
        if (list.getEntriesByType('mark').length > 0) resolve(sum)
      })
      observer.observe({ type: 'layout-shift', buffered: true })
      observer.observe({ type: 'mark', buffered: true })
      performance.mark('at rest')
    })
    return sum
  })
}
