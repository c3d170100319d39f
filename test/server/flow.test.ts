import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import {
  browser,
  merchant,
  onlyCart,
  read,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})
afterEach(() => testServer.close())

const startWith = async (confirmation: string) => {
  testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: confirmation } })
}

/** Turns the clock, a poll at a time, until the browser sees it. */
const awaitStatus = (session: string, status: Snapshot['status'], by = 500) =>
  until(
    () => {
      clock.advance(by)
      return read(testServer, session)
    },
    (snapshot) => snapshot.status === status,
  )

const history = async (id: string) => {
  const response = await merchant(testServer, 'GET', `/v1/checkouts/${id}`)
  const { history } = (await response.json()) as {
    history: { type: string; call: string; code: string }[]
  }
  return history.map(({ type }) => type)
}

const cancel = async (session: string) =>
  (await (await browser(testServer, session, 'POST', '/v1/session/cancel')).json()) as Snapshot

const close = async (id: string) =>
  (await (await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)).json()) as {
    status: string
  }

describe('a payment', () => {
  it('a payment goes from the phone number to paid, and is confirmed once', async () => {
    await startWith('manual')
    const { session, id } = await testServer.create()
    expect(await read(testServer, session)).toMatchObject({
      status: 'open',
      amount: 12990,
      phone: null,
      lastAttempt: null,
    })

    const sent = { status: 'awaiting_shopper', phone: '•••3281', uncertain: false }
    expect(await start(testServer, session, '+354 822-3281')).toMatchObject(sent)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({
      state: 'paid',
      captures: 1,
      calls: { InsertCart: 1, ConfirmCart: 1 },
    })
    expect(await history(id)).toEqual([
      'created',
      'started',
      'requested',
      'approved',
      'capture_requested',
      'paid',
    ])
  })

  it('the approval alone completes a payment when confirmation is automatic', async () => {
    await startWith('automatic')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({
      ConfirmationType: 0,
      captures: 1,
      calls: { ConfirmCart: 0 },
    })
  })

  it('our answer to the callback completes a payment when confirmation is callback', async () => {
    await startWith('callback')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => onlyCart(testServer),
      ({ state }) => state === 'paid',
    )
    // The approval was on disk before the 200 that took the money.
    expect(await history(id)).toContain('approved')
    expect(onlyCart(testServer).callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
    await awaitStatus(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { ConfirmCart: 0 } })
  })

  it('a callback triggers a poll long before the next one is due', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('a payment survives a restart while the shopper is asked', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    await testServer.restart()
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
  })

  it('finishes a payment when no browser is connected any more', async () => {
    await startWith('manual')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(async () => {
      clock.advance(500)
      return (await history(id)).includes('paid')
    })
  })
})

