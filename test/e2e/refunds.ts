import { respondOnPhone } from './phone.ts'
import { orderRecord, waitForOrderStatus } from './orders.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { waitFor } from './wait-for.ts'
import type { Fixture } from './fixture.ts'

export function refundScenarios(fixture: Fixture): void {
  scenario(
    'a shop refunds a part of an order that was paid through V2 with manual capture',
    async () => {
      const shopper = await Shopper.arrive(fixture)
      await shopper.putInCart('lopapeysa')
      const order = await shopper.checkOut()
      await shopper.sendRequestTo('822 3281')
      await shopper.seesStatus('awaiting_shopper')
      await respondOnPhone(fixture, order, 'Samþykkja')
      await shopper.arrivesAt(`/orders/${order}`)
      await waitForOrderStatus(fixture, order, 'paid')

      await shopper.visit('/shopkeeper')
      const row = `[data-order="${order}"]`
      await shopper.page.locator(`${row} [name=amount]`).fill('900')
      await shopper.page.locator(`${row} .refund button`).click()
      await waitFor('the shop has the refund on record', async () =>
        (await orderRecord(fixture, order)).notices.includes('checkout.refunded'),
      )
      await shopper.reads('Endurgreitt 900 kr.')
      await shopper.leave()
    },
  )
}
