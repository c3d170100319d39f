import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { soleOwner } from '../../../server/core/ownership.ts'
import { listen } from '../../../server/listening.ts'
import { accountOf } from '../../../server/providers/account.ts'
import { netgiro } from '../../../server/providers/netgiro/v1/adapter.ts'
import type { CaptureMethod } from '../../../server/core/checkout.ts'
import type { PaymentRequest, Provider } from '../../../server/core/provider.ts'
import { sign } from '../../../server/providers/netgiro/signature.ts'

const request: PaymentRequest = {
  amount: 1990,
  currency: 'ISK',
  options: null,
  reference: 'WEB-1-abc',
  description: null,
  items: [{ description: 'Sokkar', quantity: 2, amount: 1990 }],
  locationId: null,
  registerId: null,
  payer: { kind: 'phone', value: '8223281' },
  callbackUrl: 'https://pay.shop.is/cb',
  cancelCallbackUrl: 'https://pay.shop.is/cb/cancel',
}

let provider: Provider
let server: Server
afterEach(async () => {
  await provider.close()
  server.close()
})

async function against(listening: Server, path = '/v1', confirmation: CaptureMethod = 'manual') {
  server = listening
  const apiUrl = `${(await listen(listening)).url}${path}`
  provider = netgiro(
    { appId: 'app', secretKey: 'secret', apiUrl },
    confirmation,
    () => 1_000,
    () => soleOwner.permit(),
  )
  return apiUrl
}

/** Answers every call so, signed and with a reference id, and keeps what was asked. */
async function answering(reply: object, confirmation: CaptureMethod = 'manual') {
  const asked: Record<string, unknown>[] = []
  let apiUrl = ''
  const server = createHttpServer((incoming, response) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    incoming.on('end', () => {
      const url = `${apiUrl}${(incoming.url ?? '').replace('/v1', '')}`
      asked.push({ call: url.split('/').at(-1), ...(JSON.parse(text) as object) })
      const body = JSON.stringify(reply)
      const signature = sign('secret', '1', url, body)
      const signed = { netgiro_nonce: '1', netgiro_signature: signature }
      response.writeHead(200, { ...signed, netgiro_referenceid: 'ref-1' }).end(body)
    })
  })
  apiUrl = await against(server, '/v1', confirmation)
  return asked
}
const handle = { providerRef: 'cart-1', reference: 'WEB-1-abc', captureMethod: 'manual' } as const
const begun = { TransactionId: 'cart-1', Success: true, ResultCode: 200 }

it('sends one POST with PascalCase fields, signed over the exact bytes', async () => {
  const seen: { headers: Record<string, unknown>; body: string; url: string }[] = []
  const apiUrl = await against(
    createHttpServer((incoming, response) => {
      let body = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      incoming.on('end', () => {
        seen.push({ headers: incoming.headers, body, url: incoming.url ?? '' })
        response.end('{}')
      })
    }),
    '/api/v1',
  )
  expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
  expect(seen).toHaveLength(1)
  const [{ headers, body, url }] = seen as [(typeof seen)[0]]
  expect(url).toBe('/api/v1/Checkout/InsertCart')
  expect(headers).toMatchObject({ netgiro_appkey: 'app', accept: 'application/json' })
  expect(headers['netgiro_signature']).toBe(
    sign('secret', headers['netgiro_nonce'] as string, `${apiUrl}/Checkout/InsertCart`, body),
  )
  expect(JSON.parse(body)).toEqual({
    Amount: 1990,
    Reference: 'WEB-1-abc',
    CustomerId: '8223281',
    ConfirmationType: 2,
    CallbackUrl: 'https://pay.shop.is/cb',
    CallbackCancelUrl: 'https://pay.shop.is/cb/cancel',
    CartItemRequests: [
      { ProductNo: '1', Name: 'Sokkar', Quantity: 2000, Amount: 1990, UnitPrice: 995 },
    ],
  })
})

