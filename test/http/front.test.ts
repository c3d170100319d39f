import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isNormalPath } from '../../server/http/limits.ts'
import {
  browser,
  merchant,
  merchantKey,
  origin,
  secretKey,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { getRaw, sendRaw, statusOf } from '../support/raw-http.ts'
import { openStream } from '../support/stream.ts'

const adminToken = 'admin-token-of-the-tests-0123456789'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer({ env: { ADMIN_TOKEN: adminToken } })
})
afterAll(() => testServer.close())

describe('a path', () => {
  it.each([
    ...['/v1/../admin', '/v1/%2e%2e/admin', '/v1/.%2e/admin', '/v1/%2E%2E/admin', '/./admin'],
    ...['//admin', '/v1//../admin', '/admin//login', '/v1/..%2fadmin', '/v1/..\\admin', '/\\admin'],
    ...['/v1/..;/admin', '/v1/x/..;/../admin', '/admin;x', '/admin/%6cogin', '/%61dmin/login'],
    ...['/admin%2flogin', '/admin%5clogin', '/admin/login%00', '/v1/..', '/v1/../healthz', '/..'],
    ...['http://x/v1/../admin', 'http://x//admin', '/admin/login/.', '/admin#x', '/ad\tmin'],
  ])('answers 404 to a path that is written as %s', async (target) => {
    const answer = await getRaw(testServer.url, target)
    expect([400, 404]).toContain(statusOf(answer))
    expect(answer).not.toMatch(/Admin token|location:|"status":"ok"/i)
  })

  it('answers a 404 problem to a path that is not in normal form', async () => {
    const answer = await getRaw(testServer.url, '/v1/../admin')
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).toMatch(/content-type: application\/problem\+json/i)
    expect(answer).toMatch(/"code":"not_found"/)
    expect(answer).toMatch(/x-content-type-options: nosniff/i)
  })

  it.each([
    ['PUT', '/v1/session'],
    ['DELETE', '/v1/session'],
    ['GET', '/v1/session/start'],
    ['POST', '/v1/session/other'],
    ['GET', `/v1/callbacks/netgiro/cs_${'a'.repeat(43)}`],
    ['GET', '/v1/nothing'],
  ])('answers 404 to %s %s, and takes no session for a wrong key', async (method, path) => {
    const { session } = await testServer.create()
    const body = method === 'GET' ? null : '{}'
    const response = await fetch(testServer.url + path, {
      ...{ method, body },
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json', origin },
    })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  })

  it('routes a path in normal form, also as an absolute URL and with any query', async () => {
    for (const target of [
      '/healthz',
      '/healthz?a=/../b&c=%2e%2e//',
      'http://x/healthz',
      '/admin/login',
    ])
      expect(statusOf(await getRaw(testServer.url, target)), target).toBe(200)
    expect(await getRaw(testServer.url, '/admin')).toMatch(/location: admin\/checkouts/)
  })

  it.each([
    ['GET', ''],
    ['POST', 'Transfer-Encoding: chunked\r\n'],
  ])('answers 404 to %s of a URL with a user name, and raises no alarm', async (method, body) => {
    const { session } = await testServer.create()
    for (const user of ['u:p', 'u', ':', '']) {
      const answer = await sendRaw(
        testServer.url,
        `${method} http://${user}@x/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`,
        `Authorization: Bearer ${session}\r\nOrigin: ${origin}\r\n`,
        body === '' ? '\r\n' : `${body}\r\n2\r\n{}\r\n0\r\n\r\n`,
      )
      expect(statusOf(answer), user).toBe(404)
      expect(answer).toMatch(/"code":"not_found"/)
    }
    expect(testServer.logged()).not.toContain('request failed')
  })

  it('routes a request in HTTP/1.0 without a Host, as load balancers send it', async () => {
    for (const method of ['GET', 'HEAD'])
      for (const path of ['/healthz', '/readyz']) {
        const answer = await sendRaw(testServer.url, `${method} ${path} HTTP/1.0\r\n\r\n`)
        expect(statusOf(answer), `${method} ${path}`).toBe(200)
      }
  })

  it.each(['', '*', 'v1', '/a//b', '/.', '/a/./b', '/a/..', '/%41', '/a;b', '/a\\b', '/a b', '/á'])(
    '%j is not in normal form',
    (path) => {
      expect(isNormalPath(path)).toBe(false)
    },
  )

  it.each(['/', '/a', '/a/', '/a.b/..c/.d/e..', '/v0.1.0/netgiro-checkout.js', '/chk_A-z~9'])(
    '%s is in normal form',
    (path) => {
      expect(isNormalPath(path)).toBe(true)
    },
  )
})

