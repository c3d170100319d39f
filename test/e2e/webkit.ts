import assert from 'node:assert/strict'
import type { Demo } from '../../demo/demo.ts'
import type { Driver } from '../engines/webkit.ts'
import { openWebKit } from '../engines/webkit.ts'
import { findEngine } from '../engines/engines.ts'
import { serveCheckoutPage } from './checkout-page.ts'
import { openDemo } from './fixture.ts'
import type { Fixture } from './fixture.ts'
import { orderRecord, waitForOrderStatus } from './orders.ts'
import { scenario } from './scenario.ts'
import { waitFor } from './wait-for.ts'

const enter = '\uE007'

/** A person with the only window of WebKitGTK, which WebDriver drives by keys and scripts. */
class WebKitShopper {
  readonly #driver: Driver
  readonly #shopUrl: string

  constructor(driver: Driver, shopUrl: string) {
    this.#driver = driver
    this.#shopUrl = shopUrl
  }

  visit(path: string): Promise<void> {
    return this.#driver.get(this.#shopUrl + path)
  }

  async path(): Promise<string> {
    return new URL(await this.#driver.getCurrentUrl()).pathname
  }

  async reload(): Promise<void> {
    await this.visit(await this.path())
  }

  async arrivesAt(pattern: RegExp): Promise<string> {
    await waitFor(`the browser is at ${pattern}`, async () => pattern.test(await this.path()))
    return (await this.path()).split('/').at(-1) ?? ''
  }

  /** From the shop to the payment of one piece; returns the order's number. */
  async orders(product: string): Promise<string> {
    await this.visit('/')
    await this.#follow(`form:has([value="${product}"]) button`)
    await this.visit('/cart')
    await this.#follow('form[action="/checkout"] button')
    return this.arrivesAt(/^\/checkout\/WEB-/)
  }

  async sendsRequestTo(phone: string): Promise<void> {
    const field = this.#inElement('input')
    await waitFor('the field is there', () => this.#read(`!!${field}`))
    await this.#driver.executeScript(`${field}.focus()`)
    await this.#driver.actions().sendKeys(phone, enter).perform()
    await this.seesStatus('awaiting_shopper')
  }

  press(part: string): Promise<void> {
    return this.#click(this.#inElement(`[part~="${part}"]`))
  }

  async seesStatus(status: string): Promise<void> {
    const found = `document.querySelector('netgiro-checkout')?.snapshot?.status`
    await waitFor(`the element shows ${status}`, () => this.#read(`${found} === '${status}'`))
  }

  #inElement(selector: string): string {
    return `document.querySelector('netgiro-checkout')?.shadowRoot?.querySelector('${selector}')`
  }

  #read(expression: string): Promise<boolean> {
    return this.#driver.executeScript<boolean>(`return ${expression}`)
  }

  /** Clicks, and waits for the page that follows: going on before would stop it. */
  async #follow(selector: string): Promise<void> {
    await this.#driver.executeScript('window.isOld = true')
    await this.#click(`document.querySelector('${selector}')`)
    const isNew = `!window.isOld && document.readyState === 'complete'`
    await waitFor('the next page is there', () => this.#read(isNew))
  }

  async #click(expression: string): Promise<void> {
    await waitFor(`${expression} is there`, () => this.#read(`!!${expression}`))
    await this.#driver.executeScript(`${expression}.click()`)
  }
}

/** Approves the newest request on the simulated phone. */
async function approveNewest({ customerUrl }: Demo): Promise<void> {
  const at = (path: string) => new URL(`/simulator/carts${path}`, customerUrl)
  const { carts } = (await (await fetch(at(''))).json()) as {
    carts: readonly { TransactionId: string }[]
  }
  const answer = await fetch(at(`/${carts.at(-1)?.TransactionId ?? ''}/approve`), {
    method: 'POST',
  })
  assert.ok(answer.ok)
}

/** What WebDriver can do in its one window; everything else runs in the other engines. */
export async function webkitScenarios(): Promise<Pick<Fixture, 'close'>> {
  const { executablePath } = await findEngine('webkit')
  const webkit = await openWebKit(executablePath)
  const { demo, close } = await openDemo()
  const shopper = new WebKitShopper(webkit.driver, demo.shopUrl)

  scenario('a shopper in WebKitGTK pays from the cart to the thank-you page', async () => {
    const order = await shopper.orders('lopapeysa')
    await shopper.sendsRequestTo('8223281')
    assert.equal((await orderRecord({ demo }, order)).status, 'unpaid')
    await approveNewest(demo)
    await shopper.arrivesAt(/^\/orders\//)
    await waitForOrderStatus({ demo }, order, 'paid')
  })

  scenario('a shopper in WebKitGTK cancels, and pays with a second request', async () => {
    const order = await shopper.orders('hufa')
    await shopper.sendsRequestTo('8223281')
    await shopper.press('cancel')
    await shopper.seesStatus('open')
    assert.equal((await orderRecord({ demo }, order)).status, 'unpaid')
    await shopper.sendsRequestTo('')
    await approveNewest(demo)
    await shopper.arrivesAt(/^\/orders\//)
  })

  scenario('a shopper in WebKitGTK sees the request again after a reload', async () => {
    await shopper.orders('lopi')
    await shopper.sendsRequestTo('8223281')
    await shopper.reload()
    await shopper.seesStatus('awaiting_shopper')
    await approveNewest(demo)
    await shopper.arrivesAt(/^\/orders\//)
  })

  scenario(
    'a shopper in WebKitGTK sees a payment that was approved while the server was away',
    async () => {
      const { bff, shop } = await serveCheckoutPage()
      const visitor = new WebKitShopper(webkit.driver, shop.origin)
      await visitor.visit('/')
      await visitor.sendsRequestTo('8223281')
      await bff.restart(() => {
        const [cart] = bff.simulator.inspect().carts
        bff.simulator.approve(cart?.TransactionId ?? '')
      })
      await visitor.seesStatus('paid')
      await shop.close()
      await bff.close()
    },
  )

  return {
    close: async () => {
      await webkit.close()
      await close()
    },
  }
}
