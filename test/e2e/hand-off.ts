import assert from 'node:assert/strict'
import { respondOnPhone } from './phone.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import type { Fixture } from './fixture.ts'

/** The address in the QR code of the page. */
const addressOf = ({ page }: Shopper): Promise<string> =>
  page.$eval('netgiro-checkout', (element) =>
    new URL(element.getAttribute('hand-off') ?? '', document.baseURI).toString(),
  )

const used = 'Þessi kóði gildir ekki lengur'

export function handOffScenarios(fixture: Fixture): void {
  const { shopUrl } = fixture.demo

  scenario('a shopper goes on with a phone, and both pages show the payment', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const order = await shopper.checkOut()
    await shopper.press('[part=hand-off] summary')
    await shopper.sees('[part=qr]')
    const address = await addressOf(shopper)
    assert.doesNotMatch(address, /cs_/)

    const phone = await Shopper.arrive(fixture)
    await phone.page.goto(address)
    await phone.arrivesAt(`/checkout/${order}`)
    await phone.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await respondOnPhone(fixture, order, 'Samþykkja')
    for (const one of [phone, shopper]) {
      await one.arrivesAt(`/orders/${order}`)
      await one.reads('Takk fyrir!')
      assert.deepEqual(one.consoleErrors, [])
      await one.leave()
    }
  })

  scenario('the code of an order works once, and opens this order and nothing else', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const first = await shopper.checkOut()
    await shopper.putInCart('sokkar')
    const second = await shopper.checkOut()
    assert.notEqual(second, first)
    const address = await addressOf(shopper)

    const phone = await Shopper.arrive(fixture)
    await phone.page.goto(address)
    await phone.arrivesAt(`/checkout/${second}`)
    // Nor does it pass the order on.
    assert.equal(await phone.page.$('netgiro-checkout[hand-off]'), null)
    await phone.visit(`/orders/${first}`)
    await phone.reads('Síðan fannst ekki')
    await phone.visit('/cart')
    await phone.reads('Karfan er tóm.')

    const stranger = await Shopper.arrive(fixture)
    for (const path of [address, `${shopUrl}/continue#${'A'.repeat(22)}`, `${shopUrl}/continue`]) {
      await stranger.page.goto('about:blank')
      await stranger.page.goto(path)
      await stranger.reads(used)
      assert.equal(stranger.page.url(), `${shopUrl}/continue`)
    }
    await stranger.visit(`/checkout/${second}`)
    await stranger.reads('Síðan fannst ekki')
    for (const one of [shopper, phone, stranger]) await one.leave()
  })
}
