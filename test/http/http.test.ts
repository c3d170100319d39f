import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePhone, parseSmsCode, readSnapshot } from '../../server/protocol/index.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import {
  browser,
  merchant,
  merchantKey,
  origin,
  read,
  start,
  startTestServer,
} from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

const answer = async (response: Promise<Response>): Promise<[number, unknown]> => {
  const { status, headers } = await response
  const body: unknown = await (await response).json()
  const isProblem = headers.get('content-type') === 'application/problem+json'
  return [status, status < 400 || isProblem ? body : 'not a problem document']
}
const post = (body: unknown, headers: Record<string, string> = {}) =>
  merchant(testServer, 'POST', '/v1/checkouts', { body, headers })

let count = 0
const order = (more: object = {}) => ({
  reference: `HTTP-${++count}`,
  amount: 1990,
  currency: 'ISK',
  ...more,
})

describe('creating a checkout', () => {
  it('returns 201 with id and session, and stores no session in clear', async () => {
    const [status, body] = await answer(
      post(order({ description: 'Lopapeysa', metadata: { cart: '7' } })),
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^chk_[\w-]{22}$/),
      session: expect.stringMatching(/^cs_[\w-]{43}$/),
      status: 'open',
      amount: 1990,
      metadata: { cart: '7' },
    })
  })

  it('returns the snapshot that the session would read, whether the checkout is new or not', async () => {
    const body = order()
    for (const expected of [201, 200]) {
      const response = await post(body)
      const created = (await response.json()) as Created & { snapshot: Snapshot }
      expect(response.status).toBe(expected)
      const later: unknown = expect.any(String)
      expect({ ...(await read(testServer, created.session)), serverTime: later }).toEqual({
        ...created.snapshot,
        serverTime: later,
      })
    }
  })

  it.each<[string, object, RegExp]>([
    ['a missing amount', { amount: undefined }, /amount: is missing/],
    ['an amount of nothing', { amount: 0 }, /amount: must be positive/],
    ['minus nothing', { amount: -0 }, /amount: must be positive/],
    ['a negative amount', { amount: -1 }, /amount/],
    ['a fraction', { amount: 1990.5 }, /amount: must be a whole number/],
    ['an amount in quotes', { amount: '1990' }, /amount: must be a whole number/],
    ['more than can be counted', { amount: 1e21 }, /amount: must be a whole number/],
    ['another currency', { currency: 'EUR' }, /currency: must be ISK/],
    ['an unknown field', { amonut: 1 }, /amonut: is not a known field/],
    ['an empty reference', { reference: ' ' }, /reference: must not be empty/],
    ['an over-long reference', { reference: 'x'.repeat(51) }, /reference: must have at most 50/],
    ['a line break', { reference: 'a\nb' }, /control characters/],
    ['a NUL', { description: 'a\u0000b' }, /control characters/],
    ['a turned-around text', { description: 'a\u202eb' }, /control characters/],
    ['half a character', { description: '\ud83d' }, /well-formed/],
    ['an over-long description', { description: 'ö'.repeat(256) }, /description/],
    ['a lifetime of a second', { expiresInSeconds: 1 }, /expiresInSeconds/],
    ['items that are no list', { items: {} }, /items: must be a list/],
    [
      'an item without amount',
      { items: [{ description: 'a', quantity: 1 }] },
      /items.0.amount: is missing/,
    ],
  ])('refuses %s and creates nothing', async (_, wrong, detail) => {
    const body = { ...order(), ...wrong }
    const [status, problem] = await answer(post(body))
    expect([status, problem]).toMatchObject([
      400,
      {
        code: 'invalid_request',
        status: 400,
        type: 'about:blank',
        detail: expect.stringMatching(detail),
      },
    ])
    expect(
      (await merchant(testServer, 'GET', `/v1/checkouts?reference=HTTP-${count}`)).status,
    ).toBe(404)
  })

  it('names the invalid field and never quotes its value', async () => {
    const [, problem] = await answer(post({ ...order(), 8223281: 'x', amount: 'canary-7718' }))
    expect(JSON.stringify(problem)).not.toMatch(/8223281|canary/)
  })

  it.each<[string, string | object, Record<string, string>, number, string]>([
    ['half a document', '{"reference":', {}, 400, 'invalid_request'],
    ['nothing at all', '', {}, 400, 'invalid_request'],
    ['a list', [], {}, 400, 'invalid_request'],
    [
      'a form',
      'reference=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a flood', JSON.stringify({ description: 'x'.repeat(70_000) }), {}, 413, 'body_too_large'],
  ])('refuses a creation with %s as its body', async (_, body, headers, status, code) => {
    expect(await answer(post(body, headers))).toMatchObject([status, { code }])
  })

  it('refuses a creation for a provider that is not configured, and names it', async () => {
    expect(await answer(post(order({ provider: 'avarda' })))).toMatchObject([
      422,
      { code: 'not_supported' },
    ])
  })

  it('refuses a creation without the merchant key', async () => {
    for (const authorization of [
      '',
      'Bearer ',
      'Bearer wrong',
      `Basic ${merchantKey}`,
      `Bearer ${merchantKey}x`,
    ]) {
      expect(await answer(post(order(), { authorization }))).toMatchObject([
        401,
        { code: 'unauthorized' },
      ])
    }
  })

  it('returns the same checkout and another session for the same key and body', async () => {
    const body = order()
    const first = await answer(post(body, { 'idempotency-key': 'k-1' }))
    const [status, again] = await answer(post(body, { 'idempotency-key': 'k-1' }))
    const [one, two] = [first[1], again] as [Created, Created]
    expect([first[0], status, two.id]).toEqual([201, 200, one.id])
    expect(two.session).not.toBe(one.session)
    for (const { session } of [one, two])
      expect((await read(testServer, session)).reference).toBe(body.reference)
  })

  it('refuses the same key with another body', async () => {
    await post(order(), { 'idempotency-key': 'k-2' })
    expect(await answer(post(order(), { 'idempotency-key': 'k-2' }))).toMatchObject([
      422,
      { code: 'idempotency_key_reused' },
    ])
  })

  it('returns the checkout of a known reference, or refuses another amount', async () => {
    const body = order()
    const [, first] = (await answer(post(body))) as [number, Created]
    expect(await answer(post(body))).toMatchObject([200, { id: first.id }])
    expect(await answer(post({ ...body, amount: 1991 }))).toMatchObject([
      409,
      { code: 'reference_conflict', checkoutId: first.id },
    ])
  })

  it('creates one checkout when many requests arrive at once', async () => {
    const body = order()
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(post(body))))
    expect(answers.filter(([status]) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(([, created]) => (created as Created).id)).size).toBe(1)
  })

  it('refuses two idempotency keys, of which a proxy may have written one', async () => {
    const { hostname, port } = new URL(testServer.url)
    const body = JSON.stringify(order())
    const status = await new Promise((resolve) => {
      const headers = [
        ...['content-type', 'application/json', 'authorization', `Bearer ${merchantKey}`],
        ...['idempotency-key', 'k', 'idempotency-key', 'k', 'content-length', `${body.length}`],
      ]
      request({ hostname, port, path: '/v1/checkouts', method: 'POST', headers }, (response) =>
        resolve(response.resume().statusCode),
      ).end(body)
    })
    expect(status).toBe(400)
  })

  it('refuses names in a query that it does not know, such as a typing error', async () => {
    for (const path of ['/v1/events?afer=1', '/v1/checkouts?reference=WEB-1&referense=WEB-2'])
      expect((await merchant(testServer, 'GET', path)).status, path).toBe(400)
  })

  it('refuses an idempotency key that is empty or too long', async () => {
    for (const key of ['', 'x'.repeat(256)]) {
      expect((await post(order(), { 'idempotency-key': key })).status).toBe(400)
    }
  })
})

