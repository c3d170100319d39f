import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../server/core/clock.ts'
import { browser, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { AvardaTestServer } from '../support/avarda.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { awaitStatus, closeBy, pass, settle, toldOf, viewOf } from '../support/later.ts'

const [minute, day] = [60_000, 86_400_000]
const lifetime = { CHECKOUT_LIFETIME_SECONDS: '900' }

/** The clock of a machine that somebody sets; time itself goes on as it does. */
class SetClock implements Clock {
  readonly #clock: Clock
  offMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now = () => this.#clock.now() + this.offMs
  monotonic = () => this.#clock.monotonic()
  after = (ms: number, callback: () => void) => this.#clock.after(ms, callback)
}

let clock: ManualClock
let machine: SetClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
  machine = new SetClock(clock)
})

const begin = async (env: Record<string, string> = {}) => {
  testServer = await startTestServer({
    clock: machine,
    env: { ...lifetime, ...env },
    simulator: { clock },
  })
}
const press = async ({ session }: Created, phone = '8223281') => {
  const response = await browser(testServer, session, 'POST', '/v1/session/start', {
    body: { phone },
  })
  return { status: response.status, body: (await response.json()) as { code?: string } }
}
const loseCallbacks = () =>
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 99 })

describe('a provider without a valid response', () => {
  afterEach(() => testServer.close())

  it.each([
    ['400 every time', 'code', 400],
    ['500 every time', 'http_500', 0],
    ['a page of HTML', 'html', 0],
    ['an unsigned response', 'missing_signature', 0],
  ] as const)(
    'puts a checkout in review after the lifetime and a grace when the provider returns %s',
    async (_, kind, code) => {
      await begin()
      const { session, id } = await testServer.create()
      await start(testServer, session)
      for (const call of ['CheckCart', 'CancelCart'] as const)
        testServer.simulator.fault({ call, kind, code, times: 100_000 })
      await pass(testServer, clock, 900_000, 20_000)
      expect((await viewOf(testServer, id)).status).toBe('awaiting_shopper')
      await pass(testServer, clock, 16 * minute, 20_000)
      expect(await viewOf(testServer, id)).toMatchObject({
        status: 'review',
        review: 'outcome_unknown',
      })
      expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
      expect((await press(await testServer.create())).status).toBe(202)

      // Looked at late, at a falling pace, and not polled any more.
      const [first] = testServer.simulator.inspect().carts
      const before = first?.calls.CheckCart ?? 0
      await pass(testServer, clock, 30 * minute, 20_000)
      const [now] = testServer.simulator.inspect().carts
      expect((now?.calls.CheckCart ?? 0) - before).toBeLessThanOrEqual(4)
      expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
    },
  )

  it('records a cancellation that the provider confirms later, and leaves the checkout in review', async () => {
    const simulator = { clock, approvalTimeoutMs: 600 * minute }
    testServer = await startTestServer({ clock: machine, env: lifetime, simulator })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    for (const call of ['CheckCart', 'CancelCart'] as const)
      testServer.simulator.fault({ call, kind: 'http_500', times: 100_000 })
    await pass(testServer, clock, 31 * minute, 20_000)
    expect(await viewOf(testServer, id)).toMatchObject({
      status: 'review',
      review: 'outcome_unknown',
    })
    testServer.simulator.clearFaults()
    await pass(testServer, clock, 16 * minute, 20_000)
    const { status, history } = await viewOf(testServer, id)
    expect(status).toBe('review')
    const { type, call } = history.at(-1) ?? {}
    expect([type, call]).toEqual(['ended', 'CancelCart'])
    expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
  })

  it("answers the shop's close with 202, and with 200 once the checkout is in review", async () => {
    await begin()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    for (const call of ['CheckCart', 'CancelCart'] as const)
      testServer.simulator.fault({ call, kind: 'http_500', times: 100_000 })
    const answer = closeBy(testServer, id)
    await settle(testServer)
    await pass(testServer, clock, 11_000)
    expect((await answer).status).toBe(202)
    await pass(testServer, clock, 31 * minute, 20_000)
    expect(await viewOf(testServer, id)).toMatchObject({
      status: 'review',
      review: 'outcome_unknown',
    })
    expect((await closeBy(testServer, id)).status).toBe(200)
  })

  it('polls once more before a review when the process was suspended meanwhile', async () => {
    await begin()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    loseCallbacks()
    clock.advance(120 * minute)
    await settle(testServer)
    await pass(testServer, clock, 30_000)
    // The request ran out at the provider, which says so.
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'expired' })
  })
})

