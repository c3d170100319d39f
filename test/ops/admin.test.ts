import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import { reviewReasons, newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout } from '../../server/core/checkout.ts'
import { digestOf } from '../../server/crypto.ts'
import { attentionList } from '../../server/ops/admin/attention.ts'
import { checkoutPage } from '../../server/ops/admin/checkout-page.ts'
import { en } from '../../server/ops/admin/words/en.ts'
import { is } from '../../server/ops/admin/words/is.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import {
  browser,
  merchant,
  merchantKey,
  onlyCart,
  read,
  secretKey,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openShop, webhookSecret, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

const token = 'admin-token-of-the-tests-0123456789'

let testServer: TestServer
let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const open = async (options: Parameters<typeof startTestServer>[0] = {}) => {
  const env = { ADMIN_TOKEN: token, ...webhookTo(shop), ...options.env }
  testServer = await startTestServer({ ...options, env })
}
const get = (path: string, cookie = '') =>
  fetch(`${testServer.url}/admin/${path}`, { headers: { cookie }, redirect: 'manual' })
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${testServer.url}/admin/${path}`, {
    method: 'POST',
    headers: { origin: testServer.url, ...headers },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
const logIn = async () =>
  (await post('login', { token })).headers.get('set-cookie')?.split(';')[0] ?? ''

const pay = async (order: object = {}, phone?: string) => {
  const created = await testServer.create(order)
  await start(testServer, created.session, phone)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, created.session),
    ({ status }) => status === 'paid',
  )
  return created
}

describe('access to the support page', () => {
  it('returns 404 for every page without an ADMIN_TOKEN', async () => {
    testServer = await startTestServer()
    for (const path of ['', 'login', 'checkouts', 'style.css'])
      expect((await get(path)).status).toBe(404)
    expect((await fetch(`${testServer.url}/admin`)).status).toBe(404)
    expect((await post('login', { token })).status).toBe(404)
  })

  it('shows a checkout only after login', async () => {
    await open()
    const { id } = await testServer.create()
    for (const cookie of ['', `netgiro_admin=${'a'.repeat(43)}`, 'netgiro_admin='])
      expect((await get(`checkouts?q=${id}`, cookie)).headers.get('location')).toBe('login')
    expect(await (await fetch(`${testServer.url}/admin`)).text()).toContain('Admin token')
    expect((await post('login', { token: `${token}x` })).status).toBe(401)
    const cookie = await logIn()
    expect(await (await get(`checkouts?q=${id}`, cookie)).text()).toContain(id)
  })

  it('sets an HttpOnly and SameSite=Strict cookie, and Secure on https', async () => {
    await open({ env: { PUBLIC_URL: 'https://pay.shop.example' } })
    const plain = (await post('login', { token })).headers.get('set-cookie') ?? ''
    expect(plain).toMatch(/; HttpOnly; SameSite=Strict$/)
    expect(plain).not.toContain(token)
    const safe = await post('login', { token }, { origin: 'https://pay.shop.example' })
    expect(safe.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Strict$/)
  })

  it('answers 404 below every page, with a login and without one, and sends nobody in a circle', async () => {
    await open()
    for (const cookie of ['', await logIn()])
      for (const path of ['checkouts/', 'checkouts/login', 'login/', 'a/b/c', 'x/'])
        expect([path, (await get(path, cookie)).status]).toEqual([path, 404])
    expect((await get('nothing')).headers.get('location')).toBe('login')
  })

  it('a login to the support page ends after eight hours and at logout', async () => {
    const clock = new ManualClock()
    await open({ clock })
    const cookie = await logIn()
    clock.advance(8 * 3_600_000 - 1)
    expect((await get('checkouts', cookie)).status).toBe(200)
    clock.advance(1)
    expect((await get('checkouts', cookie)).status).toBe(303)
    const next = await logIn()
    await post('logout', {}, { cookie: next })
    expect((await get('checkouts', next)).status).toBe(303)
  })

  it('keeps a login over a restart, and ends it with the token that it was opened with', async () => {
    await open()
    const cookie = await logIn()
    await testServer.restart()
    expect((await get('checkouts', cookie)).status).toBe(200)
    await testServer.reconfigure({ ADMIN_TOKEN: `another-${token}` })
    expect((await get('checkouts', cookie)).headers.get('location')).toBe('login')
  })

  it('leaves neither the token nor its digest in the database', async () => {
    await open()
    const cookie = await logIn()
    const digest = digestOf(token)
    await testServer.restart()
    const stored = readFileSync(testServer.databasePath).toString('latin1')
    for (const secret of [token, digest, cookie.split('=')[1] ?? ''])
      expect(stored).not.toContain(secret)
  })

  it('accepts the right token after any number of wrong ones, which get 429', async () => {
    const clock = new ManualClock()
    await open({ clock })
    for (let tries = 0; tries < 10; tries++)
      expect((await post('login', { token: `wrong-${tries}` })).status).toBe(401)
    const refused = await post('login', { token: 'wrong-again' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600'])
    expect((await post('login', { token })).status).toBe(303)
    expect((await post('login', { token: 'wrong-still' })).status).toBe(429)
    clock.advance(10 * 60_000)
    expect((await post('login', { token: 'wrong-later' })).status).toBe(401)
  })

  it('counts wrong tokens per address', async () => {
    await open({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
    const guess = async (address: string) =>
      (await post('login', { token: 'wrong' }, { 'x-forwarded-for': address })).status
    // One subscriber has more addresses of IPv6 than there are guesses.
    for (let tries = 0; tries < 10; tries++) expect(await guess(`2001:db8:1:2::${tries}`)).toBe(401)
    expect(await guess('2001:db8:1:2:3:4:5:6')).toBe(429)
    expect(await guess('2001:db8:1:3::1')).toBe(401)
    expect(await guess('192.0.2.7')).toBe(401)
  })

  it('logs wrong tokens once a minute, without the tokens', async () => {
    await open({ clock: new ManualClock() })
    for (let tries = 0; tries < 12; tries++) await post('login', { token: `canary-${tries}` })
    const lines = (event: string) =>
      testServer
        .logged()
        .split('\n')
        .filter((line) => line.includes(event))
    expect(lines('"wrong_admin_token"')).toHaveLength(1)
    expect(lines('"limit_admin_token"')).toHaveLength(1)
    expect(testServer.logged()).not.toContain('canary-')
  })

  it.each(['https://evil.example', 'null', ''])(
    'refuses a form from the origin "%s"',
    async (origin) => {
      await open()
      const { id } = await pay()
      await until(() => shop.received.length)
      const cookie = await logIn()
      const event = shop.ids()[0] ?? ''
      expect((await post('resend', { event }, { cookie, origin })).status).toBe(403)
      expect((await post('login', { token }, { origin })).status).toBe(403)
      expect((await post('resend', { event })).headers.get('location')).toBe('login')
      const page = await (await get(`checkouts?q=${id}`, cookie)).text()
      expect(page).not.toContain('Waiting to be sent')
      expect(shop.received).toHaveLength(1)
    },
  )

  it('the support page forbids scripts and frames by its headers', async () => {
    await open()
    const { headers } = await get('login')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    // With `no-referrer` browsers would send `Origin: null` with the forms.
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.has('strict-transport-security')).toBe(false)
    expect((await get('style.css')).headers.get('content-type')).toMatch(/^text\/css/)
  })
})

const isOver = ({ status, lastAttempt }: Snapshot) => status === 'canceled' || lastAttempt !== null

describe('the page of a checkout', () => {
  it.each([
    ['the shopper canceled', 'The shopper asked to cancel', 'canceled'],
    ['the approval timeout ended', 'The time to approve ran out', 'expired'],
  ])('says who ended an attempt, and how, when %s', async (how, who, outcome) => {
    const clock = new ManualClock()
    await open({ clock, env: { APPROVAL_WINDOW_SECONDS: '60' } })
    const { id, session } = await testServer.create()
    await start(testServer, session)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'awaiting_shopper',
    )
    if (how === 'the shopper canceled')
      await browser(testServer, session, 'POST', '/v1/session/cancel')
    await until(() => {
      clock.advance(30_000)
      return read(testServer, session)
    }, isOver)
    const text = await (await get(`checkouts?q=${id}`, await logIn())).text()
    for (const word of ['The shopper asked to cancel', 'The time to approve ran out'])
      expect(text.includes(word), word).toBe(word === who)
    expect(text).toContain(`Ended without a payment: ${outcome}`)
  })

  it('finds a checkout by reference, id, or the reference that Netgíró shows', async () => {
    await open()
    const { id, reference } = await pay()
    const cookie = await logIn()
    const { Reference: told } = onlyCart(testServer) as unknown as { Reference: string }
    for (const asked of [id, reference, ` ${reference} `, told]) {
      const page = await get(`checkouts?q=${encodeURIComponent(asked)}`, cookie)
      expect(page.status, asked).toBe(200)
      const text = await page.text()
      for (const word of [id, '12.990 kr.', 'Paid', 'InsertCart 200', 'ConfirmCart 10200'])
        expect(text, asked).toContain(word)
      expect(text).toContain(onlyCart(testServer).TransactionId)
    }
    expect((await get('checkouts?q=WEB-none', cookie)).status).toBe(404)
  })

  it('finds a reference in lower case or in capitals, with any dashes, also with the end of an attempt', async () => {
    await open()
    const loud = await testServer.create({ reference: 'ÞÓR-77A' })
    const quiet = await testServer.create({ reference: 'þór-78b' })
    const cookie = await logIn()
    for (const [asked, { id }] of [
      ['þór-77a', loud],
      ['ÞÓR-78B', quiet],
      ['þór-77a-23456789', loud],
      ['ÞÓR-78B-BCDFGHJK', quiet],
      ['#þór – 77a', loud],
      ['þór‑78b − bcdfghjk', quiet],
    ] as const) {
      const page = await get(`checkouts?q=${encodeURIComponent(asked)}`, cookie)
      expect(await page.text(), asked).toContain(id)
    }
  })

  it('the page of a checkout names no phone, session, metadata or secret', async () => {
    await open()
    const phone = '7719943'
    const { session, id } = await testServer.create({ metadata: { note: 'canary-metadata' } })
    await start(testServer, session, phone)
    const cookie = await logIn()
    const said = await (await get(`checkouts?q=${id}`, cookie)).text()
    expect(said).toContain('•••9943')
    const canaries = [
      phone,
      session,
      'canary-metadata',
      secretKey,
      merchantKey,
      webhookSecret,
      token,
    ]
    for (const canary of [...canaries, 'canary-in-webhook-url', cookie.split('=')[1] ?? '']) {
      expect(said, canary).not.toContain(canary)
      expect(testServer.logged(), canary).not.toContain(canary)
    }
  })

  it('escapes what a shop wrote', async () => {
    await open()
    const reference = '<script>alert(1)</script>"'
    await testServer.create({ reference })
    const cookie = await logIn()
    for (const asked of [reference, `${reference}<b>`]) {
      const said = await (await get(`checkouts?q=${encodeURIComponent(asked)}`, cookie)).text()
      expect(said).toContain('&lt;script&gt;')
      expect(said).not.toContain('<script')
    }
  })
})

describe('an event on the support page', () => {
  it('resends an event under the same id', async () => {
    await open()
    const { id } = await pay()
    await until(() => shop.received.length)
    await until(() => testServer.logged().includes('webhook delivered'))
    const cookie = await logIn()
    const [event = ''] = shop.ids()
    const answer = await post('resend', { event }, { cookie })
    expect(answer.headers.get('location')).toBe(`checkouts?q=${id}&resent=${event}`)
    await until(() => shop.received.length > 1)
    expect(new Set(shop.ids())).toEqual(new Set([event]))
    expect(shop.received[1]?.body).toBe(shop.received[0]?.body)
    const page = await (await get(`checkouts?q=${id}&resent=${event}`, cookie)).text()
    expect(page).toContain('is being sent again')
    expect(page).toContain('Delivered')
    expect((await post('resend', { event: 'evt_nobody' }, { cookie })).status).toBe(404)
  })

  it('gives no alarm about an event that is sent again and was accepted before', async () => {
    const clock = new ManualClock()
    await open({ clock })
    const created = await testServer.create()
    await merchant(testServer, 'POST', `/v1/checkouts/${created.id}/cancel`)
    await until(() => testServer.logged().includes('webhook delivered'))
    clock.advance(3_600_000)
    const cookie = await logIn()
    shop.statuses.push(500)
    await post('resend', { event: shop.ids()[0] ?? '' }, { cookie })
    const first = async () => (await get('checkouts', cookie)).text()
    const page = await until(first, (text) => text.includes('1 failed try; next try'))
    expect(page).toContain('The shop accepted this notice before')
    expect(page).not.toContain('The shop does not know of it yet')
    const bearer = { authorization: `Bearer ${token}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('netgiro_outbox_undelivered 1\n')
    expect(metrics).toContain('netgiro_outbox_oldest_seconds 0\n')
    expect(metrics).toContain('_oldest_seconds_by_type{type="checkout.canceled"} 0\n')
  })

  it('shows an abandoned event, and retries it from the start when it is resent', async () => {
    const clock = new ManualClock()
    await open({ clock })
    const created = await testServer.create()
    shop.statuses.push(...Array<number>(99).fill(500))
    await merchant(testServer, 'POST', `/v1/checkouts/${created.id}/cancel`)
    await until(() => {
      clock.advance(3_600_000)
      return testServer.logged().includes('webhook delivery abandoned')
    })
    const cookie = await logIn()
    const look = async () => (await get(`checkouts?q=${created.id}`, cookie)).text()
    expect(await look()).toMatch(/Abandoned after \d+ failed tries\./)
    await post('resend', { event: shop.ids()[0] ?? '' }, { cookie })
    await until(look, (said) => said.includes('1 failed try; next try'))
  })
})

