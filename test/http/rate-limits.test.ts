import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { limitReached, retryAt, defaultLimits } from '../../server/core/rate-limits.ts'
import { clientAddress, TrustedProxies } from '../../server/http/client-address.ts'
import { browser, origin, start, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { getRaw, sendRaw, statusOf } from '../support/raw-http.ts'

const adminToken = 'admin-token-of-the-tests-0123456789'

const minutes = 60_000

describe('requests to a phone', () => {
  const usage = (more: Partial<Parameters<typeof retryAt>[0]> = {}) => ({
    ...{ openToPhone: 0, toPhone: [], fromAddress: null, phone: 'mine', ofCheckout: 0 },
    ...more,
  })

  it('requests to a phone never exceed the limit in any window', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 * minutes }), { maxLength: 200 }),
        (gaps) => {
          const sent: number[] = []
          let now = 0
          for (const gap of gaps) {
            now += gap
            if (retryAt(usage({ toPhone: sent }), defaultLimits, now) === null) sent.push(now)
          }
          for (const [max, windowMs] of [
            [5, 10 * minutes],
            [20, 24 * 60 * minutes],
          ] as const) {
            for (const at of sent) {
              expect(
                sent.filter((other) => other >= at && other < at + windowMs).length,
              ).toBeLessThanOrEqual(max)
            }
          }
        },
      ),
    )
  })

  it('allows another request to a phone exactly at the announced time', () => {
    const toPhone = [0, 1, 2, 3, 4].map((count) => count * minutes)
    const until = retryAt(usage({ toPhone }), defaultLimits, 5 * minutes)
    expect(until).toBe(10 * minutes)
    expect(retryAt(usage({ toPhone }), defaultLimits, 10 * minutes)).toBeNull()
  })

  it('refuses a request to a phone while another one is open, and after ten attempts of a checkout', () => {
    expect(retryAt(usage({ openToPhone: 1 }), defaultLimits, 0)).not.toBeNull()
    expect(retryAt(usage({ ofCheckout: 10 }), defaultLimits, 0)).toBe(Infinity)
  })

  it('allows requests from one address to as many phones as the limit says, and to those again', () => {
    const limits = { ...defaultLimits, phonesPerAddressIn10Minutes: 30 }
    const others = new Map(Array.from({ length: 30 }, (_, index) => [`phone-${index}`, index]))
    expect(retryAt(usage({ fromAddress: others }), limits, 100)).toBe(10 * minutes)
    expect(retryAt(usage({ fromAddress: others, phone: 'phone-3' }), limits, 100)).toBeNull()
  })

  it('limits requests to phones by address only far above what a busy shop needs', () => {
    const many = new Map(Array.from({ length: 600 }, (_, index) => [`phone-${index}`, index]))
    expect(retryAt(usage({ fromAddress: many }), defaultLimits, 700)).toBeNull()
  })

  it.each([
    ['checkout', { ofCheckout: 10 }],
    ['phone', { openToPhone: 1 }],
    ['phone', { toPhone: [0, 1, 2, 3, 4] }],
    [
      'address',
      { fromAddress: new Map(Array.from({ length: 1_000 }, (_, at) => [`p-${at}`, at])) },
    ],
  ])(
    'refuses a request to a phone by the limit of the %s when that is reached',
    (limit, reached) => {
      expect(retryAt(usage(reached), defaultLimits, 1_100)).not.toBeNull()
      expect(limitReached(usage(reached), defaultLimits, 1_100)).toBe(limit)
    },
  )
})

