import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import * as library from '../../integrations/client/index.ts'
import type { Client } from '../../integrations/client/index.ts'
import { merchantKey } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { cases as answered, startAnswerServer } from './answers.ts'
import type { AnswerServer } from './answers.ts'
import { read } from './conformance-files.ts'
import type { Delivery, Step } from './conformance-files.ts'
import { collect, startConformanceServer } from './server.ts'

const { steps } = read('calls.json') as { readonly steps: readonly Step[] }
const { now, cases } = read('webhooks.json') as { now: number; cases: readonly Delivery[] }

let testServer: TestServer
let answerServer: AnswerServer
beforeAll(async () => {
  testServer = await startConformanceServer()
  answerServer = await startAnswerServer()
})
afterAll(() => Promise.all([testServer.close(), answerServer.close()]))
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

function expectResult(result: unknown, { name, answer, has = [], includes, error }: Step): void {
  if (error) {
    expect(result, name).toBeInstanceOf(library.NetgiroError)
    const { retryAfter, ...rest } = error
    const { name: className, code, status } = result as library.ProblemError
    expect(JSON.stringify({ code, status, class: className }), name).toBe(
      JSON.stringify({ code: rest.code, status: rest.status, class: rest.class }),
    )
    if (retryAfter !== undefined)
      expect((result as library.ProblemError).retryAfter ?? null, name).toBe(retryAfter)
    return
  }
  if (includes) expect(result, name).toEqual(expect.arrayContaining([...includes]))
  else expect(result, name).toMatchObject(answer ?? {})
  for (const field of has) expect(result, name).toHaveProperty(field)
}

it('the client takes every step of the conformance file', async () => {
  for (const step of steps) {
    const { key = merchantKey } = step
    const client = library.createClient({ url: testServer.url, key })
    expectResult(await take(client, step).catch((thrown: unknown) => thrown), step)
  }
})

it.each(answered.map((one, number) => [one.name, one, number] as const))(
  'the client meets: %s',
  async (_, one, number) => {
    const { key = merchantKey, timeoutMs = 10_000, refused } = one
    const url = `${answerServer.url}/${number}`
    const call = async () => {
      const options = { url: one.url?.replace('{url}', url) ?? url, key, timeoutMs, retries: 1 }
      return take(library.createClient(options), one)
    }
    const result = await call().catch((thrown: unknown) => thrown)
    if (refused === undefined) expectResult(result, one)
    else {
      expect(result).toBeInstanceOf(TypeError)
      expect((result as Error).message).toContain(refused)
    }
    expect(answerServer.differenceOf(number)).toBeNull()
  },
)

it.each(cases)('the client decides whether a webhook is genuine: $name', (delivery) => {
  const { genuine, secrets, headers, body, refused } = delivery
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
  const verify = (given: string | Uint8Array | ArrayBuffer) =>
    library.createWebhooks(secrets).verify(given, headers)
  if (refused !== undefined) {
    expect(() => library.createWebhooks(secrets)).toThrow(TypeError)
    expect(() => library.createWebhooks(secrets)).toThrow(refused)
    return
  }
  const bytes = new TextEncoder().encode(body)
  for (const given of [body, bytes, Buffer.from(body), bytes.buffer])
    if (genuine) expect(verify(given)).toMatchObject({ type: 'checkout.paid', id: 'evt_1' })
    else expect(() => verify(given)).toThrow(library.InvalidSignatureError)
})

const genuine = () => {
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
  const { secrets, headers, body } = cases[0]!
  return { webhooks: library.createWebhooks(secrets), headers, body }
}

it('the client reads headers of any kind', () => {
  const { webhooks, headers, body } = genuine()
  const flat = headers as Readonly<Record<string, string>>
  const kinds = [new Headers(flat), new Map(Object.entries(flat)) as unknown as Headers]
  for (const one of kinds) expect(webhooks.verify(body, one).data.checkout?.amount).toBe(12990)
})

it.each([[JSON.parse('{"type":"checkout.paid"}') as string], [undefined], [null], [['x']]])(
  'the client says that a body has been parsed already: %j',
  (body) => {
    const { webhooks, headers } = genuine()
    expect(() => webhooks.verify(body as string, headers)).toThrow(/before any parser/)
  },
)