describe('a refund that needs a review', () => {
  const refused = async (clock = new ManualClock()) => {
    await open({
      clock,
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    const { session, id, reference } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => {
        clock.advance(500)
        return read(testServer, session)
      },
      ({ status }) => status === 'paid',
    )
    testServer.simulator.fault({ call: 'v2.refund', kind: 'drop_before_effect' })
    testServer.simulator.fault({ call: 'v2.refund', kind: 'refuse', times: 99 })
    const ask = () =>
      merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
        body: { amount: 500 },
        headers: { 'idempotency-key': 'r-1' },
      })
    const { id: refund } = (await (await ask()).json()) as { id: string }
    expect((await ask()).status).toBe(202)
    return { id, reference, refund }
  }
  const word = { as: 'failed', by: 'Anna <Jónsdóttir>', note: 'Not in the portal' }

  it('lists a refund that needs a review on the first page and in the metrics until it is closed', async () => {
    const { id, reference, refund } = await refused()
    const cookie = await logIn()
    const first = async () => (await get('checkouts', cookie)).text()
    expect(await first()).toMatch(new RegExp(`Refunds that need a person[^]*${id}[^]*${reference}`))
    const bearer = { authorization: `Bearer ${token}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('netgiro_refunds_pending 1')
    expect(metrics).toContain('netgiro_refunds_in_review 1')
    await post('close-refund', { checkout: id, refund, ...word }, { cookie })
    expect(await first()).not.toContain('Refunds that need a person')
  })

  it("closes a refund by hand, with the person's note and the provider's last answer in its history", async () => {
    const { id, refund } = await refused()
    const cookie = await logIn()
    const page = async (more = '') => (await get(`checkouts?q=${id}${more}`, cookie)).text()
    expect(await page()).toContain('No money went back')
    const answer = await post('close-refund', { checkout: id, refund, ...word }, { cookie })
    expect(answer.headers.get('location')).toBe(`checkouts?q=${id}&closed=${refund}`)
    const said = await page(`&closed=${refund}`)
    for (const words of [
      `The refund ${refund} is closed`,
      'Failed: no money went back',
      'Anna &lt;Jónsdóttir&gt;',
      'Not in the portal',
      'The refund was closed by hand',
      /Last answer of Netgíró:\s+refund refused/,
    ])
      expect(said).toMatch(words)
    const { history, refunds } = (await (
      await merchant(testServer, 'GET', `/v1/checkouts/${id}`)
    ).json()) as { history: object[]; refunds: object[] }
    expect(refunds).toMatchObject([{ id: refund, status: 'failed' }])
    expect(history.at(-1)).toMatchObject({
      ...{ type: 'refund_closed', call: 'operator', code: 'failed' },
    })
    await until(() => shop.received.some(({ body }) => body.includes('checkout.refund_failed')))
    expect(shop.received.some(({ body }) => body.includes('Not in the portal'))).toBe(false)
  })

  it('tells a second operator, whose page is old, that the refund was closed before', async () => {
    const { id, refund } = await refused()
    const cookie = await logIn()
    const close = async (fields: object) => {
      const form = { checkout: id, refund, ...word, ...fields }
      const answer = await post('close-refund', form, { cookie })
      expect(answer.status).toBe(303)
      return (await get(answer.headers.get('location') ?? '', cookie)).text()
    }
    const asRefunded = { as: 'refunded', by: 'Anna' }
    for (let presses = 0; presses < 2; presses++)
      expect(await close(asRefunded)).toContain(`The refund ${refund} is closed.`)
    const page = await close({ by: 'Bjarni' })
    expect(page).toMatch(
      /role="alert">\s*Nothing was changed: the refund ref_[\w-]+ had been settled/,
    )
    expect(page).not.toContain('is closed.')
    expect(page).toMatch(/Closed by[^]*Anna/)
    expect(page).not.toContain('Bjarni')
    expect(testServer.logged()).not.toContain('Bjarni')
  })

  it('says of no refund that it is closed while it is not', async () => {
    const { id, refund } = await refused()
    const page = (await get(`checkouts?q=${id}&closed=${refund}`, await logIn())).text()
    expect(await page).not.toContain('is closed.')
  })

  it('a form from another origin, without a login, or without a name and a note does not close a refund', async () => {
    const { id, refund } = await refused()
    const cookie = await logIn()
    const fields = { checkout: id, refund, ...word }
    const evil = { cookie, origin: 'https://evil.example' }
    expect((await post('close-refund', fields, evil)).status).toBe(403)
    expect((await post('close-refund', fields)).headers.get('location')).toBe('login')
    for (const missing of ['by', 'note', 'as', 'refund', 'checkout'])
      expect((await post('close-refund', { ...fields, [missing]: ' ' }, { cookie })).status).toBe(
        400,
      )
    expect((await post('close-refund', { ...fields, refund: 'ref_x' }, { cookie })).status).toBe(
      404,
    )
    const view = await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()
    expect(view).toMatchObject({ refunds: [{ status: 'pending' }] })
  })
})

describe('a search by what the shopper knows', () => {
  const search = async (fields: Record<string, string>, cookie: string) => {
    const answer = await post('search', fields, { cookie })
    const location = answer.headers.get('location') ?? ''
    expect(location).toMatch(/^found\?q=[\w-]+$/)
    expect(Buffer.from(location, 'base64url').toString()).not.toContain('4567')
    return { location }
  }
  const found = async (fields: Record<string, string>, cookie: string, language = 'en') => {
    const { location } = await search(fields, cookie)
    const headers = { cookie, 'accept-language': language }
    return (await fetch(`${testServer.url}/admin/${location}`, { headers })).text()
  }

  it('finds an order by amount, digits and time, and puts no digit into a URL or the log', async () => {
    await open()
    const { id } = await pay({}, '7714567')
    const cookie = await logIn()
    const day = new Date().toISOString().slice(0, 10)
    for (const fields of [
      { amount: '12.990 kr.' },
      { amount: 'kr. 12.990,-' },
      { amount: '12.990 krónur' },
      { digits: '771-4567' },
      { amount: '12990', digits: '4567', day },
    ])
      expect(await found(fields, cookie)).toContain(`checkouts?q=${id}`)
    expect(await found({ amount: '12.991' }, cookie)).toContain('No order found')
    expect(await found({ digits: '4567', day: '2001-01-01' }, cookie, 'is')).toContain(
      'Engin pöntun fannst',
    )
    expect(await found({ digits: '45' }, cookie)).toContain('at least the last four digits')
    expect(await found({}, cookie)).toContain('Fill in at least one field.')
    expect(testServer.logged()).not.toContain('4567')
  })

  it('shows a search to nobody but the login that made it', async () => {
    await open()
    const cookie = await logIn()
    const other = await logIn()
    const { location } = await search({ digits: '4567' }, cookie)
    expect((await get(location, cookie)).status).toBe(200)
    expect((await get(location, other)).headers.get('location')).toBe('checkouts')
    expect((await get(location)).headers.get('location')).toBe('login')
    const changed = `${location.slice(0, -3)}${location.endsWith('AAA') ? 'BBB' : 'AAA'}`
    for (const path of [changed, 'found?q=rubbish', 'found?q=', 'found?n=1'])
      expect((await get(path, cookie)).headers.get('location'), path).toBe('checkouts')
  })

  it('a search is shown again in another language', async () => {
    await open()
    const cookie = await logIn()
    const { location } = await search({ amount: '12990', digits: '4567', until: '23:59' }, cookie)
    const chosen = await post('language', { to: 'is', back: location })
    expect(chosen.headers.get('location')).toBe(location)
  })
})

describe('the language of the support page', () => {
  it('the language of the support page is the browser’s until another is chosen, and a choice leads back to none but our pages', async () => {
    await open()
    const login = async (language: string, cookie = '') =>
      (
        await fetch(`${testServer.url}/admin/login`, {
          headers: { 'accept-language': language, cookie },
        })
      ).text()
    expect(await login('is-IS,is;q=0.9,en;q=0.8')).toContain('<html lang="is">')
    expect(await login('sv')).toContain('<html lang="en">')
    const chosen = await post('language', { to: 'is', back: 'checkouts?q=WEB-1' })
    expect(chosen.headers.get('location')).toBe('checkouts?q=WEB-1')
    const cookie = chosen.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await login('en', cookie)).toContain('<html lang="is">')
    for (const back of ['https://evil.example', '//evil.example', 'checkouts\r\nx: y'])
      expect((await post('language', { to: 'en', back })).headers.get('location')).toBe('checkouts')
  })
})

describe('the first page', () => {
  it('lists a request whose outcome is not known once its time is over, with the masked phone', async () => {
    const clock = new ManualClock()
    await open({ clock, env: { APPROVAL_WINDOW_SECONDS: '60' } })
    for (const call of ['InsertCart', 'CheckCart', 'CancelCart'])
      testServer.simulator.fault({ call, kind: 'drop_before_effect', times: 1_000 } as never)
    const { session, reference } = await testServer.create()
    await start(testServer, session)
    await until(
      () => read(testServer, session),
      ({ uncertain }) => uncertain,
    )
    const cookie = await logIn()
    const first = async () => (await get('checkouts', cookie)).text()
    expect(await first()).not.toContain('Outcome not known yet')
    clock.advance(60_000)
    const page = await first()
    expect(page).toMatch(new RegExp(`Outcome not known yet[^]*${reference}[^]*•••3281`))
    expect(page).not.toContain('8223281')
  })

  it('lists an event that the shop did not accept until it is delivered', async () => {
    const clock = new ManualClock()
    await open({ clock })
    shop.statuses.push(500)
    const { id } = await testServer.create()
    await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
    await until(() => shop.received.length === 1)
    const cookie = await logIn()
    const first = async () => (await get('checkouts', cookie)).text()
    const page = await until(first, (text) => text.includes('Not delivered to the shop'))
    expect(page).toMatch(new RegExp(`q=${id}">[^]*1 failed try; next try[^]*checkout.canceled`))
    await post('resend', { event: shop.ids()[0] ?? '' }, { cookie })
    await until(first, (text) => !text.includes('Not delivered to the shop'))
  })
})

