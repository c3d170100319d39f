import assert from 'node:assert/strict'
import { layoutShift } from './layout-shift.ts'
import { orderRecord, waitForOrderStatus } from './orders.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { waitFor } from './wait-for.ts'
import type { Fixture } from './fixture.ts'

/** A shopper in Sweden, who pays in Avarda's own form. */
class AvardaShopper extends Shopper {
  static override async arrive(fixture: Fixture): Promise<AvardaShopper> {
    const shopper = await AvardaShopper.open(fixture, 'avarda-checkout')
    await shopper.visit('/sweden')
    return shopper
  }

  async buys(product: string): Promise<string> {
    const button = `form:has([value="${product}"]) button`
    await Promise.all([this.page.waitForNavigation(), this.page.click(button)])
    await this.seesStatus('awaiting_shopper')
    return this.path.split('/').at(-1) ?? ''
  }

  /** Waits until the form has said how high it is. */
  async seesFormInFull(): Promise<void> {
    const height = () =>
      this.page.$eval('#mainiFrame', (frame) => (frame as HTMLElement).style.height)
    await waitFor('the form has its height', async () => (await height()).endsWith('px'))
  }

  /** Presses a button in the form, which is in an iframe of Avarda's. */
  async presses(action: string): Promise<void> {
    const frame = await this.page.waitForFrame((one) => one.url().includes('/CheckOut2/'))
    // Within the page: Chrome may drop a click on a frame that it has not painted yet.
    const button = await frame.waitForSelector(`[data-action=${action}]`, { visible: true })
    await button?.evaluate((element) => (element as HTMLElement).click())
  }

  async goesToCardPage(): Promise<void> {
    await Promise.all([this.page.waitForNavigation(), this.presses('gotocard')])
  }

  /** Leaves the shop for the card page, which leads back to it. */
  async answersOnCardPage(answer: 'paid' | 'refused'): Promise<void> {
    await this.goesToCardPage()
    const button = await this.page.waitForSelector(`[data-answer=${answer}]`)
    await Promise.all([
      this.page.waitForNavigation(),
      button?.evaluate((element) => (element as HTMLElement).click()),
    ])
  }
}

export function avardaScenarios(fixture: Fixture): void {
  scenario('a shopper pays in Avarda’s form, and the webhook marks the order paid', async () => {
    const shopper = await AvardaShopper.arrive(fixture)
    const order = await shopper.buys('vettlingar')
    await shopper.presses('approve')
    await shopper.arrivesAt(`/orders/${order}`)
    await waitForOrderStatus(fixture, order, 'paid')
    assert.deepEqual((await orderRecord(fixture, order)).notices, ['checkout.paid'])
    await shopper.leave()
  })

  scenario('hardly anything moves on the page of the payment while the form loads', async () => {
    const shopper = await AvardaShopper.arrive(fixture)
    for (const width of [320, 1_300]) {
      await shopper.page.setViewport({ width, height: 900 })
      await shopper.visit('/sweden')
      await shopper.buys('lopi')
      await shopper.seesFormInFull()
      const shift = await layoutShift(shopper.page)
      assert.ok(shift <= 0.05, `${shift}, ${width} pixels wide`)
    }
    await shopper.leave()
  })

  scenario('a shopper may try again and pay after canceling in the form', async () => {
    const shopper = await AvardaShopper.arrive(fixture)
    const order = await shopper.buys('sokkar')
    await shopper.presses('cancel')
    await waitFor('the attempt is over', async () => {
      const last = (await shopper.snapshot())?.lastAttempt
      return last?.reason === 'canceled_or_failed'
    })
    await shopper.press('button[part=button]')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.presses('approve')
    await waitForOrderStatus(fixture, order, 'paid')
    await shopper.leave()
  })

  scenario(
    'a shopper who leaves for the card page comes back to the same form, and pays',
    async () => {
      const shopper = await AvardaShopper.arrive(fixture)
      const order = await shopper.buys('hufa')
      await shopper.answersOnCardPage('refused')
      await shopper.seesStatus('awaiting_shopper')
      await shopper.answersOnCardPage('paid')
      await shopper.arrivesAt(`/orders/${order}`)
      await waitForOrderStatus(fixture, order, 'paid')
      assert.deepEqual((await orderRecord(fixture, order)).notices, ['checkout.paid'])
      await shopper.leave()
    },
  )

  scenario('a shopper who presses “back” on the card page finds the form again', async () => {
    const shopper = await AvardaShopper.arrive(fixture)
    const order = await shopper.buys('sokkar')
    await shopper.goesToCardPage()
    await shopper.page.goBack()
    await shopper.seesStatus('awaiting_shopper')
    await shopper.presses('approve')
    await waitForOrderStatus(fixture, order, 'paid')
    await shopper.leave()
  })

  scenario('a shopper pays nothing when the form times out', async () => {
    const shopper = await AvardaShopper.arrive(fixture)
    const order = await shopper.buys('lopi')
    await shopper.presses('timeout')
    await waitFor('the attempt has run out', async () => {
      return (await shopper.snapshot())?.lastAttempt?.outcome === 'expired'
    })
    assert.equal((await orderRecord(fixture, order)).status, 'unpaid')
    await shopper.leave()
  })
}
