import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import * as library from '../../integrations/client/index.ts'
import type { Client, CreateRequest, RefundRequest } from '../../integrations/client/index.ts'
import { merchantKey } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { collect, startConformanceServer } from './server.ts'

const read = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../../integrations/conformance/${name}`, import.meta.url), 'utf8'),
  )

interface Step {
  readonly name: string
  readonly call: 'create' | 'get' | 'cancel' | 'refund' | 'events'
  readonly order?: CreateRequest
  readonly refund?: RefundRequest
  readonly reference?: string
  readonly id?: string
  readonly idempotencyKey?: string
  readonly key?: string
  readonly answer?: object
  readonly has?: readonly string[]
  readonly includes?: readonly string[]
  readonly error?: { readonly code: string; readonly status: number; readonly class: string }
}
interface Delivery {
  readonly name: string
  readonly genuine: boolean
  readonly secrets: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const { steps } = read('calls.json') as { readonly steps: readonly Step[] }
const { now, cases } = read('webhooks.json') as { now: number; cases: readonly Delivery[] }

let testServer: TestServer
beforeAll(async () => {
  testServer = await startConformanceServer()
})
afterAll(() => testServer.close())
afterEach(() => void vi.useRealTimers())

function take(client: Client, step: Step): Promise<unknown> {
  const { call, order, refund, reference = '', id, idempotencyKey } = step
  const key = id ?? { reference }
  switch (call) {
    case 'create':
      return client.checkouts.create(order!, idempotencyKey === undefined ? {} : { idempotencyKey })
    case 'get':
      return client.checkouts.get(key)
    case 'cancel':
      return client.checkouts.cancel(key)
    case 'refund':
      return client.checkouts.refund(key, refund!, { idempotencyKey: idempotencyKey! })
    case 'events':
      return collect(client.events.list(), ({ event }) => event.type)
  }
}

it('the client takes every step of the conformance file', async () => {
  for (const step of steps) {
    const { name, key = merchantKey, answer, has = [], includes, error } = step
    const result = await take(library.createClient({ url: testServer.url, key }), step).catch(
      (thrown: unknown) => thrown,
    )
    if (error) {
      expect(result, name).toBeInstanceOf(library.ProblemError)
      const { code, status, name: className } = result as library.ProblemError
      expect({ code, status, class: className }, name).toEqual(error)
      continue
    }
    if (includes) expect(result, name).toEqual(expect.arrayContaining([...includes]))
    else expect(result, name).toMatchObject(answer ?? {})
    for (const field of has) expect(result, name).toHaveProperty(field)
  }
})

it.each(cases)('the client decides whether a webhook is genuine: $name', (delivery) => {
  const { genuine, secrets, headers, body } = delivery
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
  const verify = (given: string | Uint8Array) =>
    library.createWebhooks(secrets).verify(given, headers)
  if (!genuine) {
    expect(() => verify(body)).toThrow(library.InvalidSignatureError)
    return
  }
  for (const given of [body, new TextEncoder().encode(body)])
    expect(verify(given)).toMatchObject({ type: 'checkout.paid', id: 'evt_1' })
  expect(
    library.createWebhooks(secrets.join(',')).verify(body, new Headers(headers)).data.checkout
      .amount,
  ).toBe(12990)
})
