/** The shopkeeper's page and its refunds: the whole demo, over HTTP. */
import { expect, it } from 'vitest'
import type { Demo } from '../../demo/demo.ts'
import type { CartsView } from '../../demo/simulator/simulator.ts'
import { until } from '../support/test-server.ts'
import type { Relay } from './relay.ts'
import { relayedDemo } from './relayed-demo.ts'

let demo: Demo
/** Between the shop and the payment server, so that an answer can get lost. */
let relay: Relay
relayedDemo((...started) => {
  ;[demo, relay] = started
})

const post = (url: string, body: object = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const simulator = (path: string) => new URL(`/simulator${path}`, demo.customerUrl).href

/** What the page says of one order, and its form. */
async function rowOf(order: string) {
  const headers = { 'accept-language': 'en' }
  const page = await (await fetch(`${demo.shopUrl}/shopkeeper`, { headers })).text()
  const row = page.split('<tr').find((text) => text.includes(`data-order="${order}"`)) ?? ''
  const value = (name: string) => new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(row)?.[1]
  return {
    status: /data-status="(\w+)"/.exec(row)?.[1],
    text: row.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '),
    form: { key: value('key') ?? '', amount: value('amount') ?? '' },
  }
}

/** An order of two balls of yarn, 1,980 kr., paid on the phone. */
async function paidOrder(phone: string): Promise<string> {
  const sessions = `${demo.shopUrl}/agent/checkout-sessions`
  const line_items = [{ item: { id: 'lopi' }, quantity: 2 }]
  const { id } = (await (await post(sessions, { line_items })).json()) as { id: string }
  const credential = { type: 'MSISDN', value: `354${phone}` }
  const instruments = [{ handler_id: 'netgiro', type: 'netgiro_phone', credential }]
  await post(`${sessions}/${id}/complete`, { payment: { instruments } })
  const cart = await until(async () => {
    const { carts } = (await (await fetch(simulator('/carts'))).json()) as CartsView
    return carts.find((one) => one.CustomerId === phone && one.state === 'waiting')
  })
  await post(simulator(`/carts/${cart?.TransactionId}/approve`))
  const order = cart?.Reference.replace(/^(WEB-\d+).*/, '$1') ?? ''
  await until(async () => (await rowOf(order)).status === 'paid')
  return order
}

const refund = (order: string, form: { readonly key: string; readonly amount: string }) =>
  fetch(`${demo.shopUrl}/shopkeeper/${order}/refund`, {
    ...{ method: 'POST', body: new URLSearchParams(form), redirect: 'manual' },
    headers: { origin: demo.shopUrl },
  })

const refunds = async (order: string) =>
  (await rowOf(order)).text.match(/checkout\.refunded/g)?.length ?? 0

it('an order whose refund was refused says so, and is refunded from the page that is loaded anew', async () => {
  const order = await paidOrder('8223281')
  await post(simulator('/faults'), { call: 'partner.refund', kind: 'refuse' })
  await refund(order, (await rowOf(order)).form)
  expect((await rowOf(order)).text).toContain('Refund of ISK 1,980: refused (refund_refused)')
  await refund(order, (await rowOf(order)).form)
  await until(async () => (await refunds(order)) === 1)
  expect((await rowOf(order)).text).toMatch(/Refunded ISK 1,980 Refund of ISK 1,980: made/)
})

it('a double press is one refund, and the next page makes another one', async () => {
  const order = await paidOrder('8223282')
  const form = { ...(await rowOf(order)).form, amount: '500' }
  await Promise.all([refund(order, form), refund(order, form)])
  await until(async () => (await rowOf(order)).text.includes('Refunded ISK 500'))
  await refund(order, { ...(await rowOf(order)).form, amount: '500' })
  await until(async () => (await rowOf(order)).text.includes('Refunded ISK 1,000'))
})

it('a refund that the payment server refuses is told with its code', async () => {
  const order = await paidOrder('8223283')
  await refund(order, { ...(await rowOf(order)).form, amount: '1981' })
  expect((await rowOf(order)).text).toContain('Refund of ISK 1,981: refused (refund_too_large)')
  expect((await rowOf(order)).form.amount).toBe('1980')
})

it('a refund whose answer was lost is asked for again under its key, and no other one is made', async () => {
  const order = await paidOrder('8223284')
  const other = { key: 'another-page', amount: '600' }
  relay.passes = (path) => !path.endsWith('/refunds')
  await refund(order, { ...(await rowOf(order)).form, amount: '500' })
  expect((await rowOf(order)).text).toContain('Refund of ISK 500: no answer yet')

  relay.passes = () => true
  const asked = relay.calls.length - 1
  await refund(order, other)
  await refund(order, (await rowOf(order)).form)
  expect((await rowOf(order)).text).toContain('Refund of ISK 500: made')
  const keys = relay.calls.slice(asked).map(({ key }) => key)
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
  await until(async () => (await refunds(order)) === 1)
  expect((await rowOf(order)).form.amount).toBe('1480')
})