describe('a response that depends on a credential', () => {
  it('a response that depends on a credential has Vary for caches, whatever its status', async () => {
    const { id, session } = await testServer.create()
    const mine = (method: string, path: string, body?: object) =>
      browser(testServer, session, method, path, body === undefined ? {} : { body })
    const answers: Record<string, Promise<Response>> = {
      'a snapshot': mine('GET', '/v1/session'),
      'a snapshot without an origin': fetch(`${testServer.url}/v1/session`, {
        headers: { authorization: `Bearer ${session}` },
      }),
      'a start that is refused': mine('POST', '/v1/session/start', { phone: '5551234' }),
      'a cancel': mine('POST', '/v1/session/cancel', {}),
      'a flood': mine('POST', '/v1/session/start', { phone: '8'.repeat(9_000) }),
      'a foreign origin': browser(testServer, session, 'GET', '/v1/session', {
        headers: { origin: 'https://evil.example' },
      }),
      'a session of nobody': browser(testServer, 'cs_nobody', 'GET', '/v1/session'),
      'a stream of nobody': browser(testServer, 'cs_nobody', 'GET', '/v1/session/events'),
      'a checkout': merchant(testServer, 'GET', `/v1/checkouts/${id}`),
      'all events': merchant(testServer, 'GET', '/v1/events'),
      'a wrong key': fetch(`${testServer.url}/v1/events`),
      'nothing there': mine('GET', '/v1/session/nothing'),
      metrics: fetch(`${testServer.url}/metrics`, {
        headers: { authorization: `Bearer ${adminToken}` },
      }),
    }
    for (const [what, response] of Object.entries(answers)) {
      const { headers } = await response
      expect(headers.get('vary'), what).toMatch(/\bauthorization\b/i)
      expect(headers.get('cache-control'), what).toMatch(/no-store/)
    }
    const stream = await openStream(testServer, session)
    expect(stream.response.headers.vary).toMatch(/\bauthorization\b.*\borigin\b/i)
    stream.leave()
    const headers = { authorization: `Bearer ${session}` }
    const plain = await fetch(`${testServer.url}/v1/session/events`, { headers })
    expect(plain.headers.get('vary')).toMatch(/\bauthorization\b/i)
    await plain.body?.cancel()
    const login = await fetch(`${testServer.url}/admin/login`)
    expect(login.headers.get('vary')).toMatch(/cookie/i)
  })
})

