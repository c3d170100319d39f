import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, webhookTo } from '../ops/shop.ts'
import type { Shop } from '../ops/shop.ts'
import { browser, merchant, onlyCart, startTestServer, until } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

interface Media {
  readonly schema: object
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
interface Operation {
  readonly operationId: string
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>
}

let shop: Shop
let testServer: TestServer
let document: Document
let ajv: Ajv2020
beforeAll(async () => {
  shop = await openShop()
  testServer = await startTestServer({
    env: webhookTo(shop),
    envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
  })
  document = (await (await fetch(`${testServer.url}/openapi.json`)).json()) as Document
  ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(document, 'openapi')
})
afterAll(async () => {
  await testServer.close()
  shop.close()
})

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods))
const operation = (id: string) => operations().find(({ operationId }) => operationId === id)!

/** A schema that stands in the document, whose references are resolved there. */
function problemsOf(schema: object, value: unknown): string[] {
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/'),
  ) as object
  const validate = ajv.compile(absolute)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const bodiesOf = (id: string) =>
  Object.values(operation(id).requestBody!.content['application/json']!.examples!).map(
    ({ value }) => value,
  )

/** Statuses that were answered, by operation. */
const seen = new Map<string, Set<number>>()

/** Holds a response against what the document says of the operation; returns its body. */
async function documented(id: string, response: Response): Promise<unknown> {
  const { status } = response
  seen.set(id, (seen.get(id) ?? new Set()).add(status))
  const described = operation(id).responses[status]
  expect(described, `${id} ${status}`).toBeDefined()
  if (!described?.content) return null
  const type = response.headers.get('content-type') ?? ''
  const media = described.content[type]
  expect(media, `${id} ${status} ${type}`).toBeDefined()
  const body: unknown = await response.json()
  expect(problemsOf(media!.schema, body), `${id} ${status} ${JSON.stringify(body)}`).toEqual([])
  return body
}

const create = async (body: unknown, headers = {}) =>
  (await documented(
    'createCheckout',
    await merchant(testServer, 'POST', '/v1/checkouts', { body, headers }),
  )) as Created

async function pay(session: string): Promise<void> {
  for (const body of bodiesOf('startPayment')) {
    const path = '/v1/session/start'
    const response = await browser(testServer, session, 'POST', path, { body })
    await documented('startPayment', response)
  }
  await until(() => testServer.simulator.inspect().carts.length > 0)
  await until(() => testServer.simulator.approve(onlyCart(testServer).TransactionId))
  await until(async () => {
    const response = await browser(testServer, session, 'GET', '/v1/session')
    const { status } = (await documented('getSession', response)) as { status: string }
    return status === 'paid'
  })
}

it('every example of a request is accepted, and every response is as documented', async () => {
  const [order, ...more] = bodiesOf('createCheckout')
  const { id, session } = await create(order)
  const again = await create(order)
  expect(again.id).toBe(id)
  for (const other of more) await create(other)
  const call = async (operationId: string, method: string, path: string, options = {}) =>
    documented(operationId, await merchant(testServer, method, path, options))

  await call('findCheckout', 'GET', '/v1/checkouts?reference=WEB-1234')
  await call('getCheckout', 'GET', `/v1/checkouts/${id}`)
  await pay(session)
  for (const [index, example] of bodiesOf('createRefund').entries()) {
    const { attempts } = (await call('getCheckout', 'GET', `/v1/checkouts/${id}`)) as {
      attempts: { id: string }[]
    }
    // The document cannot know which id the server gives.
    const body = {
      ...(example as object),
      ...('attemptId' in (example as object) && { attemptId: attempts[0]?.id }),
    }
    const headers = { 'idempotency-key': `refund-${index}` }
    await call('createRefund', 'POST', `/v1/checkouts/${id}/refunds`, { body, headers })
    await call('createRefund', 'POST', `/v1/checkouts/${id}/refunds`, { body, headers })
  }
  const other = await create({ reference: 'WEB-2', amount: 1, currency: 'ISK' })
  for (const body of bodiesOf('submitCode'))
    await documented(
      'submitCode',
      await browser(testServer, other.session, 'POST', '/v1/session/code', { body }),
    )
  for (const body of bodiesOf('cancelPayment'))
    await documented(
      'cancelPayment',
      await browser(testServer, other.session, 'POST', '/v1/session/cancel', { body }),
    )
  for (const body of bodiesOf('cancelCheckout'))
    await call('cancelCheckout', 'POST', `/v1/checkouts/${other.id}/cancel`, { body })
  await call('endSessions', 'DELETE', `/v1/checkouts/${other.id}/sessions`)
  await call('listEvents', 'GET', '/v1/events?after=0')

  expect([...seen.get('createCheckout')!].sort()).toEqual([200, 201])
  expect([...seen.get('createRefund')!]).toEqual(expect.arrayContaining([200]))
  for (const one of ['findCheckout', 'getCheckout', 'cancelCheckout', 'listEvents'])
    expect([...seen.get(one)!], one).toEqual([200])
})

it('every webhook that the server sends is as documented, and so is every documented example', async () => {
  await until(() => shop.received.length > 1)
  const { schema, examples } =
    document.webhooks['checkout']!.post.requestBody!.content['application/json']!
  for (const { body } of shop.received) expect(problemsOf(schema, JSON.parse(body))).toEqual([])
  for (const { value } of Object.values(examples!)) expect(problemsOf(schema, value)).toEqual([])
  expect(problemsOf(schema, { type: 'checkout.paid' })).not.toEqual([])
})

it.each([
  ['createCheckout', 'POST', '/v1/checkouts', { body: { amount: 0 } }],
  ['createCheckout', 'POST', '/v1/checkouts', { body: 'x'.repeat(70_000) }],
  ['createCheckout', 'POST', '/v1/checkouts', { headers: { 'content-type': 'text/plain' } }],
  ['createCheckout', 'POST', '/v1/checkouts', { headers: { authorization: '' } }],
  ['findCheckout', 'GET', '/v1/checkouts', {}],
  ['findCheckout', 'GET', '/v1/checkouts?reference=none', {}],
  ['getCheckout', 'GET', '/v1/checkouts/none', {}],
  ['cancelCheckout', 'POST', '/v1/checkouts/none/cancel', {}],
  ['endSessions', 'DELETE', '/v1/checkouts/none/sessions', {}],
  ['endSessions', 'DELETE', '/v1/checkouts/none/sessions', { body: 'x'.repeat(70_000) }],
  ['createRefund', 'POST', '/v1/checkouts/none/refunds', { body: { amount: 1 } }],
  ['listEvents', 'GET', '/v1/events?after=-', {}],
] as const)(
  'the problem that %s answers to a bad request is documented (%s %s)',
  async (...args) => {
    const [id, method, path, options] = args
    const response = await merchant(testServer, method, path, options)
    expect(response.status).toBeGreaterThanOrEqual(400)
    await documented(id, response)
  },
)
