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
import { awaitStatus, pass, ringV1, settle, toldOf, viewOf } from '../support/later.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})

const confirmations = ['manual', 'automatic', 'callback'] as const

describe('a payment whose id is not that of its cart', () => {
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
    'is paid once, its callback is answered 200, and both ids are kept: %s',
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
    'is not taken for the cart after the response to the request was lost: %s',
    async (mode) => {
      const { session, id } = await begin(mode)
      testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      await start(testServer, session)
      const { CallbackUrl, Reference, PaymentId } = onlyCart(testServer)
      const info = { TransactionId: PaymentId, ReferenceNumber: Reference, TotalAmount: 12990 }
      for (let time = 0; time < 3; time++) {
        await ringV1(CallbackUrl ?? '', { body: { PaymentInfo: info } })
        await pass(testServer, clock, 1_000)
      }
      const view = await viewOf(testServer, id)
      expect(view.attempts).toMatchObject([{ transactionId: null, endedAt: null }])
      expect(await read(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    },
  )

  it('leaves a lost request to review where its approval took the money', async () => {
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

  it('finds a lost request where the ids are the same', async () => {
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

describe('a callback whose signature does not fit', () => {
  afterEach(() => testServer.close())
  const wrongSecret = 'not-the-secret-of-this-account'

  it.each(['manual', 'automatic'])(
    'costs no sale over V2 with %s, and is an error in the log',
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

  it('makes us poll at most once a second, however often it comes', async () => {
    testServer = await startTestServer({ clock })
    await start(testServer, (await testServer.create()).session)
    const { CallbackUrl } = onlyCart(testServer)
    const before = onlyCart(testServer).calls.CheckCart
    for (let time = 0; time < 50; time++)
      expect(await ringV1(CallbackUrl ?? '', { secret: 'guessed' })).toBe(200)
    await settle(testServer)
    expect(onlyCart(testServer).calls.CheckCart - before).toBeLessThanOrEqual(1)
  })

  it('does not complete the sale where our response captures', async () => {
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

describe('a callback that names something else', () => {
  afterEach(() => testServer.close())

  it.each(['manual', 'automatic'])('is a hint to poll and is not refused: %s', async (mode) => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: mode } })
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'wrong_reference' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid', 100)
    expect(onlyCart(testServer).callbacks).toMatchObject([{ status: 200 }])
  })

  it('is believed where the ids differ only in case', async () => {
    testServer = await startTestServer({
      clock,
      env: { NETGIRO_CONFIRMATION: 'callback' },
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    await start(testServer, (await testServer.create()).session)
    const { CallbackUrl, TransactionId, Reference } = onlyCart(testServer)
    const id = TransactionId.toUpperCase()
    const signature = createHash('sha256').update(`${secretKey}${id}12990`).digest('hex')
    const response = await fetch(CallbackUrl ?? '', {
      method: 'POST',
      headers: { 'x-netgiro-signature': signature },
      body: JSON.stringify({
        ...{ Success: true, TransactionId: id, TotalAmount: 12990 },
        ReferenceNumber: `${Reference.toUpperCase()} `,
      }),
    })
    // Ours, and not approved yet: it may come again.
    expect(response.status).toBe(503)
  })
})

describe('a callback that comes again', () => {
  afterEach(() => testServer.close())

  it('two hundred times causes one poll a second, whatever became of the request', async () => {
    testServer = await startTestServer({ clock })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const { CallbackUrl } = onlyCart(testServer)
    const ringMany = async (times: number) => {
      for (let time = 0; time < times; time++) await ringV1(CallbackUrl ?? '')
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

  it('causes no poll when the checkout is paid', async () => {
    testServer = await startTestServer({ clock })
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    const before = testServer.simulator.inspect().calls
    for (let time = 0; time < 100; time++)
      expect(await ringV1(onlyCart(testServer).CallbackUrl ?? '')).toBe(200)
    await pass(testServer, clock, 5_000)
    expect(testServer.simulator.inspect().calls).toEqual(before)
  })

  it('within a second of another causes a later poll, also for a request that has ended', async () => {
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const { TransactionId, CallbackUrl } = onlyCart(testServer)
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await browser(testServer, session, 'POST', '/v1/session/cancel')
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    clock.advance(5_000)
    expect(await ringV1(CallbackUrl ?? '')).toBe(200)
    await settle(testServer)
    testServer.simulator.approve(TransactionId)
    expect(await ringV1(CallbackUrl ?? '')).toBe(200)
    await settle(testServer)
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    await awaitStatus(testServer, clock, session, 'paid', 100)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid', late: true })
  })
})

describe('a notification of Avarda', () => {
  let site: AvardaTestServer
  afterEach(() => site.close())

  it('that an error has turned into a payment causes a poll, though another one came just before', async () => {
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

describe('an end for which V2 names no cause', () => {
  afterEach(() => testServer.close())

  it.each([
    ['expire', 60_000, 'ended_by_provider'],
    ['reject', 60_000, 'ended_by_provider'],
    ['expire', 178_000, 'no_answer'],
  ] as const)('is told in a neutral word: %s after %i ms', async (deed, afterMs, reason) => {
    testServer = await startTestServer({
      clock,
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    await pass(testServer, clock, afterMs, 2_000)
    testServer.simulator[deed](onlyCart(testServer).TransactionId)
    const { lastAttempt } = await awaitStatus(testServer, clock, session, 'open')
    expect(lastAttempt?.reason).toBe(reason)
    expect((await viewOf(testServer, id)).attempts).toMatchObject([{ reason }])
  })
})
