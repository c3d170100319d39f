import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { openShop, plainShopAt, type PlainReply, type Shop } from './shop.ts'

let shop: Shop
let partner: (path: string, request?: unknown) => Promise<PlainReply>
beforeEach(async () => {
  shop = await openShop()
  partner = plainShopAt(shop.simulator.partnerUrl, { token: sandbox.secretKey })
})
afterEach(() => shop.simulator.close())

const paid = () => shop.insert({ CustomerId: '5000041234', ConfirmationType: 0 })
const cart = (id: string) => shop.simulator.cart(id)!
const refund = (transactionId: string, refundAmount: unknown, idempotencyKey?: string) =>
  partner('/refund', { transactionId, refundAmount, idempotencyKey, reason: 'Skil' })

it('the partner API requires the secret key in its header', async () => {
  const id = await paid()
  const stranger = plainShopAt(shop.simulator.partnerUrl, { token: sandbox.appId })
  expect((await stranger(`/transaction/${id}`)).status).toBe(401)
  expect(shop.simulator.inspect()).toMatchObject({ rejectedKeys: 1 })
})

describe('the refund of a V1 payment', () => {
  it('a refund can be full or partial, but not more than the payment', async () => {
    const id = await paid()
    expect((await refund(id, 1000, 'a')).status).toBe(200)
    expect((await refund(id, 991, 'b')).status).toBe(400)
    expect((await refund(id, 990, 'c')).status).toBe(200)
    expect(cart(id)).toMatchObject({ refunded: 1990, calls: { 'partner.refund': 3 } })
    expect((await partner(`/transaction/${id}`)).body).toMatchObject({ isRefundable: false })
  })

  it('makes a refund once for an idempotency key, even when the response is lost', async () => {
    const id = await paid()
    shop.simulator.fault({ call: 'partner.refund', kind: 'drop_after_effect' })
    await expect(refund(id, 500, 'a')).rejects.toThrow()
    expect((await refund(id, 500, 'a')).status).toBe(200)
    expect(cart(id).refunds).toHaveLength(1)
  })

  it.each([
    ['no key', 500, undefined],
    ['no amount', undefined, 'a'],
    ['a fraction', 0.5, 'a'],
  ])('refuses a refund with a message for %s', async (_, amount, key) => {
    const id = await paid()
    const { status, body } = await refund(id, amount, key)
    expect(status).toBe(400)
    expect(body['message']).toBeTruthy()
    expect(cart(id).refunded).toBe(0)
  })

  it('accepts a reason for a refund of up to 100 characters', async () => {
    const changes = { transactionId: await paid(), refundAmount: 1, idempotencyKey: 'a' }
    const withReason = (length: number) =>
      partner('/refund', { ...changes, reason: 'x'.repeat(length) })
    expect((await withReason(101)).status).toBe(400)
    expect((await withReason(100)).status).toBe(200)
  })

  it('refuses a refund of a reservation, and does not find an unknown id', async () => {
    const reserved = await shop.insert({ CustomerId: '5000041234' })
    expect((await refund(reserved, 500, 'a')).status).toBe(400)
    expect((await refund('nowhere', 500, 'a')).status).toBe(404)
  })

  it('refuse: returns the message without effect', async () => {
    const id = await paid()
    shop.simulator.fault({ call: 'partner.refund', kind: 'refuse', message: 'Not today' })
    const { status, body } = await refund(id, 500, 'a')
    expect([status, body]).toEqual([400, { message: 'Not today' }])
    expect(cart(id).refunded).toBe(0)
  })
})

it('transaction returns camelCase fields', async () => {
  expect((await partner(`/transaction/${await paid()}`)).body).toEqual({
    ...{ status: 'paid', isRefundable: true, settlementDate: '2026-12-04T00:00:00' },
  })
  expect((await partner('/transaction/nowhere')).status).toBe(404)
})
