import assert from 'node:assert/strict'
import { recordOf, untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { story } from './story.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** Somebody in Sweden, whose payment is taken in Avarda's own form. */
class Swede extends Shopper {
  static override async arrive(world: World): Promise<Swede> {
    const swede = await Swede.open(world, 'avarda-checkout')
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
    await frame.locator(`[data-deed=${deed}]`).click()
  }
}

export function sweden(world: World): void {
  story('a shopper in Sweden pays in Avarda’s form; the webhook marks the order', async () => {
    const swede = await Swede.arrive(world)
    const order = await swede.buys('vettlingar')
    await swede.presses('approve')
    await swede.arrivesAt(`/orders/${order}`)
    await untilRecorded(world, order, 'paid')
    assert.deepEqual((await recordOf(world, order)).notices, ['checkout.paid'])
    await swede.leave()
  })

  story('canceled in the form, the shopper may try again and pay', async () => {
    const swede = await Swede.arrive(world)
    const order = await swede.buys('sokkar')
    await swede.presses('cancel')
    await until('the attempt is over', async () => {
      const last = (await swede.snapshot())?.lastAttempt
      return last?.reason === 'canceled_or_failed'
    })
    await swede.press('button[part=button]')
    await swede.seesStatus('awaiting_shopper')
    await swede.presses('approve')
    await untilRecorded(world, order, 'paid')
    await swede.leave()
  })

  story('a form that nobody completes runs out, and nothing is paid', async () => {
    const swede = await Swede.arrive(world)
    const order = await swede.buys('lopi')
    await swede.presses('timeout')
    await until('the attempt has run out', async () => {
      return (await swede.snapshot())?.lastAttempt?.outcome === 'expired'
    })
    assert.equal((await recordOf(world, order)).status, 'unpaid')
    await swede.leave()
  })
}
