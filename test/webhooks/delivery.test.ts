import { createServer } from 'node:http'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StoredEvent } from '../../server/core/store.ts'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'
import { deliver } from '../../server/webhooks/delivery.ts'
import { postSigned } from '../../server/webhooks/post.ts'
import { webhookSecret } from '../ops/shop.ts'
import { ManualClock } from '../support/manual-clock.ts'

const body = '{"type":"checkout.paid","data":{}}'
const event = { id: 'evt_1', body } as StoredEvent

let answer: RequestListener
let shop: Listener
const clock = new ManualClock()
beforeEach(async () => {
  shop = await listen(createServer((request, response) => answer(request, response)))
})
afterEach(() => shop.close())

const endpoint = () => ({ url: shop.url, secrets: [webhookSecret], clock })
const answered = (status: number, headers: Record<string, string> = {}) => {
  answer = (_, response) => response.writeHead(status, headers).end()
  return deliver(event, endpoint())
}

it.each([
  [200, { accepted: true, responded: true }],
  [299, { accepted: true, responded: true }],
  [300, { accepted: false, responded: true }],
  [404, { accepted: false, responded: true }],
  [410, { accepted: false, responded: true, isGone: true }],
  [429, { accepted: false, responded: false }],
  [499, { accepted: false, responded: true }],
  [500, { accepted: false, responded: false }],
])('a response %i is about the event, or shows that the shop is failing', async (status, said) => {
  const expected = { isGone: false, retryAfterMs: null, result: `status ${status}`, ...said }
  expect(await answered(status)).toEqual(expected)
})

it('waits as long as the response asks for', async () => {
  expect(await answered(503, { 'retry-after': '120' })).toMatchObject({ retryAfterMs: 120_000 })
})

it('a delivery without a response has failed, and says why without naming the URL', async () => {
  const failed = { accepted: false, isGone: false, responded: false, retryAfterMs: null }
  answer = ({ socket }) => socket.destroy()
  expect(await deliver(event, endpoint())).toEqual({ ...failed, result: 'UND_ERR_SOCKET' })
  const nowhere = { ...endpoint(), url: 'http://127.0.0.1:9' }
  expect(await deliver(event, nowhere)).toEqual({ ...failed, result: 'ECONNREFUSED' })
  answer = () => clock.advance(15_000)
  expect(await deliver(event, endpoint())).toEqual({ ...failed, result: 'no response in time' })
})

it('signs an event with every secret, and says who sends it', async () => {
  let headers: IncomingHttpHeaders = {}
  answer = (request, response) => {
    headers = request.headers
    response.end()
  }
  const other = `whsec_${Buffer.from('another secret of the tests').toString('base64')}`
  await deliver(event, { ...endpoint(), secrets: [webhookSecret, other] })
  expect(headers).toMatchObject({
    ...{ 'content-type': 'application/json', 'user-agent': 'netgiro-checkout' },
    ...{ 'webhook-id': 'evt_1', 'webhook-timestamp': String(clock.now() / 1000) },
  })
  const at = new Date(clock.now())
  const signatures = [webhookSecret, other].map((secret) =>
    new Webhook(secret).sign('evt_1', at, body),
  )
  expect(headers['webhook-signature']).toBe(signatures.join(' '))
})

it('posts with the credentials of its URL, where it has any', async () => {
  let authorization: string | undefined
  let method: string | undefined
  answer = (request, response) => {
    authorization = request.headers.authorization
    method = request.method
    response.end()
  }
  await deliver(event, endpoint())
  expect([method, authorization]).toEqual(['POST', undefined])
  await deliver(event, { ...endpoint(), url: shop.url.replace('//', '//user:pass@') })
  expect(authorization).toBe(`Basic ${btoa('user:pass')}`)
})

it('reads a decision up to 16 KiB', async () => {
  const post = { ...endpoint(), id: 'gate_1', body, timeoutMs: 15_000 }
  const limit = 16 * 1024
  for (const length of [limit - 1, limit, limit + 1, 3 * limit]) {
    answer = (_, response) => {
      response.write('x'.repeat(100))
      setImmediate(() => response.end('x'.repeat(length - 100)))
    }
    expect((await postSigned(post)).body).toHaveLength(Math.min(length, limit))
  }
})

it('reads what has arrived of a response that is cut short', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('þú')
    setImmediate(() => response.destroy())
  }
  const post = { ...endpoint(), id: 'gate_1', body, timeoutMs: 15_000 }
  expect(await postSigned(post)).toEqual({ status: 200, retryAfter: undefined, body: 'þú' })
})
