import { answerOnPhone } from './phone.ts'
import { recordOf, untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { until } from './until.ts'
import type { Fixture } from './fixture.ts'

export function refunding(fixture: Fixture): void {
  scenario('pays by V2, which captures by hand, and gets a part of it back', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopapeysa')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('822 3281')
    await shopper.seesStatus('awaiting_shopper')
    await answerOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await untilRecorded(fixture, order, 'paid')

    await shopper.visit('/shopkeeper')
    const row = `[data-order="${order}"]`
    await shopper.page.locator(`${row} [name=amount]`).fill('900')
    await shopper.page.locator(`${row} .refund button`).click()
    await until('the shop has the refund on record', async () =>
      (await recordOf(fixture, order)).notices.includes('checkout.refunded'),
    )
    await shopper.reads('Endurgreitt 900 kr.')
    await shopper.leave()
  })
}