describe('a session', () => {
  it('a session shows a browser the snapshot and nothing else', async () => {
    const { session } = await testServer.create({ metadata: { secret: 'of the shop' } })
    const response = await browser(testServer, session, 'GET', '/v1/session')
    const snapshot: unknown = await response.json()
    expect(readSnapshot(snapshot)).not.toBeNull()
    expect(Object.keys(snapshot as object).sort()).toEqual(
      [
        ...[
          'amount',
          'cancelRequested',
          'currency',
          'description',
          'expiresAt',
          'lastAttempt',
          'merchant',
          'phone',
        ],
        ...['reference', 'serverTime', 'status', 'uncertain', 'version'],
      ].sort(),
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('vary')).toMatch(/origin/i)
  })

  it('an unknown session gets the same response as one of another checkout, on every route', async () => {
    const { id } = await testServer.create()
    for (const session of ['', 'cs_nonsense', `cs_${'a'.repeat(43)}`, id, merchantKey]) {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/start'],
        ['POST', '/cancel'],
        ['GET', '/events'],
      ] as const) {
        const call = browser(
          testServer,
          session,
          method,
          `/v1/session${path}`,
          method === 'POST' ? { body: {} } : {},
        )
        expect(await answer(call), path).toMatchObject([404, { code: 'unknown_session' }])
      }
    }
  })

  it('refuses a session to a foreign origin before anything happens', async () => {
    const { session } = await testServer.create()
    const foreign = [
      'https://evil.example',
      'null',
      `${origin}.evil.example`,
      `${origin}:444`,
      'http://shop.example',
    ]
    for (const other of foreign) {
      const call = browser(testServer, session, 'POST', '/v1/session/start', {
        body: { phone: '8223281' },
        headers: { origin: other },
      })
      expect(await answer(call)).toMatchObject([403, { code: 'origin_not_allowed' }])
      expect((await call).headers.get('access-control-allow-origin')).toBeNull()
      expect(
        (await browser(testServer, session, 'GET', '/v1/session', { headers: { origin: other } }))
          .status,
      ).toBe(403)
      expect(
        (
          await browser(testServer, session, 'GET', '/v1/session/events', {
            headers: { origin: other },
          })
        ).status,
      ).toBe(403)
    }
    const without = fetch(`${testServer.url}/v1/session/start`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      body: '{"phone":"8223281"}',
    })
    expect(await answer(without)).toMatchObject([403, { code: 'origin_not_allowed' }])
    expect(await read(testServer, session)).toMatchObject({ status: 'open', version: 1 })
  })

  it('answers a preflight request of an allowed origin only', async () => {
    const preflight = (from: string) =>
      fetch(`${testServer.url}/v1/session/start`, {
        method: 'OPTIONS',
        headers: { origin: from, 'access-control-request-method': 'POST' },
      })
    const { status, headers } = await preflight(origin)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin])
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'last-event-id']) {
      expect(headers.get('access-control-allow-headers')).toContain(name)
    }
    expect((await preflight('https://evil.example')).status).toBe(403)
  })

  it.each<[string, unknown, number, string]>([
    ['a landline', { phone: '5551234' }, 422, 'invalid_phone'],
    ['a Danish number', { phone: '+45 12345678' }, 422, 'invalid_phone'],
    ['an extension', { phone: '8223281x12' }, 422, 'invalid_phone'],
    ['letters', { phone: 'símanúmer' }, 422, 'invalid_phone'],
    ['a number that is a number', { phone: 8223281 }, 400, 'invalid_request'],
    ['an amount from the browser', { phone: '8223281', amount: 1 }, 400, 'invalid_request'],
    ['nothing', {}, 400, 'invalid_request'],
    ['a kennitala on the web', { nationalId: '1111111119' }, 422, 'not_supported'],
    ['an app code on the web', { appCode: '500004abcd' }, 422, 'not_supported'],
  ])('refuses to start with %s', async (_, body, status, code) => {
    const { session } = await testServer.create()
    expect(
      await answer(browser(testServer, session, 'POST', '/v1/session/start', { body })),
    ).toMatchObject([status, { code }])
    expect(await read(testServer, session)).toMatchObject({ status: 'open', version: 1 })
  })

  it('refuses a body that is too large, with and without a length', async () => {
    const { session } = await testServer.create()
    const flood = JSON.stringify({ phone: '8'.repeat(9_000) })
    expect(
      await answer(browser(testServer, session, 'POST', '/v1/session/start', { body: flood })),
    ).toMatchObject([413, { code: 'body_too_large' }])
    const chunked = fetch(`${testServer.url}/v1/session/start`, {
      method: 'POST',
      headers: { origin, authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      body: new Blob([flood]).stream(),
      // Node's fetch takes a stream only with this, which the DOM's types do not know.
      ...{ duplex: 'half' },
    })
    expect((await chunked).status).toBe(413)
  })

  it('a session reads and changes only its own checkout', async () => {
    const [one, two] = [await testServer.create(), await testServer.create()]
    await start(testServer, one.session, '7701111')
    expect(await read(testServer, two.session)).toMatchObject({
      status: 'open',
      reference: two.reference,
      phone: null,
    })
  })

  it('sends nothing from the browser to the provider but the phone number', async () => {
    const { session } = await testServer.create({
      description: 'Þæfður ullarsokkur / "tvö" <pör> & annað 🧦',
    })
    await start(testServer, session, '7705555')
    const cart = testServer.simulator
      .inspect()
      .carts.find(({ CustomerId }) => CustomerId === '7705555')
    expect(cart).toMatchObject({
      Amount: 12990,
      Description: 'Þæfður ullarsokkur / "tvö" <pör> & annað 🧦',
    })
    expect(cart?.Reference).toMatch(/^WEB-\d+-[2-9b-z]{8}$/)
  })
})

