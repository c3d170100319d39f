import type { Page } from 'puppeteer-core'
import { waitFor } from './wait-for.ts'
import { leave } from './fixture.ts'
import type { Fixture } from './fixture.ts'

/** Responds to the request about this order on the simulated phone. */
export async function respondOnPhone(
  { browser, demo }: Fixture,
  order: string,
  button: 'Samþykkja' | 'Hafna',
): Promise<void> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(demo.customerUrl)
  const request = await findRequestId(page, order)
  await page.locator(`[data-transaction="${request}"] ::-p-text(${button})`).click()
  await page.waitForSelector(`[data-answered="${request}"]`)
  await leave(context)
}

/** The phone shows the attempt's reference, which begins with the order's number. */
async function findRequestId(page: Page, order: string): Promise<string> {
  let id: string | undefined
  await waitFor(`the phone shows a request for ${order}`, async () => {
    const find = (text: string) =>
      [...document.querySelectorAll<HTMLElement>('[data-transaction]')].find((row) =>
        row.textContent.includes(text),
      )?.dataset['transaction']
    id = await page.evaluate(find, order)
    return id !== undefined
  })
  return id ?? ''
}
