import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openShop, order, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.simulator.close())

const check = async (id: string) => (await shop.ask('CheckCart', id)).body

const waiting = { Success: true, PaymentSuccessful: false, ResultCode: 10425, PaymentInfo: null }
const canceled = { Success: true, PaymentSuccessful: false, ResultCode: 10201 }

describe('automatic confirmation', () => {
  it('makes the cart paid when the customer approves', async () => {
    const id = await shop.insert({ ConfirmationType: 0 })
    expect(await check(id)).toMatchObject(waiting)
    shop.simulator.approve(id)
    expect(await check(id)).toMatchObject({
      ...{ Success: true, PaymentSuccessful: true, ResultCode: 10200 },
      PaymentInfo: { TransactionId: id, StatusId: 2, TotalAmount: 1990 },
    })
    expect(shop.simulator.cart(id)).toMatchObject({ state: 'paid', captures: 1 })
  })
})

describe('manual confirmation', () => {
  it('makes a reservation, which ConfirmCart turns into a payment', async () => {
    const id = await shop.insert()
    shop.simulator.approve(id)
    expect(await check(id)).toMatchObject({
      ...{ Success: true, PaymentSuccessful: false, ResultCode: 10426 },
      PaymentInfo: { StatusId: 1 },
    })
    const { body } = await shop.ask('ConfirmCart', id)
    expect(body).toMatchObject({ PaymentSuccessful: true, ResultCode: 10200 })
    expect(body.PaymentInfo).toMatchObject({ StatusId: 2, ReferenceNumber: 'WEB-123' })
    expect(await check(id)).toMatchObject({ PaymentSuccessful: true, ResultCode: 10200 })
  })

  it('takes the money once when ConfirmCart is called twice', async () => {
    const id = await shop.insert()
    shop.simulator.approve(id)
    await shop.ask('ConfirmCart', id)
    const { body } = await shop.ask('ConfirmCart', id)
    expect(body).toMatchObject({ ResultCode: 10203, PaymentInfo: { StatusId: 2 } })
    expect(shop.simulator.cart(id)).toMatchObject({ captures: 1, calls: { ConfirmCart: 2 } })
  })

  it('refuses ConfirmCart before the approval', async () => {
    const id = await shop.insert()
    const { body } = await shop.ask('ConfirmCart', id)
    expect(body).toMatchObject({ Success: true, PaymentSuccessful: false, ResultCode: 400 })
    expect(await check(id)).toMatchObject(waiting)
  })

  it('refuses ConfirmCart of a canceled cart', async () => {
    const id = await shop.insert()
    shop.simulator.reject(id)
    const { body } = await shop.ask('ConfirmCart', id)
    expect(body).toMatchObject({ PaymentSuccessful: false, ResultCode: 10202 })
  })
})

describe('CancelCart', () => {
  it('CancelCart cancels a waiting cart once', async () => {
    const id = await shop.insert()
    const first = (await shop.ask('CancelCart', id)).body
    expect(first).toMatchObject({ Success: true, ResultCode: 10201, PaymentInfo: { StatusId: 5 } })
    expect(first).not.toHaveProperty('PaymentSuccessful')
    expect(await check(id)).toMatchObject({ ...canceled, PaymentInfo: { StatusId: 5 } })
    expect((await shop.ask('CancelCart', id)).body).toMatchObject({ ResultCode: 10202 })
    expect(shop.simulator.approve(id)).toBe(false)
  })

  it.each([
    ['payment', 0, 2],
    ['manual reservation', 2, 1],
  ])('CancelCart fails after an approval that made a %s', async (_, ConfirmationType, StatusId) => {
    const id = await shop.insert({ ConfirmationType })
    shop.simulator.approve(id)
    const { body } = await shop.ask('CancelCart', id)
    expect(body).toMatchObject({ Success: false, ResultCode: 10200, PaymentInfo: { StatusId } })
    expect(shop.simulator.cart(id)!.state).not.toBe('canceled')
  })

  it('either CancelCart or a simultaneous approval wins, on which both sides agree', async () => {
    const race = Array.from({ length: 20 }, async (_, i) => {
      const id = await shop.insert({ ConfirmationType: 0, Reference: `RACE-${i}` })
      const approve = () =>
        fetch(`${shop.simulator.url}/simulator/carts/${id}/approve`, { method: 'POST' })
      const [cancel, approval] =
        i % 2 === 0
          ? await Promise.all([shop.ask('CancelCart', id), approve()])
          : await Promise.all([approve(), shop.ask('CancelCart', id)]).then(
              ([a, b]) => [b, a] as const,
            )
      const paid = approval.status === 200
      expect(cancel.body['ResultCode']).toBe(paid ? 10200 : 10201)
      expect(await check(id)).toMatchObject({ PaymentSuccessful: paid })
      expect(shop.simulator.cart(id)!.captures).toBe(paid ? 1 : 0)
    })
    await Promise.all(race)
  })
})

