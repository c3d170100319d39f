import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openReceiver } from '../simulator-kit/receiver.ts'
import { openShop, order, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.simulator.close())

const automatic = { ConfirmationType: 0 }
const check = async (id: string) => (await shop.ask('CheckCart', id)).body
const enter = async (TransactionId: string, Identifier?: unknown) =>
  (await shop.call('ConfirmCart', { TransactionId, Identifier })).body
const cart = (id: string) => shop.simulator.cart(id)!
const codeOf = (id: string) => cart(id).smsCode ?? ''
const wrong = (code: string) => String((Number(code) + 1) % 10_000).padStart(4, '0')
const bySsn = (changes: object = {}) => shop.insert({ CustomerId: '1111111119', ...changes })

const awaitingCode = {
  ...{ Success: true, PaymentSuccessful: false, ResultCode: 10428, PaymentInfo: null },
}
const refused = { Success: true, PaymentSuccessful: false, ResultCode: 400 }
const paid = { Success: true, PaymentSuccessful: true, ResultCode: 10200 }

describe('a customer known by SSN', () => {
  it.each(['1111111119', '0107904569', '2902964569', '5101222830'])(
    'a customer known by SSN receives a code of four digits for the format %s, and the cart waits for it',
    async (CustomerId) => {
      const id = await bySsn({ CustomerId })
      expect(codeOf(id)).toMatch(/^\d{4}$/)
      expect(cart(id).state).toBe('awaiting_code')
      expect(await check(id)).toMatchObject(awaitingCode)
    },
  )

  it('the code from the SMS pays alone when the confirmation is automatic', async () => {
    const id = await bySsn(automatic)
    expect(await enter(id, codeOf(id))).toMatchObject({
      ...paid,
      PaymentInfo: { TransactionId: id, StatusId: 2, TotalAmount: 1990 },
    })
    expect(await check(id)).toMatchObject(paid)
    expect(cart(id)).toMatchObject({ state: 'paid', captures: 1, captured: 1990 })
  })

  it('the code from the SMS reserves, and a second ConfirmCart pays, when the confirmation is manual', async () => {
    const id = await bySsn()
    expect(await enter(id, codeOf(id))).toMatchObject({
      ...{ Success: true, PaymentSuccessful: false, ResultCode: 10426, PaymentInfo: null },
    })
    expect(await check(id)).toMatchObject({ ResultCode: 10426, PaymentInfo: { StatusId: 1 } })
    expect(cart(id).captures).toBe(0)
    expect(await enter(id)).toMatchObject({ ...paid, PaymentInfo: { StatusId: 2 } })
    expect(cart(id)).toMatchObject({ captures: 1, calls: { ConfirmCart: 2 } })
  })

  it('a customer may enter any number of wrong codes', async () => {
    const id = await bySsn(automatic)
    for (let tries = 0; tries < 5; tries++)
      expect(await enter(id, wrong(codeOf(id)))).toMatchObject(refused)
    expect(await check(id)).toMatchObject(awaitingCode)
    expect(await enter(id, codeOf(id))).toMatchObject(paid)
  })

  it.each([undefined, null, '', 1234])(
    'a customer may enter the code after a ConfirmCart with the Identifier %j',
    async (identifier) => {
      const id = await bySsn()
      expect(await enter(id, identifier)).toMatchObject(refused)
      expect(await check(id)).toMatchObject(awaitingCode)
    },
  )

  it('a customer has five minutes for the code, after which the cart still waits', async () => {
    const [inTime, late] = [await bySsn(automatic), await bySsn(automatic)]
    shop.clock.advance(299_999)
    expect(await enter(inTime, codeOf(inTime))).toMatchObject(paid)
    shop.clock.advance(1)
    expect(await enter(late, codeOf(late))).toMatchObject(refused)
    expect(await check(late)).toMatchObject(awaitingCode)
    shop.clock.advance(3_600_000)
    expect(await check(late)).toMatchObject(awaitingCode)
    expect((await shop.ask('CancelCart', late)).body).toMatchObject({ ResultCode: 10201 })
  })

  it('a customer known by SSN cannot approve on the phone', async () => {
    const id = await bySsn()
    expect(shop.simulator.approve(id)).toBe(false)
    expect(cart(id).state).toBe('awaiting_code')
  })

  it.each([
    ['a rejection', (id: string) => void shop.simulator.reject(id), 'customer'],
    ['the expiry', (id: string) => void shop.simulator.expire(id), 'expiry'],
    ['CancelCart', (id: string) => shop.ask('CancelCart', id), 'provider'],
  ])('a customer cannot use the code after %s', async (_, happens, by) => {
    const id = await bySsn(automatic)
    await happens(id)
    expect(await enter(id, codeOf(id))).toMatchObject({ ...refused, ResultCode: 10202 })
    expect(await check(id)).toMatchObject({ ResultCode: 10201 })
    expect(cart(id).history.at(-1)).toMatchObject({ state: 'canceled', by })
    expect(cart(id).captures).toBe(0)
  })

  it('a customer declines automatically after 3 s with the number 0101770019', async () => {
    const id = await bySsn({ CustomerId: '0101770019' })
    shop.clock.advance(3000)
    expect(await check(id)).toMatchObject({ ResultCode: 10201 })
  })

  it('a cart cannot be canceled after the code is accepted', async () => {
    const id = await bySsn()
    await enter(id, codeOf(id))
    const { body } = await shop.ask('CancelCart', id)
    expect(body).toMatchObject({ Success: false, ResultCode: 10200 })
    expect(cart(id).state).toBe('reserved')
  })

  it('a customer pays once, even when more codes are entered', async () => {
    const id = await bySsn(automatic)
    const code = codeOf(id)
    await enter(id, code)
    expect(await enter(id, code)).toMatchObject({ ResultCode: 10203, PaymentSuccessful: true })
    expect(cart(id).captures).toBe(1)
  })
})

