import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { partnerRefund } from '../../server/providers/netgiro/partner.ts'

it('reads the partner API as it is known: 200 is yes, a page is nobody’s, and a no is a no', async () => {
  const answers: [number, string][] = []
  const asked: { url: string; token: unknown; body: unknown }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { token } = request.headers
      asked.push({ url: request.url ?? '', token, body: JSON.parse(body) as unknown })
      const [status, text] = answers.shift() ?? [500, '']
      response.writeHead(status).end(text)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/partner`
  const partner = partnerRefund({ secretKey: 'top secret', partnerApiUrl: url })
  const wish = { providerRef: 'abc-123', amount: 2_000, key: 'ref_1' }
  const said = async (status: number, text: string) => {
    answers.push([status, text])
    const fact = await partner.refund(wish)
    expect(JSON.stringify(fact)).not.toContain('top secret')
    return fact.type
  }
  const yes = [200, '{"message":"Refund successful"}'] as const
  expect(await said(...yes)).toBe('refunded')
  expect(asked).toEqual([
    {
      ...{ url: '/partner/refund', token: 'top secret' },
      body: { transactionId: 'abc-123', refundAmount: 2_000, idempotencyKey: 'ref_1' },
    },
  ])
  expect(await said(200, '')).toBe('refunded')
  expect(await said(200, '{"success":false,"message":"no"}')).toBe('unknown')
  expect(await said(200, '<!doctype html>')).toBe('unknown')
  for (const status of [400, 404, 409, 422]) {
    expect(await said(status, '{"message":"no"}')).toBe('refund_refused')
    expect(await said(status, '{"Message":"no"}')).toBe('refund_refused')
    expect(await said(status, '<!doctype html>')).toBe('unknown')
  }
  expect(await said(401, '{"message":"Unauthorized"}')).toBe('not_sent')
  for (const status of [201, 204, 308, 403, 408, 429, 500, 502, 503])
    expect(await said(status, status === 204 ? '' : '{"message":"?"}'), String(status)).toBe(
      'unknown',
    )
  await partner.close()
  const nowhere = partnerRefund({ secretKey: 'x', partnerApiUrl: 'http://127.0.0.1:9' })
  expect(await nowhere.refund(wish)).toMatchObject({ type: 'not_sent' })
  await nowhere.close()
  server.close()
})
