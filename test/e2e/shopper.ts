import type { BrowserContext, Page } from 'puppeteer-core'
import type { Snapshot } from '../../server/protocol/index.ts'
import { waitFor } from './wait-for.ts'
import { leave } from './fixture.ts'
import type { Fixture } from './fixture.ts'

/** A person with a browser context of their own, and a record of its requests and console errors. */
export class Shopper {
  readonly page: Page
  /** Every URL that the page requested. */
  readonly requests: string[] = []
  /** Console errors and warnings, including violations of the content security policy. */
  readonly consoleErrors: string[] = []
  readonly #context: BrowserContext
  readonly #shopUrl: string
  readonly #element: string

  /** Opened by `arrive`. */
  constructor(context: BrowserContext, page: Page, shopUrl: string, element: string) {
    this.#context = context
    this.#shopUrl = shopUrl
    this.#element = element
    this.page = page
    page.on('request', (request) => this.requests.push(request.url()))
    page.on('pageerror', (error) => this.consoleErrors.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn')
        this.consoleErrors.push(message.text())
    })
  }

  static async arrive(fixture: Fixture): Promise<Shopper> {
    const shopper = await Shopper.open(fixture, 'netgiro-checkout')
    await shopper.visit('/')
    return shopper
  }

  /** Opens a browser context, for a page with the payment element `element`. */
  protected static async open<S extends Shopper>(
    this: new (...args: ConstructorParameters<typeof Shopper>) => S,
    { browser, demo }: Fixture,
    element: string,
  ): Promise<S> {
    const context = await browser.createBrowserContext()
    return new this(context, await context.newPage(), demo.shopUrl, element)
  }

  async leave(): Promise<void> {
    await leave(this.#context)
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(this.#shopUrl + path)
  }

  get path(): string {
    return new URL(this.page.url()).pathname
  }

  async putInCart(product: string): Promise<void> {
    await this.visit('/')
    await this.#follow(`form:has([value="${product}"]) button`)
  }

  /** From the cart to the payment; returns the order's number. */
  async checkOut(): Promise<string> {
    await this.opensPayment()
    await this.sees('input')
    return this.path.split('/').at(-1) ?? ''
  }

  /** From the cart to the page of the payment, with its styles: before those, its text is not what a shopper sees. */
  async opensPayment(): Promise<void> {
    await this.visit('/cart')
    await this.#follow('form[action="/checkout"] button')
  }

  /** Waits until the payment element shows this. */
  async sees(selector: string): Promise<void> {
    await this.page.waitForSelector(`${this.#element} >>> ${selector}`, { visible: true })
  }

  async reads(text: string): Promise<void> {
    await waitFor(`the page says “${text}”`, async () => (await this.text()).includes(text))
  }

  async sendRequestTo(phone: string): Promise<void> {
    await this.page.bringToFront()
    const input = this.page.locator(`${this.#element} >>> input`)
    await input.fill('')
    await input.fill(phone)
    await this.press('button[part=button]')
  }

  async press(selector: string): Promise<void> {
    // Firefox draws no frames for a page behind another one, and a press waits for them.
    await this.page.bringToFront()
    await this.page.locator(`${this.#element} >>> ${selector}`).click()
  }

  async snapshot(): Promise<Snapshot | null> {
    return await this.page.evaluate((name) => {
      const element = document.querySelector(name) as unknown
      return (element as { snapshot: Snapshot | null } | null)?.snapshot ?? null
    }, this.#element)
  }

  async seesStatus(status: Snapshot['status']): Promise<void> {
    const isThere = async () => (await this.snapshot())?.status === status
    await waitFor(`the element shows ${status}`, isThere)
  }

  async arrivesAt(path: string): Promise<void> {
    await waitFor(`the browser is at ${path}`, () => Promise.resolve(this.path === path))
  }

  /** The visible text of the page and the element. */
  async text(): Promise<string> {
    const text = await this.page.evaluate((name) => {
      const root = document.querySelector(name)?.shadowRoot
      const card = root?.querySelector<HTMLElement>('[part=card]')
      return `${document.body.innerText}\n${card?.innerText ?? ''}`
    }, this.#element)
    return text.replaceAll('\u00a0', ' ')
  }

  async #follow(selector: string): Promise<void> {
    await this.page.bringToFront()
    await Promise.all([this.page.waitForNavigation(), this.page.click(selector)])
  }
}
