/** The shop's own record of its orders, while events of the payment server arrive late, twice and in any order. */
import { Webhook } from 'standardwebhooks'
import { beforeEach, expect, it } from 'vitest'
import { Carts } from '../../demo/storefront/carts.ts'
import { catalogue, productById } from '../../demo/storefront/catalogue.ts'
import { Orders, refundedOf, reviewOf } from '../../demo/storefront/orders.ts'
import { Stock } from '../../demo/storefront/stock.ts'
import { webhookInbox } from '../../demo/storefront/webhooks.ts'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const blanket = productById('teppi')!

let orders: Orders
let stock: Stock
let inbox: ReturnType<typeof webhookInbox>
beforeEach(() => {
  orders = new Orders()
  stock = new Stock(catalogue)
  inbox = webhookInbox(secret, orders, new Carts(), stock)
})

/** An order of the only blanket. */
function orderBlanket(): string {
  const { number } = orders.create({
    ...{ channel: 'web', visitor: 'visitor', lines: [{ product: blanket, quantity: 1 }] },
    ...{ language: 'is', createdAt: new Date() },
  })
  orders.update(number, { checkoutId: 'chk_1' })
  return number
}

const order = (number: string) => orders.get(number)!

let deliveries = 0
function delivery(number: string, type: string, data: object) {
  const now = new Date()
  const id = `evt_${++deliveries}`
  const { amount, currency } = order(number)
  const common = { id: 'chk_1', review: null, reference: number, amount, currency }
  const checkout = { ...common, refundedAmount: 0, refunds: [], ...data }
  const body = JSON.stringify({ type, timestamp: now.toISOString(), data: { checkout } })
  const timestamp = String(Math.floor(now.getTime() / 1000))
  return { id, timestamp, signature: new Webhook(secret).sign(id, now, body), body }
}

const send = (number: string, type: string, data: object) =>
  expect(inbox.receive(delivery(number, type, data), new Date())).toBe('accepted')

const ask = (number: string, data: object) =>
  inbox.authorize(delivery(number, 'checkout.authorize', { status: 'confirming', ...data }))

it('the failure of the first request, told late, gives away nothing that the second one has reserved', () => {
  const [first, other] = [orderBlanket(), orderBlanket()]
  expect(ask(first, { version: 6 })).toBe(true)
  send(first, 'checkout.attempt_failed', { version: 4, status: 'open' })
  expect(ask(other, { version: 3, id: 'chk_2' })).toBe(false)
  send(first, 'checkout.paid', { version: 7, status: 'paid' })
  expect(stock.left(blanket)).toBe(0)
})

it('a request that fails after it was approved makes its pieces available again', () => {
  const number = orderBlanket()
  expect(ask(number, { version: 3 })).toBe(true)
  send(number, 'checkout.attempt_failed', { version: 5, status: 'open' })
  expect(stock.left(blanket)).toBe(1)
})

it('a paid order takes its pieces where the shop had not been asked', () => {
  const number = orderBlanket()
  send(number, 'checkout.paid', { version: 5, status: 'paid' })
  expect(stock.left(blanket)).toBe(0)
  expect(reviewOf(order(number))).toBeNull()
})

it('an order that is paid after the last piece has gone is paid, and needs a person', () => {
  const [first, second] = [orderBlanket(), orderBlanket()]
  send(first, 'checkout.paid', { version: 5, status: 'paid' })
  send(second, 'checkout.paid', { id: 'chk_2', version: 5, status: 'paid' })
  expect(order(second).status).toBe('paid')
  expect(reviewOf(order(second))).toBe('sold_out')
})

it('a cancellation that is told late does not close an order whose money may have been taken', () => {
  const number = orderBlanket()
  send(number, 'checkout.review', { version: 6, status: 'review', review: 'amount_mismatch' })
  send(number, 'checkout.canceled', { version: 4, status: 'canceled' })
  expect(order(number).status).toBe('review')
  expect(order(number).notices.map(({ type }) => type)).toEqual([
    'checkout.review',
    'checkout.canceled',
  ])
})

it('an order that was paid twice is paid, and says that it needs a person', () => {
  const number = orderBlanket()
  const paid = { version: 5, status: 'paid' }
  send(number, 'checkout.paid', paid)
  send(number, 'checkout.review', { ...paid, version: 7, review: 'paid_twice' })
  expect(order(number).status).toBe('paid')
  expect(reviewOf(order(number))).toBe('paid_twice')
})

it('a payment that is told after its review or its refund changes neither', () => {
  for (const [type, news] of [
    ['checkout.review', { review: 'paid_twice' }],
    ['checkout.refunded', { refundedAmount: 900 }],
  ] as const) {
    const number = orderBlanket()
    send(number, type, { version: 8, status: 'paid', ...news })
    expect(order(number).status).toBe('paid')
    const before = { review: reviewOf(order(number)), refunded: refundedOf(order(number)) }
    send(number, 'checkout.paid', { version: 5, status: 'paid' })
    expect({ review: reviewOf(order(number)), refunded: refundedOf(order(number)) }).toEqual(before)
  }
})

it('the end of an earlier checkout neither closes an order that has another one, nor gives away its pieces', () => {
  const number = orderBlanket()
  orders.update(number, { checkoutId: 'chk_2' })
  expect(ask(number, { id: 'chk_2', version: 3 })).toBe(true)
  send(number, 'checkout.expired', { id: 'chk_1', version: 9, status: 'expired' })
  expect(order(number).status).toBe('unpaid')
  expect(stock.left(blanket)).toBe(0)
})

it('an earlier checkout that is paid late pays the order, and no later one is captured', () => {
  const number = orderBlanket()
  orders.update(number, { checkoutId: 'chk_2' })
  send(number, 'checkout.paid', { id: 'chk_1', version: 9, status: 'paid', late: true })
  expect(order(number)).toMatchObject({ status: 'paid', checkoutId: 'chk_1' })
  expect(ask(number, { id: 'chk_2', version: 3 })).toBe(false)
  send(number, 'checkout.canceled', { id: 'chk_2', version: 4, status: 'canceled' })
  expect(order(number).status).toBe('paid')
  expect(stock.left(blanket)).toBe(0)
})

it('a question that was overtaken by the end of its request reserves nothing', () => {
  const number = orderBlanket()
  send(number, 'checkout.attempt_failed', { version: 7, status: 'open' })
  expect(ask(number, { version: 5 })).toBe(false)
  expect(stock.left(blanket)).toBe(1)
})

it('an answer that an order is closed does not undo the payment that a webhook told meanwhile', () => {
  const number = orderBlanket()
  send(number, 'checkout.paid', { version: 5, status: 'paid' })
  orders.close(number)
  expect(order(number).status).toBe('paid')
})
