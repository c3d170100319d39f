import { request } from 'node:http'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { openShop, order, sha256, type Reply, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.simulator.close())

const signatureOver = ({ headers, url, text }: Reply) =>
  sha256(sandbox.secretKey + (headers.get('netgiro_nonce') ?? '') + url + text)

describe('a request', () => {
  it.each([
    ['a wrong secret', { secretKey: 'wrong' }],
    ['a foreign application id', { appId: 'cf4dda0f-2698-4aeb-8092-a41c675590d2' }],
    ['an empty nonce', { nonce: '' }],
  ])('refuses a request with an unsigned 401 for %s, and counts it', async (_, options) => {
    const reply = await shop.call('InsertCart', order, options)
    expect(reply.status).toBe(401)
    expect(reply.body).toMatchObject({ Success: false, ResultCode: 400 })
    expect(reply.headers.has('netgiro_signature')).toBe(false)
    expect(shop.simulator.inspect()).toMatchObject({ carts: [], rejectedSignatures: 1 })
  })

  it('refuses a request without headers', async () => {
    const response = await fetch(`${shop.simulator.apiUrl}/Checkout/InsertCart`, { method: 'POST' })
    expect(response.status).toBe(401)
  })

  it('verifies a request over the received bytes, not over the parsed object', async () => {
    const spaced = JSON.stringify({ ...order, Description: 'Þæfður ullarsokkur / "tvö"' }, null, 2)
    expect((await shop.call('InsertCart', spaced)).body['ResultCode']).toBe(200)
  })

  it.each(['/checkout/insertcart', '/CHECKOUT/InsertCart', '/Checkout/InsertCart?x=Y%20z'])(
    'a request may be sent to %s, signed over this URL',
    async (path) => {
      const reply = await shop.call('InsertCart', order, { path })
      expect(reply.body['ResultCode']).toBe(200)
      expect(reply.headers.get('netgiro_signature')).toBe(signatureOver(reply))
    },
  )

  it('verifies a request over the Host header that was sent', async () => {
    const body = JSON.stringify({ TransactionId: 'x' })
    const signature = sha256(
      `${sandbox.secretKey}1http://netgiro.test/v1/Checkout/CheckCart${body}`,
    )
    const status = await new Promise((resolve, reject) => {
      const headers = {
        host: 'netgiro.test',
        netgiro_appkey: sandbox.appId.toLowerCase(),
        netgiro_nonce: '1',
        netgiro_signature: signature,
      }
      const url = `${shop.simulator.apiUrl}/Checkout/CheckCart`
      request(url, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end(body)
    })
    expect(status).toBe(200)
  })

  it('a request may have camelCase fields', async () => {
    const reply = await shop.call('InsertCart', {
      ...{ amount: 1990, reference: 'WEB-1', customerId: '8223281', confirmationType: 0 },
      ...{ description: 'Sokkar', locationId: 'L1' },
    })
    const transactionId = reply.body['TransactionId'] as string
    expect((await shop.call('CheckCart', { transactionId })).body['ResultCode']).toBe(10425)
    expect(shop.simulator.cart(transactionId)).toMatchObject({
      ...{ Amount: 1990, Description: 'Sokkar', LocationId: 'L1' },
    })
  })

  it.each([
    ['no JSON', 'Amount=1'],
    ['an array', []],
    ['no Amount', { ...order, Amount: undefined }],
    ['a broken Amount', { ...order, Amount: 19.9 }],
    ['an Amount in a string', { ...order, Amount: '1990' }],
    ['no Reference', { ...order, Reference: '' }],
    ['no CustomerId', { ...order, CustomerId: undefined }],
    ['no ConfirmationType', { ...order, ConfirmationType: undefined }],
    ['ServerCallback without CallbackUrl', { ...order, ConfirmationType: 1 }],
    ['a number of six digits', { ...order, CustomerId: '822328' }],
    ['a number that begins with 5', { ...order, CustomerId: '5223281' }],
    ['a number with a country code', { ...order, CustomerId: '+3548223281' }],
    ['an SSN with a hyphen', { ...order, CustomerId: '111111-1119' }],
    ['an SSN of the 31st of April', { ...order, CustomerId: '3104901239' }],
    ['an SSN of the 13th month', { ...order, CustomerId: '0113901239' }],
    ['an AppCode with a hyphen', { ...order, CustomerId: '500004-1234' }],
    ['an AppCode of five characters', { ...order, CustomerId: '50000412345' }],
  ])('refuses a request with 400 for %s', async (_, body) => {
    const reply = await shop.call('InsertCart', body)
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ Success: false, ResultCode: 400 })
    expect(shop.simulator.inspect().carts).toEqual([])
  })

  it.each([
    [10427, { ConfirmationType: 3 }],
    [10427, { ConfirmationType: '0' }],
    [10305, { Amount: 0 }],
    [10305, { Amount: -1 }],
    [10306, { CustomerId: '6610306' }],
    [10302, { CustomerId: '6610302' }],
    [10302, { CustomerId: '2222222229' }],
    [10306, { CustomerId: '0101103069' }],
    [10306, { CustomerId: '5000040306' }],
    [10302, { CustomerId: '5000040302' }],
    [10427, { CustomerId: '1111111119', ConfirmationType: 1, CallbackUrl: 'http://shop.test' }],
    [10427, { CustomerId: '5000041234', ConfirmationType: 1, CallbackUrl: 'http://shop.test' }],
  ])('returns the result code %d for the request %j', async (code, changes) => {
    const { body } = await shop.call('InsertCart', { ...order, ...changes })
    expect(body).toMatchObject({ Success: false, TransactionId: null, ResultCode: code })
  })

  it.each(['CheckCart', 'ConfirmCart', 'CancelCart'])(
    'refuses a request with 400 by %s without a TransactionId',
    async (call) => {
      const { body } = await shop.call(call, {})
      expect(body).toMatchObject({ Success: false, ResultCode: 400 })
    },
  )

  it('refuses a request for an unknown call or method', async () => {
    expect((await shop.call('Nonsense', {})).status).toBe(404)
    expect((await fetch(`${shop.simulator.apiUrl}/Checkout/CheckCart`)).status).toBe(405)
  })
})

