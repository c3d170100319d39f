/** The page of the payment, while the payment server is slow or cannot be reached: the whole demo, over HTTP. */
import { beforeEach, expect, it } from 'vitest'
import type { Demo } from '../../demo/demo.ts'
import { until } from '../support/test-server.ts'
import type { Relay } from './relay.ts'
import { relayedDemo } from './relayed-demo.ts'

let demo: Demo
let relay: Relay
relayedDemo((...started) => {
  ;[demo, relay] = started
})

let visitor = 0
beforeEach(() => {
  visitor += 1
  relay.passes = () => true
})

const visit = (path: string, form?: Record<string, string>) =>
  fetch(demo.shopUrl + path, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    headers: {
      cookie: `ullarbudin_visitor=${visitor}; ullarbudin_language=en`,
      origin: demo.shopUrl,
    },
    redirect: 'manual',
  })

/** Puts it in the cart and goes to pay. @returns the path of the page of the payment */
async function checkOut(product: string): Promise<string> {
  await visit('/cart/add', { product })
  return (await visit('/checkout', {})).headers.get('location') ?? ''
}

it('a shop that cannot ask does not say that an order is unpaid once somebody could pay it', async () => {
  const page = await checkOut('lopi')
  relay.passes = () => false
  const before = await (await visit(page)).text()
  expect(before).toContain('nothing has been paid')

  relay.passes = () => true
  expect((await visit(page)).status).toBe(200)
  relay.passes = () => false
  const after = await visit(page)
  expect(after.status).toBe(503)
  const text = await after.text()
  expect(text).not.toContain('nothing has been paid')
  expect(text).not.toContain('/other-ways-to-pay')
  expect(text).toContain('do not pay another way')
})

it('an order that another tab has closed while its page was being loaded cannot be paid', async () => {
  const page = await checkOut('lopi')
  let release = (): void => {}
  const held = new Promise<boolean>((resolve) => (release = () => resolve(true)))
  let isHeld = false
  relay.passes = () => {
    isHeld = true
    return held
  }
  const slow = visit(page)
  await until(() => isHeld)
  relay.passes = () => true
  const other = await checkOut('sokkar')
  expect(other).not.toBe(page)
  release()

  const late = await slow
  expect(late.status).toBe(303)
  expect(late.headers.get('location')).toBe(page.replace('/checkout/', '/orders/'))
  expect(relay.calls.at(-1)?.path).toMatch(/\/cancel$/)
  expect((await visit(other)).status).toBe(200)
})