it('sends only the fields of an order that the shop gave', async () => {
  const asked = await answering(begun)
  const { description, locationId, registerId } = request
  await provider.start({ ...request, items: [] })
  const given = { description: 'Two', locationId: 'L', registerId: 'R' }
  await provider.start({ ...request, ...given })
  const optional = ['Description', 'LocationId', 'RegisterId', 'CartItemRequests']
  expect([description, locationId, registerId]).toEqual([null, null, null])
  expect(optional.filter((name) => name in (asked[0] ?? {}))).toEqual([])
  expect(asked[1]).toMatchObject({ Description: 'Two', LocationId: 'L', RegisterId: 'R' })
})

it('names the cart in every later call, and submits a code as Identifier', async () => {
  const asked = await answering({ Success: true, ResultCode: 1 })
  const results = [
    await provider.check(handle),
    await provider.capture(handle),
    await provider.cancel(handle),
    await provider.submitCode(handle, '1234'),
  ]
  const cart = { TransactionId: 'cart-1' }
  expect(asked).toEqual([
    { call: 'CheckCart', ...cart },
    { call: 'ConfirmCart', ...cart },
    { call: 'CancelCart', ...cart },
    { call: 'ConfirmCart', ...cart, Identifier: '1234' },
  ])
  for (const { evidence } of results)
    expect(evidence).toMatchObject({ code: '1', referenceId: 'ref-1' })
})

it('asks at once about a payer at a point of sale, who may have approved already', async () => {
  await answering(begun)
  const isPolledAtOnce = async (kind: 'phone' | 'national_id' | 'app_code') => {
    const result = await provider.start({ ...request, payer: { kind, value: '1111111119' } })
    return result.type === 'requested' && result.pollImmediately
  }
  expect(await isPolledAtOnce('phone')).toBe(false)
  expect(await isPolledAtOnce('national_id')).toBe(true)
  expect(await isPolledAtOnce('app_code')).toBe(true)
})

it('keeps what another result than a cart says at a point of sale', async () => {
  await answering({ Success: false, ResultCode: 10306, PaymentSuccessful: false })
  const result = await provider.start({ ...request, payer: { kind: 'app_code', value: 'a' } })
  expect(result).toEqual({
    ...{ type: 'refused', outcome: 'failed', reason: 'request_not_sent' },
    evidence: { call: 'InsertCart', code: '10306', referenceId: 'ref-1' },
  })
})

it.each([
  ['automatic', { phone: 0, national_id: 0, app_code: 0 }],
  ['callback', { phone: 1, national_id: 2, app_code: 2 }],
  ['manual', { phone: 2, national_id: 2, app_code: 2 }],
] as const)('captures %s, but a callback only for a phone', async (confirmation, types) => {
  const asked = await answering(begun, confirmation)
  for (const [kind, type] of Object.entries(types) as [keyof typeof types, number][]) {
    await provider.start({ ...request, payer: { kind, value: '1' } })
    expect(asked.at(-1), kind).toMatchObject({ ConfirmationType: type })
    const method = (['automatic', 'callback', 'manual'] as const)[type]
    expect(provider.captureMethodFor(kind)).toBe(method)
  }
})

it('V1 asks phones, and at a point of sale an identity number or an app code as well', async () => {
  const apiUrl = await against(createHttpServer())
  expect(provider).toMatchObject({
    ...{ name: 'netgiro', api: 'v1', account: accountOf('app'), apiUrl },
    ...{ startNotifiesPayer: true, canCancel: true, refund: null },
    ...{ payers: { web: ['phone'], pos: ['phone', 'national_id', 'app_code'] } },
    approvalTimeoutMs: { national_id: 5 * 60_000 },
  })
})

it('the provider sends nothing once it is closed', async () => {
  const asked = await answering(begun)
  await provider.close()
  expect(await provider.start(request)).toMatchObject({ type: 'not_sent' })
  expect(asked).toEqual([])
})

it('distinguishes a request that was not sent from one without a response', async () => {
  let connections = 0
  await against(
    createServer((socket) => {
      connections++
      socket.on('error', () => {})
      socket.once('data', () => socket.destroy())
    }),
  )
  expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
  expect(connections).toBe(1)
  await new Promise((resolve) => server.close(resolve))
  expect(await provider.start(request)).toMatchObject({
    type: 'not_sent',
    evidence: { code: 'ECONNREFUSED' },
  })
})

