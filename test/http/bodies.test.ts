import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPrintable, isVisible } from '../../server/text.ts'
import {
  browser,
  merchant,
  merchantKey,
  onlyCart,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'

const adminToken = 'admin-token-of-the-tests-0123456789'

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer({ env: { ADMIN_TOKEN: adminToken } })
})
afterAll(() => testServer.close())

let count = 0
const order = (more: object = {}) => ({
  reference: `BODY-${++count}`,
  amount: 1990,
  currency: 'ISK',
  ...more,
})

const send = async (
  path: string,
  body: string | Uint8Array,
  type = 'application/json',
  headers: Record<string, string> = {},
) => {
  const response = await fetch(testServer.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${merchantKey}`, 'content-type': type, ...headers },
    body: body as BodyInit,
  })
  const text = await response.text()
  const { code, detail } = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, string>
  return { status: response.status, code, detail, text }
}
const create = (body: object) => send('/v1/checkouts', JSON.stringify(body))
const latin1 = (reference: string) => Buffer.from(JSON.stringify(order({ reference })), 'latin1')

describe('a request body', () => {
  it('refuses a body that is not UTF-8, so that two references never become one', async () => {
    for (const reference of ['Á-1', 'É-1']) {
      expect(await send('/v1/checkouts', latin1(reference))).toMatchObject({
        status: 400,
        code: 'invalid_request',
        detail: 'The body is not valid UTF-8',
      })
    }
    const replaced = encodeURIComponent('\ufffd-1')
    expect((await merchant(testServer, 'GET', `/v1/checkouts?reference=${replaced}`)).status).toBe(
      404,
    )
  })

  it.each([
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['half a character', [0xe2, 0x82]],
    ['more than Unicode has', [0xf5, 0x80, 0x80, 0x80]],
  ])('refuses a body with %s in it', async (_, bytes) => {
    const body = Buffer.concat([
      ...[Buffer.from('{"reference":"'), Buffer.from(bytes)],
      Buffer.from(`${++count}","amount":1990,"currency":"ISK"}`),
    ])
    expect(await send('/v1/checkouts', body)).toMatchObject({ status: 400 })
  })

  it('refuses a body with a byte order mark', async () => {
    const body = `\ufeff${JSON.stringify(order())}`
    expect(await send('/v1/checkouts', body)).toMatchObject({ status: 400 })
  })

  it.each([
    ...['application/json; charset=iso-8859-1', 'application/json;charset="utf-16"'],
    ...['application/json; charset=utf-8; charset=latin1', 'application/json; CHARSET = ascii'],
    ...[
      "application/json; charset='utf-8'",
      'text/json',
      'application/jsonx',
      'application/x+json',
    ],
  ])('answers 415 to a body with the content type %s', async (type) => {
    expect(await send('/v1/checkouts', JSON.stringify(order()), type)).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    })
  })

  it('answers 415 to a compressed body', async () => {
    const packed = { 'content-encoding': 'gzip' }
    expect(
      await send('/v1/checkouts', JSON.stringify(order()), 'application/json', packed),
    ).toMatchObject({ status: 415 })
  })

  it.each([
    ...['application/json;charset=utf-8', 'application/json; charset="UTF-8"', 'Application/JSON'],
    ...['application/json; charset=utf8; profile=x', 'application/json;'],
  ])('accepts a body with the content type %s', async (type) => {
    const body = JSON.stringify(order({ reference: `Þ-${count}` }))
    const taken = await send('/v1/checkouts', body, type)
    expect(taken.status).toBe(201)
    expect(taken.text).toContain(`"Þ-${count - 1}"`)
  })

  it('refuses a body that contains a field twice, at any depth', async () => {
    for (const body of [
      `{"reference":"TWICE","amount":1,"currency":"ISK","amount":1990}`,
      `{"reference":"TWICE","amount":1990,"currency":"ISK","metadata":{"a":"1","\\u0061":"2"}}`,
      `{"reference":"TWICE","amount":1990,"currency":"ISK","providerOptions":{"a":[{"b":1,"b":2}]}}`,
    ])
      expect(await send('/v1/checkouts', body)).toMatchObject({
        status: 400,
        code: 'invalid_request',
      })
    const { session } = await testServer.create()
    const twice = await browser(testServer, session, 'POST', '/v1/session/start', {
      body: '{"phone":"8223281","phone":"7701234"}',
    })
    expect(twice.status).toBe(400)
    expect((await merchant(testServer, 'GET', '/v1/checkouts?reference=TWICE')).status).toBe(404)
  })

  it.each(['metadata', 'providerOptions'])('refuses a list for the object %s', async (field) => {
    for (const list of [['x'], [[]], [{}]]) {
      const { status, detail } = await create(order({ [field]: list }))
      expect([status, detail]).toEqual([400, `${field}: must be an object`])
    }
  })

  it('takes an empty list of metadata, as PHP writes it, for an empty object', async () => {
    const { session } = await testServer.create({ metadata: [] })
    expect(session).toMatch(/^cs_/)
  })

  it('refuses a list as a body where every field may be missing', async () => {
    const { id, session } = await testServer.create()
    expect(await send(`/v1/checkouts/${id}/cancel`, '[]')).toMatchObject({ status: 400 })
    for (const path of ['start', 'cancel']) {
      const answer = await browser(testServer, session, 'POST', `/v1/session/${path}`, {
        body: '[]',
      })
      expect(answer.status).toBe(400)
    }
  })

  it('refuses a body that is nested too deeply, with and without an idempotency key', async () => {
    const deep = (depth: number) =>
      `{"reference":"DEEP","amount":1990,"currency":"ISK","providerOptions":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    for (const depth of [40, 5_000, 30_000]) {
      for (const headers of [{}, { 'idempotency-key': `deep-${depth}` }]) {
        const { status, code } = await send(
          '/v1/checkouts',
          deep(depth),
          'application/json',
          headers,
        )
        expect([status, code]).toEqual([400, 'invalid_request'])
      }
    }
    expect(testServer.logged()).not.toContain('"level":50')
  })

  it('reports a body that is cut off as a client error, not an internal one', async () => {
    await start(testServer, (await testServer.create()).session)
    const { CallbackUrl } = onlyCart(testServer)
    const targets: [string, string, string][] = [
      [new URL(CallbackUrl ?? '').pathname, 'application/json', ''],
      ['/v1/callbacks/netgiro/x', 'application/json', ''],
      ['/v1/checkouts', 'application/json', `Authorization: Bearer ${merchantKey}\r\n`],
      ['/admin/login', 'application/x-www-form-urlencoded', `Origin: ${testServer.url}\r\n`],
      ['/admin/login', 'multipart/form-data; boundary=x', `Origin: ${testServer.url}\r\n`],
    ]
    for (const [path, type, more] of targets) {
      for (const framing of ['Content-Length: 500', 'Transfer-Encoding: chunked']) {
        const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${more}${framing}\r\n\r\n`
        await cutOff(head + (framing.startsWith('T') ? '5\r\ntoken' : 'token=x'))
      }
    }
    await until(() => testServer.logged().split('The body is incomplete').length > 8)
    expect(testServer.logged()).not.toMatch(/"level":50|internal_error/)
    expect(await count500()).toBe(0)
  })

  it.each([
    ['malformed multipart', 'multipart/form-data; boundary=x', 'nonsense'],
    ['multipart without a boundary', 'multipart/form-data', '--x--'],
    ['JSON', 'application/json', '{"token":"x"}'],
    ['no UTF-8', 'application/x-www-form-urlencoded', 'token=%ff'],
    ['half a percent-encoding', 'application/x-www-form-urlencoded', 'token=%c'],
    ['a token twice', 'application/x-www-form-urlencoded', 'token=a&token=b'],
  ])('refuses a login whose body is %s', async (_, type, body) => {
    const { status, code } = await send('/admin/login', body, type, { origin: testServer.url })
    expect([status, code]).toEqual([400, 'invalid_request'])
    expect(testServer.logged()).not.toContain('"level":50')
  })

  it('answers 415 to a login form in another charset', async () => {
    const type = 'application/x-www-form-urlencoded; charset=iso-8859-1'
    expect((await send('/admin/login', 'token=x', type, { origin: testServer.url })).status).toBe(
      415,
    )
  })
})

