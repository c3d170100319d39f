import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { openShopV2, orderV2, plainShopAt, shopAt, type ShopV2 } from './shop.ts'

let shop: ShopV2
beforeEach(async () => {
  shop = await openShopV2()
})
afterEach(() => shop.simulator.close())

const cart = (id: string) => shop.simulator.cart(id)!
const manual = { ManualCapture: true }
const byCode = { CustomerIdentifier: '5000041234' }
const reserve = (changes: object = {}) => shop.pay({ ...byCode, ...manual, ...changes })
const nowhere = '49888c9f-4f30-4d25-a4b9-899e756467fe'

describe('the API key', () => {
  it.each([
    ['missing', {}],
    ['empty', { 'X-Netgiro-Api-Key': '' }],
    ['wrong', { 'X-Netgiro-Api-Key': 'cf4dda0f-2698-4aeb-8092-a41c675590d2' }],
  ] as const)('refuses an API key with 401 without effect when it is %s', async (_, headers) => {
    const call = plainShopAt(shop.simulator.v2Url, headers)
    const { status, body } = await call('/checkout/payment', orderV2)
    expect([status, body]).toEqual([401, { Success: false, Message: 'API key is required' }])
    expect(shop.simulator.inspect()).toMatchObject({ carts: [], rejectedKeys: 1 })
  })

  it('an API key may be upper or lower case, and paths too', async () => {
    const headers = { 'X-Netgiro-Api-Key': sandbox.appId.toLowerCase() }
    const call = plainShopAt(shop.simulator.v2Url, headers)
    expect((await call('/Checkout/Payment', orderV2)).status).toBe(200)
  })
})

describe('a payment', () => {
  it('a V2 payment is pending until the customer approves, then confirmed', async () => {
    const { status, body } = await shop.call('/checkout/payment', orderV2)
    const TransactionId = body['TransactionId'] as string
    const pending = { Success: true, Message: null, Status: 'Pending', PollIntervalMs: 2000 }
    expect([status, body]).toEqual([200, { ...pending, TransactionId }])
    expect(await shop.status(TransactionId)).toEqual({ ...pending, TransactionId })
    shop.simulator.approve(TransactionId)
    expect(await shop.status(TransactionId)).toEqual({
      ...{ Success: true, Message: null, TransactionId, Status: 'Confirmed' },
      PollIntervalMs: null,
    })
    expect(cart(TransactionId)).toMatchObject({ api: 'v2', state: 'paid', captured: 1990 })
  })

  it('a V2 payment is only authorized by the approval when the capture is manual', async () => {
    const id = await shop.pay(manual)
    shop.simulator.approve(id)
    expect(await shop.status(id)).toMatchObject({ Status: 'Authorized', PollIntervalMs: null })
    expect(cart(id).captures).toBe(0)
  })

  it.each([
    [false, 'Confirmed'],
    [true, 'Authorized'],
  ])(
    'a V2 payment by access code, with ManualCapture %s, is %s at once',
    async (ManualCapture, Status) => {
      const { body } = await shop.call('/checkout/payment', {
        ...orderV2,
        ...byCode,
        ManualCapture,
      })
      expect(body).toMatchObject({ Success: true, Status, PollIntervalMs: null })
    },
  )

  it.each([
    ['declines', (id: string) => shop.simulator.reject(id)],
    ['does not answer for three minutes', () => shop.clock.advance(180_000)],
  ])('a V2 payment is cancelled when the customer %s', async (_, happens) => {
    const id = await shop.pay()
    happens(id)
    expect(await shop.status(id)).toMatchObject({ Success: true, Status: 'Cancelled' })
    expect(await shop.details(id)).toMatchObject({ Status: 'canceled', IsRefundable: false })
  })

  it.each([
    ["'Amount' must be greater than '0'.", { Amount: undefined }],
    ["'Amount' must be greater than '0'.", { Amount: 0 }],
    ["'Amount' must be greater than '0'.", { Amount: '1990' }],
    ["'Amount' must be greater than '0'.", { Amount: 19.9 }],
    ["'Reference' must not be empty.", { Reference: '' }],
    ["'CustomerIdentifier' must not be empty.", { CustomerIdentifier: undefined }],
    ['Customer not verified.', { CustomerIdentifier: '5223281' }],
    ['Customer not verified.', { CustomerIdentifier: '1111111119' }],
    ['Customer not verified.', { CustomerIdentifier: '500004abcd' }],
    ['Customer not verified.', { CustomerIdentifier: '6610306' }],
    ['Customer not verified.', { CustomerIdentifier: '5000040306' }],
    ['Customer is blacklisted', { CustomerIdentifier: '6610302' }],
    ['Customer is blacklisted', { CustomerIdentifier: '5000040302' }],
  ])('refuses a V2 payment with %s for %j', async (Message, changes) => {
    const { status, body } = await shop.call('/checkout/payment', { ...orderV2, ...changes })
    expect(status).toBe(400)
    expect(body).toEqual({
      ...{ Success: false, Message, Status: null },
      ...{ TransactionId: null, PollIntervalMs: null },
    })
    expect(shop.simulator.inspect().carts).toEqual([])
  })

  it('a V2 payment uses up an access code for both APIs', async () => {
    await shop.pay(byCode)
    const again = await shop.call('/checkout/payment', { ...orderV2, ...byCode })
    expect(again.body).toMatchObject({ Success: false, Message: 'Customer not verified.' })
    const v1 = await shopAt(shop.simulator.apiUrl)('InsertCart', {
      ...{ Amount: 1, Reference: 'A', CustomerId: '5000041234', ConfirmationType: 0 },
    })
    expect(v1.body).toMatchObject({ Success: false, ResultCode: 10306 })
  })

  it('a V2 payment is on the phone and among the carts beside those of V1', async () => {
    const id = await shop.pay({ ...manual, CallbackUrl: 'http://shop.test/ok' })
    expect(cart(id)).toMatchObject({
      ...{ TransactionId: id, Amount: 1990, Reference: 'WEB-123', CustomerId: '8223281' },
      ...{ ConfirmationType: 2, CallbackUrl: 'http://shop.test/ok', ...manual },
      calls: { payment: 1, status: 0, InsertCart: 0 },
    })
    await shop.status(id)
    await shop.details(id)
    expect(shop.simulator.inspect().calls).toMatchObject({ payment: 1, status: 1, details: 1 })
    const check = await shopAt(shop.simulator.apiUrl)('CheckCart', { TransactionId: id })
    expect(check.body).toMatchObject({ ResultCode: 10425 })
  })
})

