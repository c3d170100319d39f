import assert from 'node:assert/strict'
import { respondOnPhone } from './phone.ts'
import { orderRecord, waitForOrderStatus } from './orders.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import type { Fixture } from './fixture.ts'

const asked = 'Staðfestu greiðsluna í Netgíró-appinu'

export function paymentScenarios(fixture: Fixture): void {
  scenario(
    'a shopper pays from the cart to the thank-you page, with an approval in the app',
    async () => {
      const shopper = await Shopper.arrive(fixture)
      await shopper.putInCart('lopapeysa')
      await shopper.putInCart('sokkar')
      const order = await shopper.checkOut()
      await shopper.reads('32.390 kr.')

      await shopper.sendRequestTo('822 3281')
      await shopper.seesStatus('awaiting_shopper')
      await shopper.reads(asked)
      await shopper.reads('•••3281')
      assert.equal((await orderRecord(fixture, order)).status, 'unpaid')

      await respondOnPhone(fixture, order, 'Samþykkja')
      await shopper.arrivesAt(`/orders/${order}`)
      await shopper.reads('Takk fyrir!')
      assert.deepEqual(await orderRecord(fixture, order), {
        status: 'paid',
        notices: ['checkout.paid'],
      })

      await shopper.visit('/cart')
      await shopper.reads('Karfan er tóm.')
      expectNoLeaks(fixture, shopper)
      await expectEmptyStorage(shopper)
      await shopper.leave()
    },
  )

  scenario('a shopper keeps the cart after a decline, tries again and pays', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('hufa')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await respondOnPhone(fixture, order, 'Hafna')
    await shopper.seesStatus('open')
    await shopper.reads('Greiðslu hafnað')
    await waitForOrderStatus(fixture, order, 'unpaid')
    await shopper.reads('5.990 kr.')

    await shopper.sendRequestTo('+354 822-3281')
    await shopper.seesStatus('awaiting_shopper')
    await respondOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Takk fyrir!')
    assert.equal((await orderRecord(fixture, order)).notices.at(-1), 'checkout.paid')
    expectNoLeaks(fixture, shopper)
    await shopper.leave()
  })

  scenario('a shopper cancels while waiting, pays nothing and keeps the cart', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('teppi')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.press('button[part=cancel]')
    await shopper.seesStatus('open')
    await shopper.reads('Hætt við greiðslu')
    assert.equal((await orderRecord(fixture, order)).status, 'unpaid')
    await shopper.visit('/cart')
    await shopper.reads('18.900 kr.')
    expectNoLeaks(fixture, shopper)
    await shopper.leave()
  })

  scenario('a shopper sees the pending request again after a reload', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.page.reload()
    await shopper.seesStatus('awaiting_shopper')
    await shopper.reads(asked)
    await respondOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Takk fyrir!')
    expectNoLeaks(fixture, shopper)
    await shopper.leave()
  })

  scenario(
    'a shopper is not charged for the last piece when another one has just bought it',
    async () => {
      const [first, second] = [await Shopper.arrive(fixture), await Shopper.arrive(fixture)]
      const orders: string[] = []
      for (const [shopper, phone] of [
        [first, '8223281'],
        [second, '7701234'],
      ] as const) {
        await shopper.reads('Aðeins eitt eftir.')
        await shopper.putInCart('teppi')
        orders.push(await shopper.checkOut())
        await shopper.sendRequestTo(phone)
        await shopper.seesStatus('awaiting_shopper')
      }
      const [one = '', other = ''] = orders
      await respondOnPhone(fixture, one, 'Samþykkja')
      await first.arrivesAt(`/orders/${one}`)
      await respondOnPhone(fixture, other, 'Samþykkja')
      await second.seesStatus('open')
      await second.reads('Hætt við greiðslu')
      assert.equal((await orderRecord(fixture, other)).status, 'unpaid')
      await second.visit('/')
      await second.reads('Uppselt.')
      await first.leave()
      await second.leave()
    },
  )

  scenario('a shopper may close the page, and the order is paid without a browser', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('trefill')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.leave()
    await respondOnPhone(fixture, order, 'Samþykkja')
    await waitForOrderStatus(fixture, order, 'paid')
  })

  scenario('a shopper reads shop and payment in English after switching the language', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.page.locator('form[action="/language"] button').click()
    await shopper.reads('Icelandic wool, knit and woven at home')
    await shopper.putInCart('ennisband')
    await shopper.checkOut()
    await shopper.reads('Phone number')
    await shopper.reads('Pay with Netgíró')
    await shopper.leave()
  })
}

/** Expects no console error, no policy violation, no third party, and no secret or personal data in a URL. */
function expectNoLeaks({ demo }: Fixture, { consoleErrors, requests }: Shopper): void {
  assert.deepEqual(consoleErrors, [])
  // Firefox reports what it takes from an address itself.
  const sent = requests.filter((url) => !url.startsWith('data:'))
  const origins = new Set(sent.map((url) => new URL(url).origin))
  assert.deepEqual(origins, new Set([demo.shopUrl, demo.bffUrl]))
  assert.deepEqual(
    requests.filter((url) => /cs_|session=|822.?3281/.test(url)),
    [],
  )
}

/** Expects neither session nor phone number in the storage of a browser that others may use. */
async function expectEmptyStorage({ page }: Shopper): Promise<void> {
  const kept = await page.evaluate(() => [
    localStorage.length,
    sessionStorage.length,
    document.cookie.length,
  ])
  assert.deepEqual(kept, [0, 0, 0])
}
