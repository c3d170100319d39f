import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  browser,
  onlyCart,
  read,
  secretKey,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { AvardaTestServer } from '../support/avarda.ts'
import { ManualClock } from '../support/manual-clock.ts'
import {
  awaitStatus,
  closeBy,
  pass,
  sendV1Callback,
  settle,
  toldOf,
  viewOf,
  whilePassing,
} from '../support/later.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})

const confirmations = ['manual', 'automatic', 'callback'] as const

describe('a payment id that differs from the id of its cart', () => {
  afterEach(() => testServer.close())
  const begin = async (confirmation: string) => {
    testServer = await startTestServer({
      clock,
      env: { NETGIRO_CONFIRMATION: confirmation, CHECKOUT_LIFETIME_SECONDS: '900' },
      simulator: { paymentIdDiffers: true },
    })
    const created = await testServer.create()
    return created
  }

  it.each(confirmations)(
    'captures a payment with an id of its own once, answers its callback with 200 and keeps both ids: %s',
    async (mode) => {
      const { session, id } = await begin(mode)
      await start(testServer, session)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid')
      const { TransactionId, PaymentId, callbacks } = onlyCart(testServer)
      expect(callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
      expect(onlyCart(testServer).captures).toBe(1)
      expect(TransactionId).not.toBe(PaymentId)
      const { payments } = await viewOf(testServer, id)
      expect(payments).toMatchObject([{ transactionId: TransactionId, paymentId: PaymentId }])
    },
  )

  it.each(confirmations)(
    'the id of a payment is not taken for its cart after the response to the request was lost: %s',
    async (mode) => {
      const { session, id } = await begin(mode)
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      await start(testServer, session)
      const { CallbackUrl, Reference, PaymentId } = onlyCart(testServer)
      const info = { TransactionId: PaymentId, ReferenceNumber: Reference, TotalAmount: 12990 }
      for (let time = 0; time < 3; time++) {
        const answer = sendV1Callback(CallbackUrl ?? '', { body: { PaymentInfo: info } })
        await pass(testServer, clock, 5_000)
        expect(await answer).toBe(mode === 'callback' ? 503 : 200)
      }
      const view = await viewOf(testServer, id)
      expect(view.attempts).toMatchObject([{ transactionId: null, endedAt: null }])
      expect(await read(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    },
  )

  it('puts a checkout in review when its lost request was approved and took the money', async () => {
    const { session, id } = await begin('automatic')
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 1_000_000, 20_000)
    expect(await viewOf(testServer, id)).toMatchObject({
      status: 'review',
      review: 'outcome_unknown',
    })
    expect(testServer.simulator.inspect().carts).toHaveLength(1)
  })

  it('finds a lost request by its callback when payment and cart have the same id', async () => {
    testServer = await startTestServer({ clock })
    const { session, id } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    expect((await viewOf(testServer, id)).attempts).toMatchObject([
      { transactionId: onlyCart(testServer).TransactionId },
    ])
  })
})

describe('a callback that alone names a request whose answer was lost', () => {
  afterEach(() => testServer.close())

  it('a callback that alone names a lost request is accepted only once the provider can say whether it is the request', async () => {
    testServer = await startTestServer({ clock })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    testServer.simulator.fault({ call: 'CheckCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid', 100)
    await pass(testServer, clock, 10_000)
    expect(onlyCart(testServer).callbacks.map(({ status }) => status)).toEqual([503, 200])
  })

  it.each([
    { title: 'the callback comes again at once', callbackRetryMs: 300, lostAnswers: 1 },
    { title: 'the provider has called for the last time', callbackRetryMs: 60_000, lostAnswers: 3 },
  ])(
    'a callback finds a lost request by itself, although $title',
    async ({ callbackRetryMs, lostAnswers }) => {
      testServer = await startTestServer({ clock, simulator: { callbackRetryMs } })
      const { session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      const lost = { call: 'CheckCart', kind: 'drop_after_effect', times: lostAnswers } as const
      testServer.simulator.fault(lost)
      await start(testServer, session)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid', 100)
      const { callbacks, captures, calls } = onlyCart(testServer)
      expect(callbacks.every(({ status }) => status === 503)).toBe(true)
      expect({ captures, requests: calls.InsertCart }).toEqual({ captures: 1, requests: 1 })
    },
  )

  it.each(confirmations)(
    'a callback finds a lost request by itself where the provider says at first that there is none: %s',
    async (mode) => {
      testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      testServer.simulator.fault({ call: 'CheckCart', kind: 'says_canceled' })
      await start(testServer, session)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await pass(testServer, clock, 10_000, 100)
      expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
      const { callbacks, captures, calls } = onlyCart(testServer)
      expect(callbacks.map(({ status }) => status)).toEqual([200])
      expect({ captures, requests: calls.InsertCart }).toEqual({ captures: 1, requests: 1 })
    },
  )

  it('a callback finds a lost request in time where our answer takes the money and the first question fails', async () => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    testServer.simulator.fault({ call: 'CheckCart', kind: 'http_500' })
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 10_000, 100)
    expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
    expect(onlyCart(testServer).callbacks.map(({ status }) => status)).toEqual([200])
  })

  it.each(confirmations)(
    'a callback that alone names a lost request is asked about once more before the server stops: %s',
    async (mode) => {
      testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { id, session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      testServer.simulator.fault({ call: 'CheckCart', kind: 'http_500' })
      await start(testServer, session)
      const { TransactionId: cartId } = onlyCart(testServer)
      testServer.simulator.approve(cartId)
      await until(() => onlyCart(testServer).calls.CheckCart)
      await settle(testServer)
      await testServer.restart()
      expect((await viewOf(testServer, id)).attempts).toMatchObject([{ transactionId: cartId }])
    },
  )

  it.each(confirmations)(
    'a callback that alone names a lost request is answered in time, and finds it, although the provider is slow: %s',
    async (mode) => {
      testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      testServer.simulator.fault({ call: 'CheckCart', kind: 'delay', ms: 4_000 })
      await start(testServer, session)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await until(() => onlyCart(testServer).calls.CheckCart)
      await pass(testServer, clock, 2_500, 500)
      expect(onlyCart(testServer).callbacks.map(({ status }) => status)).toEqual([503])
      await pass(testServer, clock, 10_000, 500)
      expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
      const { captures, callbacks } = onlyCart(testServer)
      expect(captures).toBe(1)
      expect(callbacks.map(({ status }) => status)).toEqual([503, 200])
    },
  )

  it.each(['manual', 'callback'])(
    'asks a bounded number of times when the provider never says whether it is the request: %s',
    async (mode) => {
      testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      testServer.simulator.fault({ call: 'CheckCart', kind: 'drop_after_effect', times: 1_000 })
      await start(testServer, session)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await pass(testServer, clock, 1_200_000, 20_000)
      expect(onlyCart(testServer).calls.CheckCart).toBeLessThanOrEqual(10)
    },
  )
})

describe('a callback with a wrong signature', () => {
  afterEach(() => testServer.close())
  const wrongSecret = 'not-the-secret-of-this-account'

  it.each(['manual', 'automatic'])(
    'a wrong callback signature costs no sale over V2 with %s, and is logged as an error',
    async (mode) => {
      testServer = await startTestServer({
        clock,
        env: { NETGIRO_CONFIRMATION: mode, NETGIRO_SECRET_KEY: wrongSecret },
        envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
      })
      for (let sale = 0; sale < 3; sale++) {
        const { session } = await testServer.create()
        await start(testServer, session)
        const cart = testServer.simulator.inspect().carts.at(-1)
        testServer.simulator.approve(cart?.TransactionId ?? '')
        await awaitStatus(testServer, clock, session, 'paid')
      }
      const { carts } = testServer.simulator.inspect()
      expect(carts.map(({ captures, state }) => [captures, state])).toEqual([
        [1, 'paid'],
        [1, 'paid'],
        [1, 'paid'],
      ])
      if (mode === 'automatic') return
      expect(carts.flatMap(({ callbacks }) => callbacks.map(({ status }) => status))).toEqual([
        200, 200, 200,
      ])
      expect(testServer.logged()).toMatch(/"level":50.*could not be proven/)
    },
  )

  it('polls at most once a second, however often a callback with a wrong signature comes', async () => {
    testServer = await startTestServer({ clock })
    await start(testServer, (await testServer.create()).session)
    const { CallbackUrl } = onlyCart(testServer)
    const before = onlyCart(testServer).calls.CheckCart
    for (let time = 0; time < 50; time++)
      expect(await sendV1Callback(CallbackUrl ?? '', { secret: 'guessed' })).toBe(200)
    await settle(testServer)
    expect(onlyCart(testServer).calls.CheckCart - before).toBeLessThanOrEqual(1)
  })

  it('a forged callback does not complete the sale where our response captures', async () => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'forged', times: 2 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 20_000, 500)
    expect(onlyCart(testServer)).toMatchObject({ captures: 0, state: 'canceled' })
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
  })
})

describe('a callback with other identifiers', () => {
  afterEach(() => testServer.close())

  it.each(['manual', 'automatic'])(
    'takes a callback with another reference as a hint to poll, and does not refuse it: %s',
    async (mode) => {
      testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { session } = await testServer.create()
      await start(testServer, session)
      testServer.simulator.fault({ call: 'Callback', kind: 'wrong_reference' })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid', 100)
      expect(onlyCart(testServer).callbacks).toMatchObject([{ status: 200 }])
    },
  )

  it('accepts a callback whose ids differ only in case', async () => {
    testServer = await startTestServer({
      clock,
      env: { NETGIRO_CONFIRMATION: 'callback' },
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    await start(testServer, (await testServer.create()).session)
    const { CallbackUrl, TransactionId, Reference } = onlyCart(testServer)
    const id = TransactionId.toUpperCase()
    const signature = createHash('sha256').update(`${secretKey}${id}12990`).digest('hex')
    const sent = fetch(CallbackUrl ?? '', {
      method: 'POST',
      headers: { 'x-netgiro-signature': signature },
      body: JSON.stringify({
        ...{ Success: true, TransactionId: id, TotalAmount: 12990 },
        ReferenceNumber: `${Reference.toUpperCase()} `,
      }),
    })
    // Ours, and not approved yet: it may come again.
    expect((await whilePassing(clock, sent)).status).toBe(503)
  })
})

describe('repeated callbacks', () => {
  afterEach(() => testServer.close())

  it('two hundred callbacks cause one poll a second, whatever became of the request', async () => {
    testServer = await startTestServer({ clock })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const { CallbackUrl } = onlyCart(testServer)
    const ringMany = async (times: number) => {
      for (let time = 0; time < times; time++) await sendV1Callback(CallbackUrl ?? '')
      await settle(testServer)
    }
    const calls = () => onlyCart(testServer).calls.CheckCart
    const before = calls()
    await ringMany(200)
    expect(calls() - before).toBeLessThanOrEqual(1)

    // Turned down: it is over, and asked about no more often.
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    clock.advance(10_000)
    testServer.simulator.reject(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'open')
    await pass(testServer, clock, 20_000)
    const ended = calls()
    await ringMany(100)
    clock.advance(1_000)
    await ringMany(100)
    expect(calls() - ended).toBeLessThanOrEqual(2)
    expect(await toldOf(testServer, id)).toEqual(['checkout.attempt_failed'])
  })

  it('a callback causes no poll when the checkout is paid', async () => {
    testServer = await startTestServer({ clock })
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    const before = testServer.simulator.inspect().calls
    for (let time = 0; time < 100; time++)
      expect(await sendV1Callback(onlyCart(testServer).CallbackUrl ?? '')).toBe(200)
    await pass(testServer, clock, 5_000)
    expect(testServer.simulator.inspect().calls).toEqual(before)
  })

  it('a callback within a second of another causes a later poll, also for a request that has ended', async () => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const { TransactionId, CallbackUrl } = onlyCart(testServer)
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await browser(testServer, session, 'POST', '/v1/session/cancel')
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    clock.advance(5_000)
    expect(await sendV1Callback(CallbackUrl ?? '')).toBe(200)
    await settle(testServer)
    testServer.simulator.approve(TransactionId)
    expect(await sendV1Callback(CallbackUrl ?? '')).toBe(200)
    await settle(testServer)
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    await awaitStatus(testServer, clock, session, 'paid', 100)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid', late: true })
  })
})

describe('a notification from Avarda', () => {
  let site: AvardaTestServer
  afterEach(() => site.close())

  it('a notification from Avarda raises no alarm, whatever it says, because the browser knows its URL', async () => {
    site = await AvardaTestServer.open()
    const { session } = await site.create()
    const { notifyUrl } = await site.showForm(session)
    for (const body of ['', 'text', '{"purchaseId":7}', '{"purchaseId":"another"}'])
      expect((await fetch(notifyUrl, { method: 'POST', body })).status).toBe(200)
    expect(site.testServer.logged()).not.toMatch(/"level":50/)
  })

  it('a notification from Avarda does not fill the log, however often the browser sends one', async () => {
    site = await AvardaTestServer.open()
    const { session } = await site.create()
    const { notifyUrl } = await site.showForm(session)
    for (let count = 0; count < 60; count++)
      expect((await fetch(notifyUrl, { method: 'POST', body: '{}' })).status).toBe(200)
    const lines = site.testServer.logged().match(/"level":30,.*"msg":"callback"/g) ?? []
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThanOrEqual(20)
  })

  it('a notification that an error became a payment causes a poll, also just after another one', async () => {
    site = await AvardaTestServer.open()
    const { session, id } = await site.create()
    const { purchaseId, notifyUrl } = await site.showForm(session)
    const notify = async () => {
      const body = JSON.stringify({ purchaseId })
      return (await fetch(notifyUrl, { method: 'POST', body })).status
    }
    site.simulator.fault({ call: 'Notification', kind: 'never', times: 9 })
    site.simulator.advance(purchaseId, 3, { force: true })
    await site.awaitStatus(session, 'open')
    await site.pass(5_000)
    expect(await notify()).toBe(200)
    await site.pass(100)
    site.simulator.advance(purchaseId, 2, { force: true })
    expect(await notify()).toBe(200)
    await until(
      async () => {
        site.clock.advance(100)
        return site.view(id)
      },
      ({ status }) => status === 'paid',
    )
  })
})

describe('a callback about a request that is over', () => {
  let site: AvardaTestServer
  const hours = 60 * 60_000

  it('a callback about a request that is over is not forgotten where the provider did not answer the poll for it', async () => {
    site = await AvardaTestServer.open()
    const { session, id } = await site.create()
    const { purchaseId, notifyUrl } = await site.showForm(session)
    site.simulator.fault({ call: 'Notification', kind: 'never', times: 9 })
    site.simulator.advance(purchaseId, 3, { force: true })
    await site.awaitStatus(session, 'open')
    // Long enough for the next look to be hours away.
    await site.pass(4.5 * hours, 60_000)
    await settle(site.testServer)
    site.simulator.advance(purchaseId, 2, { force: true })
    site.simulator.fault({ call: 'GetPaymentStatus', kind: 'http_500' })
    const body = JSON.stringify({ purchaseId })
    expect((await fetch(notifyUrl, { method: 'POST', body })).status).toBe(200)
    await settle(site.testServer)
    await pass(site.testServer, site.clock, 60_000, 5_000)
    expect(await site.view(id)).toMatchObject({ status: 'paid', late: true })
    await site.close()
  })

  /** Canceled and closed as far as anybody here knows, while its payer may still approve it; it was just looked at. */
  const begin = async (confirmation: string) => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: confirmation } })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202, times: 2 })
    await closeBy(testServer, id)
    await pass(testServer, clock, 90_000, 5_000)
    expect(onlyCart(testServer).calls.CancelCart).toBe(2)
    return id
  }

  it('a callback about a request that is over leads to another cancellation soon where the approval is not wanted any more', async () => {
    const id = await begin('manual')
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 60_000, 5_000)
    expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { CancelCart: 3 } })
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'canceled' })
    await testServer.close()
  })

  it('a callback about a request that is over is asked about again soon where the provider does not see the payment yet', async () => {
    const id = await begin('automatic')
    testServer.simulator.fault({ call: 'CheckCart', kind: 'says_canceled' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 60_000, 5_000)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid', late: true })
    await testServer.close()
  })
})

describe('an end for which V2 names no cause', () => {
  afterEach(() => testServer.close())

  it.each([
    ['expire', 60_000, 'ended_by_provider'],
    ['reject', 60_000, 'ended_by_provider'],
    ['expire', 178_000, 'no_answer'],
  ] as const)(
    'reports an end for which V2 names no cause in neutral words: %s after %i ms',
    async (action, afterMs, reason) => {
      testServer = await startTestServer({
        clock,
        envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
      })
      const { session, id } = await testServer.create()
      await start(testServer, session)
      await pass(testServer, clock, afterMs, 2_000)
      testServer.simulator[action](onlyCart(testServer).TransactionId)
      const { lastAttempt } = await awaitStatus(testServer, clock, session, 'open')
      expect(lastAttempt?.reason).toBe(reason)
      expect((await viewOf(testServer, id)).attempts).toMatchObject([{ reason }])
    },
  )
})
