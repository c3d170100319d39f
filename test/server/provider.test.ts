import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { netgiro } from '../../server/providers/netgiro/adapter.ts'
import type { PaymentRequest, Provider } from '../../server/providers/provider.ts'
import { sign } from '../../server/providers/netgiro/signature.ts'

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
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}${path}`
  provider = netgiro({ appId: 'app', secretKey: 'secret', apiUrl }, 'manual', () => 1_000)
  return apiUrl
}

it('sends one POST, signed over the very bytes, with the fields in their PascalCase', async () => {
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

it('knows a call that never left from one that got lost', async () => {
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

it('does not read an answer without end', async () => {
  await against(
    createHttpServer((_, response) => {
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', flood)
      flood()
    }),
  )
  expect(await provider.check('cart')).toMatchObject({ type: 'unknown', effect: false })
})
