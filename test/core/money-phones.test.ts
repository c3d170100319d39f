import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { browser, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { awaitStatus, closeBy, settle, viewOf } from '../support/later.ts'
import { openStream } from '../support/stream.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})
afterEach(() => testServer.close())

const press = async (
  { session }: Pick<Created, 'session'>,
  more: object = {},
  headers: Record<string, string> = {},
) => {
  const body = { phone: '8223281', ...more }
  const response = await browser(testServer, session, 'POST', '/v1/session/start', {
    body,
    headers,
  })
  return {
    status: response.status,
    body: (await response.json()) as { code?: string; status?: string; canCancelWaiting?: boolean },
  }
}
const insertions = () => testServer.simulator.inspect().calls.InsertCart

describe('requests that were not sent', () => {
  const nowhere = { NETGIRO_API_URL: 'http://127.0.0.1:1/v1' }

  it('an unsent request does not count towards the limit of the phone, however often it is repeated', async () => {
    testServer = await startTestServer({ clock, env: nowhere })
    const one = await testServer.create()
    for (let time = 0; time < 6; time++)
      expect((await press(one)).body).toMatchObject({ status: 'open' })
    await testServer.reconfigure({ NETGIRO_API_URL: testServer.simulator.apiUrl })
    expect(await press(one)).toMatchObject({ status: 202, body: { status: 'awaiting_shopper' } })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, one.session, 'paid')
  })

  it('unsent requests count neither across orders nor as attempts of the checkout', async () => {
    testServer = await startTestServer({ clock, env: nowhere })
    for (let order = 0; order < 3; order++) {
      const one = await testServer.create()
      for (let time = 0; time < 12; time++) expect((await press(one)).status).toBe(202)
    }
    await testServer.reconfigure({ NETGIRO_API_URL: testServer.simulator.apiUrl })
    expect((await press(await testServer.create())).body).toMatchObject({
      status: 'awaiting_shopper',
    })
  })

  it('a request that was sent and refused counts towards the limit of the phone', async () => {
    testServer = await startTestServer({ clock })
    const one = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'code', code: 400, times: 99 })
    for (let time = 0; time < 5; time++) await press(one)
    expect(await press(one)).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  })
})

describe('a phone with an open request for another order', () => {
  let first: Created
  let second: Created
  beforeEach(async () => {
    testServer = await startTestServer({ clock })
    ;[first, second] = [await testServer.create(), await testServer.create()]
    await press(first)
  })

  it('reports a phone as busy, and releases it on request when no page follows the other order', async () => {
    expect(await press(second)).toMatchObject({
      status: 429,
      body: { code: 'phone_busy', canCancelWaiting: true },
    })
    const freed = await press(second, { cancelWaiting: true })
    expect(freed).toMatchObject({ status: 202, body: { status: 'awaiting_shopper' } })
    expect(await read(testServer, first.session)).toMatchObject({
      status: 'open',
      lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' },
    })
    const { carts } = testServer.simulator.inspect()
    expect(carts.map(({ state }) => state)).toEqual(['canceled', 'waiting'])
  })

  it('a phone is not released while a page follows the other order', async () => {
    const stream = await openStream(testServer, first.session)
    await until(() => stream.events.length)
    for (const more of [{}, { cancelWaiting: true }])
      expect(await press(second, more)).toMatchObject({
        status: 429,
        body: { code: 'phone_busy', canCancelWaiting: false },
      })
    expect(onlyCart(testServer).state).toBe('waiting')
    stream.leave()
    await stream.ended
    await until(async () => (await press(second)).body.canCancelWaiting === true)
  })

  it('a phone is not released when its limit is reached', async () => {
    await closeBy(testServer, first.id)
    for (let time = 0; time < 4; time++) {
      const one = await testServer.create()
      await press(one)
      if (time < 3) await closeBy(testServer, one.id)
    }
    expect(insertions()).toBe(5)
    const refused = await press(second, { cancelWaiting: true })
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
    expect(testServer.simulator.inspect().carts.at(-1)?.state).toBe('waiting')
  })

  it('keeps an approval that was faster than the request to release the phone', async () => {
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    const answer = press(second, { cancelWaiting: true })
    await awaitStatus(testServer, clock, first.session, 'paid')
    await answer
    const [approved, ...others] = testServer.simulator.inspect().carts
    expect(approved).toMatchObject({ state: 'paid', captures: 1 })
    // Once the phone is free, the other order may ask it, and not a moment sooner.
    const paidAt = approved?.history.at(-1)?.at ?? ''
    for (const { history } of others) expect((history[0]?.at ?? '') >= paidAt).toBe(true)
  })

  it('a phone is not released on a request for another phone', async () => {
    const other = await press(second, { phone: '8223282', cancelWaiting: true })
    expect(other).toMatchObject({ status: 202 })
    expect(testServer.simulator.inspect().carts.map(({ state }) => state)).toEqual([
      'waiting',
      'waiting',
    ])
  })

  it('a second start of the same order joins its open request', async () => {
    expect(await press(first, { cancelWaiting: true })).toMatchObject({ status: 202 })
    await settle(testServer)
    expect(onlyCart(testServer).state).toBe('waiting')
  })
})