describe('a phone number', () => {
  it('parses a phone number in every way that people write it', () => {
    const digits = fc
      .tuple(fc.constantFrom('6', '7', '8'), fc.stringMatching(/^\d{6}$/))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 11 }), (number, style) => {
        const [head, tail] = [number.slice(0, 3), number.slice(3)]
        const full = number.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))
        const styles = [
          ...[
            number,
            `${head} ${tail}`,
            `${head}-${tail}`,
            `+354${number}`,
            `+354 ${head} ${tail}`,
            `00354${number}`,
          ],
          ...[
            `354${number}`,
            `(+354) ${head}-${tail}`,
            `tel:+354-${head}-${tail}`,
            ` ${head}\u00a0${tail} `,
            full,
          ],
          ...[`+354 ${head}\u2013${tail}`],
        ]
        expect(parsePhone(styles[style]!)).toBe(number)
      }),
    )
  })

  it.each([
    ['Arabic', '٨٢٢٣٢٨١', '٠٦١٩'],
    ['Persian', '۸۲۲۳۲۸۱', '۰۶۱۹'],
    ['Devanagari', '८२२३२८१', '०६१९'],
    ['full-width', '８２２３２８１', '０６１９'],
    ['mathematical', '𝟾𝟸𝟸𝟹𝟸𝟾𝟷', '𝟶𝟼𝟷𝟿'],
  ])('parses %s digits as those that they stand for', (_, phone, code) => {
    expect(parsePhone(phone)).toBe('8223281')
    expect(parseSmsCode(code)).toBe('0619')
  })

  it('a parsed phone number has seven digits and begins with 6, 7 or 8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        /^[678]\d{6}$/.test(parsePhone(text) ?? '6000000'),
      ),
    )
  })
})