describe('faults of ConfirmCart with a code', () => {
  it.each([
    ['drop_before_effect', 'awaiting_code'],
    ['drop_after_effect', 'paid'],
  ] as const)('%s: breaks the connection when the cart is %s', async (kind, state) => {
    const id = await bySsn(automatic)
    shop.simulator.fault({ call: 'ConfirmCart', kind })
    await expect(enter(id, codeOf(id))).rejects.toThrow()
    expect(cart(id).state).toBe(state)
  })

  it('code: returns the code, and the cart still waits', async () => {
    const id = await bySsn(automatic)
    shop.simulator.fault({ call: 'ConfirmCart', kind: 'code', code: 10304 })
    expect(await enter(id, codeOf(id))).toMatchObject({ ...refused, ResultCode: 10304 })
    expect(await check(id)).toMatchObject(awaitingCode)
  })

  it('wrong_amount: returns a payment with another amount', async () => {
    const id = await bySsn(automatic)
    shop.simulator.fault({ call: 'ConfirmCart', kind: 'wrong_amount' })
    expect(await enter(id, codeOf(id))).toMatchObject({ PaymentInfo: { TotalAmount: 1991 } })
  })
})

describe('a customer known by a code from the app', () => {
  it.each(['5000041234', '500004aBcD'])(
    'a code from the app pays at once with %s',
    async (CustomerId) => {
      const id = await shop.insert({ CustomerId, ...automatic })
      expect(cart(id)).toMatchObject({ state: 'paid', captures: 1 })
      expect(cart(id).history.at(-1)).toMatchObject({ by: 'customer' })
      expect(await check(id)).toMatchObject(paid)
    },
  )

  it('a code from the app reserves at once when the confirmation is manual, and pays on ConfirmCart', async () => {
    const id = await shop.insert({ CustomerId: '5000041234' })
    expect(await check(id)).toMatchObject({ ResultCode: 10426, PaymentInfo: { StatusId: 1 } })
    expect((await shop.ask('ConfirmCart', id)).body).toMatchObject(paid)
  })

  it('a code from the app can be used for one cart only', async () => {
    await shop.insert({ CustomerId: '500004abcd' })
    const again = await shop.call('InsertCart', { ...order, CustomerId: '500004ABCD' })
    expect(again.body).toMatchObject({ Success: false, ResultCode: 10306, TransactionId: null })
    shop.simulator.reset()
    expect(await shop.insert({ CustomerId: '500004abcd' })).toBeTruthy()
  })

  it('a code from the app is kept when the request is refused', async () => {
    const CustomerId = '5000041234'
    await shop.call('InsertCart', { ...order, CustomerId, Amount: 0 })
    expect(await shop.insert({ CustomerId })).toBeTruthy()
  })

  it('a code from the app causes a callback when there is a CallbackUrl', async () => {
    const receiver = await openReceiver(200)
    const CallbackUrl = `${receiver.url}/ok`
    const id = await shop.insert({ CustomerId: '5000041234', CallbackUrl, ...automatic })
    await expect.poll(() => cart(id).callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
    await receiver.close()
  })
})

it('RegisterId and LocationId are in the cart and in PaymentInfo', async () => {
  const place = { LocationId: 'Laugavegur', RegisterId: 'Kassi 2' }
  const id = await shop.insert({ CustomerId: '5000041234', ...place })
  expect(cart(id)).toMatchObject(place)
  expect((await check(id)).PaymentInfo).toMatchObject(place)
})
