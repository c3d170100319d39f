import assert from 'node:assert/strict'
import { Webhook } from 'standardwebhooks'
import { Carts } from '../../demo/storefront/carts.ts'
import { catalogue } from '../../demo/storefront/catalogue.ts'
import { Stock } from '../../demo/storefront/stock.ts'
import { Orders } from '../../demo/storefront/orders.ts'
import { webhookInbox } from '../../demo/storefront/webhooks.ts'
import { scenario } from './scenario.ts'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const [sweater, mittens] = catalogue

/** A shop with one unpaid order for a sweater, and a function that sends it signed webhooks. */
function shop() {
  // Read here and not when the file is loaded: signatures are valid for five minutes.
  const now = new Date()
  const carts = new Carts()
  const orders = new Orders()
  const inbox = webhookInbox(secret, orders, carts, new Stock(catalogue))
  carts.set('visitor', sweater!, 1)
  const { number, amount } = orders.create({
    ...{ channel: 'web', visitor: 'visitor', lines: carts.of('visitor') },
    ...{ language: 'is', createdAt: now },
  })
  const send = (id: string, type: string, data: object = {}) => {
    const status = type.replace('checkout.', '')
    const known = { id: 'chk_1', version: 2, status, review: null, refundedAmount: 0, refunds: [] }
    const checkout = { ...known, reference: number, amount, currency: 'ISK', ...data }
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data: { checkout } })
    const timestamp = String(Math.floor(now.getTime() / 1000))
    const signature = new Webhook(secret).sign(id, now, body)
    return inbox.receive({ id, timestamp, signature, body }, now)
  }
  return { carts, orders, send, order: () => orders.get(number)! }
}

export function webhookScenarios(): void {
  scenario('the inbox marks an order paid once, however often the webhook arrives', () => {
    const { send, order } = shop()
    assert.equal(send('msg_1', 'checkout.paid'), 'accepted')
    assert.equal(send('msg_1', 'checkout.paid'), 'duplicate')
    assert.equal(order().status, 'paid')
    assert.equal(order().notices.length, 1)
  })

  scenario(
    'the inbox removes what was paid from the cart, and keeps what was added meanwhile',
    () => {
      const { carts, send } = shop()
      carts.set('visitor', mittens!, 2)
      send('msg_1', 'checkout.paid')
      assert.deepEqual(carts.of('visitor'), [{ product: mittens, quantity: 2 }])
    },
  )

  scenario('the inbox puts an order in review when the amount or the currency differs', () => {
    for (const wrong of [{ amount: 1 }, { currency: 'EUR' }]) {
      const { carts, send, order } = shop()
      send('msg_1', 'checkout.paid', wrong)
      assert.equal(order().status, 'review')
      assert.equal(carts.of('visitor').length, 1)
    }
  })

  scenario('the inbox keeps a paid order paid when an older webhook arrives late', () => {
    const { send, order } = shop()
    send('msg_2', 'checkout.paid')
    send('msg_1', 'checkout.canceled')
    assert.equal(order().status, 'paid')
  })

  scenario('the inbox accepts a payment after the order was closed', () => {
    const { send, order } = shop()
    send('msg_1', 'checkout.expired')
    send('msg_2', 'checkout.paid')
    assert.equal(order().status, 'paid')
  })

  scenario('the inbox refuses a signed webhook that it cannot parse', () => {
    const { send, order } = shop()
    assert.equal(send('msg_1', 'checkout.paid', { reference: 7 }), 'invalid_payload')
    assert.equal(order().status, 'unpaid')
  })

  scenario('the inbox refuses a webhook about an unknown order, so that it is sent again', () => {
    const { send } = shop()
    assert.equal(send('msg_1', 'checkout.paid', { reference: 'WEB-9' }), 'unknown_order')
  })
}