describe('readSnapshot', () => {
  it('returns the snapshot unchanged, and null when any field is invalid', () => {
    const snapshot: Snapshot = {
      ...{
        status: 'open',
        version: 1,
        amount: 1,
        currency: 'ISK',
        reference: 'r',
        description: null,
        merchant: 'm',
      },
      ...{
        phone: null,
        expiresAt: '2026-11-20T12:15:00.000Z',
        serverTime: '2026-11-20T12:00:00.000Z',
        cancelRequested: false,
        uncertain: false,
        lastAttempt: null,
      },
    }
    expect(readSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot)
    for (const key of Object.keys(snapshot))
      expect(readSnapshot({ ...snapshot, [key]: [] }), key).toBeNull()
    for (const time of ['', 'soon', '2026-13-01T00:00:00Z', 0, null]) {
      expect(readSnapshot({ ...snapshot, expiresAt: time }), `expiresAt ${time}`).toBeNull()
      expect(readSnapshot({ ...snapshot, serverTime: time }), `serverTime ${time}`).toBeNull()
    }
    for (const other of [null, 'text', 3, [], {}, { status: 'open' }])
      expect(readSnapshot(other)).toBeNull()
  })
})

describe('every response', () => {
  it('every response has security and cache headers, whatever its status', async () => {
    const { session } = await testServer.create()
    const token = `cs_${'a'.repeat(43)}`
    const ask = (method: string, path: string, body?: object) =>
      browser(testServer, session, method, path, body === undefined ? {} : { body })
    const answers: Record<string, Promise<Response>> = {
      'a snapshot': ask('GET', '/v1/session'),
      'a command without effect': ask('POST', '/v1/session/cancel', {}),
      'a refusal': ask('POST', '/v1/session/start', { phone: '5551234' }),
      'a flood': ask('POST', '/v1/session/start', { phone: '8'.repeat(9_000) }),
      'an unknown session': browser(testServer, token, 'GET', '/v1/session'),
      'a foreign key': fetch(`${testServer.url}/v1/checkouts/chk_none`),
      'an unknown callback': fetch(`${testServer.url}/v1/callbacks/netgiro/${token}`, {
        method: 'POST',
      }),
      'nothing there': fetch(`${testServer.url}/nothing`),
      'the document': fetch(`${testServer.url}/openapi.json`),
      health: fetch(`${testServer.url}/healthz`),
    }
    for (const [what, response] of Object.entries(answers)) {
      const { headers } = await response
      expect(headers.get('x-content-type-options'), what).toBe('nosniff')
      expect(headers.get('referrer-policy'), what).toBe('no-referrer')
      expect(headers.get('cache-control'), what).toBe('no-store')
    }
  })

  it('the calling page can read every response, also a refusal', async () => {
    const { session } = await testServer.create()
    const start = (body: object) =>
      browser(testServer, session, 'POST', '/v1/session/start', { body })
    const refusals = [
      start({ phone: '5551234' }),
      start({ phone: '8'.repeat(9_000) }),
      start({ surprise: true }),
      browser(testServer, 'cs_nonsense', 'GET', '/v1/session'),
      browser(testServer, session, 'GET', '/v1/session/nothing'),
    ]
    for (const refusal of refusals) {
      const { status, headers } = await refusal
      expect(status).toBeGreaterThanOrEqual(400)
      expect([status, headers.get('access-control-allow-origin')]).toEqual([status, origin])
      expect(headers.get('vary')).toMatch(/origin/i)
    }
  })
})

describe('other paths', () => {
  it('other paths return 404 when there is no route', async () => {
    expect(await answer(fetch(`${testServer.url}/nothing`))).toMatchObject([
      404,
      { code: 'not_found' },
    ])
  })

  it('returns the health of the server', async () => {
    expect((await fetch(`${testServer.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${testServer.url}/readyz`)).status).toBe(200)
  })
})
