import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { openReceiver } from '../simulator-kit/receiver.ts'
import { openShop, order, sha256, type Shop } from './shop.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

let shop: Shop
let receiver: Receiver
const open = async (...statuses: number[]) => {
  await receiver.close()
  receiver = await openReceiver(...statuses)
}
const urls = (ConfirmationType = 1) => ({
  ConfirmationType,
  CallbackUrl: `${receiver.url}/Callback/Ok?token=A%20b`,
  CallbackCancelUrl: `${receiver.url}/cancel`,
})
const state = (id: string) => shop.simulator.cart(id)!.state
const statuses = (id: string) =>
  shop.simulator.cart(id)!.callbacks.map(({ kind, attempt, status }) => [kind, attempt, status])

beforeEach(async () => {
  shop = await openShop()
  receiver = await openReceiver(200)
})
afterEach(async () => {
  await shop.simulator.close()
  await receiver.close()
})

describe('the server callback', () => {
  it('the server callback turns the reservation into a payment when the shop responds with 200', async () => {
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    expect(state(id)).toBe('reserved')
    expect((await shop.ask('CancelCart', id)).body).toMatchObject({ ResultCode: 10200 })
    await expect.poll(() => state(id)).toBe('paid')
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({
      ...{ PaymentSuccessful: true, ResultCode: 10200 },
    })
    expect(statuses(id)).toEqual([['payment', 1, 200]])
  })

  it("the server callback has CheckCart's response, signed over the URL exactly as InsertCart gave it", async () => {
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => receiver.received.length).toBe(1)
    const [{ path, headers, body }] = receiver.received as [(typeof receiver.received)[0]]
    expect(path).toBe('/Callback/Ok?token=A%20b')
    expect(JSON.parse(body)).toMatchObject({
      ...{ Success: true, PaymentSuccessful: false, ResultCode: 10429 },
      PaymentInfo: { TransactionId: id, StatusId: 1, ReferenceNumber: 'WEB-123' },
    })
    const nonce = String(headers['netgiro_nonce'])
    expect(headers['netgiro_signature']).toBe(
      sha256(sandbox.secretKey + nonce + urls().CallbackUrl + body),
    )
  })

  it('the server callback leaves the cart at 10429 until the shop responds, and is retried once after a failure', async () => {
    await open(500, 200)
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id)).toEqual([['payment', 1, 500]])
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10429 })
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('paid')
  })

  it('cancels the cart after the second failed callback, and calls CallbackCancelUrl', async () => {
    await open(201, 500, 200)
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('canceled')
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({
      ...{ PaymentSuccessful: false, ResultCode: 10201, PaymentInfo: { StatusId: 5 } },
    })
    await expect
      .poll(() => statuses(id))
      .toEqual([
        ['payment', 1, 201],
        ['payment', 2, 500],
        ['cancel', 1, 200],
      ])
    expect(shop.simulator.cart(id)!.captures).toBe(0)
  })

  it('the server callback times out after ten seconds', async () => {
    await open(0)
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => receiver.received.length).toBe(1)
    shop.clock.advance(9999)
    expect(statuses(id)).toEqual([])
    shop.clock.advance(1)
    await expect.poll(() => statuses(id)).toEqual([['payment', 1, null]])
  })

  it('the server callback fails without a response when the URL is invalid', async () => {
    const CallbackUrl = 'www.example.com/callback-success/991100-123'
    const id = await shop.insert({ ConfirmationType: 1, CallbackUrl })
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id)).toEqual([['payment', 1, null]])
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('canceled')
  })
})

describe('callbacks with other confirmation types', () => {
  it.each([
    [0, 'paid', 10200],
    [2, 'reserved', 10426],
  ])(
    'a callback does not change the cart with confirmation type %d',
    async (type, expected, ResultCode) => {
      await open(500)
      const id = await shop.insert(urls(type))
      shop.simulator.approve(id)
      await expect.poll(() => statuses(id).length).toBe(1)
      shop.clock.advance(5000)
      await expect.poll(() => statuses(id).length).toBe(2)
      expect(state(id)).toBe(expected)
      expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ ResultCode })
    },
  )

  it.each([
    ['declines', (id: string) => void shop.simulator.reject(id)],
    ['does not answer', () => shop.clock.advance(180_000)],
    ['is not asked any more after CancelCart', (id: string) => void shop.ask('CancelCart', id)],
  ])('calls CallbackCancelUrl when the customer %s', async (_, happens) => {
    const id = await shop.insert(urls(2))
    happens(id)
    await expect.poll(() => statuses(id)).toEqual([['cancel', 1, 200]])
    const [{ path, body }] = receiver.received as [(typeof receiver.received)[0]]
    expect(path).toBe('/cancel')
    expect(JSON.parse(body)).toMatchObject({
      ...{ PaymentSuccessful: false, ResultCode: 10201, PaymentInfo: { TransactionId: id } },
    })
  })
})

describe('callback faults', () => {
  it('never: leaves the cart at 10429, as on the real test server', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'never' })
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    shop.clock.advance(600_000)
    expect((await shop.ask('CheckCart', id)).body).toMatchObject({ ResultCode: 10429 })
    expect(receiver.received).toEqual([])
  })

  it('duplicate: sends the callback twice', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'duplicate' })
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => state(id)).toBe('paid')
    expect(receiver.received.map(({ body }) => body)).toEqual([
      receiver.received[0]!.body,
      receiver.received[0]!.body,
    ])
  })

  it('forged: sends a wrong signature, then a valid one', async () => {
    await open(401, 200)
    shop.simulator.fault({ call: 'Callback', kind: 'forged' })
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('paid')
    const valid = receiver.received.map(
      ({ headers, body }) =>
        headers['netgiro_signature'] ===
        sha256(sandbox.secretKey + String(headers['netgiro_nonce']) + urls().CallbackUrl + body),
    )
    expect(valid).toEqual([false, true])
    expect(shop.simulator.cart(id)!.callbacks.map(({ forged }) => forged)).toEqual([true, false])
  })

  it('before_answer: sends the callback before the response to InsertCart', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'before_answer' })
    const order_ = { ...order, ...urls() }
    const answered = vi.fn()
    const reply = shop.call('InsertCart', order_).then((it) => (answered(), it))
    await expect.poll(() => receiver.received.length).toBe(1)
    const id = (await reply).body['TransactionId'] as string
    expect(state(id)).toBe('paid')
  })

  it('before_answer: does not hold the response back for a callback that is late', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'before_answer' })
    shop.simulator.fault({ call: 'Callback', kind: 'delay', ms: 30_000 })
    const reply = await shop.call('InsertCart', { ...order, ...urls() })
    expect(state(reply.body['TransactionId'] as string)).toBe('reserved')
    expect(receiver.received).toHaveLength(0)
    shop.clock.advance(30_000)
    await expect.poll(() => receiver.received.length).toBe(1)
  })

  it('delay: sends the callback late', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'delay', ms: 30_000 })
    const id = await shop.insert(urls())
    shop.simulator.approve(id)
    shop.clock.advance(29_999)
    expect(state(id)).toBe('reserved')
    shop.clock.advance(1)
    await expect.poll(() => state(id)).toBe('paid')
  })
})
