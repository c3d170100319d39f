import assert from 'node:assert/strict'
import { Webhook } from 'standardwebhooks'
import { Carts } from '../../demo/storefront/carts.ts'
import { catalogue } from '../../demo/storefront/catalogue.ts'
import { Stock } from '../../demo/storefront/stock.ts'
import { Orders } from '../../demo/storefront/orders.ts'
import { webhookInbox } from '../../demo/storefront/webhooks.ts'
import { scenario } from './scenario.ts'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const now = new Date()
const [sweater, mittens] = catalogue

/** A shop with one unpaid order for a sweater, and a way to send it signed news. */
function shop() {
  const carts = new Carts()
  const orders = new Orders()
  const inbox = webhookInbox(secret, orders, carts, new Stock(catalogue))
  carts.set('visitor', sweater!, 1)
  const { number, amount } = orders.create({
    ...{ channel: 'web', visitor: 'visitor', lines: carts.of('visitor') },
    ...{ language: 'is', createdAt: now },
  })
  const send = (id: string, type: string, data: object = {}) => {
    const checkout = { reference: number, amount, currency: 'ISK', ...data }
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data: { checkout } })
    const timestamp = String(Math.floor(now.getTime() / 1000))
    const signature = new Webhook(secret).sign(id, now, body)
    return inbox.receive({ id, timestamp, signature, body }, now)
  }
  return { carts, orders, send, order: () => orders.get(number)! }
}

export function receiving(): void {
  scenario('marks the order paid once, however often it is told', () => {
    const { send, order } = shop()
    assert.equal(send('msg_1', 'checkout.paid'), 'accepted')
    assert.equal(send('msg_1', 'checkout.paid'), 'duplicate')
    assert.equal(order().status, 'paid')
    assert.equal(order().notices.length, 1)
  })

  scenario('takes out of the cart what was paid, and leaves what came in meanwhile', () => {
    const { carts, send } = shop()
    carts.set('visitor', mittens!, 2)
    send('msg_1', 'checkout.paid')
    assert.deepEqual(carts.of('visitor'), [{ product: mittens, quantity: 2 }])
  })

  scenario('wants a person to look when the amount or the currency differs', () => {
    for (const wrong of [{ amount: 1 }, { currency: 'EUR' }]) {
      const { carts, send, order } = shop()
      send('msg_1', 'checkout.paid', wrong)
      assert.equal(order().status, 'review')
      assert.equal(carts.of('visitor').length, 1)
    }
  })

  scenario('keeps a paid order paid when older news arrives late', () => {
    const { send, order } = shop()
    send('msg_2', 'checkout.paid')
    send('msg_1', 'checkout.canceled')
    assert.equal(order().status, 'paid')
  })

  scenario('accepts a payment that comes after the order was closed', () => {
    const { send, order } = shop()
    send('msg_1', 'checkout.expired')
    send('msg_2', 'checkout.paid')
    assert.equal(order().status, 'paid')
  })

  scenario('refuses signed news that it cannot read', () => {
    const { send, order } = shop()
    assert.equal(send('msg_1', 'checkout.paid', { reference: 7 }), 'invalid_payload')
    assert.equal(order().status, 'unpaid')
  })

  scenario('refuses news of an order that it does not know, so that they are sent again', () => {
    const { send } = shop()
    assert.equal(send('msg_1', 'checkout.paid', { reference: 'WEB-9' }), 'unknown_order')
  })
}