describe('a response', () => {
  it('signs a response over the requested URL, with its own nonce and reference', async () => {
    const nonce = '39084373214935208'
    const reply = await shop.call('InsertCart', order, { nonce })
    expect(reply.headers.get('netgiro_appkey')).toBe(sandbox.appId)
    expect(reply.headers.get('netgiro_nonce')).toMatch(/^\d+$/)
    expect(reply.headers.get('netgiro_nonce')).not.toBe(nonce)
    expect(reply.headers.get('netgiro_referenceId')).toMatch(/^[0-9a-f-]{36}$/)
    expect(reply.headers.get('netgiro_signature')).toBe(signatureOver(reply))
  })

  it('a response has the poll interval, possibly null, in the spelling of the documents', async () => {
    const { body } = await shop.call('InsertCart', order)
    expect(body).toEqual({
      TransactionId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      RemoteConfirmationAvailable: true,
      AnnouncementMessage: null,
      ProcessCartCheckIntervalMiliseconds: 2000,
      Success: true,
      Message: 'Success',
      ResultCode: 200,
    })
    const other = await openShop({ pollIntervalMs: null })
    const withoutInterval = await other.call('InsertCart', order)
    expect(withoutInterval.body['ProcessCartCheckIntervalMiliseconds']).toBeNull()
    await other.simulator.close()
  })

  it('a response has decimals for amounts only', async () => {
    const Reference = '"TotalAmount":7,'
    const id = await shop.insert({ Reference })
    shop.simulator.approve(id)
    const { text, body } = await shop.ask('CheckCart', id)
    expect(text).toContain('"TotalAmount":1990.0,')
    expect(text).toContain('"DiscountAmount":0.0,')
    expect(body.PaymentInfo).toMatchObject({
      TransactionId: id,
      ReferenceNumber: Reference,
      TotalAmount: 1990,
      Created: '2026-11-20T12:00:00',
    })
  })

  it('responses have ascending invoice numbers', async () => {
    const ids = [await shop.insert(), await shop.insert()]
    for (const id of ids) shop.simulator.approve(id)
    const numbers = ids.map((id) => shop.simulator.cart(id)!.InvoiceNumber)
    expect(numbers[1]).toBeGreaterThan(numbers[0]!)
  })
})