describe('a form that is never completed', () => {
  it('puts the checkout of an open form in review after the lifetime and an hour', async () => {
    const site = await AvardaTestServer.open(lifetime)
    try {
      const { session, id } = await site.create()
      const { purchaseId } = await site.showForm(session)
      site.simulator.advance(purchaseId, 6, { force: true })
      await site.pass(900_000 + 59 * minute, 15_000)
      expect((await site.view(id)).status).toBe('awaiting_shopper')
      await site.pass(3 * minute, 5_000)
      expect(await site.view(id)).toMatchObject({ status: 'review', review: 'outcome_unknown' })
      expect(await toldOf(site.testServer, id)).toEqual(['checkout.review'])
    } finally {
      await site.close()
    }
  })

  it('puts the checkout of a form in review on startup when its provider is no longer configured', async () => {
    const site = await AvardaTestServer.open()
    try {
      const { session, id } = await site.create()
      await site.showForm(session)
      const none = Object.fromEntries(Object.keys(site.env).map((name) => [name, undefined]))
      await site.testServer.reconfigure(none)
      expect(await site.view(id)).toMatchObject({ status: 'review', review: 'not_configured' })
      expect(await toldOf(site.testServer, id)).toEqual(['checkout.review'])
    } finally {
      await site.close()
    }
  })

  it('a form is not started when the checkout ends before it could be filled in', async () => {
    const site = await AvardaTestServer.open({ CHECKOUT_LIFETIME_SECONDS: '60' })
    try {
      const { session } = await site.create()
      await site.pass(52_000)
      const response = await browser(site.testServer, session, 'POST', '/v1/session/start', {
        body: {},
      })
      expect(await response.json()).toMatchObject({ code: 'too_little_time' })
      expect(site.simulator.purchases()).toEqual([])
    } finally {
      await site.close()
    }
  })
})

describe('a clock that is set back a day while the server runs', () => {
  afterEach(() => testServer.close())

  it('keeps polling a request after the clock is set back, and captures it when it is approved', async () => {
    await begin()
    const { session } = await testServer.create()
    await start(testServer, session)
    loseCallbacks()
    machine.offMs = -day
    await pass(testServer, clock, 10_000)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 5_000)
    expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
  })

  it('keeps the approval timeout and the lifetime when the clock is set back', async () => {
    await begin()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    machine.offMs = -day
    await pass(testServer, clock, 190_000, 2_000)
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    expect(onlyCart(testServer).state).toBe('canceled')
    await pass(testServer, clock, 800_000, 20_000)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'expired' })
  })

  it('limits a phone for ten minutes when the clock is set back, neither less nor a day longer', async () => {
    await begin({ PHONE_REQUESTS_PER_10_MINUTES: '1' })
    const first = await testServer.create()
    await press(first)
    await closeBy(testServer, first.id)
    machine.offMs = -day
    await pass(testServer, clock, 5 * minute, 20_000)
    expect((await press(await testServer.create())).status).toBe(429)
    await pass(testServer, clock, 6 * minute, 20_000)
    expect((await press(await testServer.create())).status).toBe(202)
  })
})