it('keeps the id of a cart when the signed response contains invalid UTF-8', async () => {
  const apiUrl = await against(
    createHttpServer((incoming, response) => {
      const body = Buffer.concat([
        Buffer.from('{"TransactionId":"cart-1","Success":true,"ResultCode":200,"Message":"'),
        Buffer.from([0xe6, 0xf0]),
        Buffer.from('"}'),
      ])
      const url = `${apiUrl}/Checkout/InsertCart`
      const signature = createHash('sha256').update(`secret1${url}`).update(body).digest('hex')
      incoming.resume().on('end', () => {
        response.writeHead(200, { netgiro_nonce: '1', netgiro_signature: signature }).end(body)
      })
    }),
  )
  expect(await provider.start(request)).toMatchObject({ type: 'requested', providerRef: 'cart-1' })
})

it('distinguishes refused credentials from an unsigned response, and does not retry', async () => {
  let status = 401
  await against(
    createHttpServer((incoming, response) => {
      incoming.resume().on('end', () => response.writeHead(status).end('{"Message":"no"}'))
    }),
  )
  for (status of [401, 403])
    expect(await provider.start(request)).toMatchObject({
      ...{ type: 'unknown', effect: true, evidence: { code: 'credentials_refused' } },
    })
  status = 500
  expect(await provider.start(request)).toMatchObject({ evidence: { code: 'unreadable_answer' } })
})

it('reads the approval and both ids from a signed callback', async () => {
  await against(createHttpServer())
  const parse = (fields: object, url = 'https://pay.shop.is/cb') => {
    const body = JSON.stringify(fields)
    const headers = new Headers({
      netgiro_nonce: '1',
      netgiro_signature: sign('secret', '1', 'https://pay.shop.is/cb', body),
    })
    return provider.parseCallback({ url, headers, body: Buffer.from(body) })
  }
  const info = { TransactionId: 'payment-1', ReferenceNumber: 'WEB-1-abc', StatusId: 1 }
  const said = { Success: true, ResultCode: 10429, PaymentSuccessful: true, PaymentInfo: info }
  const names = { providerRef: null, paymentRef: 'payment-1', reference: 'WEB-1-abc' }
  expect(parse(said)).toEqual({ ...names, saysApproved: true, signed: true })
  for (const ResultCode of [10426, 10200, 10203])
    expect(parse({ ...said, ResultCode })).toMatchObject({ saysApproved: true })
  for (const PaymentInfo of [null, undefined, 'x'])
    expect(parse({ ...said, PaymentInfo })).toMatchObject({ saysApproved: true })
  for (const odd of [
    ...[{ ResultCode: 10201 }, { ResultCode: '10429' }, { Success: false }, { Success: 'true' }],
    { PaymentInfo: { ...info, StatusId: 5 } },
  ])
    expect(parse({ ...said, ...odd })).toEqual({ ...names, saysApproved: false, signed: true })
  // What cannot be read names nothing, and is signed anyway.
  const nothing = { providerRef: null, paymentRef: null, reference: null, saysApproved: false }
  expect(parse({ PaymentInfo: { TransactionId: 7, ReferenceNumber: [] } })).toEqual({
    ...nothing,
    signed: true,
  })
  expect(parse([])).toEqual({ ...nothing, signed: true })
  expect(parse(said, 'https://other.is/cb')).toBeNull()
  const unsigned = { url: 'https://pay.shop.is/cb', headers: new Headers(), body: Buffer.from('') }
  expect(provider.parseCallback(unsigned)).toBeNull()
})

it('stops reading a response that exceeds the maximum size', async () => {
  await against(
    createHttpServer((_, response) => {
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', flood)
      flood()
    }),
  )
  expect(
    await provider.check({ providerRef: 'cart', reference: 'a', captureMethod: 'manual' }),
  ).toMatchObject({ type: 'unknown', effect: false })
})