describe('a capture', () => {
  it('a capture takes the held amount', async () => {
    const id = await reserve()
    const { status, body } = await shop.about('capture', id)
    expect([status, body['Status']]).toEqual([200, 'Confirmed'])
    expect(cart(id)).toMatchObject({ state: 'paid', captures: 1, captured: 1990 })
  })

  it('a capture may be partial, which becomes the amount of the payment', async () => {
    const id = await reserve()
    await shop.about('capture', id, { Amount: 1500 })
    expect(cart(id)).toMatchObject({ captured: 1500, Amount: 1990 })
    expect(await shop.details(id)).toMatchObject({ Status: 'paid', TotalAmount: 1500 })
  })

  it.each([[1991], [0], [-1], [10.5], ['10']])(
    'refuses a capture of the amount %j',
    async (Amount) => {
      const id = await reserve()
      const { status, body } = await shop.about('capture', id, { Amount })
      expect([status, body['Success'], body['Status']]).toEqual([400, false, 'Authorized'])
      expect(cart(id)).toMatchObject({ state: 'reserved', captures: 0 })
    },
  )

  it('a capture is possible once', async () => {
    const id = await reserve()
    await shop.about('capture', id, { Amount: 500 })
    const { status, body } = await shop.about('capture', id, { Amount: 500 })
    expect([status, body['Status']]).toEqual([400, 'Confirmed'])
    expect(cart(id)).toMatchObject({ captures: 1, captured: 500 })
  })

  it('refuses a capture before the approval and after a cancel', async () => {
    const [waiting, released] = [await shop.pay(manual), await reserve()]
    await shop.about('cancel', released)
    for (const id of [waiting, released])
      expect((await shop.about('capture', id)).body).toMatchObject({ Success: false })
  })
})

describe('a cancel', () => {
  it.each([
    ['a request that waits', () => shop.pay(), false],
    ['a reservation', () => reserve(), false],
    ['a payment', () => shop.pay(byCode), true],
  ])('a cancel ends %s', async (_, make, paymentCanceled) => {
    const id = await make()
    const { status, body } = await shop.about('cancel', id)
    expect([status, body]).toEqual([
      200,
      {
        ...{ Success: true, Message: null, Status: 'Cancelled' },
        ...{ TransactionId: id, PollIntervalMs: null },
      },
    ])
    expect(cart(id)).toMatchObject({ state: 'canceled', paymentCanceled })
    expect(cart(id).history.at(-1)).toMatchObject({ by: 'provider' })
    expect(await shop.details(id)).toMatchObject({ Status: 'canceled', IsRefundable: false })
  })

  it('a cancel may be repeated, and prevents approval and refund', async () => {
    const id = await shop.pay(byCode)
    await shop.about('cancel', id)
    expect((await shop.about('cancel', id)).body).toMatchObject({ Status: 'Cancelled' })
    const refund = { RefundAmount: 1, IdempotencyKey: 'a' }
    expect((await shop.about('refund', id, refund)).status).toBe(400)
    expect(cart(id)).toMatchObject({ refunded: 0, calls: { cancel: 2 } })
  })
})

