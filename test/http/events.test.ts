import { EventSource } from 'eventsource'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateCheckoutInput } from '../../server/core/checkouts.ts'
import { systemClock } from '../../server/core/clock.ts'
import { compose } from '../../server/compose.ts'
import { configurationOf, readConfig } from '../../server/config.ts'
import { createLog } from '../../server/log.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { nodeHandler } from '../../server/serve.ts'
import {
  browser,
  merchantKey,
  onlyCart,
  origin,
  secretKey,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openStream } from '../support/stream.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(async () => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock })
})
afterEach(() => testServer.close())

describe('the event stream', () => {
  it('sends the current snapshot, every change with a rising version, and ends by itself', async () => {
    const { session } = await testServer.create()
    const stream = await openStream(testServer, session)
    await until(() => stream.events.length)
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await stream.ended

    const snapshots = stream.snapshots()
    expect(snapshots.map(({ status }) => status)).toEqual([
      'open',
      'starting',
      'awaiting_shopper',
      'confirming',
      'paid',
    ])
    expect(stream.events.map(({ id }) => id)).toEqual(
      snapshots.map(({ version }) => String(version)),
    )
    expect(snapshots.map(({ version }) => version)).toEqual([1, 2, 3, 5, 6])
    expect(new Set(stream.events.map(({ event }) => event))).toEqual(new Set(['status']))
  })

  it('an event stream forbids caching, transforming and buffering', async () => {
    const { session } = await testServer.create()
    const stream = await openStream(testServer, session)
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': origin,
    })
    stream.leave()
  })

  it('sends a heartbeat every 5 seconds', async () => {
    const { session } = await testServer.create()
    const stream = await openStream(testServer, session)
    await until(() => stream.events.length)
    const before = stream.text().length
    clock.advance(5_000)
    await until(() => stream.text().length > before)
    expect(stream.text().slice(before)).toBe(': \n\n')
    expect(stream.events).toHaveLength(1)
    stream.leave()
  })

  it('sends the heartbeats of streams in different turns of the event loop', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => testServer.create()))
    const streams = await Promise.all(
      sessions.map(({ session }) => openStream(testServer, session)),
    )
    await until(() => streams.every(({ events }) => events.length))
    const alive = () => streams.filter(({ text }) => text().endsWith(': \n\n')).length
    clock.advance(1_500)
    await until(alive)
    expect(alive()).toBeLessThan(20)
    clock.advance(3_500)
    await until(alive, (count) => count === 20)
    for (const stream of streams) stream.leave()
  })

  it('the event stream does not repeat the snapshot of Last-Event-ID, and sends what the client missed', async () => {
    const { session } = await testServer.create()
    await start(testServer, session)
    const missed = await openStream(testServer, session, { 'last-event-id': '1' })
    await until(() => missed.events.length)
    expect(missed.snapshots()).toMatchObject([{ status: 'awaiting_shopper', version: 3 }])
    const seen = await openStream(testServer, session, { 'last-event-id': '3' })
    await until(() => seen.text())
    expect(seen.events).toEqual([])
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await Promise.all([missed.ended, seen.ended])
    expect(seen.snapshots().map(({ status }) => status)).toEqual(['confirming', 'paid'])
  })

  it('returns 204 when the client has received the final status', async () => {
    const { session } = await testServer.create({ expiresInSeconds: 60 })
    clock.advance(60_000)
    const stream = await until(
      () => openStream(testServer, session),
      ({ response }) => response.statusCode === 200,
    )
    await stream.ended
    const [last] = stream.events.slice(-1)
    const again = await openStream(testServer, session, { 'last-event-id': last?.id ?? '' })
    expect(again.response.statusCode).toBe(204)
  })

  it('ends a stream after five minutes with a retry time', async () => {
    const { session } = await testServer.create()
    const stream = await openStream(testServer, session)
    for (let minute = 0; minute < 6; minute++) clock.advance(60_000)
    await stream.ended
    expect(stream.retries).toEqual([1_000])
  })

  it('another client library reads the same events', async () => {
    const { session } = await testServer.create()
    const seen: string[] = []
    const source = new EventSource(`${testServer.url}/v1/session/events`, {
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          headers: { ...init.headers, origin, authorization: `Bearer ${session}` },
        }),
    })
    source.addEventListener('status', ({ data }) =>
      seen.push((JSON.parse(data as string) as Snapshot).status),
    )
    await until(() => seen.length)
    await start(testServer, session)
    await until(() => seen.includes('awaiting_shopper'))
    source.close()
    expect(seen).toEqual(['open', 'starting', 'awaiting_shopper'])
  })
})

const config = () =>
  readConfig({
    NETGIRO_APP_ID: 'app',
    NETGIRO_SECRET_KEY: secretKey,
    NETGIRO_API_URL: testServer.simulator.apiUrl,
    PUBLIC_URL: 'http://127.0.0.1:1',
    ALLOWED_ORIGINS: origin,
    MERCHANT_API_KEY: merchantKey,
    MERCHANT_NAME: 'Ullarbúðin',
    DATABASE_URL: 'file::memory:',
  })
/** The inside alone, to be served by whatever the test wants. */
const composed = async () => {
  const settings = config()
  const parts = await compose(
    configurationOf(settings),
    systemClock,
    createLog('silent'),
    new URL('file:///nowhere/'),
  )
  const input: CreateCheckoutInput = {
    reference: 'A',
    amount: 1,
    currency: 'ISK',
    description: null,
    items: [],
    provider: 'netgiro',
    channel: 'web',
    locationId: null,
    registerId: null,
    metadata: {},
    lifetimeMs: null,
    options: null,
  }
  const { session } = await parts.checkouts.create(input, null)
  return { parts, session }
}
const headersOf = (session: string) => ({ origin, authorization: `Bearer ${session}` })

