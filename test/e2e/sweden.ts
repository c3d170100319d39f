import assert from 'node:assert/strict'
import { recordOf, untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { until } from './until.ts'
import type { Fixture } from './fixture.ts'

/** Somebody in Sweden, whose payment is taken in Avarda's own form. */
class Swede extends Shopper {
  static override async arrive(fixture: Fixture): Promise<Swede> {
    const swede = await Swede.open(fixture, 'avarda-checkout')
    await swede.visit('/sweden')
    return swede
  }

  async buys(product: string): Promise<string> {
    const button = `form:has([value="${product}"]) button`
    await Promise.all([this.page.waitForNavigation(), this.page.click(button)])
    await this.seesStatus('awaiting_shopper')
    return this.path.split('/').at(-1) ?? ''
  }

  /** Presses a button in the form, which lives in a frame of Avarda's. */
  async presses(deed: string): Promise<void> {
    const frame = await this.page.waitForFrame((one) => one.url().includes('/CheckOut2/'))
    await frame.locator(`[data-action=${deed}]`).click()
  }
}

export function sweden(fixture: Fixture): void {
  scenario('a shopper in Sweden pays in Avarda’s form; the webhook marks the order', async () => {
    const swede = await Swede.arrive(fixture)
    const order = await swede.buys('vettlingar')
    await swede.presses('approve')
    await swede.arrivesAt(`/orders/${order}`)
    await untilRecorded(fixture, order, 'paid')
    assert.deepEqual((await recordOf(fixture, order)).notices, ['checkout.paid'])
    await swede.leave()
  })

  scenario('canceled in the form, the shopper may try again and pay', async () => {
    const swede = await Swede.arrive(fixture)
    const order = await swede.buys('sokkar')
    await swede.presses('cancel')
    await until('the attempt is over', async () => {
      const last = (await swede.snapshot())?.lastAttempt
      return last?.reason === 'canceled_or_failed'
    })
    await swede.press('button[part=button]')
    await swede.seesStatus('awaiting_shopper')
    await swede.presses('approve')
    await untilRecorded(fixture, order, 'paid')
    await swede.leave()
  })

  scenario('a form that nobody completes runs out, and nothing is paid', async () => {
    const swede = await Swede.arrive(fixture)
    const order = await swede.buys('lopi')
    await swede.presses('timeout')
    await until('the attempt has run out', async () => {
      return (await swede.snapshot())?.lastAttempt?.outcome === 'expired'
    })
    assert.equal((await recordOf(fixture, order)).status, 'unpaid')
    await swede.leave()
  })
}