const count500 = async () => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const text = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
  return Number(/reason="internal_error"\} (\d+)/.exec(text)?.[1])
}

/** Sends the beginning of a request, and leaves. */
async function cutOff(head: string): Promise<void> {
  const { hostname, port } = new URL(testServer.url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(head, () => setImmediate(() => socket.destroy()))
    })
    socket.on('close', () => resolve())
    socket.on('error', () => {})
  })
}

describe('the query of a lookup', () => {
  it.each(['reference=%ff', 'reference=%C1-1', 'reference=a&reference=b', 'reference=%'])(
    'refuses a lookup by %s',
    async (query) => {
      expect((await merchant(testServer, 'GET', `/v1/checkouts?${query}`)).status).toBe(400)
    },
  )

  it('finds a reference with characters that are reserved in URLs', async () => {
    const reference = `Á & é=#?/+ %41-${++count}`
    expect((await create(order({ reference }))).status).toBe(201)
    for (const query of [
      encodeURIComponent(reference),
      new URLSearchParams({ '': reference }).toString().slice(1),
    ]) {
      const found = await merchant(testServer, 'GET', `/v1/checkouts?reference=${query}`)
      expect(((await found.json()) as Created).reference).toBe(reference)
    }
  })
})

const invisible = {
  'a zero-width space': '\u200b',
  'a left-to-right mark': '\u200e',
  'a right-to-left mark': '\u200f',
  'an Arabic letter mark': '\u061c',
  'an override': '\u202e',
  'an isolate': '\u2067',
  'a word joiner': '\u2060',
  'a byte order mark': '\ufeff',
  'a soft hyphen': '\u00ad',
  'a tag character': '\u{e0041}',
  'a non-character': '\ufdd0',
  'the last of all non-characters': '\u{10ffff}',
  'an interlinear mark': '\ufff9',
  'a Hangul filler': '\u3164',
  NUL: '\0',
  ESC: '\u001b',
  DEL: '\u007f',
  'a C1 control': '\u0085',
  'a line separator': '\u2028',
  'a line break': '\n',
}

