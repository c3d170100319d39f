import { afterEach, describe, expect, it } from 'vitest'
import {
  browser,
  onlyCart,
  origin,
  read,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { sendRaw, statusOf } from '../support/raw-http.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { openStream } from '../support/stream.ts'
import { openShop, webhookSecret } from './shop.ts'

const token = 'admin-token-of-the-tests-0123456789'
const bearer = { authorization: `Bearer ${token}` }

let testServer: TestServer
afterEach(() => testServer.close())

const scrape = async (headers: Record<string, string> = bearer) => {
  const response = await fetch(`${testServer.url}/metrics`, { headers })
  return { status: response.status, text: await response.text() }
}
const value = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1] ?? NaN,
  )
const series = (text: string) =>
  text.split('\n').flatMap((line) => (/^netgiro_/.test(line) ? [line.split(' ')[0]] : []))

it('returns 404 for the metrics without a token or a port', async () => {
  testServer = await startTestServer()
  for (const headers of [{}, bearer]) {
    expect((await scrape(headers)).status).toBe(404)
  }
})

it('serves the metrics on the main port with the right token only', async () => {
  testServer = await startTestServer({ env: { ADMIN_TOKEN: token } })
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }]) {
    expect((await scrape(headers)).status).toBe(404)
  }
  const { status, text } = await scrape()
  expect(status).toBe(200)
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
  expect(text).toMatch(/^process_cpu_seconds_total /m)
})

it('serves the metrics with the right token after any number of wrong ones from the same address', async () => {
  testServer = await startTestServer({ env: { ADMIN_TOKEN: token } })
  for (let tries = 0; tries < 12; tries++)
    expect((await scrape({ authorization: `Bearer guess-${tries}` })).status).toBe(404)
  const { status, text } = await scrape()
  expect(status).toBe(200)
  expect(value(text, 'netgiro_security_events_total{event="wrong_admin_token"}')).toBe(12)
  expect(testServer.logged().split('wrong_admin_token')).toHaveLength(2)
  expect(testServer.logged()).not.toContain('guess-')
})