describe('a start', () => {
  it('creates one cart, however many starts arrive at once', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    const answers = await Promise.all(Array.from({ length: 50 }, () => start(testServer, session)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['awaiting_shopper']))
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it('creates one cart when two starts meet before either is on disk', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    const { checkouts } = testServer.parts()
    const checkout = await checkouts.bySession(session)
    const [one, two, other] = await Promise.allSettled(
      ['8223281', '8223281', '7701234'].map((value) =>
        checkouts.start(checkout, { kind: 'phone', value }, null),
      ),
    )
    expect([one, two, other].map((result) => result?.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it('refuses another number while a request is open, and joins it for the same number', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    const first = await start(testServer, session)
    expect(await start(testServer, session, '8223281')).toMatchObject({ version: first.version })
    const other = await browser(testServer, session, 'POST', '/v1/session/start', {
      body: { phone: '7701234' },
    })
    expect([other.status, await other.json()]).toMatchObject([409, { code: 'attempt_open' }])
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it.each([
    ['6610306', 'failed', 'request_not_sent'],
    ['6610302', 'failed', 'request_not_sent'],
  ])(
    'answers 202 to the start of a request that is refused (%s), open for another try',
    async (phone, outcome, reason) => {
      await startWith('manual')
      const { session } = await testServer.create()
      const response = await browser(testServer, session, 'POST', '/v1/session/start', {
        body: { phone },
      })
      const snapshot: unknown = await response.json()
      expect([response.status, snapshot]).toMatchObject([
        202,
        { status: 'open', lastAttempt: { outcome, reason } },
      ])
      expect(await start(testServer, session)).toMatchObject({
        status: 'awaiting_shopper',
        lastAttempt: null,
      })
    },
  )

  it('answers a start after two seconds when the provider takes longer', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    const answer = start(testServer, session, '7700004')
    await until(() => testServer.simulator.inspect().carts.length)
    clock.advance(2_001)
    expect(await answer).toMatchObject({ status: 'starting', uncertain: false })
    await awaitStatus(session, 'awaiting_shopper')
    expect(onlyCart(testServer).calls.InsertCart).toBe(1)
  })

  it('reports that nothing was sent when the provider cannot be reached', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await testServer.simulator.close()
    expect(await start(testServer, session)).toMatchObject({
      status: 'open',
      lastAttempt: { outcome: 'failed', reason: 'provider_unavailable' },
    })
  })
})

describe('a request whose answer was lost', () => {
  it('a request is not sent again when its answer was lost, also after a restart', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    expect(await start(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    expect(await start(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    clock.advance(60_000)
    await testServer.restart()
    expect(await start(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it('adopts a lost request when its callback comes, and captures it once', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
  })

  it.each(['bad_signature', 'missing_signature', 'http_500', 'html', 'bad_json'] as const)(
    'a request is uncertain when its answer was %s',
    async (kind) => {
      await startWith('manual')
      const { session } = await testServer.create()
      testServer.simulator.fault({ call: 'InsertCart', kind })
      expect(await start(testServer, session)).toMatchObject({
        status: 'starting',
        uncertain: true,
      })
    },
  )

  it('lets the shopper try again after the approval timeout when the lost request could only reserve', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_before_effect' })
    await start(testServer, session)
    const over = await awaitStatus(session, 'open', 5_000)
    expect(over.lastAttempt).toEqual({ outcome: 'expired', reason: 'outcome_unknown' })
    expect(await start(testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
  })

  it('a lost request takes no money when it is approved after another one was paid', async () => {
    testServer = await startTestServer({
      clock,
      env: { NETGIRO_CONFIRMATION: 'callback' },
      simulator: { approvalTimeoutMs: 600_000 },
    })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    const orphan = onlyCart(testServer).TransactionId
    await awaitStatus(session, 'open', 5_000)
    await start(testServer, session)
    const second = testServer.simulator
      .inspect()
      .carts.find(({ TransactionId }) => TransactionId !== orphan)
    testServer.simulator.approve(second?.TransactionId ?? '')
    await awaitStatus(session, 'paid')
    testServer.simulator.approve(orphan)
    await until(() => {
      clock.advance(1_000)
      return testServer.simulator.cart(orphan)?.state === 'canceled'
    })
    const { carts } = testServer.simulator.inspect()
    expect(carts.map(({ captures }) => captures).sort()).toEqual([0, 1])
  })

  it('a lost request goes to review when its approval could have taken money unseen', async () => {
    testServer = await startTestServer({
      clock,
      env: { NETGIRO_CONFIRMATION: 'automatic', CHECKOUT_LIFETIME_SECONDS: '600' },
    })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_before_effect' })
    await start(testServer, session)
    clock.advance(300_000)
    expect(await start(testServer, session)).toMatchObject({ status: 'starting', uncertain: true })
    await awaitStatus(session, 'review', 60_000)
  })
})

describe('an invalid answer to CheckCart', () => {
  it.each([
    'bad_signature',
    'missing_signature',
    'http_500',
    'html',
    'bad_json',
    'drop_after_effect',
  ] as const)('an invalid answer to CheckCart changes nothing (%s)', async (kind) => {
    await startWith('manual')
    const { session } = await testServer.create()
    const before = await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.fault({ call: 'CheckCart', kind })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    clock.advance(2_001)
    await until(
      () =>
        onlyCart(testServer).calls.CheckCart === 1 &&
        testServer.simulator.inspect().faults.length === 0,
    )
    expect((await read(testServer, session)).version).toBe(before.version)
    await awaitStatus(session, 'paid')
  })

  it('a redirect in answer to CheckCart, which would carry the signature away, is not followed', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({
      call: 'CheckCart',
      kind: 'redirect',
      location: `${testServer.url}/healthz`,
    })
    clock.advance(2_001)
    await until(() => onlyCart(testServer).calls.CheckCart === 1)
    expect(await read(testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
  })
})

describe('a capture', () => {
  it.each(['drop_after_effect', 'drop_before_effect', 'bad_signature', 'http_500'] as const)(
    'polls when the answer to a capture is lost (%s), and takes the money once',
    async (kind) => {
      await startWith('manual')
      const { session } = await testServer.create()
      await start(testServer, session)
      testServer.simulator.fault({ call: 'ConfirmCart', kind })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await until(
        () => read(testServer, session),
        ({ uncertain }) => uncertain,
      )
      await awaitStatus(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ state: 'paid', captures: 1 })
    },
  )

  it.each(['wrong_amount', 'wrong_reference'] as const)(
    'captures nothing when the provider repeatedly reports a %s, and puts the checkout in review',
    async (kind) => {
      await startWith('manual')
      const { session } = await testServer.create()
      await start(testServer, session)
      testServer.simulator.fault({ call: 'CheckCart', kind, times: 3 })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(session, 'review')
      // A restart waits for whatever call is still out.
      await testServer.restart()
      clock.advance(60_000)
      expect(onlyCart(testServer)).toMatchObject({
        state: 'reserved',
        captures: 0,
        calls: { ConfirmCart: 0 },
      })
    },
  )

  it('our answer to the callback withholds the capture when the amount is wrong', async () => {
    await startWith('callback')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 9 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(() => {
      clock.advance(1_000)
      return onlyCart(testServer).state === 'canceled'
    })
    expect(onlyCart(testServer).captures).toBe(0)
  })
})

describe('a cancellation', () => {
  it('reports a cancellation when the provider confirms it, and lets the shopper try again', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    expect(await cancel(session)).toMatchObject({
      status: 'open',
      cancelRequested: false,
      lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' },
    })
    expect(await start(testServer, session, '7701234')).toMatchObject({
      status: 'awaiting_shopper',
      phone: '•••1234',
    })
  })

  it.each(['manual', 'automatic', 'callback'])(
    'a cancellation that comes too late ends paid (%s)',
    async (confirmation) => {
      await startWith(confirmation)
      const { session } = await testServer.create()
      await start(testServer, session)
      testServer.simulator.fault({ call: 'Callback', kind: 'delay', ms: 1_000 })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await cancel(session)
      await awaitStatus(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({
        state: 'paid',
        captures: 1,
        calls: { CancelCart: 1 },
      })
    },
  )

  it('polls when the answer to a cancellation is lost, and does not report it as done before', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    // Netgíró's own word that it is canceled, which may come before or after the answer, is looked at as well.
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    testServer.simulator.fault({ call: 'CancelCart', kind: 'drop_before_effect' })
    const asked = cancel(session)
    await until(
      () => read(testServer, session),
      ({ uncertain }) => uncertain,
    )
    clock.advance(2_001)
    expect(await asked).toMatchObject({ status: 'awaiting_shopper', cancelRequested: true })
    await awaitStatus(session, 'open')
    expect(onlyCart(testServer)).toMatchObject({
      state: 'canceled',
      calls: { CancelCart: 2, CheckCart: 1 },
    })
  })

  it('a cancellation changes nothing when there is nothing to cancel', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    expect(await cancel(session)).toMatchObject({
      status: 'open',
      version: 1,
      cancelRequested: false,
    })
  })

  it('a cancellation by the shop closes the checkout', async () => {
    await startWith('manual')
    const idle = await testServer.create()
    expect((await close(idle.id)).status).toBe('canceled')

    const waiting = await testServer.create()
    await start(testServer, waiting.session)
    expect((await close(waiting.id)).status).toBe('canceled')
    expect(onlyCart(testServer).state).toBe('canceled')
    const again = await browser(testServer, waiting.session, 'POST', '/v1/session/start', {
      body: { phone: '8223281' },
    })
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'checkout_closed' }])
  })

  it('a cancellation by the shop releases an approval that was not captured yet', async () => {
    await startWith('manual')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    expect((await close(id)).status).toBe('canceled')
    expect(onlyCart(testServer).captures).toBe(0)
  })

  it('answers paid to a cancellation by the shop that was too late', async () => {
    await startWith('automatic')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    expect((await close(id)).status).toBe('paid')
    expect(onlyCart(testServer).captures).toBe(1)
  })
})

describe('timeouts', () => {
  it('the approval timeout cancels the request and leaves the checkout open', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    const over = await awaitStatus(session, 'open', 5_000)
    expect(over.lastAttempt).toEqual({ outcome: 'expired', reason: 'no_answer' })
    expect(onlyCart(testServer).state).toBe('canceled')
  })

  it('a request that was approved just before its timeout ends paid', async () => {
    await startWith('manual')
    const { session } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    clock.advance(179_900)
    await until(() => onlyCart(testServer).calls.CheckCart)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(session, 'paid', 100)
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('a checkout without an open request expires without a call to the provider', async () => {
    await startWith('manual')
    const { session } = await testServer.create({ expiresInSeconds: 60 })
    clock.advance(60_000)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'expired',
    )
    expect(testServer.simulator.inspect().calls.CancelCart).toBe(0)
  })

  it('a checkout with an open request expires and cancels that request', async () => {
    await startWith('manual')
    const { session } = await testServer.create({ expiresInSeconds: 60 })
    await start(testServer, session)
    clock.advance(60_000)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'expired',
    )
    expect(onlyCart(testServer).state).toBe('canceled')
  })
})

describe('the poll interval', () => {
  it('polls at the interval that the provider gives, for any number of browsers', async () => {
    testServer = await startTestServer({ clock, simulator: { pollIntervalMs: 5_000 } })
    const { session } = await testServer.create()
    await start(testServer, session)
    for (let second = 0; second < 20; second++) {
      clock.advance(1_000)
      await Promise.all(Array.from({ length: 5 }, () => read(testServer, session)))
    }
    const { CheckCart } = onlyCart(testServer).calls
    expect(CheckCart).toBeGreaterThanOrEqual(3)
    expect(CheckCart).toBeLessThanOrEqual(4)
  })

  it.each([
    [null, 2],
    [0, 1],
    [1e9, 30],
  ])(
    'keeps the poll interval within limits when it is given as %s',
    async (pollIntervalMs, seconds) => {
      testServer = await startTestServer({ clock, simulator: { pollIntervalMs } })
      const { session } = await testServer.create()
      await start(testServer, session)
      clock.advance(seconds * 1_000)
      await read(testServer, session)
      expect(onlyCart(testServer).calls.CheckCart).toBe(0)
      clock.advance(1)
      await until(() => onlyCart(testServer).calls.CheckCart)
    },
  )
})
