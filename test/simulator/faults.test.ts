import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { openShop, order, sha256, type Reply, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.simulator.close())

const isSigned = ({ headers, url, text }: Reply) =>
  headers.get('netgiro_signature') ===
  sha256(sandbox.secretKey + (headers.get('netgiro_nonce') ?? '') + url + text)
const carts = () => shop.simulator.inspect().carts
const post = (path: string, body?: unknown) =>
  fetch(`${shop.simulator.url}/simulator${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('call faults', () => {
  it.each([
    ['drop_before_effect', 0],
    ['drop_after_effect', 1],
  ] as const)('%s: breaks the connection when %d carts exist', async (kind, made) => {
    shop.simulator.fault({ call: 'InsertCart', kind })
    await expect(shop.call('InsertCart', order)).rejects.toThrow()
    expect(carts()).toHaveLength(made)
    expect(shop.simulator.inspect().calls.InsertCart).toBe(1)
    expect((await shop.call('InsertCart', order)).body['ResultCode']).toBe(200)
  })

  it.each([
    ['delay', 1],
    ['delay_before_effect', 0],
  ] as const)('%s: delays the response, while %d carts exist', async (kind, made) => {
    shop.simulator.fault({ call: 'InsertCart', kind, ms: 7000 })
    const reply = shop.call('InsertCart', order)
    await expect.poll(() => shop.clock.armed).toBe(made + 1)
    expect(carts()).toHaveLength(made)
    shop.clock.advance(7000)
    expect((await reply).body['ResultCode']).toBe(200)
    expect(carts()).toHaveLength(1)
  })

  it.each([
    ['http_500', 500],
    ['html', 200],
  ] as const)(
    '%s: returns the response of a proxy, with or without effect',
    async (kind, status) => {
      shop.simulator.fault({ call: 'InsertCart', kind })
      shop.simulator.fault({ call: 'InsertCart', kind, effect: true })
      const first = await shop.call('InsertCart', order)
      expect(first.status).toBe(status)
      expect(isSigned(first)).toBe(false)
      expect(carts()).toHaveLength(0)
      await shop.call('InsertCart', order)
      expect(carts()).toHaveLength(1)
    },
  )

  it('bad_json: truncates the response, and signs it correctly', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'bad_json' })
    const reply = await shop.call('InsertCart', order)
    expect(() => JSON.parse(reply.text) as unknown).toThrow()
    expect(isSigned(reply)).toBe(true)
  })

  it.each(['bad_signature', 'missing_signature'] as const)(
    '%s: returns the correct body',
    async (kind) => {
      shop.simulator.fault({ call: 'InsertCart', kind })
      const reply = await shop.call('InsertCart', order)
      expect(reply.body['ResultCode']).toBe(200)
      expect(isSigned(reply)).toBe(false)
      expect(reply.headers.has('netgiro_signature')).toBe(kind === 'bad_signature')
    },
  )

  it.each([
    ['wrong_amount', { TotalAmount: 1991, ReferenceNumber: 'WEB-123' }],
    ['wrong_reference', { TotalAmount: 1990, ReferenceNumber: 'WEB-123-X' }],
  ] as const)('%s: waits for a response with a PaymentInfo', async (kind, PaymentInfo) => {
    shop.simulator.fault({ call: 'CheckCart', kind })
    const id = await shop.insert()
    expect((await shop.ask('CheckCart', id)).body.PaymentInfo).toBeNull()
    shop.simulator.approve(id)
    const wrong = await shop.ask('CheckCart', id)
    expect(wrong.body).toMatchObject({ PaymentInfo })
    expect(isSigned(wrong)).toBe(true)
    expect((await shop.ask('CheckCart', id)).body.PaymentInfo).toMatchObject({ TotalAmount: 1990 })
  })

  it('code: returns the code without effect', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'code', code: 10304 })
    const reply = await shop.call('InsertCart', order)
    expect(reply.body).toMatchObject({ Success: false, ResultCode: 10304 })
    expect(isSigned(reply)).toBe(true)
    expect(carts()).toHaveLength(0)
    shop.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10423 })
    expect((await shop.ask('CheckCart', await shop.insert())).body).toMatchObject({
      ...{ Success: true, PaymentSuccessful: false, ResultCode: 10423 },
    })
  })

  it('redirect: returns 308 with the location', async () => {
    const location = 'https://elsewhere.example/'
    shop.simulator.fault({ call: 'CheckCart', kind: 'redirect', location })
    const reply = await shop.ask('CheckCart', await shop.insert())
    expect([reply.status, reply.headers.get('location')]).toEqual([308, location])
  })

  it('stale: returns the previous state from CheckCart', async () => {
    shop.simulator.fault({ call: 'CheckCart', kind: 'stale', times: 2 })
    const id = await shop.insert()
    shop.simulator.approve(id)
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10425 })
    await shop.ask('ConfirmCart', id)
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10426 })
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10200 })
  })

  it('code: carries the call out when effect is true', async () => {
    const id = await shop.insert()
    shop.simulator.approve(id)
    shop.simulator.fault({ call: 'ConfirmCart', kind: 'code', code: 10201, effect: true })
    expect((await shop.ask('ConfirmCart', id)).body).toMatchObject({ ResultCode: 10201 })
    expect(shop.simulator.cart(id)).toMatchObject({ state: 'paid', captures: 1 })
  })

  it.each([
    ['reference_in_capitals', { ReferenceNumber: order.Reference.toUpperCase() }],
    ['reference_with_space', { ReferenceNumber: `${order.Reference} ` }],
    ['status_unconfirmed', { StatusId: 1 }],
    ['status_canceled', { StatusId: 5 }],
    ['no_payment_info', null],
  ] as const)('%s: corrupts one PaymentInfo, and signs it correctly', async (kind, info) => {
    const id = await shop.insert({ ConfirmationType: 0 })
    shop.simulator.approve(id)
    shop.simulator.fault({ call: 'CheckCart', kind })
    const wrong = await shop.ask('CheckCart', id)
    expect(wrong.body).toMatchObject({ PaymentSuccessful: true, ResultCode: 10200 })
    if (info) expect(wrong.body.PaymentInfo).toMatchObject(info)
    else expect(wrong.body.PaymentInfo).toBeNull()
    expect(isSigned(wrong)).toBe(true)
    expect((await shop.ask('CheckCart', id)).body.PaymentInfo).toMatchObject({
      ...{ ReferenceNumber: order.Reference, StatusId: 2 },
    })
  })

  it('says_paid, says_canceled: claim it of a waiting cart', async () => {
    const id = await shop.insert()
    shop.simulator.fault({ call: 'CheckCart', kind: 'says_paid' })
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({
      ...{ PaymentSuccessful: true, ResultCode: 10200, PaymentInfo: null },
    })
    shop.simulator.fault({ call: 'CheckCart', kind: 'says_canceled' })
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10201 })
    expect(shop.simulator.cart(id)).toMatchObject({ state: 'waiting', captures: 0 })
  })

  it('about, other_cart: affect one cart only, and return another cart', async () => {
    const [one, two] = [await shop.insert(), await shop.insert()]
    shop.simulator.approve(two)
    shop.simulator.fault({ call: 'CheckCart', kind: 'other_cart', about: one, cart: two })
    expect((await shop.ask('CheckCart', two)).body).toMatchObject({ ResultCode: 10426 })
    expect((await shop.ask('CheckCart', one)).body.PaymentInfo).toMatchObject({
      TransactionId: two,
    })
    expect((await shop.ask('CheckCart', one)).body).toMatchObject({ ResultCode: 10425 })
  })

  it('same_transaction_id: returns the id of the previous cart, once there is one', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    const first = await shop.insert()
    expect(await shop.insert()).toBe(first)
    expect(carts()).toHaveLength(2)
  })

  it('refused_by_name: reports a failure of the cart that it created and names', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'refused_by_name', code: 10_423 })
    const answer = await shop.call('InsertCart', order)
    const [cart] = carts()
    expect(answer.body).toMatchObject({
      ...{ Success: false, ResultCode: 10_423, TransactionId: cart?.TransactionId },
    })
  })

  it('other_amount: captures another amount, and returns it', async () => {
    const id = await shop.insert()
    shop.simulator.approve(id)
    shop.simulator.fault({ call: 'ConfirmCart', kind: 'other_amount', amount: 900 })
    expect((await shop.ask('ConfirmCart', id)).body.PaymentInfo).toMatchObject({ TotalAmount: 900 })
    expect(shop.simulator.cart(id)).toMatchObject({ captured: 900 })
  })

  it('faults happen in the order of the queue, as often as requested', async () => {
    shop.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect', times: 2 })
    shop.simulator.fault({ call: 'InsertCart', kind: 'http_500' })
    await expect(shop.call('InsertCart', order)).rejects.toThrow()
    expect(shop.simulator.inspect().faults).toMatchObject([{ times: 1 }, { kind: 'http_500' }])
    await expect(shop.call('InsertCart', order)).rejects.toThrow()
    expect((await shop.call('InsertCart', order)).status).toBe(500)
  })
})

const noCalls = {
  ...{ InsertCart: 0, CheckCart: 0, ConfirmCart: 0, CancelCart: 0 },
  ...{ payment: 0, status: 0, capture: 0, cancel: 0, refund: 0, details: 0 },
  ...{ 'partner.refund': 0, 'partner.transaction': 0 },
}

describe('the test API', () => {
  it('the test API queues faults and lists them', async () => {
    const fault = { call: 'InsertCart', kind: 'drop_after_effect', times: 1 }
    expect((await post('/faults', fault)).status).toBe(201)
    const pending = await fetch(`${shop.simulator.url}/simulator/faults`)
    expect(await pending.json()).toMatchObject({ faults: [fault] })
  })

  it('the test API clears pending faults, and nothing else', async () => {
    await shop.insert()
    await post('/faults', { call: 'CheckCart', kind: 'html', times: 9 })
    const gone = await fetch(`${shop.simulator.url}/simulator/faults`, { method: 'DELETE' })
    expect([gone.status, shop.simulator.inspect().faults, carts().length]).toEqual([204, [], 1])
  })

  it.each([
    [{ call: 'InsertCart', kind: 'nonsense' }],
    [{ call: 'InsertCart', kind: 'stale' }],
    [{ call: 'Nothing', kind: 'delay' }],
    [{ call: 'InsertCart', kind: 'delay', times: 0 }],
    [undefined],
  ])('refuses %j and lists the known faults', async (fault) => {
    const response = await post('/faults', fault)
    expect(response.status).toBe(400)
    const { kinds } = (await response.json()) as { kinds: Record<string, string[]> }
    expect(Object.keys(kinds)).toEqual([
      ...['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'],
      ...['v2.payment', 'v2.status', 'v2.capture', 'v2.cancel', 'v2.refund', 'v2.details'],
      ...['partner.refund', 'partner.transaction', 'Callback'],
    ])
    expect(kinds['Callback']).toContain('forged')
  })

  it('lists every cart with its request and its counts of calls', async () => {
    const CartItemRequests = [{ ProductNo: '1', Name: 'Sokkar', Quantity: 2000, Amount: 1990 }]
    const id = await shop.insert({ Description: 'Sokkar', LocationId: 'L1', CartItemRequests })
    await shop.ask('CheckCart', id)
    const response = await fetch(`${shop.simulator.url}/simulator/carts`)
    expect(await response.json()).toEqual({
      carts: [
        {
          ...{ TransactionId: id, PaymentId: id, InvoiceNumber: 1001, ...order },
          ...{ Description: 'Sokkar', LocationId: 'L1', CartItemRequests },
          ...{ CallbackUrl: null, CallbackCancelUrl: null, callbacks: [] },
          ...{ api: 'v1', state: 'waiting', captures: 0, captured: 0 },
          ...{ refunds: [], refunded: 0, paymentCanceled: false },
          createdAt: '2026-11-20T12:00:00.000Z',
          validTo: '2026-11-20T12:03:00.000Z',
          calls: { ...noCalls, InsertCart: 1, CheckCart: 1 },
          history: [{ at: '2026-11-20T12:00:00.000Z', state: 'waiting', by: 'provider' }],
        },
      ],
      calls: { ...noCalls, InsertCart: 1, CheckCart: 1 },
      rejectedSignatures: 0,
      rejectedKeys: 0,
      faults: [],
    })
  })

  it.each([
    ['approve', 'reserved'],
    ['reject', 'canceled'],
    ['expire', 'canceled'],
  ])('the test API lets the customer %s, once', async (action, state) => {
    const id = await shop.insert()
    const first = await post(`/carts/${id}/${action}`)
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({ TransactionId: id, state })
    const second = await post(`/carts/${id}/${action}`)
    expect(second.status).toBe(409)
    expect(await second.json()).toMatchObject({ cart: { TransactionId: id, state } })
    expect((await post(`/carts/nowhere/${action}`)).status).toBe(404)
  })

  it('clears carts, counts, faults and timers on reset', async () => {
    shop.simulator.fault({ call: 'CheckCart', kind: 'html' })
    await shop.call('InsertCart', order, { secretKey: 'wrong' })
    const id = await shop.insert({ CustomerId: '7700002' })
    expect((await post('/reset')).status).toBe(204)
    expect(shop.clock.armed).toBe(0)
    expect(shop.simulator.inspect()).toEqual({
      carts: [],
      calls: noCalls,
      rejectedSignatures: 0,
      rejectedKeys: 0,
      faults: [],
    })
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10201 })
  })

  it('ends all timers and connections on close', async () => {
    await shop.insert({ CustomerId: '7700002' })
    shop.simulator.fault({ call: 'CheckCart', kind: 'delay', ms: 60_000 })
    const pending = expect(shop.ask('CheckCart', 'x')).rejects.toThrow()
    await expect.poll(() => shop.clock.armed).toBe(2)
    await shop.simulator.close()
    await pending
    expect(shop.clock.armed).toBe(0)
  })
})