describe('the metrics listener', () => {
  const metricsUrl = () => /"metricsUrl":"([^"]+)"/.exec(testServer.logged())?.[1] ?? ''
  const ask = async (host: string) => {
    const answer = await sendRaw(
      metricsUrl(),
      `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    return statusOf(answer)
  }

  it('the metrics port listens on the loopback address by default, whatever HOST is', async () => {
    testServer = await startTestServer({ env: { METRICS_PORT: '0', HOST: '0.0.0.0' } })
    expect(new URL(metricsUrl()).hostname).toBe('127.0.0.1')
  })

  it('the metrics port accepts only loopback names on the loopback address', async () => {
    testServer = await startTestServer({ env: { METRICS_PORT: '0' } })
    for (const host of ['127.0.0.1', 'localhost:9464', 'LOCALHOST', '[::1]:9464'])
      expect(await ask(host), host).toBe(200)
    for (const host of ['evil.example', '127.0.0.1.evil.example', '192.0.2.7', 'metrics', 'a b'])
      expect(await ask(host), host).toBeGreaterThanOrEqual(400)
  })

  it('the metrics port accepts addresses and internal names in an internal network', async () => {
    testServer = await startTestServer({ env: { METRICS_PORT: '0', METRICS_HOST: '0.0.0.0' } })
    for (const host of [
      '10.1.2.3:9464',
      'bff:9464',
      'bff.shop.svc.cluster.local',
      '[fd00::1]',
      'localhost',
    ])
      expect(await ask(host), host).toBe(200)
    for (const host of ['evil.example:9464', 'bff.local.evil.example', 'x.internal.com'])
      expect(await ask(host), host).toBe(404)
  })
})

it('serves only the metrics on METRICS_PORT', async () => {
  testServer = await startTestServer({ env: { METRICS_PORT: '0' } })
  const url = /"metricsUrl":"([^"]+)"/.exec(testServer.logged())?.[1] ?? ''
  expect(new URL(url).port).not.toBe(new URL(testServer.url).port)
  const scraped = await fetch(url)
  expect(scraped.headers.get('cache-control')).toBe('no-store')
  expect(await scraped.text()).toContain('netgiro_checkouts{status="open"} 0')
  for (const path of ['/healthz', '/v1/session', '/admin'])
    expect((await fetch(new URL(path, url))).status).toBe(404)
  expect((await scrape({})).status).toBe(404)
})

it('serves the other metrics while the database is away, and says that the server is not ready', async () => {
  const clock = new ManualClock()
  const webhook = { WEBHOOK_URL: 'http://127.0.0.1:1/', WEBHOOK_SECRET: webhookSecret }
  testServer = await startTestServer({
    clock,
    env: { ADMIN_TOKEN: token, METRICS_PORT: '0', ...webhook },
  })
  const url = /"metricsUrl":"([^"]+)"/.exec(testServer.logged())?.[1] ?? ''
  const ready = (text: string) => value(text, 'netgiro_ready')
  expect(ready((await scrape()).text)).toBe(1)
  const database = openSecondConnection(testServer.databasePath)
  const tables = ['checkouts', 'attempts', 'events']
  for (const table of tables) database.exec(`alter table ${table} rename to ${table}_away`)
  clock.advance(60_000)
  for (const address of [url, `${testServer.url}/metrics`]) {
    const scraped = await fetch(address, { headers: bearer })
    expect(scraped.status).toBe(200)
    const text = await scraped.text()
    expect(ready(text)).toBe(0)
    expect(value(text, 'netgiro_open_streams')).toBe(0)
    // What is not known is not said to be nothing.
    expect(text).not.toMatch(/^netgiro_(?:checkouts|refunds|outbox|late_checks)\S* \d/m)
  }
  for (const table of tables) database.exec(`alter table ${table}_away rename to ${table}`)
  database.close()
  clock.advance(60_000)
  const { text } = await scrape()
  expect([ready(text), value(text, 'netgiro_checkouts{status="open"}')]).toEqual([1, 0])
})

it('counts checkouts, calls, streams and webhooks', async () => {
  const shop = await openShop()
  shop.statuses.push(500)
  testServer = await startTestServer({
    env: { ADMIN_TOKEN: token, WEBHOOK_URL: shop.url, WEBHOOK_SECRET: webhookSecret },
  })
  const idle = await testServer.create()
  const stream = await openStream(testServer, idle.session)
  const { session } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  await read(testServer, 'cs_nobody')
  await until(() => testServer.logged().includes('webhook delivery failed'))
  const { text } = await scrape()
  expect(value(text, 'netgiro_checkouts{status="open"}')).toBe(1)
  expect(value(text, 'netgiro_checkouts{status="paid"}')).toBe(1)
  expect(value(text, 'netgiro_checkouts{status="review"}')).toBe(0)
  expect(
    value(
      text,
      'netgiro_provider_calls_total{provider="netgiro",call="start",outcome="requested"}',
    ),
  ).toBe(1)
  expect(
    value(text, 'netgiro_provider_calls_total{provider="netgiro",call="confirm",outcome="paid"}'),
  ).toBe(1)
  expect(value(text, 'netgiro_provider_call_seconds_count{provider="netgiro",call="start"}')).toBe(
    1,
  )
  expect(value(text, 'netgiro_watched_checkouts')).toBe(0)
  expect(value(text, 'netgiro_open_streams')).toBe(1)
  expect(value(text, 'netgiro_webhooks_total{outcome="failed"}')).toBe(1)
  expect(value(text, 'netgiro_outbox_undelivered')).toBe(1)
  expect(value(text, 'netgiro_outbox_oldest_seconds')).toBeGreaterThan(0)
  expect(value(text, 'netgiro_requests_refused_total{reason="unknown_session"}')).toBe(1)
  stream.leave()
  shop.close()
})

it('counts every refusal by its code, also of streams and malformed requests', async () => {
  testServer = await startTestServer({ env: { ADMIN_TOKEN: token } })
  const { session } = await testServer.create()
  const events = (session: string, from = origin) =>
    openStream(testServer, session, { origin: from }).then((stream) => {
      if (stream.response.statusCode !== 200) stream.leave()
      return stream
    })
  await events('cs_nobody')
  await events(session, 'https://evil.example')
  const streams = await Promise.all([1, 2, 3, 4].map(() => events(session)))
  await fetch(`${testServer.url}/nothing`)
  await browser(testServer, session, 'POST', '/v1/session/start', { body: 'x'.repeat(9_000) })
  await fetch(`${testServer.url}/v1/callbacks/netgiro/cs_${'a'.repeat(43)}`, { method: 'POST' })
  const { text } = await scrape()
  const refused = (reason: string) =>
    value(text, `netgiro_requests_refused_total{reason="${reason}"}`)
  const reasons = [
    'unknown_session',
    'origin_not_allowed',
    'too_many_requests',
    'not_found',
    'body_too_large',
  ]
  expect(reasons.map(refused)).toEqual([1, 1, 1, 2, 1])
  for (const stream of streams) stream.leave()
})

it('counts ended attempts that are due for a check for a late payment', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock, env: { ADMIN_TOKEN: token } })
  const due = async () => value((await scrape()).text, 'netgiro_late_checks_due')
  const { session } = await testServer.create()
  await start(testServer, session)
  expect(await due()).toBe(0)
  await browser(testServer, session, 'POST', '/v1/session/cancel')
  // The look itself begins at the next round, and takes as long as the provider does.
  testServer.simulator.fault({ call: 'CheckCart', kind: 'delay', ms: 5_000 })
  clock.advance(60_000)
  await until(due, (count) => count === 1)
  await until(
    () => (clock.advance(1_000), due()),
    (count) => count === 0,
  )
})

it('measures the scheduling delay of attempt steps', async () => {
  class LateClock extends ManualClock {
    override after(ms: number, fn: () => void) {
      return super.after(ms + 700, fn)
    }
  }
  const clock = new LateClock()
  testServer = await startTestServer({ clock, env: { ADMIN_TOKEN: token } })
  const { session } = await testServer.create()
  await start(testServer, session)
  const { text } = await until(
    () => {
      clock.advance(100)
      return scrape()
    },
    ({ text }) => value(text, 'netgiro_watcher_lag_seconds_count') === 1,
  )
  const late = value(text, 'netgiro_watcher_lag_seconds_sum')
  expect(late).toBeGreaterThanOrEqual(0.7)
  expect(late).toBeLessThan(1)
})

it('the metrics have as many series after many checkouts as after one, and no personal data in them', async () => {
  testServer = await startTestServer({ clock: new ManualClock(), env: { ADMIN_TOKEN: token } })
  const go = async (phone: string, times: number) => {
    const all = await Promise.all(Array.from({ length: times }, () => testServer.create()))
    await Promise.all(
      all.map(({ session }, index) => start(testServer, session, numbered(phone, index))),
    )
    return all
  }
  await go('7719943', 1)
  const before = series((await scrape()).text)
  const many = await go('6650000', 60)
  const { text } = await scrape()
  expect(series(text)).toEqual(before)
  for (const { id, session, reference } of many)
    for (const canary of [id, session, `"${reference}`]) expect(text).not.toContain(canary)
  expect(text).not.toMatch(/77199\d\d|66500\d\d/)
})

const numbered = (phone: string, index: number) => String(Number(phone) + index)