describe('the customer', () => {
  it('the customer cancels the cart by declining', async () => {
    const id = await shop.insert()
    shop.simulator.reject(id)
    expect(await check(id)).toMatchObject(canceled)
  })

  it('the customer lets the cart expire by not answering for three minutes', async () => {
    const id = await shop.insert({ CustomerId: '7700003' })
    shop.clock.advance(179_999)
    expect(await check(id)).toMatchObject(waiting)
    shop.clock.advance(1)
    expect(await check(id)).toMatchObject(canceled)
    expect(shop.simulator.cart(id)!.history.at(-1)).toMatchObject({ by: 'expiry' })
    expect(shop.simulator.approve(id)).toBe(false)
  })

  it('an approved cart stays approved when the three minutes are over', async () => {
    const id = await shop.insert()
    shop.simulator.approve(id)
    shop.clock.advance(600_000)
    expect(await check(id)).toMatchObject({ ResultCode: 10426 })
  })

  it.each([
    ['7700002', 10200, 'paid'],
    ['7700001', 10201, 'canceled'],
  ])(
    'the customer answers automatically after 3 s with the number %s',
    async (CustomerId, code, state) => {
      const id = await shop.insert({ CustomerId, ConfirmationType: 0 })
      shop.clock.advance(2999)
      expect(await check(id)).toMatchObject(waiting)
      shop.clock.advance(1)
      expect(await check(id)).toMatchObject({ ResultCode: code })
      expect(shop.simulator.cart(id)).toMatchObject({ state })
    },
  )

  it('delays every response about the cart by 4 s with the slow number', async () => {
    const answers: string[] = []
    const call = shop.call('InsertCart', { ...order, CustomerId: '7700004' })
    void call.then(() => answers.push('InsertCart'))
    await expect.poll(() => shop.simulator.inspect().carts.length).toBe(1)
    await expect.poll(() => shop.clock.armed).toBe(2)
    shop.clock.advance(3999)
    expect(answers).toEqual([])
    shop.clock.advance(1)
    expect((await call).body['ResultCode']).toBe(200)
  })
})

describe('an unknown cart', () => {
  const nowhere = '49888c9f-4f30-4d25-a4b9-899e756467fe'

  it.each([
    ['CheckCart', { ...canceled, PaymentInfo: null }],
    ['ConfirmCart', { Success: true, PaymentSuccessful: false, ResultCode: 10424 }],
    ['CancelCart', { Success: false, ResultCode: 10424 }],
  ])('%s reports an unknown cart', async (call, expected) => {
    expect((await shop.ask(call, nowhere)).body).toMatchObject(expected)
  })
})

it('InsertCart creates a second cart for the same Reference, because the documents do not call it unique', async () => {
  expect(await shop.insert()).not.toBe(await shop.insert())
  expect(shop.simulator.inspect().calls.InsertCart).toBe(2)
})