describe('a refund', () => {
  const refund = (id: string, RefundAmount: unknown, IdempotencyKey?: string) =>
    shop.about('refund', id, { RefundAmount, IdempotencyKey, Description: 'Skil' })

  it('a refund may be partial until the whole amount is refunded', async () => {
    const id = await shop.pay(byCode)
    const done = { Success: true, Message: 'Refund successful' }
    expect((await refund(id, 1000, 'a')).body).toEqual(done)
    expect(await shop.details(id)).toMatchObject({ Status: 'paid', IsRefundable: true })
    expect((await refund(id, 991, 'b')).status).toBe(400)
    expect((await refund(id, 990, 'c')).body).toEqual(done)
    expect(await shop.details(id)).toMatchObject({ Status: 'paid', IsRefundable: false })
    expect((await refund(id, 1, 'd')).status).toBe(400)
    const at = '2026-11-20T12:00:00.000Z'
    expect(cart(id)).toMatchObject({
      refunded: 1990,
      refunds: [
        { amount: 1000, idempotencyKey: 'a', at },
        { amount: 990, idempotencyKey: 'c', at },
      ],
    })
  })

  it('makes a refund once for an idempotency key, even with another amount', async () => {
    const id = await shop.pay(byCode)
    for (const amount of [500, 500, 700])
      expect((await refund(id, amount, 'a')).body).toMatchObject({ Success: true })
    expect(cart(id)).toMatchObject({ refunded: 500, calls: { refund: 3 } })
  })

  it('a refused refund does not use up its key', async () => {
    const id = await shop.pay(byCode)
    expect((await refund(id, 5000, 'a')).status).toBe(400)
    expect((await refund(id, 500, 'a')).status).toBe(200)
    expect(cart(id).refunded).toBe(500)
  })

  it('refuses a refund whose key belongs to another transaction', async () => {
    const [one, other] = [
      await shop.pay(byCode),
      await shop.pay({ CustomerIdentifier: '5000049876' }),
    ]
    await refund(one, 500, 'a')
    expect((await refund(other, 500, 'a')).body).toMatchObject({ Success: false })
    expect(cart(other).refunded).toBe(0)
  })

  it('limits a refund by the captured amount, not by the held one', async () => {
    const id = await reserve()
    await shop.about('capture', id, { Amount: 500 })
    expect((await refund(id, 501, 'a')).status).toBe(400)
    expect((await refund(id, 500, 'b')).status).toBe(200)
  })

  it.each([
    ['no key', 500, undefined, "'IdempotencyKey' must not be empty."],
    ['no amount', undefined, 'a', "'RefundAmount' must be greater than '0'."],
    ['a fraction', 0.5, 'a', "'RefundAmount' must be greater than '0'."],
    ['less than nothing', -5, 'a', "'RefundAmount' must be greater than '0'."],
  ])('refuses a refund for %s', async (_, amount, key, Message) => {
    const id = await shop.pay(byCode)
    const { status, body } = await refund(id, amount, key)
    expect([status, body['Message']]).toEqual([400, Message])
    expect(cart(id).refunds).toEqual([])
  })

  it('refuses a refund of a reservation', async () => {
    const id = await reserve()
    expect((await refund(id, 500, 'a')).status).toBe(400)
  })
})

describe('the details', () => {
  it('the details have the six documented fields', async () => {
    const id = await shop.pay(byCode)
    expect(await shop.details(id)).toEqual({
      IsRefundable: true,
      Status: 'paid',
      Created: '2026-11-20T12:00:00',
      TotalAmount: 1990,
      TransactionId: id,
      SettlementDate: '2026-12-04T00:00:00',
    })
  })

  it.each([
    ['unpaid', () => shop.pay()],
    ['reservation', () => reserve()],
  ])('the details have the status %s before the payment', async (Status, make) => {
    expect(await shop.details(await make())).toMatchObject({
      ...{ Status, IsRefundable: false, SettlementDate: null, TotalAmount: 1990 },
    })
  })
})

it.each([
  [`/checkout/status/${nowhere}`, undefined],
  [`/transaction/details/${nowhere}`, undefined],
  ['/transaction/capture', { TransactionId: nowhere }],
  ['/transaction/cancel', { TransactionId: nowhere }],
  ['/transaction/refund', { TransactionId: nowhere, RefundAmount: 1, IdempotencyKey: 'a' }],
])('%s reports an unknown transaction', async (path, request) => {
  const { status, body } = await shop.call(path, request)
  expect([status, body]).toEqual([
    400,
    {
      ...{ Success: false, Message: 'Transaction not found', Status: null },
      ...{ TransactionId: nowhere, PollIntervalMs: null },
    },
  ])
})
