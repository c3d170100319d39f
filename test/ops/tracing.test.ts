import { AsyncResource } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../server/core/clock.ts'
import { createLog } from '../../server/log.ts'
import { startTracing } from '../../server/ops/tracing/start-tracing.ts'
import { parseTraceparent } from '../../server/ops/tracing/traceparent.ts'
import { browser, merchant, merchantKey, read, secretKey, start } from '../support/test-server.ts'
import { startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { attributeOf, openReceiver } from './otlp-receiver.ts'
import type { ReceivedSpan, Receiver } from './otlp-receiver.ts'
import { openShop, webhookSecret, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

let receiver: Receiver
let shop: Shop
let testServer: TestServer
let clock: ManualClock

/** Its timers belong to whoever set them, as those of Node do. */
class NodeLikeClock extends ManualClock {
  override after(ms: number, callback: () => void) {
    return super.after(ms, AsyncResource.bind(callback))
  }
}

beforeEach(async () => {
  receiver = await openReceiver()
  shop = await openShop()
  clock = new NodeLikeClock()
})
afterEach(async () => {
  shop.close()
  await receiver.close()
})

const open = async (env: Record<string, string> = {}, api: 'v1' | 'v2' = 'v2') => {
  testServer = await startTestServer({
    clock,
    env: { ...webhookTo(shop), OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
    envOf: ({ apiUrl, v2Url }) => ({
      NETGIRO_API: api,
      NETGIRO_API_URL: api === 'v1' ? apiUrl : v2Url,
    }),
  })
}

const statusIs = (session: string, wanted: string) =>
  until(
    () => {
      clock.advance(500)
      return read(testServer, session)
    },
    ({ status }) => status === wanted,
  )

const lastCart = () => testServer.simulator.inspect().carts.at(-1)!.TransactionId

/** A request is paid, and the shop is notified. Then the server stops, which sends every span. */
async function tellStory(phone: string, headers: Record<string, string> = {}) {
  const { id, session } = await testServer.create({}, headers)
  await browser(testServer, session, 'POST', '/v1/session/start', { body: { phone }, headers })
  testServer.simulator.approve(lastCart())
  await statusIs(session, 'paid')
  await until(() => shop.received.length > 0)
  return { id, session }
}

const named = (name: string) => receiver.spans().filter((span) => span.name === name)

function only(name: string): ReceivedSpan {
  const spans = named(name)
  expect(spans, name).toHaveLength(1)
  return spans[0]!
}

function expectUnsaid(secrets: readonly string[]): void {
  for (const secret of secrets) expect(receiver.bodiesWith(secret)).toEqual([])
}

const lineage = (span: ReceivedSpan | undefined) => receiver.lineage(span).map(({ name }) => name)

describe('traces', () => {
  it('traces lead from a request through its command and the call of the provider to the transition', async () => {
    await open()
    const { id } = await tellStory('7771234')
    await testServer.close()

    expect(receiver.paths[0]).toBe('/v1/traces')
    expect(JSON.stringify(receiver.resources()[0])).toContain('netgiro-checkout')
    expect(lineage(only('netgiro start'))).toEqual([
      ...['netgiro start', 'attempt turn', 'checkout start', 'POST /v1/session/start'],
    ])
    expect(lineage(only('transition started'))).toEqual([
      ...['transition started', 'checkout start', 'POST /v1/session/start'],
    ])
    const requested = only('transition requested')
    expect(lineage(requested).slice(1, 3)).toEqual(['attempt turn', 'checkout start'])
    expect(attributeOf(requested, 'checkout.id')).toBe(id)
    expect(attributeOf(requested, 'checkout.status')).toBe('awaiting_shopper')
    expect(attributeOf(only('netgiro start'), 'provider.result')).toBe('requested')
  })

  it('traces contain the delivery of a webhook beside the transition that it reports', async () => {
    await open()
    await tellStory('7771234')
    await testServer.close()
    const webhook = only('webhook checkout.paid')
    const [paid] = named('transition paid').filter(({ spanId }) => spanId === webhook.parentSpanId)
    expect(paid && attributeOf(paid, 'checkout.status')).toBe('paid')
    expect(webhook.traceId).toBe(paid?.traceId)
    expect(attributeOf(webhook, 'webhook.result')).toBe('status 200')
  })

  it('traces begin anew with each poll of a timer, and link to the command that it goes back to', async () => {
    await open()
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    await start(testServer, session)
    testServer.simulator.approve(lastCart())
    await statusIs(session, 'paid')
    await testServer.close()
    const command = only('checkout start')
    const turns = named('attempt turn').filter(({ parentSpanId }) => !parentSpanId)
    expect(turns.length).toBeGreaterThan(0)
    for (const { links, traceId } of turns) {
      expect(traceId).not.toBe(command.traceId)
      expect(links).toMatchObject([{ spanId: command.spanId, traceId: command.traceId }])
    }
    // What a poll leads to is a part of its trace.
    const [poll] = named('netgiro check').filter(
      (span) =>
        attributeOf(span, 'provider.result') === 'paid' ||
        attributeOf(span, 'provider.result') === 'authorized',
    )
    expect(lineage(poll)).toEqual(['netgiro check', 'attempt turn'])
  })

  it('traces continue the one of the caller', async () => {
    await open()
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
    await tellStory('7771234', { traceparent })
    await testServer.close()
    const request = only('POST /v1/checkouts')
    expect(request).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7', kind: 2 })
    expect(only('netgiro start').traceId).toBe(traceId)
  })

  it('traces are not sent, and nothing is wrapped, without an endpoint', async () => {
    await open({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })
    expect(testServer.parts().tracing).toBeNull()
    await tellStory('7771234')
    await testServer.close()
    expect(receiver.bodies).toEqual([])
  })

  it('traces keep no server from its work or its end when the receiver is away', async () => {
    await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    await tellStory('7771234')
    const startedAt = systemClock.monotonic()
    await testServer.close()
    expect(systemClock.monotonic() - startedAt).toBeLessThan(9_000)
  })

  it('traces contain no phone, session, token, key, reference or description', async () => {
    const adminToken = 'admin-token-of-the-tests-0123456789'
    await open({ ADMIN_TOKEN: adminToken })
    const phone = '7719943'
    const order = { reference: 'REF-canary', description: 'canary-description' }
    const { id, session } = await testServer.create(order)
    const wrong = { body: { phone: `${phone}${phone}` } }
    await browser(testServer, session, 'POST', `/v1/session/start?phone=${phone}`, wrong)
    await browser(testServer, `${session}x`, 'POST', '/v1/session/start', { body: { phone } })
    for (const kind of ['http_500', 'html', 'drop_after_effect'] as const)
      testServer.simulator.fault({ call: 'v2.status', kind })
    await start(testServer, session, phone)
    await merchant(testServer, 'GET', `/v1/checkouts/${phone}`)
    await merchant(testServer, phone, `/v1/checkouts/${id}`).catch(() => {})
    await fetch(`${testServer.url}/v1/callbacks/netgiro/${phone}/success`, { method: 'POST' })
    await fetch(`${testServer.url}/v1/${phone}/${session}?${phone}`)
    testServer.simulator.approve(lastCart())
    await statusIs(session, 'paid')
    const { body } = await merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
      body: { amount: 990 },
      headers: { 'idempotency-key': 'canary-key', traceparent: `00-${phone}-${session}-01` },
    })
    await body?.cancel()
    const tokens = testServer.simulator
      .inspect()
      .carts.map((cart) => JSON.stringify(cart))
      .flatMap((text) =>
        [...text.matchAll(/callbacks\/\w+\/([\w-]+)/g)].flatMap(([, token]) => token ?? []),
      )
    await testServer.close()

    expect(tokens.length).toBeGreaterThan(0)
    expect(receiver.spans().length).toBeGreaterThan(20)
    expectUnsaid([
      ...[phone, session, merchantKey, secretKey, webhookSecret, adminToken, 'canary', '•9943'],
      ...tokens,
    ])
  })

  it('traces contain no kennitala and no code of a point of sale', async () => {
    await open({}, 'v1')
    const nationalId = '1111111119'
    const { session } = await testServer.create({ channel: 'pos', registerId: 'canary-register' })
    const give = (action: string, body: object) =>
      browser(testServer, session, 'POST', `/v1/session/${action}`, { body })
    await give('start', { nationalId: '2508851119' })
    await give('start', { nationalId })
    await statusIs(session, 'awaiting_code')
    const code = String(testServer.simulator.inspect().carts[0]?.['smsCode'])
    await give('code', { code: `${code}9` })
    await give('code', { code })
    await statusIs(session, 'paid')
    await testServer.close()
    expect(named('netgiro submit_code').length).toBeGreaterThan(0)
    expectUnsaid([nationalId, '2508851119', `"${code}`, `${code}"`, session, 'canary', '1119'])
  })
})

it('a server whose SDK is not installed says so in a sentence and goes on', async () => {
  const lines: string[] = []
  const log = { ...createLog('silent'), warn: (line: string) => void lines.push(line) }
  const load = () =>
    Promise.reject(Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' }))
  const settings = { endpoint: receiver.url, serviceName: 'x' }
  expect(await startTracing(settings, log as never, load)).toBeNull()
  expect(lines).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT is set, but nothing is traced: npm install @opentelemetry/sdk-trace-base @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources',
  ])
})

it.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 1],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', 0],
  ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-09-more', 1],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', null],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', null],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', null],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', null],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', null],
  ['', null],
])('takes of the header traceparent only what is valid: %s', (header, flags) => {
  expect(parseTraceparent(header)?.traceFlags ?? null).toBe(flags)
})
