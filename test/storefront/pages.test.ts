/** The pages of a shop whose payment server cannot be reached, over HTTP. */
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startStorefront } from '../../demo/storefront/storefront.ts'
import type { Storefront } from '../../demo/storefront/storefront.ts'

const webhookSecret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const nowhere = 'http://127.0.0.1:9'

let shop: Storefront
beforeAll(async () => {
  const addresses = { bffUrl: nowhere, customerUrl: nowhere, avardaUrl: nowhere }
  shop = await startStorefront({ port: 0, merchantKey: 'unused', webhookSecret, ...addresses })
})
afterAll(() => shop.close())

let visitor = 0
beforeEach(() => void (visitor += 1))

const visit = (path: string, form?: Record<string, string>) =>
  fetch(shop.url + path, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    headers: { cookie: `ullarbudin_visitor=${visitor}; ullarbudin_language=en`, origin: shop.url },
    redirect: 'manual',
  })

const read = async (path: string) => (await visit(path)).text()
const pathAfter = async (path: string, form: Record<string, string>) =>
  (await visit(path, form)).headers.get('location') ?? ''

async function orderFromSweden(): Promise<string> {
  return (await pathAfter('/sweden', { product: 'lopi' })).split('/').at(-1) ?? ''
}

/** A ball of yarn in the web shop. */
async function orderInWebShop(): Promise<string> {
  await visit('/cart/add', { product: 'lopi' })
  return (await pathAfter('/checkout', {})).split('/').at(-1) ?? ''
}

let events = 0
/** @returns the shop's answer to a signed event */
async function post(body: string): Promise<number> {
  const now = new Date()
  const id = `evt_${++events}`
  const { status } = await fetch(`${shop.url}/webhooks/netgiro`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...{ 'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) },
      'webhook-signature': new Webhook(webhookSecret).sign(id, now, body),
    },
    body,
  })
  return status
}

async function tell(type: string, reference: string, data: object): Promise<void> {
  const [amount, currency] = reference.startsWith('SWE') ? [8_490, 'SEK'] : [990, 'ISK']
  const common = { id: 'chk_1', reference, amount, currency, review: null, refundedAmount: 0 }
  const checkout = { ...common, refunds: [], ...data }
  const timestamp = new Date().toISOString()
  expect(await post(JSON.stringify({ type, timestamp, data: { checkout } }))).toBe(204)
}

it('an order from Sweden leads back to its own page of payment, and no other page takes it', async () => {
  const order = await orderFromSweden()
  const down = await visit(`/sweden/${order}`)
  expect(down.status).toBe(503)
  expect(await down.text()).toContain(`href="/sweden/${order}"`)
  expect(await read(`/orders/${order}`)).toContain(`href="/sweden/${order}"`)
  expect((await visit(`/checkout/${order}`)).status).toBe(404)
})

it('an order of the web shop leads back to its page of payment', async () => {
  const order = await orderInWebShop()
  expect(await read(`/checkout/${order}`)).toContain(`href="/checkout/${order}"`)
  expect((await visit(`/sweden/${order}`)).status).toBe(404)
})

it('an order from Sweden that was closed does not send the shopper to a cart that never had its goods', async () => {
  const order = await orderFromSweden()
  await tell('checkout.expired', order, { version: 2, status: 'expired' })
  const page = await read(`/orders/${order}`)
  expect(page).toContain('closed without payment')
  expect(page).not.toContain('still in your cart')
  expect(page).toContain('class="button" href="/sweden"')
})

it('an order that is paid and needs a person says both, to the shopper and to the shop', async () => {
  const order = await orderInWebShop()
  const news = { version: 7, status: 'paid', review: 'paid_twice' }
  await tell('checkout.review', order, news)
  expect(await read(`/orders/${order}`)).toMatch(
    /Thank you![^]*confirmed, but something does not add up[^]*Do not pay again/,
  )
  const row = (await read('/shopkeeper')).split('<tr').find((text) => text.includes(order))
  expect(row).toMatch(/badge paid[^]*badge review[^]*paid_twice/)
})

it('an event of a type that the shop does not know is accepted and changes nothing', async () => {
  const timestamp = new Date().toISOString()
  expect(await post(JSON.stringify({ type: 'doctor.ping', timestamp, data: {} }))).toBe(204)
  const order = await orderInWebShop()
  await tell('checkout.of_tomorrow', order, { version: 3, status: 'paid' })
  expect(await read(`/orders/${order}.json`)).toContain('"status":"unpaid"')
  for (const broken of ['{', 'null', '{}', JSON.stringify({ type: 'checkout.paid', data: {} })])
    expect(await post(broken), broken).toBe(400)
})

it('a cart whose payment a person has to look at leads to that order, and is not paid for again', async () => {
  const order = await orderInWebShop()
  await tell('checkout.review', order, { version: 6, status: 'review', review: 'outcome_unknown' })
  expect(await pathAfter('/checkout', {})).toBe(`/orders/${order}`)
  await visit('/cart/add', { product: 'sokkar' })
  expect(await pathAfter('/checkout', {})).toMatch(/^\/checkout\/WEB-/)
})
