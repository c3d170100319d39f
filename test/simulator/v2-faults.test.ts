import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openShopV2, orderV2, type ShopV2 } from './shop.ts'

let shop: ShopV2
beforeEach(async () => {
  shop = await openShopV2()
})
afterEach(() => shop.simulator.close())

const carts = () => shop.simulator.inspect().carts
const post = () => shop.call('/checkout/payment', orderV2)
const paid = () => shop.pay({ CustomerIdentifier: '5000041234' })

describe('call faults of V2', () => {
  it.each([
    ['drop_before_effect', 0],
    ['drop_after_effect', 1],
  ] as const)('%s: breaks the connection when %d carts exist', async (kind, made) => {
    shop.simulator.fault({ call: 'v2.payment', kind })
    await expect(post()).rejects.toThrow()
    expect(carts()).toHaveLength(made)
    expect((await post()).status).toBe(200)
  })

  it.each([
    ['delay', 1],
    ['delay_before_effect', 0],
  ] as const)('%s: delays the response, while %d carts exist', async (kind, made) => {
    shop.simulator.fault({ call: 'v2.payment', kind, ms: 7000 })
    const reply = post()
    await expect.poll(() => shop.clock.armed).toBe(made + 1)
    expect(carts()).toHaveLength(made)
    shop.clock.advance(7000)
    expect((await reply).body).toMatchObject({ Status: 'Pending' })
  })

  it.each([
    ['http_500', 500],
    ['html', 200],
    ['redirect', 308],
  ] as const)('%s: returns the response of a proxy without effect', async (kind, status) => {
    shop.simulator.fault({ call: 'v2.payment', kind })
    expect((await post()).status).toBe(status)
    expect(carts()).toEqual([])
  })

  it('bad_json: truncates the response', async () => {
    shop.simulator.fault({ call: 'v2.payment', kind: 'bad_json' })
    const { text } = await post()
    expect(() => JSON.parse(text) as unknown).toThrow()
    expect(carts()).toHaveLength(1)
  })

  it('refuse: returns the Message without effect', async () => {
    const Message = 'Customer is blacklisted'
    shop.simulator.fault({ call: 'v2.payment', kind: 'refuse', message: Message })
    const { status, body } = await post()
    expect([status, body]).toMatchObject([400, { Success: false, Message, TransactionId: null }])
    expect(carts()).toEqual([])
  })

  it('drop_after_effect: makes one refund when it is retried with its key', async () => {
    const id = await paid()
    const changes = { RefundAmount: 500, IdempotencyKey: 'a' }
    shop.simulator.fault({ call: 'v2.refund', kind: 'drop_after_effect' })
    await expect(shop.about('refund', id, changes)).rejects.toThrow()
    expect((await shop.about('refund', id, changes)).body).toMatchObject({ Success: true })
    expect(shop.simulator.cart(id)).toMatchObject({ refunded: 500, calls: { refund: 2 } })
  })

  it('wrong_amount: returns another amount in the details once', async () => {
    const id = await paid()
    shop.simulator.fault({ call: 'v2.details', kind: 'wrong_amount' })
    expect(await shop.details(id)).toMatchObject({ TotalAmount: 1991 })
    expect(await shop.details(id)).toMatchObject({ TotalAmount: 1990 })
  })

  it('stale: returns the previous state from status and details, once there is one', async () => {
    const id = await shop.pay({ ManualCapture: true })
    shop.simulator.fault({ call: 'v2.status', kind: 'stale', times: 2 })
    shop.simulator.fault({ call: 'v2.details', kind: 'stale' })
    expect(await shop.status(id)).toMatchObject({ Status: 'Pending' })
    shop.simulator.approve(id)
    expect(await shop.status(id)).toMatchObject({ Status: 'Pending', PollIntervalMs: 2000 })
    await shop.about('capture', id)
    expect(await shop.status(id)).toMatchObject({ Status: 'Authorized' })
    expect(await shop.details(id)).toMatchObject({ Status: 'reservation', IsRefundable: false })
    expect(await shop.status(id)).toMatchObject({ Status: 'Confirmed' })
  })

  it('faults of V2 do not affect V1, nor those of V1 V2', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'http_500' })
    expect((await post()).status).toBe(200)
    expect(shop.simulator.inspect().faults).toHaveLength(1)
  })
})
