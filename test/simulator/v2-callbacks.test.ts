import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { signV2 } from '../../demo/simulator/v2/callbacks.ts'
import { openReceiver } from '../simulator-kit/receiver.ts'
import { openShopV2, sha256, type ShopV2 } from './shop.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

let shop: ShopV2
let receiver: Receiver
beforeEach(async () => {
  shop = await openShopV2()
  receiver = await openReceiver(200)
})
afterEach(async () => {
  await shop.simulator.close()
  await receiver.close()
})

const open = async (...statuses: number[]) => {
  await receiver.close()
  receiver = await openReceiver(...statuses)
}
const urls = () => ({
  CallbackUrl: `${receiver.url}/ok?token=a`,
  CallbackCancelUrl: `${receiver.url}/cancel`,
})
const pay = (changes: object = {}) => shop.pay({ ...urls(), ...changes })
const state = (id: string) => shop.simulator.cart(id)!.state
const statuses = (id: string) =>
  shop.simulator.cart(id)!.callbacks.map(({ kind, attempt, status }) => [kind, attempt, status])
const received = (at: number) => {
  const { path, headers, body } = receiver.received[at]!
  const fields = JSON.parse(body) as { TransactionId: string; TotalAmount: number }
  const { TransactionId, TotalAmount } = fields
  const expected = sha256(`${sandbox.secretKey}${TransactionId}${TotalAmount}`)
  return { path, fields, isSigned: headers['x-netgiro-signature'] === expected }
}

it('signV2 covers the secret, the transaction and the amount', () => {
  expect(signV2('mysecret', 'abc-123', 5000)).toBe(
    '729d966b5158eb4a949d88afcf7a3da16e26bad3cc7b57bab2ddd358a7b857e1',
  )
})

describe('the callback of V2', () => {
  it.each([200, 204])(
    'the V2 callback makes the payment when the shop responds with %d',
    async (status) => {
      await open(status)
      const id = await pay()
      shop.simulator.approve(id)
      expect(await shop.status(id)).toMatchObject({ Status: 'Authorized' })
      expect((await shop.about('capture', id)).status).toBe(400)
      await expect.poll(() => state(id)).toBe('paid')
      expect(received(0)).toEqual({
        path: '/ok?token=a',
        fields: {
          ...{ Success: true, Message: 'Success', TransactionId: id },
          ...{ ReferenceNumber: 'WEB-123', TotalAmount: 1990 },
        },
        isSigned: true,
      })
    },
  )

  it.each([
    ['decides about the payment', {}],
    ['reports a reservation', { ManualCapture: true }],
  ])('sends the V2 callback twice, and cancels the sale, when it %s', async (_, changes) => {
    await open(500, 500, 200)
    const id = await pay(changes)
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('canceled')
    await expect
      .poll(() => statuses(id))
      .toEqual([
        ['payment', 1, 500],
        ['payment', 2, 500],
        ['cancel', 1, 200],
      ])
  })

  it('cancels a payment by access code as well when its callback is not acknowledged', async () => {
    await open(500)
    const id = await pay({ CustomerIdentifier: '5000041234' })
    expect(state(id)).toBe('paid')
    await expect.poll(() => statuses(id).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('canceled')
    expect(shop.simulator.cart(id)).toMatchObject({ paymentCanceled: true })
  })

  it('leaves an acknowledged reservation to the shop, and a captured one too', async () => {
    const acknowledged = await pay({ ManualCapture: true })
    shop.simulator.approve(acknowledged)
    await expect.poll(() => statuses(acknowledged)).toEqual([['payment', 1, 200]])
    expect(state(acknowledged)).toBe('reserved')

    await open(500)
    const captured = await pay({ ManualCapture: true })
    shop.simulator.approve(captured)
    await shop.about('capture', captured)
    await expect.poll(() => statuses(captured).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => statuses(captured).length).toBe(2)
    expect(state(captured)).toBe('paid')
  })

  it.each([
    ['the customer declines', (id: string) => void shop.simulator.reject(id)],
    ['the request expires', () => shop.clock.advance(180_000)],
    ['the shop cancels', (id: string) => void shop.about('cancel', id)],
  ])('calls CallbackCancelUrl of V2 when %s', async (_, happens) => {
    const id = await pay()
    happens(id)
    await expect.poll(() => statuses(id)).toEqual([['cancel', 1, 200]])
    expect(received(0)).toMatchObject({
      path: '/cancel',
      fields: { Success: false, Message: 'Canceled', TransactionId: id, TotalAmount: 1990 },
      isSigned: true,
    })
  })
})

describe('callback faults of V2', () => {
  it('forged: sends a wrong signature, then a valid one', async () => {
    await open(401, 200)
    shop.simulator.fault({ call: 'Callback', kind: 'forged' })
    const id = await pay()
    shop.simulator.approve(id)
    await expect.poll(() => statuses(id).length).toBe(1)
    shop.clock.advance(5000)
    await expect.poll(() => state(id)).toBe('paid')
    expect([received(0).isSigned, received(1).isSigned]).toEqual([false, true])
  })

  it.each([
    ['wrong_amount', { TotalAmount: 1991, ReferenceNumber: 'WEB-123' }],
    ['wrong_reference', { TotalAmount: 1990, ReferenceNumber: 'WEB-123-X' }],
  ] as const)('%s: sends the wrong field with a valid signature', async (kind, fields) => {
    shop.simulator.fault({ call: 'Callback', kind })
    shop.simulator.approve(await pay())
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(received(0)).toMatchObject({ fields, isSigned: true })
  })

  it('before_answer: sends the callback before the response to the payment', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'before_answer' })
    const id = await pay()
    expect(receiver.received).toHaveLength(1)
    await expect.poll(() => state(id)).toBe('paid')
  })

  it('never: leaves the sale authorized', async () => {
    shop.simulator.fault({ call: 'Callback', kind: 'never' })
    const id = await pay()
    shop.simulator.approve(id)
    shop.clock.advance(600_000)
    expect(await shop.status(id)).toMatchObject({ Status: 'Authorized' })
  })
})