describe('a phone whose request came from another address', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const [home, elsewhere] = ['198.51.100.7', '203.0.113.9'].map(from)
  const refused = { status: 429, body: { code: 'phone_busy', canCancelWaiting: false } }
  beforeEach(async () => {
    testServer = await startTestServer({ clock, env: { TRUSTED_PROXIES: '127.0.0.1' } })
  })

  it('a phone is released by whoever sent the request, and by nobody who only knows the number', async () => {
    const [first, stranger, again] = [
      await testServer.create(),
      await testServer.create(),
      await testServer.create(),
    ]
    // No page follows it: on a phone, the shopper has left the browser for the app.
    await press(first, {}, home)
    for (const more of [{}, { cancelWaiting: true }])
      expect(await press(stranger, more, elsewhere)).toMatchObject(refused)
    expect(onlyCart(testServer).state).toBe('waiting')
    expect(await press(again, {}, home)).toMatchObject({ body: { canCancelWaiting: true } })
    expect(await press(again, { cancelWaiting: true }, home)).toMatchObject({ status: 202 })
  })

  it('a phone is released by a point of sale, and a request of a point of sale by no web shopper', async () => {
    const [first, sale, web] = [
      await testServer.create(),
      await testServer.create({ channel: 'pos' }),
      await testServer.create(),
    ]
    await press(first, {}, home)
    expect(await press(sale, { cancelWaiting: true }, elsewhere)).toMatchObject({ status: 202 })
    expect(await press(web, { cancelWaiting: true }, home)).toMatchObject(refused)
  })
})

describe('a phone whose request came from an unknown address', () => {
  const refused = { status: 429, body: { code: 'phone_busy', canCancelWaiting: false } }
  const unknown: readonly [string, Record<string, string>][] = [
    ['a proxy that names no shopper', {}],
    ['a proxy that names a gateway', { 'x-forwarded-for': '10.0.0.5' }],
  ]
  beforeEach(async () => {
    const env = { PUBLIC_URL: 'https://pay.shop.example', TRUSTED_PROXIES: '127.0.0.1' }
    testServer = await startTestServer({ clock, env })
  })

  for (const [through, headers] of unknown)
    it(`a phone is not released by another shopper behind ${through}`, async () => {
      const [first, other] = [await testServer.create(), await testServer.create()]
      await press(first, {}, headers)
      for (const more of [{}, { cancelWaiting: true }])
        expect(await press(other, more, headers)).toMatchObject(refused)
      expect(onlyCart(testServer).state).toBe('waiting')
    })

  it('a phone is not released by a web shopper when a point of sale sent the request', async () => {
    const [sale, web] = [await testServer.create({ channel: 'pos' }), await testServer.create()]
    await press(sale)
    expect(await press(web, { cancelWaiting: true })).toMatchObject(refused)
    expect(onlyCart(testServer).state).toBe('waiting')
  })
})

describe('a shutdown while shoppers start payments', () => {
  it('a server that shuts down has sent every recorded request, or reports that it did not', async () => {
    testServer = await startTestServer({ env: { PHONE_REQUESTS_PER_10_MINUTES: '1000' } })
    const orders: Created[] = []
    for (let deploy = 0; deploy < 4; deploy++) {
      const some = await Promise.all(Array.from({ length: 12 }, () => testServer.create()))
      orders.push(...some)
      testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 20, times: 12 })
      const presses = some.map((order, index) =>
        start(testServer, order.session, `82232${10 + deploy * 12 + index}`).catch(() => null),
      )
      await until(() => insertions() > deploy * 3)
      await testServer.restart()
      await Promise.all(presses)
    }
    const views = await Promise.all(orders.map(({ id }) => viewOf(testServer, id)))
    const attempts = views.flatMap((view) => view.attempts)
    expect(attempts.length).toBeGreaterThan(0)
    const { carts } = testServer.simulator.inspect()
    const sent = attempts.filter(({ transactionId }) => transactionId !== null)
    expect(sent).toHaveLength(carts.length)
    const unsent = attempts.filter(({ transactionId }) => transactionId === null)
    for (const attempt of unsent)
      expect(attempt).toMatchObject({ outcome: 'failed', reason: 'provider_unavailable' })
  })
})
