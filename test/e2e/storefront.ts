import assert from 'node:assert/strict'
import { Webhook } from 'standardwebhooks'
import { startStorefront } from '../../demo/storefront/storefront.ts'
import { layoutShift } from './layout-shift.ts'
import { orderRecord } from './orders.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import type { Fixture } from './fixture.ts'

export function storefrontScenarios(fixture: Fixture): void {
  scenario('the shop shows an order as unpaid after a forged paid event', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('vettlingar')
    const order = await shopper.checkOut()
    await shopper.page.evaluate(() => {
      const options = { bubbles: true, composed: true }
      document.querySelector('netgiro-checkout')?.dispatchEvent(new Event('netgiro-paid', options))
    })
    await shopper.arrivesAt(`/orders/${order}`)
    await shopper.reads('Við bíðum eftir staðfestingu')
    assert.deepEqual(await orderRecord(fixture, order), { status: 'unpaid', notices: [] })

    await shopper.visit('/cart')
    await shopper.reads('5.490 kr.')
    await shopper.leave()
  })

  scenario('the shop refuses a forged webhook and keeps the order unpaid', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('vettlingar')
    const order = await shopper.checkOut()
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`)
    const body = JSON.stringify({
      type: 'checkout.paid',
      timestamp: new Date().toISOString(),
      data: { checkout: { reference: order, amount: 5490, currency: 'ISK' } },
    })
    const response = await fetch(`${fixture.demo.shopUrl}/webhooks/netgiro`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_forged',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': stranger.sign('msg_forged', new Date(), body),
      },
      body,
    })
    assert.equal(response.status, 401)
    assert.deepEqual(await orderRecord(fixture, order), { status: 'unpaid', notices: [] })
    await shopper.leave()
  })

  scenario('the shop speaks the language of the browser until another one is chosen', async () => {
    const titleIn = async (headers: Record<string, string>) =>
      /<html lang="(..)"/.exec(await (await fetch(fixture.demo.shopUrl, { headers })).text())?.[1]
    assert.equal(await titleIn({ 'accept-language': 'is-IS,is;q=0.9,en;q=0.8' }), 'is')
    assert.equal(await titleIn({ 'accept-language': 'en-GB,en;q=0.9,is;q=0.1' }), 'en')
    assert.equal(await titleIn({ 'accept-language': 'pl,de;q=0.9' }), 'en')
    const chosen = { 'accept-language': 'en', cookie: 'ullarbudin_language=is' }
    assert.equal(await titleIn(chosen), 'is')
  })

  scenario('the shop hides an order from a visitor who guesses its number', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const order = await shopper.checkOut()
    for (const path of [`/checkout/${order}`, `/orders/${order}`, `/orders/${order}.json`]) {
      const response = await fetch(fixture.demo.shopUrl + path)
      assert.equal(response.status, 404, path)
      assert.doesNotMatch(await response.text(), /cs_|kr\./, path)
    }
    await shopper.leave()
  })

  scenario(
    'the shop closes the previous order when the cart has changed, so that nothing is paid twice',
    async () => {
      const shopper = await Shopper.arrive(fixture)
      await shopper.putInCart('lopi')
      const first = await shopper.checkOut()
      await shopper.sendRequestTo('8223281')
      await shopper.seesStatus('awaiting_shopper')

      await shopper.putInCart('sokkar')
      const second = await shopper.checkOut()
      assert.notEqual(second, first)
      assert.equal((await orderRecord(fixture, first)).status, 'closed')
      await shopper.reads('4.480 kr.')
      await shopper.leave()
    },
  )

  scenario('the cart shows its own link when the element cannot load', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    await shopper.page.setRequestInterception(true)
    shopper.page.on('request', (request) => {
      const isElement = request.url().endsWith('/netgiro-checkout.js')
      void (isElement ? request.abort() : request.continue())
    })
    await shopper.opensPayment()
    await shopper.reads('Greiða með öðrum hætti')
    // What belongs into slots is not for a page without the element.
    const text = await shopper.text()
    assert.equal(text.split('Greiða með öðrum hætti').length, 2)
    assert.doesNotMatch(text, /Skoða pöntunina/)
    await shopper.leave()
  })

  scenario('a developer copies the code of the page of the payment, and is told so', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.page.browserContext().setPermission(
      fixture.demo.shopUrl,
      ...['clipboard-read', 'clipboard-write'].map((name) => ({
        permission: { name },
        state: 'granted' as const,
      })),
    )
    await shopper.putInCart('lopi')
    await shopper.checkOut()
    await shopper.page.locator('[data-copy]').click()
    await shopper.reads('Afritað')
    const copied = await shopper.page.evaluate(() => navigator.clipboard.readText())
    assert.match(copied, /^<script\s[^]*<netgiro-checkout\s+session="cs_…"\s+snapshot=/)
    await shopper.leave()
  })

  scenario('nothing moves on the page of the payment while it loads', async () => {
    const shopper = await Shopper.arrive(fixture)
    await shopper.putInCart('lopi')
    const order = await shopper.checkOut()
    for (const width of [320, 1_300]) {
      await shopper.page.setViewport({ width, height: 900 })
      await shopper.visit(`/checkout/${order}`)
      await shopper.seesStatus('open')
      assert.ok((await layoutShift(shopper.page)) <= 0.01, `with a snapshot, ${width} pixels`)
    }
    // Removed as soon as it is parsed, before the script runs.
    await shopper.page.evaluateOnNewDocument(() => {
      new MutationObserver(() =>
        document.querySelector('netgiro-checkout')?.removeAttribute('snapshot'),
      ).observe(document, { childList: true, subtree: true })
    })
    await shopper.visit(`/checkout/${order}`)
    await shopper.seesStatus('open')
    assert.ok((await layoutShift(shopper.page)) <= 0.01, 'without a snapshot')
    await shopper.leave()
  })

  scenario(
    'the shop keeps the order and says that nothing is paid while the payment server is down',
    async () => {
      const shop = await startStorefront({
        ...{ port: 0, bffUrl: 'http://127.0.0.1:9', customerUrl: fixture.demo.customerUrl },
        avardaUrl: 'http://127.0.0.1:9',
        ...{ merchantKey: 'unused', webhookSecret: `whsec_${Buffer.alloc(32).toString('base64')}` },
      })
      const elsewhere = { ...fixture, demo: { ...fixture.demo, shopUrl: shop.url } }
      const shopper = await Shopper.arrive(elsewhere)
      await shopper.putInCart('lopi')
      await shopper.visit('/cart')
      await shopper.page.locator('form[action="/checkout"] button').click()
      await shopper.reads('Pöntunin er geymd og ekkert hefur verið greitt.')
      assert.equal((await orderRecord(elsewhere, 'WEB-1001')).status, 'unpaid')
      await shopper.leave()
      await shop.close()
    },
  )
}
