import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { listen } from '../../../server/listening.ts'
import { netgiro } from '../../../server/providers/netgiro/v1/adapter.ts'
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

async function against(listening: Server, path = '/v1') {
  server = listening
  const apiUrl = `${(await listen(listening)).url}${path}`
  provider = netgiro({ appId: 'app', secretKey: 'secret', apiUrl }, 'manual', () => 1_000)
  return apiUrl
}

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
  const ring = (fields: object, url = 'https://pay.shop.is/cb') => {
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
  expect(ring(said)).toEqual({ ...names, saysApproved: true, signed: true })
  for (const ResultCode of [10426, 10200, 10203])
    expect(ring({ ...said, ResultCode })).toMatchObject({ saysApproved: true })
  for (const PaymentInfo of [null, undefined, 'x'])
    expect(ring({ ...said, PaymentInfo })).toMatchObject({ saysApproved: true })
  for (const odd of [
    ...[{ ResultCode: 10201 }, { ResultCode: '10429' }, { Success: false }, { Success: 'true' }],
    { PaymentInfo: { ...info, StatusId: 5 } },
  ])
    expect(ring({ ...said, ...odd })).toEqual({ ...names, saysApproved: false, signed: true })
  // What cannot be read names nothing, and is signed all the same.
  const nothing = { providerRef: null, paymentRef: null, reference: null, saysApproved: false }
  expect(ring({ PaymentInfo: { TransactionId: 7, ReferenceNumber: [] } })).toEqual({
    ...nothing,
    signed: true,
  })
  expect(ring([])).toEqual({ ...nothing, signed: true })
  expect(ring(said, 'https://other.is/cb')).toBeNull()
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