const places: Record<string, (text: string) => object> = {
  reference: (text) => ({ reference: text }),
  description: (text) => ({ description: text }),
  locationId: (text) => ({ locationId: text }),
  registerId: (text) => ({ registerId: text }),
  'an item': (text) => ({ items: [{ description: text, quantity: 1, amount: 1990 }] }),
  "an item's notes": (text) => ({
    items: [{ description: 'a', quantity: 1, amount: 1990, notes: text }],
  }),
  'a name in metadata': (text) => ({ metadata: { [text]: 'x' } }),
  'a value in metadata': (text) => ({ metadata: { x: text } }),
  'the options of a provider': (text) => ({ providerOptions: { deep: [{ x: text }] } }),
  'a name in the options of a provider': (text) => ({ providerOptions: { deep: { [text]: 1 } } }),
}

describe('text from a shop', () => {
  for (const [place, put] of Object.entries(places)) {
    // A description may have several lines, where its provider takes them.
    const refused = Object.entries(invisible).filter(
      ([name]) => place !== 'description' || name !== 'a line break',
    )
    it.each(refused)(`refuses text with %s in ${place}`, async (_, character) => {
      for (const text of [`a${character}b`, `a${character}`, character]) {
        const { status, detail } = await create(order(put(text)))
        expect([status, detail]).toEqual([400, expect.stringMatching(/must not contain/)])
      }
    })

    it(`refuses text with half a character in ${place}`, async () => {
      expect(await create(order(put('a\ud800')))).toMatchObject({ status: 400 })
    })
  }

  it.each([
    ['only spaces', ' \u00a0\u3000 '],
    ['only combining marks', '\u0301\u0302'],
    ['only variation selectors', '\ufe0f\ufe0f'],
    ['only the blank of Braille', '\u2800'],
    ['only a joiner', '\u200d'],
  ])('refuses text that is %s', async (_, text) => {
    for (const field of ['reference', 'description', 'locationId'])
      expect(await create(order({ [field]: text }))).toMatchObject({ status: 400 })
    expect(await create(order({ metadata: { [text]: 'x' } }))).toMatchObject({ status: 400 })
  })

  it.each(['a\u200d', '\u200ca', 'a \u200d b', 'a\u200d\u200db', '-\u200c-'])(
    'refuses text where a joiner joins nothing: %j',
    (text) => {
      expect(isPrintable(text)).toBe(false)
    },
  )

  it.each([
    ...['Þæfður ullarsokkur / "tvö" <pör> & annað 🧦', 'می‌خواهم', 'ක්‍රි', '👩‍🚀👨‍👩‍👧', '❤️‍🔥 🏳️‍🌈', '👍🏽'],
    ...[
      'Straße, Łódź, Ελλάδα, Москва, 東京, 한국어, עברית, العربية',
      '葛\u{e0100}',
      'a\u0301',
      '½ №',
    ],
  ])('accepts text that people write unchanged: %s', async (description) => {
    const answer = await create(order({ description, metadata: { note: description } }))
    expect(answer.status).toBe(201)
    expect(JSON.parse(answer.text)).toMatchObject({
      description: description.normalize('NFC'),
      metadata: { note: description },
    })
  })

  it('text with an invisible character does not count as printable', () => {
    const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (isPrintable(text)) {
          expect(text.isWellFormed()).toBe(true)
          expect(text).not.toMatch(unseen)
          expect(text.replace(/[\u200c\u200d]/g, '')).not.toMatch(/\p{Cf}/u)
        }
        if (!isVisible(text)) expect(text).not.toMatch(/(?!\p{Default_Ignorable_Code_Point})\p{L}/u)
      }),
    )
  })

  it.each(['reference', 'locationId', 'registerId'])(
    'refuses a %s that would become equal to another one',
    async (field) => {
      for (const text of [' A-1', 'A-1 ', 'A-1\u00a0', '\u3000A-1', 'A\u0301-1', '\u212a-1']) {
        const { status, detail } = await create(order({ [field]: text }))
        expect([status, detail]).toEqual([400, expect.stringContaining(`${field}: must be in NFC`)])
      }
      expect(await create(order({ [field]: 'Á\u00a01' }))).toMatchObject({ status: 201 })
    },
  )

  it('refuses names in metadata that are reserved or would become equal', async () => {
    for (const name of [' a', 'a ', 'a\u0301'])
      expect(await create(order({ metadata: { [name]: '1' } }))).toMatchObject({ status: 400 })
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const body = JSON.stringify(order()).replace('}', `,"metadata":{"${name}":"x"}}`)
      expect(await send('/v1/checkouts', body)).toMatchObject({ status: 400 })
    }
  })
})