describe('a page of the shop', () => {
  it('a page of the shop may read Retry-After', async () => {
    const { session } = await testServer.create()
    for (const path of ['/v1/session', '/v1/session/nothing', '/v1/session/events']) {
      const answer = await browser(
        testServer,
        path.endsWith('events') ? 'cs_no' : session,
        'GET',
        path,
      )
      expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After')
    }
  })

  it('a page of the shop may send the headers that monitoring adds to every request', async () => {
    const added = [
      ...['sentry-trace', 'baggage', 'traceparent', 'tracestate', 'newrelic'],
      ...['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-origin', 'x-datadog-tags'],
      ...['x-datadog-sampling-priority', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'],
      ...['x-b3-parentspanid', 'x-b3-flags', 'elastic-apm-traceparent', 'request-id'],
      ...['request-context', 'x-request-id', 'x-correlation-id', 'uber-trace-id', 'sw8'],
    ]
    for (const path of ['', '/start', '/code', '/cancel', '/events']) {
      const { headers } = await fetch(`${testServer.url}/v1/session${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': added.join(','),
        },
      })
      const allowed = headers.get('access-control-allow-headers')?.split(', ')
      expect(allowed).toEqual(expect.arrayContaining(added))
      expect(allowed).not.toContain('*')
    }
  })
})

describe('the front page', () => {
  it('the front page says that the server runs, and reveals no secret', async () => {
    const answer = await fetch(`${testServer.url}/`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    const text = await answer.text()
    expect(text).toMatch(/openapi\.json/)
    expect(text.length).toBeLessThan(1_500)
    for (const secret of [secretKey, merchantKey, adminToken]) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/admin|Ullarbúðin/)
  })
})

describe('the OpenAPI document', () => {
  it('answers 304 when the client has the OpenAPI document', async () => {
    const first = await fetch(`${testServer.url}/openapi.json`)
    const etag = first.headers.get('etag') ?? ''
    expect(((await first.json()) as { openapi: string }).openapi).toBe('3.1.0')
    for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const again = await fetch(`${testServer.url}/openapi.json`, {
        headers: { 'if-none-match': known },
      })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    const other = await fetch(`${testServer.url}/openapi.json`, {
      headers: { 'if-none-match': '"x"' },
    })
    expect(other.status).toBe(200)
  })
})

describe('a connection', () => {
  const question = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'

  /** Asks and asks, and never reads an answer. */
  const flood = () =>
    new Promise<Socket>((resolve) => {
      const { hostname, port } = new URL(testServer.url)
      const socket = connect(Number(port), hostname)
      socket.pause()
      socket.on('error', () => {})
      socket.write(question.repeat(5_000), () => resolve(socket))
    })

  it('closes a connection that pipelines without reading, while others are served', async () => {
    const before = process.memoryUsage().rss
    const floods = await Promise.all([1, 2, 3, 4, 5].map(flood))
    expect((await fetch(`${testServer.url}/healthz`)).status).toBe(200)
    // What was cut can be read to its end; what is kept would never come to one.
    await Promise.all(
      floods.map(
        (socket) =>
          new Promise((resolve) => {
            socket.on('close', resolve)
            socket.resume()
          }),
      ),
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    const headers = { authorization: `Bearer ${adminToken}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
    expect(metrics).toContain('netgiro_security_events_total{event="limit_pipelined"} 5')
    expect(testServer.logged().split('limit_pipelined')).toHaveLength(2)
  })

  it('answers a few pipelined requests in order', async () => {
    const last = question.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
    const healthz = question.replace('openapi.json', 'healthz')
    const answer = await sendRaw(testServer.url, healthz + question + healthz.repeat(8) + last)
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(11)
    expect(answer.indexOf('"status":"ok"')).toBeLessThan(answer.indexOf('"openapi"'))
  })

  it('keeps a connection alive longer than proxies do, or as long as the setting says', async () => {
    const kept = async () => (await fetch(`${testServer.url}/healthz`)).headers.get('keep-alive')
    expect(Number(/timeout=(\d+)/.exec((await kept()) ?? '')?.[1])).toBeGreaterThan(75)
    await testServer.close()
    testServer = await startTestServer({
      env: { ADMIN_TOKEN: adminToken, KEEP_ALIVE_SECONDS: '620' },
    })
    expect(await kept()).toBe('timeout=620')
  })
})

describe('a refusal', () => {
  const lines = (event: string) =>
    testServer
      .logged()
      .split('\n')
      .filter((line) => line.includes(`"event":"${event}"`))

  it('logs and counts refusals of a key, session or origin once a minute, without their values', async () => {
    const { session } = await testServer.create()
    for (let count = 0; count < 20; count++) {
      await merchant(testServer, 'GET', '/v1/events', {
        headers: { authorization: 'Bearer canary-key' },
      })
      await browser(testServer, 'cs_canary', 'GET', '/v1/session')
      await browser(testServer, session, 'GET', '/v1/session', {
        headers: { origin: 'https://wrong.example' },
      })
    }
    for (const event of ['wrong_merchant_key', 'unknown_session', 'origin_refused'])
      expect(lines(event), event).toHaveLength(1)
    expect(lines('origin_refused')[0]).toContain('"setting":"ALLOWED_ORIGINS"')
    expect(lines('origin_refused')[0]).toContain('"origin":"https://wrong.example"')
    expect(testServer.logged()).not.toMatch(/canary/)
    const headers = { authorization: `Bearer ${adminToken}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
    expect(metrics).toContain('netgiro_security_events_total{event="wrong_merchant_key"} 20')
    expect(testServer.logged()).not.toContain('"level":50')
  })

  it('logs an invalid request at level debug', async () => {
    await merchant(testServer, 'POST', '/v1/checkouts', { body: '{' })
    await until(() => testServer.logged().includes('The body is not valid JSON'))
    expect(testServer.logged()).toMatch(/"level":20.*The body is not valid JSON/)
  })
})