it('writes a change to the socket at once, before other work of the same turn', async () => {
  const { parts, session } = await composed()
  const server = createServer(nodeHandler(parts)).listen(0, '127.0.0.1')
  const connected = once(server, 'connection') as Promise<[Socket]>
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const reader = await openStream({ url: `http://127.0.0.1:${port}` }, session)
  const [socket] = await connected
  await until(() => reader.events.length)
  const checkout = await parts.checkouts.bySession(session)

  parts.sse.deps.pubsub.publish({ ...checkout, version: 2 })
  expect(socket.writableLength).toBe(0)

  await until(() => reader.events.length === 2)
  reader.leave()
  server.close()
  await parts.drain()
  await parts.close()
})

describe('a closed stream', () => {
  it('a stream leaves nothing behind when the client disconnects, resets, sends HEAD or leaves before the first byte', async () => {
    const { parts, session } = await composed()
    const server = createServer(nodeHandler(parts)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`

    const readers = await Promise.all(Array.from({ length: 3 }, () => openStream({ url }, session)))
    expect(parts.sse.size).toBe(3)
    expect((await openStream({ url }, session)).response.statusCode).toBe(429)
    for (const reader of readers) reader.leave()
    const rawRequest = `GET /v1/session/events HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nAuthorization: Bearer ${session}\r\n\r\n`
    for (let count = 0; count < 20; count++) {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(rawRequest, () => socket.resetAndDestroy()),
      )
      socket.on('error', () => {})
    }
    for (let count = 0; count < 20; count++) {
      const head = await fetch(`${url}/v1/session/events`, {
        method: 'HEAD',
        headers: headersOf(session),
      })
      expect(head.headers.get('content-type')).toMatch(/^text\/event-stream/)
    }
    await until(() => parts.sse.size === 0)
    server.close()
    server.closeAllConnections()
    await parts.drain()
    await parts.close()
  })

  it('a stream over HTTP/2 leaves nothing behind', async () => {
    const { parts, session } = await composed()
    const server = createHttp2Server(nodeHandler(parts) as never).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const stream = client.request({ ':path': '/v1/session/events', ...headersOf(session) })
    const status = await new Promise((resolve) =>
      stream.on('response', (head) => resolve(head[':status'])),
    )
    const first = await new Promise<string>((resolve) =>
      stream.setEncoding('utf8').once('data', resolve),
    )
    expect([status, first]).toEqual([
      200,
      expect.stringMatching(/^event: status\nid: 1\ndata: \{.*"status":"open"/),
    ])
    const other = client.request({ ':path': '/v1/session', ...headersOf(session) })
    expect(
      await new Promise((resolve) => other.on('response', (head) => resolve(head[':status']))),
    ).toBe(200)
    stream.close()
    await until(() => parts.sse.size === 0)
    client.destroy()
    server.close()
    await parts.drain()
    await parts.close()
  })

  it('a stream leaves nothing behind when the app is mounted as a fetch handler', async () => {
    const { parts, session } = await composed()
    const leave = new AbortController()
    const ask = (init: RequestInit = {}) =>
      parts.app.request('/v1/session/events', { headers: headersOf(session), ...init })
    const response = await ask({ signal: leave.signal })
    const { value } = await response.body!.getReader().read()
    expect(new TextDecoder().decode(value)).toMatch(/^event: status\nid: 1\ndata: /)
    expect((await ask({ method: 'HEAD' })).status).toBe(200)
    const canceled = await ask()
    expect(parts.sse.size).toBe(2)
    leave.abort()
    await canceled.body!.cancel()
    expect(parts.sse.size).toBe(0)
    await parts.drain()
    await parts.close()
  })

  it('a stream leaves nothing behind when the client does not read and is disconnected', async () => {
    const { parts, session } = await composed()
    const response = await parts.app.request('/v1/session/events', { headers: headersOf(session) })
    const checkout = await parts.checkouts.bySession(session)
    for (let count = 0; count < 1_000 && parts.sse.size > 0; count++) {
      parts.sse.deps.pubsub.publish({ ...checkout, version: count })
    }
    expect(parts.sse.size).toBe(0)
    const reader = response.body!.getReader()
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow(/does not read/)
    await parts.drain()
    await parts.close()
  })
})

it('says when to try again while it shuts down, of a start and of both kinds of stream', async () => {
  const { parts, session } = await composed()
  const server = createServer(nodeHandler(parts)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await parts.drain()
  const headers = { ...headersOf(session), 'content-type': 'application/json' }
  const started = { method: 'POST', headers, body: '{"phone":"8223281"}' }
  const answers = [
    await fetch(`http://127.0.0.1:${port}/v1/session/events`, { headers }),
    await parts.app.request('/v1/session/events', { headers }),
    await parts.app.request('/v1/session/start', started),
  ]
  for (const answer of answers) {
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await answer.json()).toMatchObject({ status: 503, code: 'shutting_down' })
  }
  server.close()
  await parts.close()
})

it('returns the same snapshots by polling as by the stream', async () => {
  const { session } = await testServer.create()
  const stream = await openStream(testServer, session)
  await start(testServer, session)
  await until(() => stream.events.length >= 3)
  const polled = (await (
    await browser(testServer, session, 'GET', '/v1/session')
  ).json()) as Snapshot
  expect(stream.snapshots().at(-1)).toEqual(polled)
  stream.leave()
})
