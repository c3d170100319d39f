import assert from 'node:assert/strict'
import type { HTTPRequest, Page } from 'puppeteer-core'
import { respondOnPhone } from './phone.ts'
import { waitForOrderStatus } from './orders.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { waitFor } from './wait-for.ts'
import { leave } from './fixture.ts'
import type { Fixture } from './fixture.ts'

const nationalId = '111111-1119'

/** A cashier at the shop's point of sale. */
class Cashier extends Shopper {
  static override async arrive(fixture: Fixture): Promise<Cashier> {
    const cashier = await Cashier.open(fixture, 'netgiro-pos')
    await cashier.visit('/pos')
    return cashier
  }

  /** Adds a product and takes payment. Returns the shop's order number. */
  async sells(product: string): Promise<string> {
    await this.page.locator(`[data-product=${product}]`).click()
    await this.page.locator('[data-take]:not([disabled])').click()
    await this.sees('input')
    return await this.page.$eval('[data-number]', (element) =>
      element.textContent.replace(/\s/g, ''),
    )
  }

  async types(text: string): Promise<void> {
    await this.page.locator('netgiro-pos >>> input:not([type=radio])').fill(text)
    await this.page.keyboard.press('Enter')
  }
}

/** The SMS code on the customer's phone. */
async function codeFromPhone({ browser, demo }: Fixture): Promise<string> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(demo.customerUrl)
  const code = await readCode(page)
  await leave(context)
  return code
}

async function readCode(page: Page): Promise<string> {
  await page.waitForSelector('[data-field=smsCode]')
  return await page.$eval('[data-field=smsCode]', (element) =>
    element.textContent.replace(/\s/g, ''),
  )
}

/** Keeps what starts the payment from the server until the function that it returns is called. */
async function holdStart(page: Page): Promise<() => Promise<void>> {
  let start: HTTPRequest | undefined
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    if (!start && request.method() === 'POST') start = request
    else void request.continue()
  })
  return async () => {
    await waitFor('the payment is started', () => Promise.resolve(start !== undefined))
    await start?.continue()
  }
}

export function posScenarios(fixture: Fixture): void {
  scenario(
    'a cashier enters a kennitala, sees that a wrong code is refused, and is paid with the right one',
    async () => {
      const cashier = await Cashier.arrive(fixture)
      const order = await cashier.sells('sokkar')
      await cashier.reads('3.490 kr.')
      await cashier.types(nationalId)
      await cashier.seesStatus('awaiting_code')
      await cashier.reads('••••••1119')

      const code = await codeFromPhone(fixture)
      await cashier.types(code === '0000' ? '1111' : '0000')
      await waitFor(
        'the code is refused',
        async () => (await cashier.snapshot())?.code?.refused === true,
      )
      await cashier.types(code)
      await cashier.seesStatus('paid')
      await waitForOrderStatus(fixture, order, 'paid')
      assert.deepEqual(cashier.consoleErrors, [])
      const urls = cashier.requests.join(' ')
      assert.ok(!urls.includes('1111111119'), 'no URL holds a kennitala')
      await cashier.leave()
    },
  )

  scenario(
    'a cashier who looked at another window types the code without a click when back at the till',
    async () => {
      const cashier = await Cashier.arrive(fixture)
      await cashier.sells('sokkar')
      const release = await holdStart(cashier.page)
      await cashier.types(nationalId)
      await (await cashier.page.browserContext().newPage()).bringToFront()
      await release()
      await cashier.seesStatus('awaiting_code')

      const code = await codeFromPhone(fixture)
      await cashier.page.bringToFront()
      await cashier.page.keyboard.type(code)
      await cashier.page.keyboard.press('Enter')
      await cashier.seesStatus('paid')
      await cashier.leave()
    },
  )

  scenario(
    'a cashier is paid at once by a scanned app code, and starts the next sale with one key',
    async () => {
      const cashier = await Cashier.arrive(fixture)
      const first = await cashier.sells('hufa')
      await cashier.page.keyboard.type('5000041234')
      await cashier.page.keyboard.press('Enter')
      await cashier.seesStatus('paid')
      await waitForOrderStatus(fixture, first, 'paid')
      await cashier.page.keyboard.press('F2')
      await waitFor(
        'the element shows no checkout',
        async () => (await cashier.snapshot()) === null,
      )

      const second = await cashier.sells('lopi')
      assert.notEqual(second, first)
      await cashier.leave()
    },
  )

  scenario('a cashier is paid by an approval on the phone', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.sells('trefill')
    await cashier.types('822 3281')
    await cashier.seesStatus('awaiting_shopper')
    await respondOnPhone(fixture, order, 'Samþykkja')
    await cashier.seesStatus('paid')
    await waitForOrderStatus(fixture, order, 'paid')
    await cashier.leave()
  })

  scenario('a cashier who clears a sale closes it, so that it cannot be paid later', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.sells('ennisband')
    await cashier.page.locator('[data-clear]').click()
    await waitForOrderStatus(fixture, order, 'closed')
    await cashier.leave()
  })

  scenario('a cashier who clears a sale that was paid in that moment keeps it', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.sells('lopi')
    await cashier.page.setRequestInterception(true)
    cashier.page.on('request', (request) => {
      const isClose = request.url().endsWith(`/pos/sales/${order}/close`)
      const body = JSON.stringify({ status: 'paid' })
      void (isClose
        ? request.respond({ contentType: 'application/json', body })
        : request.continue())
    })
    await cashier.page.locator('[data-clear]').click()
    await cashier.page.waitForSelector('[data-kept]', { visible: true })
    assert.equal((await cashier.snapshot())?.reference, order)
    await cashier.leave()
  })

  scenario('a till that is loaded again goes on with its sale, and sees it paid', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.sells('trefill')
    await cashier.types('822 3281')
    await cashier.seesStatus('awaiting_shopper')
    await cashier.page.reload()
    await cashier.seesStatus('awaiting_shopper')
    await respondOnPhone(fixture, order, 'Samþykkja')
    await cashier.seesStatus('paid')
    await cashier.page.waitForSelector('[data-booked]', { visible: true })
    await cashier.page.keyboard.press('F2')
    await waitFor('the sale is over', async () => (await cashier.snapshot()) === null)
    await cashier.page.reload()
    await cashier.page.waitForSelector('[data-empty]', { visible: true })
    await cashier.leave()
  })

  scenario('no cookie opens an order of the till', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.sells('lopi')
    for (const visitor of ['the cashier', 'null', 'undefined', '']) {
      const cookie = `ullarbudin_visitor=${encodeURIComponent(visitor)}`
      const response = await fetch(`${fixture.demo.shopUrl}/orders/${order}`, {
        headers: { cookie },
      })
      assert.equal(response.status, 404, visitor)
    }
    await cashier.leave()
  })
}
