import { afterEach, beforeEach, expect, it } from 'vitest'

import { openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ merchant: 'Ullarbúðin' })
})
afterEach(() => shop.simulator.close())

const get = (path: string) => fetch(shop.simulator.url + path)

it('the phone lists waiting requests, newest first, and the latest answered ones', async () => {
  const first = await shop.insert({ Reference: 'A', Description: 'Sokkar' })
  const second = await shop.insert({ Reference: 'B', CustomerId: '7700002' })
  const third = await shop.insert({ Reference: 'C' })
  shop.simulator.reject(third)

  expect(await (await get('/customer/requests')).json()).toMatchObject({
    now: shop.clock.now(),
    merchant: 'Ullarbúðin',
    waiting: [
      { transactionId: second, reference: 'B', answersByItself: true },
      { transactionId: first, description: 'Sokkar', amount: 1990, answersByItself: false },
    ],
    answered: [{ transactionId: third, state: 'canceled', by: 'customer' }],
  })
})

it('the phone page has a strict content security policy', async () => {
  const page = await get('/customer')
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await page.text()
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/)
  for (const asset of ['/customer/customer.css', '/customer/customer.js']) {
    expect(html).toContain(asset)
    expect((await get(asset)).status).toBe(200)
  }
  expect(await (await get('/customer/customer.js')).text()).not.toContain('innerHTML')
})

it('the phone shows the code of an SMS, and lets the customer decline', async () => {
  const id = await shop.insert({ CustomerId: '1111111119' })
  const { smsCode } = shop.simulator.cart(id)!
  expect(await (await get('/customer/requests')).json()).toMatchObject({
    waiting: [{ transactionId: id, kind: 'ssn', customerId: '1111111119', smsCode }],
  })
  const reject = `${shop.simulator.url}/simulator/carts/${id}/reject`
  expect((await fetch(reject, { method: 'POST' })).status).toBe(200)
  expect(await (await get('/customer/requests')).json()).toMatchObject({
    waiting: [],
    answered: [{ transactionId: id, state: 'canceled', by: 'customer' }],
  })
})

it('the phone lists the test customers of all three kinds in the documented format', async () => {
  const { personas } = (await (await get('/customer/personas')).json()) as {
    personas: { kind: string; id: string }[]
  }
  const ids = (kind: string) => personas.filter((one) => one.kind === kind).map(({ id }) => id)
  expect(ids('gsm')).toContain('8223281')
  for (const id of ids('gsm')) expect(id).toMatch(/^[678]\d{6}$/)
  expect(ids('ssn')).toEqual(expect.arrayContaining(['1111111119', '2222222229']))
  for (const id of ids('ssn')) expect(id).toMatch(/^\d{10}$/)
  for (const id of ids('app_code')) expect(id).toMatch(/^500004\d{4}$/)
})
