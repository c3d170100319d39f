import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../../server/listening.ts'
import { merchant, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settle } from '../support/later.ts'

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`

interface Asked {
  readonly headers: Record<string, string>
  readonly body: string
}

/** The shop that is asked; `answer` is what it says, null is silence. */
async function openShop() {
  const shop = {
    asked: [] as Asked[],
    answer: { approve: true } as object | string | null,
    status: 200,
    /** What becomes of the connection when the answer is written. */
    then: 'end' as 'end' | 'stay open' | 'break off',
    /** What is written instead, before hanging up. */
    raw: null as string | null,
    /** Says nothing, and does not hang up either. */
    isThinking: false,
    url: '',
    close: () => {},
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      if (request.url === '/hook') {
        response.end()
        return
      }
      shop.asked.push({ headers: request.headers as Record<string, string>, body })
      if (shop.isThinking) return
      if (shop.raw !== null) request.socket.end(shop.raw)
      else if (shop.answer === null) request.destroy()
      else {
        const text = typeof shop.answer === 'string' ? shop.answer : JSON.stringify(shop.answer)
        const isWhole = shop.then === 'end'
        response.writeHead(shop.status, isWhole ? {} : { 'content-length': text.length + 9 })
        if (isWhole) response.end(text)
        else response.write(text, () => shop.then === 'break off' && response.destroy())
      }
    })
  })
  const { url, close } = await listen(server)
  shop.url = url
  shop.close = () => void close()
  return shop
}

let shop: Awaited<ReturnType<typeof openShop>>
let testServer: TestServer
beforeEach(async () => {
  shop = await openShop()
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const begin = async (env: Record<string, string> = {}, clock?: ManualClock) => {
  testServer = await startTestServer({
    ...(clock && { clock }),
    env: {
      AUTHORIZE_URL: `${shop.url}/authorize`,
      WEBHOOK_URL: `${shop.url}/hook`,
      WEBHOOK_SECRET: secret,
      ...env,
    },
  })
  const created = await testServer.create()
  await start(testServer, created.session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  return created
}
const ends = (session: string, status: string) =>
  until(
    () => read(testServer, session),
    (snapshot) => snapshot.status === status,
  )

describe('the capture approval', () => {
  it('captures the money after one signed request with the whole checkout is approved', async () => {
    const { session, reference } = await begin()
    await ends(session, 'paid')
    expect(shop.asked).toHaveLength(1)
    const [{ headers, body }] = shop.asked as [Asked]
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'checkout.authorize',
      data: { checkout: { reference, status: 'confirming' } },
    })
    expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
  })

  it.each(['manual', 'callback'])(
    'captures nothing when the shop denies the capture approval (%s)',
    async (confirmation) => {
      shop.answer = { approve: false }
      const { session, id } = await begin({ NETGIRO_CONFIRMATION: confirmation })
      const { lastAttempt } = await ends(session, 'open')
      expect(lastAttempt).toEqual({ outcome: 'canceled', reason: 'canceled_by_shop' })
      await testServer.restart()
      expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 0 } })
      const seen = (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as {
        history: { type: string }[]
      }
      expect(seen.history.map(({ type }) => type)).toContain('authorized')
    },
  )

  it('a capture approval is asked for once, before the callback is answered, where the provider sees the approval late', async () => {
    const clock = new ManualClock()
    testServer = await startTestServer({
      clock,
      env: {
        ...{ AUTHORIZE_URL: `${shop.url}/authorize`, NETGIRO_CONFIRMATION: 'callback' },
        ...{ WEBHOOK_URL: `${shop.url}/hook`, WEBHOOK_SECRET: secret },
      },
    })
    await start(testServer, (await testServer.create()).session)
    testServer.simulator.fault({ call: 'CheckCart', kind: 'stale', times: 2 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(async () => {
      clock.advance(20)
      await settle(testServer, 1)
      return onlyCart(testServer).callbacks.length
    })
    expect(onlyCart(testServer)).toMatchObject({ callbacks: [{ status: 200 }], captures: 1 })
    expect(shop.asked).toHaveLength(1)
  })

  it.each<[string, number, object | string]>([
    ['true and false at once', 200, '{"approve":true,"approve":false}'],
    ['false and true at once', 200, '{"approve":false,"approve":true}'],
    ['a text', 200, { approve: 'false' }],
    ['another text', 200, { approve: 'true' }],
    ['a number', 200, { approve: 1 }],
    ['null', 200, { approve: null }],
    ['a list', 200, [{ approve: true }]],
    ['nothing', 200, ''],
    ['an empty object', 200, {}],
    ['a page', 200, '<html>'],
    ['cut off', 200, '{"approve":tr'],
    ['without content', 204, ''],
    ['created', 201, { approve: true }],
    ['elsewhere', 302, { approve: true }],
    ['a conflict', 409, { approve: false }],
    ['a conflict without a body', 409, ''],
    ['a conflict that says yes', 409, { approve: true }],
    ['not found', 404, ''],
    ['refused', 401, ''],
    ['too much', 429, ''],
    ['broken and says no', 503, { approve: false }],
  ])('takes a response that is not an approval as a denial: %s', async (_, status, answer) => {
    shop.status = status
    shop.answer = answer
    const { session } = await begin({ AUTHORIZE_ON_TIMEOUT: 'approve' })
    const { lastAttempt } = await ends(session, 'open')
    expect(lastAttempt).toEqual({ outcome: 'canceled', reason: 'canceled_by_shop' })
    expect(onlyCart(testServer)).toMatchObject({ captures: 0 })
  })

  it.each([
    ['cut off in its headers', 'HTTP/1.1 409 Conflict\r\nContent-Le', 0],
    ['no HTTP', 'approve: false\r\n\r\n', 0],
    [
      'longer in its headers than anything',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(99_999)}\r\n\r\n`,
      0,
    ],
    [
      'preceded by a word that nobody waits for',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 409 No\r\n\r\n',
      0,
    ],
    ['not there at all', '', 1],
  ])(
    'takes a response that cannot be read for one, which denies: %s',
    async (_, answer, captures) => {
      shop.raw = answer
      const { session } = await begin({ AUTHORIZE_ON_TIMEOUT: 'approve' })
      await ends(session, captures === 0 ? 'open' : 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures })
      expect(shop.asked).toHaveLength(1)
    },
  )

  it.each([
    ['stay open', { approve: false }, 'open'],
    ['stay open', { approve: true }, 'paid'],
    ['stay open', '', 'open'],
    ['break off', { approve: false }, 'open'],
    ['break off', { approve: true }, 'paid'],
    ['break off', '{"approve":t', 'open'],
  ] as const)(
    'follows the decision in a response that is left to %s: %j',
    async (then, answer, status) => {
      Object.assign(shop, { then, answer })
      const clock = new ManualClock()
      // A silence would be the opposite.
      const word = status === 'paid' ? 'cancel' : 'approve'
      const { session } = await begin({ AUTHORIZE_ON_TIMEOUT: word }, clock)
      await until(() => shop.asked.length)
      await until(() => {
        clock.advance(250)
        return testServer.logged().includes('capture approval requested')
      })
      await ends(session, status)
      expect(onlyCart(testServer).captures).toBe(status === 'paid' ? 1 : 0)
    },
  )

  it.each<[string, number, object | string | null]>([
    ['silence', 200, null],
    ['a failure', 500, '<html>'],
    ['a failure of a proxy', 502, ''],
    ['a failure that approves', 503, { approve: true }],
  ])('denies the capture by default when the response is %s', async (_, status, answer) => {
    shop.status = status
    shop.answer = answer
    const { session } = await begin()
    await ends(session, 'open')
    expect(onlyCart(testServer).captures).toBe(0)
    await testServer.close()
    const second = await begin({ AUTHORIZE_ON_TIMEOUT: 'approve' })
    await ends(second.session, 'paid')
  })

  it.each([
    ['cancel', 'open', 0],
    ['approve', 'paid', 1],
  ])(
    'the capture approval times out after two seconds, and then the decision is %s',
    async (word, status, captures) => {
      shop.isThinking = true
      const clock = new ManualClock()
      const { session } = await begin({ AUTHORIZE_ON_TIMEOUT: word }, clock)
      await until(() => shop.asked.length)
      clock.advance(1_999)
      expect((await read(testServer, session)).status).toBe('confirming')
      expect(testServer.logged()).not.toContain('capture approval requested')
      clock.advance(1)
      await ends(session, status)
      expect(onlyCart(testServer).captures).toBe(captures)
      expect(shop.asked).toHaveLength(1)
    },
  )
})
