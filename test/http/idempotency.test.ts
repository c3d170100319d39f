import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillDisk } from '../money/disk.ts'
import { merchant, merchantKey, read, startTestServer } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

let orders = 0
const order = (more: object = {}) => ({
  reference: `WEB-${++orders}`,
  amount: 1_990,
  currency: 'ISK',
  ...more,
})
const withKey = (key: string) => ({ 'idempotency-key': key })

/** Straight into the app: two that are asked for together are there before either has been worked on. */
async function create(body: object, key: string) {
  const response = await testServer.parts().app.request('/v1/checkouts', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${merchantKey}`,
      'content-type': 'application/json',
      ...withKey(key),
    },
    body: JSON.stringify(body),
  })
  const json = (await response.json()) as Created & { code?: string }
  return { status: response.status, json, retryAfter: response.headers.get('retry-after') }
}

describe('two creations with the same key', () => {
  it('two creations with the same key create one checkout, and the second gets 409 while the first is in progress', async () => {
    const body = order()
    const [first, second] = await Promise.all([create(body, 'at-once'), create(body, 'at-once')])
    expect(first.status).toBe(201)
    expect(second).toMatchObject({ status: 409, retryAfter: '1' })
    expect(second.json.code).toBe('idempotency_key_in_use')
    const later = await create(body, 'at-once')
    expect([later.status, later.json.id]).toEqual([200, first.json.id])
    expect(later.json.session).not.toBe(first.json.session)
    for (const { session } of [first.json, later.json])
      expect((await read(testServer, session)).reference).toBe(body.reference)
  })

  it('two creations with the same key and different bodies are an error, and only the first is created', async () => {
    const [one, other] = [order(), order()]
    const [first, second] = await Promise.all([
      create(one, 'two-bodies'),
      create(other, 'two-bodies'),
    ])
    expect([first.status, second.status]).toEqual([201, 422])
    expect(second.json.code).toBe('idempotency_key_reused')
    const path = `/v1/checkouts?reference=${other.reference}`
    expect((await merchant(testServer, 'GET', path)).status).toBe(404)
  })

  it('twenty creations with the same key at once create one checkout over HTTP', async () => {
    const body = order()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        merchant(testServer, 'POST', '/v1/checkouts', { body, headers: withKey('twenty') }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => ![200, 201, 409].includes(status))).toEqual([])
  })

  it('a creation that could not be written does not block another with the same key', async () => {
    const body = order()
    const makeRoom = fillDisk(testServer.databasePath)
    expect((await create(body, 'full')).status).toBe(503)
    makeRoom(testServer.databasePath)
    expect((await create(body, 'full')).status).toBe(201)
  })
})

it('treats the same body with another order of fields as the same', async () => {
  const { reference } = order()
  const one = { reference, amount: 1_990, currency: 'ISK', metadata: { a: '1', b: '2' } }
  const same = {
    metadata: { b: '2', a: '1' },
    provider: 'netgiro',
    currency: 'ISK',
    amount: 1_990,
    reference,
  }
  const first = await create(one, 'words')
  const again = await create(same, 'words')
  expect([first.status, again.status, again.json.id]).toEqual([201, 200, first.json.id])
})

it('recognizes a key after a restart', async () => {
  const body = order()
  const first = await create(body, 'restart')
  await testServer.restart()
  const again = await create(body, 'restart')
  expect([again.status, again.json.id]).toEqual([200, first.json.id])
  expect((await create(order(), 'restart')).status).toBe(422)
})

it('names the checkout that has the reference when another amount is requested, under any key', async () => {
  const body = order()
  const { json: first } = await create(body, 'amount-1')
  const answer = await create({ ...body, amount: 2_990 }, 'amount-2')
  expect(answer).toMatchObject({
    status: 409,
    json: { code: 'reference_conflict', checkoutId: first.id },
    retryAfter: null,
  })
})