describe('a checkout that needs a review', () => {
  const attempt = (id: string, paidAmount: number | null) =>
    ({
      ...newAttemptDefaults,
      connection: null,
      ...{ id, reference: `WEB-1-${id}`, token: id, providerRef: `cart-${id}` },
      payer: { kind: 'phone', masked: '•••3281', hash: 'h' },
      ...{ startedAt: 0, approvalExpiresAt: 0, endedAt: 1, paidAt: 1, paidAmount },
    }) as Attempt
  const checkout: Checkout = {
    ...{ id: 'chk_1', reference: 'WEB-1', amount: 12_990, currency: 'ISK', description: null },
    ...{ items: [], provider: 'netgiro', channel: 'web', locationId: null, registerId: null },
    ...{ metadata: {}, status: 'paid', version: 3, createdAt: 0, expiresAt: 1, closing: null },
    ...{ paidAt: 1, paidAttemptId: 'att_2', late: false, options: null, refunds: [] },
    ...{
      review: 'paid_twice',
      reviewClosedAt: null,
      replaces: null,
      attempts: [attempt('att_1', 12_000), attempt('att_2', null)],
    },
  }
  const shown = async (shownCheckout: Checkout, words = en) =>
    await new Response(
      await checkoutPage(
        { merchantName: 'Shop', words, here: 'checkouts' },
        {
          ...{ checkout: shownCheckout, history: [], events: [], others: [], canResend: true },
          ...{
            resent: undefined,
            closed: undefined,
            unclosed: undefined,
            reviewClosed: undefined,
            disabledSince: null,
            now: 2,
          },
        },
      ),
    ).text()

  beforeEach(() => open())

  it('the first page lists checkouts that need a review, the newest first, and no others', async () => {
    const database = await openDatabase(`file:${testServer.databasePath}`)
    const store = checkoutStore(database)
    for (const [id, review] of [
      ['chk_1', 'paid_twice'],
      ['chk_2', null],
      ['chk_3', 'outcome_unknown'],
    ] as const) {
      const created = { ...checkout, id, reference: `WEB-${id}`, attempts: [], review: null }
      await store.create(
        { ...created, createdAt: Number(id.at(-1)), version: 2 },
        `hash-${id}`,
        null,
      )
      const entry = { attemptId: null, version: 3, at: 0, type: 'created', evidence: null }
      await store.save({ ...created, version: 3, review }, [entry], [])
    }
    await database.close()
    const page = await (await get('checkouts', await logIn())).text()
    expect([...page.matchAll(/q=(chk_\d)/g)].map(([, id]) => id)).toEqual(['chk_3', 'chk_1'])
    for (const words of [en.reviews.paid_twice.observed, en.reviews.outcome_unknown.observed])
      expect(page).toContain(words)
    // An order that was paid twice stays paid: its status gives no alarm.
    const bearer = { authorization: `Bearer ${token}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('netgiro_checkouts_in_review 2\n')
    expect(metrics).toContain('netgiro_checkouts{status="review"} 0\n')
  })

  it('leaves the list and the metrics when a person closes it, which the page and the history tell', async () => {
    const id = 'chk_1'
    const database = await openDatabase(`file:${testServer.databasePath}`)
    const created = { ...checkout, attempts: [], review: null }
    await checkoutStore(database).create({ ...created, version: 2 }, 'hash', null)
    const entry = { attemptId: null, version: 3, at: 0, type: 'created', evidence: null }
    await checkoutStore(database).save(
      { ...created, version: 3, review: 'paid_twice' },
      [entry],
      [],
    )
    await database.close()
    const cookie = await logIn()
    const page = async (path: string) => (await get(path, cookie)).text()
    expect(await page(`checkouts?q=${id}`)).toContain('Close the review')
    const word = { by: 'Anna <Jónsdóttir>', note: 'Refunded in the portal' }
    const close = (fields: object) =>
      post('close-review', { checkout: id, review: 'paid_twice', ...word, ...fields }, { cookie })

    const other = await close({ review: 'outcome_unknown' })
    expect(await page(other.headers.get('location') ?? '')).toContain('Nothing was changed')
    expect((await close({ note: ' ' })).status).toBe(400)
    expect(await page('checkouts')).toContain(id)

    const answer = await close({})
    const said = await page(answer.headers.get('location') ?? '')
    for (const words of [
      'The review is closed.',
      'Anna &lt;Jónsdóttir&gt;',
      'Refunded in the portal',
      'The review was closed by hand',
    ])
      expect(said).toContain(words)
    expect(said).not.toContain('Close the review')
    expect(said).not.toContain('Last answer of')
    expect(await page('checkouts')).not.toContain(id)
    const bearer = { authorization: `Bearer ${token}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('netgiro_checkouts_in_review 0\n')
    expect(testServer.logged()).not.toContain('Refunded in the portal')
    const again = await close({})
    expect(await page(again.headers.get('location') ?? '')).toContain('Nothing was changed')
  })

  it('a checkout in review is closed by one of two people who close it at once', async () => {
    const database = await openDatabase(`file:${testServer.databasePath}`)
    const store = checkoutStore(database)
    const created = { ...checkout, attempts: [], review: null, version: 2 }
    await store.create(created, 'hash', null)
    const entry = { attemptId: null, version: 3, at: 0, type: 'created', evidence: null }
    await store.save({ ...created, version: 3, review: 'paid_twice' }, [entry], [])
    await database.close()
    const { checkouts } = testServer.parts()
    const closings = ['Anna', 'Jón'].map((by) =>
      checkouts.closeReview(checkout.id, 'paid_twice', { by, note: 'Refunded' }),
    )
    const closed = await Promise.all(closings)
    expect(closed.filter((one) => one !== null)).toHaveLength(1)
  })

  it('a checkout in review is listed before those that refunds have settled, which stay until a person closes them', async () => {
    const database = await openDatabase(`file:${testServer.databasePath}`)
    const store = checkoutStore(database)
    const refund = { id: 'ref_1', key: 'k', amount: 12_990, status: 'refunded' } as const
    for (let number = 0; number <= 100; number++) {
      const id = `chk_${String(number).padStart(3, '0')}`
      const own = {
        ...{ ...checkout, id, reference: `WEB-${id}`, createdAt: number, review: null },
        attempts: [{ ...attempt(`att_${id}`, 12_990), startedAt: number }],
        paidAttemptId: `att_${id}`,
        refunds: number === 0 ? [] : [{ ...refund, requestedAt: 1, settledAt: 1 }],
      }
      await store.create({ ...own, attempts: [], version: 2 }, `hash-${id}`, null)
      const started = { attemptId: `att_${id}`, version: 3, at: 0, type: 'started', evidence: null }
      await store.save({ ...own, version: 3, review: 'amount_mismatch' }, [started], [])
    }
    await database.close()
    const page = await (await get('checkouts', await logIn())).text()
    const [first, second, ...more] = [...page.matchAll(/q=(chk_\d+)/g)].map(([, id]) => id)
    expect([first, second, more.length]).toEqual(['chk_000', 'chk_100', 48])
    expect(page.match(new RegExp(en.reviews.amount_mismatch.action, 'g'))).toHaveLength(1)
    expect(page.match(new RegExp(en.attention.settledAction, 'g'))).toHaveLength(49)
    const bearer = { authorization: `Bearer ${token}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('netgiro_checkouts_in_review 101\n')
  })

  it('says that more was refunded than was paid, also where a review had another reason before', async () => {
    const refund = (id: string) =>
      ({
        ...{ id, key: id, amount: 12_990, attemptId: 'att_2', requestedAt: 1, settledAt: 1 },
        status: 'refunded',
      }) as const
    const refunds = [refund('ref_1'), refund('ref_2')]
    const { observed, action } = en.reviews.refund_exceeds_payment
    expect(await shown({ ...checkout, refunds: [refund('ref_1')] })).not.toContain(observed)
    for (const words of [observed, action, en.reviews.paid_twice.observed])
      expect(await shown({ ...checkout, refunds })).toContain(words)
    const list = attentionList(
      { merchantName: 'Shop', words: en, here: 'checkouts' },
      {
        ...{
          inReview: [{ checkout: { ...checkout, refunds }, isSettled: false }],
          late: [],
          refunds: [],
          uncertain: [],
        },
        ...{ undelivered: [], isShopTold: true, max: 10, now: 2 },
      },
    )
    expect(await new Response(await list).text()).toContain(action)
  })

  it('shows both payments of a checkout that was paid twice', async () => {
    const page = await shown(checkout)
    for (const words of ['Paid 2 times', '12.000 kr.', 'cart-att_1', 'cart-att_2', 'Refund one'])
      expect(page, words).toContain(words)
  })

  it('the page of a checkout in review does not show an amount of another currency as one of the order’s', async () => {
    const [, paid] = checkout.attempts
    const order = { ...checkout, currency: 'EUR', review: 'currency_mismatch' } as const
    const alone = { ...order, status: 'review', paidAttemptId: null, attempts: [paid] } as Checkout
    const page = await shown(alone)
    expect(page).toMatch(/Reported<\/dt>\s*<dd><strong class="status bad">not in EUR \(differs\)/)
    // The order was paid, and then another request of it in another currency.
    expect(await shown(order)).toMatch(/WEB-1-att_2<\/h3>\s*<dl>[^]{0,200}EUR 129\.90<\/dd>/)
  })

  it.each(reviewReasons)(
    'shows what was observed and what to do for the reason %s',
    async (review) => {
      for (const words of [en, is]) {
        const { observed, action } = words.reviews[review]
        const page = await shown({ ...checkout, review }, words)
        for (const text of [observed, action, review]) expect(page).toContain(text)
      }
    },
  )

  it.each(['outcome_unknown', 'not_configured'] as const)(
    'shows that the provider has reported since that nothing was paid (%s)',
    async (review) => {
      const unknown = { ...attempt('att_1', null), paidAt: null, paidAmount: null }
      const page = (one: Attempt) =>
        shown({ ...checkout, paidAttemptId: null, review, attempts: [one] })
      expect(await page({ ...unknown, providerCode: '10201' })).toMatch(
        /has said since that WEB-1-att_1\s+ended\s+without\s+a\s+payment\s+\(\s*<code>10201/,
      )
      expect(await page(unknown)).not.toContain('has said since')
    },
  )

  it.each(reviewReasons)('the operations guide explains the review reason %s', (review) => {
    const guide = readFileSync('docs/operations/reviews.md', 'utf8')
    expect(guide).toContain(`## \`${review}\``)
  })
})