describe('a restart after the clock was a day ahead', () => {
  afterEach(() => testServer.close())
  const beginAhead = async (env: Record<string, string> = {}) => {
    machine.offMs = day
    await begin(env)
  }
  const setRight = async () => {
    machine.offMs = 0
    await testServer.restart()
  }

  it('ends attempts and checkouts on time after the clock was a day ahead', async () => {
    await beginAhead()
    const [waiting, idle] = [await testServer.create(), await testServer.create()]
    await start(testServer, waiting.session)
    await setRight()
    const { expiresAt, serverTime } = await read(testServer, waiting.session)
    expect(Date.parse(expiresAt) - Date.parse(serverTime)).toBeLessThanOrEqual(180_000)
    await pass(testServer, clock, 190_000, 2_000)
    expect(await read(testServer, waiting.session)).toMatchObject({ status: 'open' })
    await pass(testServer, clock, 800_000, 20_000)
    expect(await viewOf(testServer, waiting.id)).toMatchObject({ status: 'expired' })
    expect(await viewOf(testServer, idle.id)).toMatchObject({ status: 'expired' })
  })

  it('captures an approval after the clock was a day ahead', async () => {
    await beginAhead()
    const { session } = await testServer.create()
    await start(testServer, session)
    loseCallbacks()
    await setRight()
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 5_000)
    expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('an approval that could not be captured is not held for a day after the clock was a day ahead', async () => {
    await beginAhead()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'ConfirmCart', kind: 'http_500', times: 100_000 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'confirming')
    await setRight()
    await pass(testServer, clock, 7 * minute, 10_000)
    expect((await viewOf(testServer, id)).status).not.toBe('confirming')
    expect(onlyCart(testServer).captures).toBe(0)
  })

  it('limits a phone for ten minutes after the clock was a day ahead', async () => {
    await beginAhead({ PHONE_REQUESTS_PER_10_MINUTES: '1' })
    const first = await testServer.create()
    await press(first)
    await closeBy(testServer, first.id)
    await setRight()
    expect((await press(await testServer.create())).status).toBe(429)
    await pass(testServer, clock, 11 * minute, 20_000)
    expect((await press(await testServer.create())).status).toBe(202)
  })

  it('checks for late payments within minutes after the clock was a day ahead', async () => {
    await beginAhead({ NETGIRO_CONFIRMATION: 'automatic' })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    loseCallbacks()
    testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await closeBy(testServer, id)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'canceled' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await setRight()
    await pass(testServer, clock, 2 * minute, 5_000)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid', late: true })
  })

  it('repeated restarts change nothing when the clock is right', async () => {
    await begin()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const before = await viewOf(testServer, id)
    await testServer.restart()
    await testServer.restart()
    expect(await viewOf(testServer, id)).toEqual(before)
  })
})

describe('a start near the end of a checkout', () => {
  afterEach(() => testServer.close())

  it('counts down to the end of the checkout, and no further, when a start is late', async () => {
    await begin({ CHECKOUT_LIFETIME_SECONDS: '60' })
    const { session } = await testServer.create()
    await pass(testServer, clock, 48_000, 4_000)
    const { expiresAt, serverTime, status } = await start(testServer, session)
    expect(status).toBe('awaiting_shopper')
    expect(Date.parse(expiresAt) - Date.parse(serverTime)).toBe(12_000)
    loseCallbacks()
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 5_000, 500)
    expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
  })

  it('refuses a start with its reason when too little time is left to finish it', async () => {
    await begin({ CHECKOUT_LIFETIME_SECONDS: '60' })
    const one = await testServer.create()
    await pass(testServer, clock, 51_000, 3_000)
    const refused = await press(one)
    expect(refused.body).toMatchObject({ code: 'too_little_time' })
    expect(refused.status).toBe(409)
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(0)
    await until(async () => {
      clock.advance(1_000)
      return (await read(testServer, one.session)).status === 'expired'
    })
  })

  it('a start never promises more time than a short checkout has left', async () => {
    await begin({ CHECKOUT_LIFETIME_SECONDS: '180' })
    for (const [phone, after] of [0, 1_000, 60_000, 100_000].entries()) {
      const one = await testServer.create()
      const begun = clock.now()
      await pass(testServer, clock, after, 10_000)
      const { expiresAt } = await start(testServer, one.session, `822328${phone}`)
      expect(Date.parse(expiresAt)).toBeLessThanOrEqual(begun + 180_000)
    }
  })
})
