import assert from 'node:assert/strict'
import type { Browser, Page } from 'puppeteer-core'
import { serveCheckoutPage } from './checkout-page.ts'
import type { Fixture } from './fixture.ts'
import { leave } from './fixture.ts'
import { scenario } from './scenario.ts'
import { waitFor } from './wait-for.ts'

async function openSession(browser: Browser) {
  const { bff, shop } = await serveCheckoutPage()
  const context = await browser.createBrowserContext()
  const open = async (): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(shop.origin)
    return page
  }
  const close = async () => {
    await leave(context)
    await shop.close()
    await bff.close()
  }
  return { bff, open, close }
}

const statusIn = (page: Page) =>
  page.$eval(
    'netgiro-checkout',
    (it) => (it as unknown as { snapshot: { status: string } | null }).snapshot?.status,
  )

export function phoneLifeScenarios({ browser }: Fixture): void {
  scenario('eight windows of one session all show it over HTTP/1.1', async () => {
    const { open, close } = await openSession(browser)
    for (let window = 0; window < 8; window++) {
      const page = await open()
      await page.waitForSelector('netgiro-checkout >>> input', { visible: true })
      await waitFor('the window shows the checkout', async () => (await statusIn(page)) === 'open')
    }
    await close()
  })

  scenario(
    'a payment that was approved while the payment server was away shows soon after it is back',
    async () => {
      const { bff, open, close } = await openSession(browser)
      const page = await open()
      const field = await page.waitForSelector('netgiro-checkout >>> input', { visible: true })
      await field?.type('8223281')
      await field?.press('Enter')
      await waitFor('it waits', async () => (await statusIn(page)) === 'awaiting_shopper')
      await bff.restart(() => {
        const [cart] = bff.simulator.inspect().carts
        bff.simulator.approve(cart?.TransactionId ?? '')
      })
      const back = performance.now()
      await waitFor('it is paid', async () => (await statusIn(page)) === 'paid')
      const elapsed = performance.now() - back
      // The server itself has to ask the provider, and to capture; a busy machine takes its time.
      assert.ok(elapsed < 5_000, `${Math.round(elapsed)} ms`)
      await close()
    },
  )
}
