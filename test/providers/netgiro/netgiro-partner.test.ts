import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { soleOwner } from '../../../server/core/ownership.ts'
import { listen } from '../../../server/listening.ts'
import { partnerRefund } from '../../../server/providers/netgiro/partner.ts'

it('reports a refund or a refusal only when the response is a documented one', async () => {
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
  })
  const { url: origin, close } = await listen(server)
  const url = `${origin}/partner`
  const partner = partnerRefund({ secretKey: 'top secret', partnerApiUrl: url }, () =>
    soleOwner.permit(),
  )
  const refund = { providerRef: 'abc-123', amount: 2_000, key: 'ref_1' }
  const said = async (status: number, text: string) => {
    answers.push([status, text])
    const result = await partner.refund(refund)
    expect(JSON.stringify(result)).not.toContain('top secret')
    return result.type
  }
  const yes = [200, '{"message":"Refund successful"}'] as const
  expect(await said(...yes)).toBe('refunded')
  expect(asked).toEqual([
    {
      ...{ url: '/partner/refund', token: 'top secret' },
      body: { transactionId: 'abc-123', refundAmount: 2_000, idempotencyKey: 'ref_1' },
    },
  ])
  for (const text of [
    '{"Success":true,"Message":"Refund successful"}',
    '{"success":true}',
    '{"Success":true,"Message":null,"ResultCode":200}',
    '{"ResultCode":200}',
    '{"Message":"Success"}',
    '{"Success":true,"Message":""}',
  ])
    expect(await said(200, text), text).toBe('refunded')
  for (const text of [
    ...['', ' ', '{}', '[]', 'null', 'true', '"Success"', '<!doctype html>'],
    ...['{"Message":"Insufficient funds"}', '{"message":null}', '{"Message":200}'],
    ...['{"success":false,"message":"no"}', '{"success":"false"}', '{"Success":"true"}'],
    ...['{"Success":1}', '{"ResultCode":400}', '{"ResultCode":"200"}', '{"ResultCode":10201}'],
    // One part says yes and another one no.
    ...['{"Success":true,"ResultCode":400}', '{"Success":false,"Message":"Refund successful"}'],
    ...['{"Success":"false","ResultCode":200}', '{"ResultCode":400,"Message":"Success"}'],
    ...['{"Success":false,"Success":true}', '{"success":false,"Success":true}'],
    // It says yes, and something that is not documented.
    ...['{"Success":true,"Message":"Insufficient funds"}', '{"ResultCode":200,"Message":"Queued"}'],
    ...['{"Success":true,"Message":7}', '{"Success":true,"ResultCode":10201}'],
    ...['{"message":"Refund successful","status":"pending"}', '{"Success":true,"Status":1}'],
  ])
    expect(await said(200, text), text).toBe('unknown')
  for (const status of [400, 404, 409, 422]) {
    expect(await said(status, '{"message":"no"}')).toBe('refund_refused')
    expect(await said(status, '{"Message":"no"}')).toBe('refund_refused')
    expect(await said(status, '{"Success":false,"Message":"no","ResultCode":400}')).toBe(
      'refund_refused',
    )
    expect(await said(status, '<!doctype html>')).toBe('unknown')
    // The status says no and the body says yes, or what cannot be read.
    for (const text of [
      ...['{"Success":true,"Message":"Refund successful"}', '{"Message":"Refund successful"}'],
      ...['{"success":true,"message":"no"}', '{"Message":"no","ResultCode":200}'],
      ...['{"Success":"true","Message":"no"}', '{"Message":"no","ResultCode":"200"}'],
    ])
      expect(await said(status, text), text).toBe('unknown')
  }
  expect(await said(401, '{"message":"Unauthorized"}')).toBe('not_sent')
  for (const text of [
    ...['{"Success":true,"Message":"Refund successful"}', '{"Message":"Refund successful"}'],
    ...['{"Success":"true"}', '{"Success":false,"ResultCode":200}'],
  ])
    expect(await said(401, text), text).toBe('unknown')
  // Success in the wrong status, and a refusal without a message.
  expect(await said(201, '{"Success":true}')).toBe('unknown')
  expect(await said(400, '{"Message":null}')).toBe('unknown')
  for (const body of ['', '{"message":"Forbidden"}'])
    for (const status of [401, 403]) {
      answers.push([status, body])
      expect(await partner.refund(refund), `${status} ${body}`).toMatchObject({
        ...(status === 401 ? { type: 'not_sent' } : { type: 'unknown', effect: true }),
        evidence: { code: 'credentials_refused' },
      })
    }
  for (const status of [201, 204, 206, 308, 403, 408, 429, 500, 502, 503])
    expect(await said(status, status === 204 ? '' : '{"message":"?"}'), String(status)).toBe(
      'unknown',
    )
  const evidence = (code: string) => ({ call: 'partner.refund', code, referenceId: null })
  const uncertain = { type: 'unknown', effect: true }
  answers.push([503, ''])
  expect(await partner.refund(refund)).toEqual({ ...uncertain, evidence: evidence('http_503') })
  server.once('request', (request) => request.socket.destroy())
  expect(await partner.refund(refund)).toEqual({
    ...uncertain,
    evidence: evidence('UND_ERR_SOCKET'),
  })
  await partner.close()
  expect(await partner.refund(refund)).toMatchObject({ type: 'not_sent' })
  const nowhere = partnerRefund({ secretKey: 'x', partnerApiUrl: 'http://127.0.0.1:9' }, () =>
    soleOwner.permit(),
  )
  expect(await nowhere.refund(refund)).toMatchObject({ type: 'not_sent' })
  await nowhere.close()
  await close()
})