describe('rate limits over HTTP', () => {
  let testServer: TestServer
  afterEach(() => testServer.close())
  const status = async (session: string, phone: string, headers: Record<string, string> = {}) => {
    const response = await browser(testServer, session, 'POST', '/v1/session/start', {
      body: { phone },
      headers,
    })
    return [
      response.status,
      ((await response.json()) as { code?: string }).code,
      response.headers.get('retry-after'),
    ]
  }
  const cancel = (session: string) => browser(testServer, session, 'POST', '/v1/session/cancel')

  it('refuses a sixth request to a phone in ten minutes for any checkout, also after a restart', async () => {
    const clock = new ManualClock()
    testServer = await startTestServer({ clock })
    for (let count = 0; count < 5; count++) {
      const { session } = await testServer.create()
      await start(testServer, session)
      await cancel(session)
    }
    await testServer.restart()
    const { session } = await testServer.create()
    expect(await status(session, '8223281')).toEqual([429, 'too_many_requests', '600'])
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(5)
    expect((await status(session, '7701234'))[0]).toBe(202)
    await cancel(session)
    clock.advance(10 * minutes)
    expect((await status(session, '8223281'))[0]).toBe(202)
  })

  it('allows one open request per phone from any number of tabs', async () => {
    testServer = await startTestServer({ clock: new ManualClock() })
    const sessions = await Promise.all(
      Array.from({ length: 10 }, async () => (await testServer.create()).session),
    )
    const answers = await Promise.all(sessions.map((session) => status(session, '8223281')))
    expect(answers.filter(([code]) => code === 202)).toHaveLength(1)
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it('a refusal does not reveal whether a number belongs to a customer: every refusal looks the same', async () => {
    testServer = await startTestServer({ clock: new ManualClock() })
    const texts = []
    for (const phone of ['6610306', '6610302']) {
      const { session } = await testServer.create({ reference: `SAME-${phone.slice(-4)}` })
      const response = await browser(testServer, session, 'POST', '/v1/session/start', {
        body: { phone },
      })
      texts.push([response.status, (await response.text()).replaceAll(phone.slice(-4), '····')])
    }
    expect(texts[0]).toEqual(texts[1])
  })

  it('a refusal does not reveal the number of an open request to who sees its end and tries the others', async () => {
    testServer = await startTestServer({ clock: new ManualClock() })
    const order = { reference: 'WEB-handed-off' }
    const own = await testServer.create(order)
    await start(testServer, own.session, '7719943')
    // Again from a page that was loaded a second time.
    expect((await status(own.session, '7719943'))[0]).toBe(202)

    const { session } = await testServer.create(order)
    const tried = Array.from({ length: 30 }, (_, index) => `7${20 + index}9943`)
    const answers = []
    for (const phone of [...tried, '7719943', '7709943']) answers.push(await status(session, phone))
    expect(new Set(answers.map(String))).toEqual(new Set(['409,attempt_open,']))
    expect(testServer.logged()).toContain('limit_payers')
  })

  const limited = { PHONES_PER_ADDRESS_PER_10_MINUTES: '30', ADMIN_TOKEN: adminToken }
  const startAll = async (count: number, headers: Record<string, string> = {}) => {
    const statuses = []
    for (let phone = 6_000_000; phone < 6_000_000 + count; phone++) {
      const { session } = await testServer.create()
      statuses.push((await status(session, String(phone), headers))[0])
    }
    return statuses
  }
  const errors = () =>
    testServer
      .logged()
      .split('\n')
      .filter((line) => line.includes('"level":50'))

  it('allows as many phones per public address as the setting says, and logs and counts the limit', async () => {
    const env = { ...limited, TRUSTED_PROXIES: '127.0.0.1' }
    testServer = await startTestServer({ clock: new ManualClock(), env })
    const from = { 'x-forwarded-for': '198.51.100.7' }
    expect(new Set(await startAll(30, from))).toEqual(new Set([202]))
    const { session } = await testServer.create()
    expect(await status(session, '7701234', from)).toEqual([429, 'too_many_requests', '600'])
    // A forged header does not make another address.
    const forged = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
    expect((await status(session, '7701234', forged))[0]).toBe(429)
    expect((await status(session, '7701234', { 'x-forwarded-for': '203.0.113.9' }))[0]).toBe(202)
    const lines = testServer
      .logged()
      .split('\n')
      .filter((line) => line.includes('limit_address'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('"setting":"PHONES_PER_ADDRESS_PER_10_MINUTES"')
    expect(lines[0]).not.toMatch(/198\.51|7701234/)
    const headers = { authorization: `Bearer ${adminToken}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
    expect(metrics).toContain('netgiro_security_events_total{event="limit_address"} 2')
  })

  it('refuses no shopper for sharing an untrusted proxy, and logs once what to set', async () => {
    testServer = await startTestServer({ clock: new ManualClock(), env: limited })
    const statuses = []
    for (let count = 0; count < 40; count++) {
      const { session } = await testServer.create()
      const headers = { 'x-forwarded-for': `198.51.100.${count}` }
      statuses.push((await status(session, String(6_000_000 + count), headers))[0])
    }
    expect(new Set(statuses)).toEqual(new Set([202]))
    expect(errors()).toHaveLength(1)
    expect(errors()[0]).toMatch(/Set TRUSTED_PROXIES/)
    expect(errors()[0]).toContain('"proxy":"127.0.0.1"')
    expect(errors()[0]).not.toContain('198.51.100')
  })

  it('logs an unreadable header of a trusted proxy once, as an error', async () => {
    testServer = await startTestServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
    const ask = (forwarded: string) =>
      fetch(`${testServer.url}/healthz`, { headers: { 'x-forwarded-for': forwarded } })
    await ask('198.51.100.7:51234')
    expect(errors()).toEqual([])
    for (let count = 0; count < 2; count++)
      await getRaw(testServer.url, '/healthz', { 'x-forwarded-for': '6.6.6.6, unknown' })
    expect(errors()).toEqual([expect.stringContaining('cannot be read')])
  })

  it('reads several X-Forwarded-For lines as one list', async () => {
    const env = { PHONES_PER_ADDRESS_PER_10_MINUTES: '1', TRUSTED_PROXIES: '127.0.0.1' }
    testServer = await startTestServer({ clock: new ManualClock(), env })
    const send = async (phone: string, ...hops: string[]) => {
      const { session } = await testServer.create()
      const body = JSON.stringify({ phone })
      const lines = [
        ...['POST /v1/session/start HTTP/1.1', 'Host: x', 'Connection: close', `Origin: ${origin}`],
        ...[`Authorization: Bearer ${session}`, 'Content-Type: application/json'],
        ...[`Content-Length: ${body.length}`, ...hops.map((hop) => `X-Forwarded-For: ${hop}`)],
      ]
      return statusOf(await sendRaw(testServer.url, `${lines.join('\r\n')}\r\n\r\n${body}`))
    }
    expect(await send('6000001', '203.0.113.1', '198.51.100.7')).toBe(202)
    expect(await send('6000002', '203.0.113.2', '198.51.100.7')).toBe(429)
    expect(await send('6000003', '198.51.100.7', '203.0.113.3')).toBe(202)
  })
})

describe("the shopper's address", () => {
  const context = (forwarded: string, socket = '10.0.0.1') =>
    ({
      env: { incoming: { socket: { remoteAddress: socket } } },
      req: { header: () => forwarded },
    }) as never
  it.each([
    ['', '10.0.0.1', [], '10.0.0.1'],
    ['1.1.1.1', '10.0.0.1', [], '10.0.0.1'],
    ['1.1.1.1', '10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', '10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1, 10.9.9.9', '::ffff:10.0.0.1', ['10.0.0.0/8'], '1.1.1.1'],
    ['nonsense', '10.0.0.1', ['10.0.0.1'], '10.0.0.1'],
    ['2001:db8::1', '::1', ['::1'], '2001:db8:0:0::/64'],
  ])(
    'the address in "%s" over %s with %s trusted is %s',
    (forwarded, socket, trusted, expected) => {
      expect(clientAddress(context(forwarded, socket), new TrustedProxies(trusted))).toBe(expected)
    },
  )
})
