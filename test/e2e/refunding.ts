import { answerOnPhone } from './phone.ts'
import { recordOf, untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { story } from './story.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

export function refunding(world: World): void {
  story('pays by V2, which captures by hand, and gets a part of it back', async () => {
    const shopper = await Shopper.arrive(world)
    await shopper.putInCart('lopapeysa')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('822 3281')
    await shopper.seesStatus('awaiting_shopper')
    await answerOnPhone(world, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await untilRecorded(world, order, 'paid')

    await shopper.visit('/shopkeeper')
    const row = `[data-order="${order}"]`
    await shopper.page.locator(`${row} [name=amount]`).fill('900')
    await shopper.page.locator(`${row} .refund button`).click()
    await until('the shop has the refund on record', async () =>
      (await recordOf(world, order)).notices.includes('checkout.refunded'),
    )
    await shopper.reads('Endurgreitt 900 kr.')
    await shopper.leave()
  })
}
