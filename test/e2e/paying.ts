import assert from 'node:assert/strict'
import { answerOnPhone } from './phone.ts'
import { recordOf, untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import type { Fixture } from './fixture.ts'

const asked = 'Staðfestu greiðsluna í Netgíró-appinu'

export function paying(fixture: Fixture): void {
  scenario('pays: shop, cart, phone number, approval in the app, thank-you page', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopapeysa')
    await shopper.putInCart('sokkar')
    const order = await shopper.checkOut()
    await shopper.reads('32.390 kr.')

    await shopper.sendRequestTo('822 3281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.reads(asked)
    await shopper.reads('•••3281')
    assert.equal((await recordOf(fixture, order)).status, 'unpaid')

    await answerOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Takk fyrir!')
    assert.deepEqual(await recordOf(fixture, order), { status: 'paid', notices: ['checkout.paid'] })

    await shopper.visit('/cart')
    await shopper.reads('Karfan er tóm.')
    leavesNoTraces(fixture, shopper)
    await keepsNothing(shopper)
    await shopper.leave()
  })

  scenario('is declined, keeps the cart, tries again and pays', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('hufa')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await answerOnPhone(fixture, order, 'Hafna')
    await shopper.seesStatus('open')
    await shopper.reads('Greiðslu hafnað')
    await untilRecorded(fixture, order, 'unpaid')
    await shopper.reads('5.990 kr.')

    await shopper.sendRequestTo('+354 822-3281')
    await shopper.seesStatus('awaiting_shopper')
    await answerOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Takk fyrir!')
    assert.equal((await recordOf(fixture, order)).notices.at(-1), 'checkout.paid')
    leavesNoTraces(fixture, shopper)
    await shopper.leave()
  })

  scenario('cancels while waiting: nothing is paid, and the cart is as it was', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('teppi')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.press('button[part=cancel]')
    await shopper.seesStatus('open')
    await shopper.reads('Hætt við greiðslu')
    assert.equal((await recordOf(fixture, order)).status, 'unpaid')
    await shopper.visit('/cart')
    await shopper.reads('18.900 kr.')
    leavesNoTraces(fixture, shopper)
    await shopper.leave()
  })

  scenario('resumes after a reload', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.page.reload()
    await shopper.seesStatus('awaiting_shopper')
    await shopper.reads(asked)
    await answerOnPhone(fixture, order, 'Samþykkja')
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Takk fyrir!')
    leavesNoTraces(fixture, shopper)
    await shopper.leave()
  })

  scenario('takes no money for the last piece when somebody else has just bought it', async () => {
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
    await answerOnPhone(fixture, one, 'Samþykkja')
    await first.arrivesAt(`/orders/${one}`)
    await answerOnPhone(fixture, other, 'Samþykkja')
    await second.seesStatus('open')
    await second.reads('Hætt við greiðslu')
    assert.equal((await recordOf(fixture, other)).status, 'unpaid')
    await second.visit('/')
    await second.reads('Uppselt.')
    await first.leave()
    await second.leave()
  })

  scenario('may close the page: the shop is paid without a browser', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('trefill')
    const order = await shopper.checkOut()
    await shopper.sendRequestTo('8223281')
    await shopper.seesStatus('awaiting_shopper')
    await shopper.leave()
    await answerOnPhone(fixture, order, 'Samþykkja')
    await untilRecorded(fixture, order, 'paid')
  })

  scenario('reads the whole of it in English', async () => {
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

/** No console errors, no violated policy, no third party, and no secret or personal data in an address. */
function leavesNoTraces({ demo }: Fixture, { complaints, requests }: Shopper): void {
  assert.deepEqual(complaints, [])
  const origins = new Set(requests.map((url) => new URL(url).origin))
  assert.deepEqual(origins, new Set([demo.shopUrl, demo.bffUrl]))
  assert.deepEqual(
    requests.filter((url) => /cs_|session=|822.?3281/.test(url)),
    [],
  )
}

/** Neither session nor number stays behind in a browser that others may use. */
async function keepsNothing({ page }: Shopper): Promise<void> {
  const kept = await page.evaluate(() => [
    localStorage.length,
    sessionStorage.length,
    document.cookie.length,
  ])
  assert.deepEqual(kept, [0, 0, 0])
}
