import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let scenario: Case
afterEach(() => scenario.simulation.close())
afterAll(awaitAbandoned)

const minute = 60_000
const hour = 60 * minute
const rails = ['v1', 'v2'] as const
const confirmCall = { v1: 'ConfirmCart', v2: 'v2.capture' } as const
const checkCall = { v1: 'CheckCart', v2: 'v2.status' } as const

const callsOf = (index = 0) => {
  const { ConfirmCart, CancelCart, capture, cancel } = scenario.cart(index).calls
  return { captures: ConfirmCart + capture, cancels: CancelCart + cancel }
}

/** One row for each kind of thing that happened, and a count for its repeats. */
const expectShortHistory = async (most = 40) => {
  expect((await scenario.view()).history.length).toBeLessThanOrEqual(most)
}

const open = async (rail: 'v1' | 'v2', confirmation: 'manual' | 'callback' = 'manual') => {
  scenario = await Case.open(confirmation, { rail })
  await scenario.press(0)
  await scenario.pass(10_000)
}

describe('an outage of the provider', () => {
  it.each(
    rails.flatMap((rail) =>
      (['before it goes', 'after it went'] as const).flatMap((when) =>
        (['never', 'at once', 'in time'] as const).flatMap((closes) =>
          [false, true].map((restarts) => ({ rail, when, closes, restarts })),
        ),
      ),
    ),
  )(
    'a provider that is away for hours gets no late capture of an approval $when ($rail, shop cancels $closes, restart: $restarts)',
    async ({ rail, when, closes, restarts }) => {
      await open(rail)
      if (when === 'before it goes') {
        scenario.loseCallbacks()
        scenario.approve()
      }
      scenario.takeProviderAway()
      if (when === 'after it went') scenario.approve()
      if (closes === 'at once') expect((await scenario.close())?.status).toBe(202)
      await scenario.pass(20 * minute)
      if (closes === 'in time') expect((await scenario.close())?.status).toBe(202)
      if (restarts) await scenario.restart()
      await scenario.pass(160 * minute, 20_000)
      expect((await scenario.view()).status).toBe('review')
      scenario.bringProviderBack()
      await scenario.pass(14 * hour, minute)
      expect(scenario.cart().captures).toBe(0)
      await scenario.expectAllTold()
      await expectShortHistory()
      if (rail === 'v2') expect(scenario.cart().state).toBe('canceled')
    },
  )

  it.each(rails)(
    'reports a capture as late when the provider comes back after hours (%s)',
    async (rail) => {
      await open(rail)
      scenario.fault({ call: confirmCall[rail], kind: 'drop_after_effect' })
      scenario.onceAsked(rail === 'v1' ? 'ConfirmCart' : 'capture', 0, () =>
        scenario.takeProviderAway(),
      )
      scenario.approve()
      await scenario.pass(10_000)
      expect(scenario.cart().captures).toBe(1)
      expect((await scenario.close())?.status).toBe(202)
      await scenario.pass(3 * hour, 20_000)
      scenario.bringProviderBack()
      await scenario.pass(14 * hour, minute)
      await scenario.expectPaidOnce()
      expect(await scenario.view()).toMatchObject({ status: 'paid', late: true })
      expect(callsOf()).toMatchObject({ captures: 1 })
      await expectShortHistory()
    },
  )

  it.each(rails)(
    'finds out afterwards that a request ended meanwhile, and leaves its checkout in review (%s)',
    async (rail) => {
      await open(rail)
      scenario.takeProviderAway()
      await scenario.pass(80 * minute, 20_000)
      expect(await scenario.view()).toMatchObject({ status: 'review', review: 'outcome_unknown' })
      scenario.bringProviderBack()
      await scenario.pass(30 * minute, 20_000)
      expect(scenario.cart().state).toBe('canceled')
      const { status, attempts } = await scenario.view()
      expect(status).toBe('review')
      expect(attempts).toMatchObject([{ providerCode: expect.any(String) as string }])
      const { cancels } = callsOf()
      await scenario.pass(5 * hour, minute)
      expect(callsOf().cancels).toBe(cancels)
      await scenario.expectAllTold()
    },
  )
})

describe('a capture that fails', () => {
  const failures = [
    { kind: 'drop_before_effect' },
    { kind: 'http_500' },
    { kind: 'html' },
    { kind: 'code', code: 400 },
    { kind: 'code', code: 10_201 },
    { kind: 'code', code: 10_429 },
  ] as const

  it.each(failures)(
    'retries a capture for minutes and not for half an hour ($kind $code)',
    async (failure) => {
      await open('v1')
      scenario.fault({ call: 'ConfirmCart', ...failure, times: 1e6 })
      scenario.approve()
      await scenario.pass(30 * minute)
      expect(scenario.cart().captures).toBe(0)
      expect(callsOf().captures).toBeLessThanOrEqual(30)
      expect(callsOf().cancels).toBeGreaterThan(0)
      scenario.bringProviderBack()
      await scenario.pass(2 * hour, 20_000)
      expect(scenario.cart().captures).toBe(0)
      await scenario.expectAllTold()
      await expectShortHistory(60)
    },
  )

  it.each(['drop_before_effect', 'http_500'] as const)(
    'retries a V2 capture for minutes, and then releases the reservation (%s)',
    async (kind) => {
      await open('v2')
      scenario.fault({ call: 'v2.capture', kind, times: 1e6 })
      scenario.approve()
      await scenario.pass(30 * minute)
      expect(callsOf().captures).toBeLessThanOrEqual(30)
      expect(scenario.cart()).toMatchObject({ captures: 0, state: 'canceled' })
      expect((await scenario.sees()).status).toBe('open')
      await expectShortHistory()
    },
  )

  it.each(rails)('captures once when the capture works again within minutes (%s)', async (rail) => {
    await open(rail)
    scenario.fault({ call: confirmCall[rail], kind: 'http_500', times: 4 })
    scenario.approve()
    await scenario.pass(3 * minute)
    await scenario.expectPaidOnce()
    expect((await scenario.view()).late).toBe(false)
  })

  it.each(rails)(
    'a cancellation by the shop ends a failing capture without taking the money (%s)',
    async (rail) => {
      await open(rail)
      scenario.fault({ call: confirmCall[rail], kind: 'drop_before_effect', times: 1e6 })
      scenario.approve()
      await scenario.pass(10_000)
      const before = callsOf().captures
      const answer = await scenario.close()
      scenario.bringProviderBack()
      await scenario.pass(2 * hour, 20_000)
      expect(scenario.cart().captures).toBe(0)
      expect(callsOf().captures).toBe(before)
      expect([200, 202]).toContain(answer?.status)
      expect((await scenario.view()).status).toBe('canceled')
      await scenario.expectAllTold()
    },
  )

  it('reports the end of an attempt to the shop once, however often it is polled afterwards', async () => {
    await open('v1')
    scenario.fault({ call: 'ConfirmCart', kind: 'code', code: 400, times: 1e6 })
    scenario.approve()
    await scenario.pass(50 * minute)
    const failed = scenario.heard.filter(({ type }) => type === 'checkout.attempt_failed')
    expect(failed).toHaveLength(1)
  })
})

describe('an approval that is reported late', () => {
  it.each([
    ['the lifetime has ended', {}, 58 * minute],
    ['a lifetime of a minute has ended', { expiresInSeconds: 60 }, 40_000],
  ] as const)(
    'an approval is not captured when it is reported after %s',
    async (_, order, startAfterMs) => {
      scenario = await Case.open('manual', { order })
      await scenario.pass(startAfterMs)
      scenario.loseCallbacks()
      await scenario.press(0)
      scenario.onceAsked('CheckCart', 0, () => scenario.takeProviderAway())
      await scenario.pass(5_000)
      scenario.approve()
      await scenario.pass(4 * minute)
      scenario.bringProviderBack()
      await scenario.pass(30 * minute)
      expect(scenario.cart()).toMatchObject({ captures: 0, calls: { ConfirmCart: 0 } })
      expect((await scenario.view()).status).toBe('expired')
      await scenario.expectAllTold()
    },
  )

  it('captures an approval that is reported within minutes', async () => {
    await open('v1')
    scenario.loseCallbacks()
    scenario.takeProviderAway()
    scenario.approve()
    await scenario.pass(4 * minute)
    scenario.bringProviderBack()
    await scenario.pass(minute)
    await scenario.expectPaidOnce()
  })
})

describe('an approval that comes before the answer to its request', () => {
  const startCall = { v1: 'InsertCart', v2: 'v2.payment' } as const

  it.each(rails)(
    'an approval that comes before the answer to its request is answered in time where our answer completes it (%s)',
    async (rail) => {
      scenario = await Case.open('callback', { rail })
      scenario.fault({ call: startCall[rail], kind: 'delay', ms: 15_000 })
      await scenario.press(0)
      await scenario.pass(3_000)
      scenario.approve()
      await scenario.pass(minute, 250)
      await scenario.expectPaidOnce()
    },
  )
})

describe('a cancellation that the provider refuses', () => {
  it.each([
    ['CancelCart returns 10200', { call: 'CancelCart', kind: 'code', code: 10_200 }],
    ['CancelCart returns 10203', { call: 'CancelCart', kind: 'code', code: 10_203 }],
    ['CancelCart returns 500', { call: 'CancelCart', kind: 'http_500' }],
    ['its connection breaks', { call: 'CancelCart', kind: 'drop_before_effect' }],
  ] as const)(
    'repeats a cancellation at growing intervals and records it once while %s',
    async (_, fault) => {
      // Netgíró asks its customer for longer than we do.
      scenario = await Case.open('manual', { approvalMs: 2 * hour })
      await scenario.press(0)
      await scenario.pass(5_000)
      scenario.fault({ ...fault, times: 1e6 })
      await scenario.cancel()
      await scenario.pass(10_000)
      const soon = scenario.simulation.simulator.inspect().calls
      expect(soon.CancelCart).toBeLessThanOrEqual(8)
      expect(soon.CheckCart).toBeLessThanOrEqual(16)
      await scenario.pass(30 * minute)
      expect(callsOf().cancels).toBeLessThanOrEqual(80)
      await expectShortHistory(20)
      scenario.bringProviderBack()
      await scenario.pass(2 * minute)
      expect(scenario.cart().state).toBe('canceled')
      expect((await scenario.sees()).status).toBe('open')
    },
  )

  it('records a cancellation once while the cart is denied as well', async () => {
    scenario = await Case.open('automatic', { approvalMs: 2 * hour })
    await scenario.press(0)
    await scenario.pass(5_000)
    scenario.fault({ call: 'CancelCart', kind: 'http_500', times: 1e6 })
    scenario.fault({ call: 'CheckCart', kind: 'code', code: 10_201, times: 1e6 })
    await scenario.pass(50 * minute)
    await expectShortHistory(20)
    expect(callsOf().cancels).toBeLessThanOrEqual(120)
  })

  it('counts repeated cancellations in one entry of the history', async () => {
    scenario = await Case.open('manual', { approvalMs: 2 * hour })
    await scenario.press(0)
    await scenario.pass(5_000)
    scenario.fault({ call: 'CancelCart', kind: 'code', code: 10_200, times: 1e6 })
    await scenario.cancel()
    await scenario.pass(10 * minute)
    const { history } = await scenario.view()
    const refused = history.filter(({ type }) => type === 'too_late_to_cancel')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.repeats).toBeGreaterThan(3)
  })
})

describe('a reservation that shows after the provider said that it is too late to cancel', () => {
  /** The payer approves just before; for V2, where a cancellation works at any stage, the answer is false. */
  const cancelTooLate = async (rail: 'v1' | 'v2', cancel: () => Promise<unknown>) => {
    if (rail === 'v2') scenario.fault({ call: 'v2.cancel', kind: 'refuse' })
    scenario.approve()
    await cancel()
    const { history } = await scenario.view()
    expect(history.map(({ type }) => type)).toContain('too_late_to_cancel')
  }

  it('a reservation that shows after a refused cancellation is canceled for the shopper where no callback captures it', async () => {
    await open('v2', 'callback')
    scenario.loseCallbacks()
    await cancelTooLate('v2', () => scenario.cancel())
    await scenario.pass(minute)
    expect(scenario.cart().state).toBe('canceled')
    const lastAttempt = { outcome: 'canceled', reason: 'canceled_by_shopper' }
    expect(await scenario.sees()).toMatchObject({ status: 'open', lastAttempt })
    expect(callsOf()).toEqual({ captures: 0, cancels: 2 })
    await scenario.expectAllTold()
  })

  it.each(rails)(
    'a reservation that shows after a refused cancellation is captured by a callback that comes with it (%s)',
    async (rail) => {
      await open(rail, 'callback')
      scenario.fault({ call: 'Callback', kind: 'delay', ms: 10_000 })
      await cancelTooLate(rail, () => scenario.cancel())
      await scenario.pass(minute)
      await scenario.expectPaidOnce()
    },
  )

  it('a reservation that shows after a refused cancellation is captured by a later callback where it cannot be canceled', async () => {
    await open('v1', 'callback')
    scenario.fault({ call: 'Callback', kind: 'delay', ms: 2 * minute })
    await cancelTooLate('v1', () => scenario.cancel())
    await scenario.pass(3 * minute)
    expect(callsOf().cancels).toBe(2)
    await scenario.expectPaidOnce()
  })

  it('a reservation that shows after a refused cancellation is given up where it cannot be canceled and no callback comes', async () => {
    await open('v1', 'callback')
    scenario.loseCallbacks()
    await cancelTooLate('v1', () => scenario.cancel())
    await scenario.pass(4 * minute)
    expect((await scenario.sees()).status).toBe('confirming')
    await scenario.pass(2 * minute)
    expect((await scenario.sees()).status).toBe('open')
    expect(callsOf()).toEqual({ captures: 0, cancels: 2 })
    await scenario.expectAllTold()
  })
})

describe('a payment that V2 reports falsely when a cancellation asks for its status', () => {
  const modes = (['manual', 'callback'] as const).flatMap((confirmation) =>
    [true, false].map((isApproved) => ({ confirmation, isApproved })),
  )

  const lie = (isApproved: boolean) => {
    scenario.loseCallbacks()
    scenario.fault({ call: 'v2.status', kind: 'says_paid', times: 2 })
    if (isApproved) expect(scenario.approve()).toBe(true)
  }

  /** Whoever is told that it is over may sell the goods to somebody else: by then nothing is held any more. */
  const expectCanceledOnceTold = async (as: 'canceled' | 'expired' | 'open') => {
    const isTold = async () => (await scenario.view()).status === as
    for (let second = 0; second < 120 && !(await isTold()); second++) await scenario.pass(1_000)
    expect(await isTold()).toBe(true)
    expect(scenario.cart().state).toBe('canceled')
    expect(callsOf()).toEqual({ captures: 0, cancels: 1 })
    await scenario.pass(10 * minute)
    expect(scenario.cart().state).toBe('canceled')
    await scenario.expectAllTold()
  }

  it.each(modes)(
    'leaves nothing reserved when a shop closes the checkout ($confirmation, approved: $isApproved)',
    async ({ confirmation, isApproved }) => {
      await open('v2', confirmation)
      lie(isApproved)
      await scenario.close()
      await expectCanceledOnceTold('canceled')
    },
  )

  it.each(modes)(
    'leaves nothing reserved when the lifetime ends ($confirmation, approved: $isApproved)',
    async ({ confirmation, isApproved }) => {
      const order = { expiresInSeconds: 60 }
      scenario = await Case.open(confirmation, { rail: 'v2', order })
      await scenario.press(0)
      await scenario.pass(57_000)
      lie(isApproved)
      await expectCanceledOnceTold('expired')
    },
  )

  it.each(modes)(
    'leaves nothing reserved when the shopper cancels ($confirmation, approved: $isApproved)',
    async ({ confirmation, isApproved }) => {
      await open('v2', confirmation)
      lie(isApproved)
      await scenario.cancel()
      await expectCanceledOnceTold('open')
    },
  )
})

describe('a payment that V2 reports when a cancellation asks for its status', () => {
  const openPaid = async () => {
    scenario = await Case.open('automatic', { rail: 'v2' })
    await scenario.press(0)
    await scenario.pass(10_000)
    scenario.loseCallbacks()
    scenario.approve()
  }

  it('a payment that a V2 cancellation finds is not undone once it is proven, however late the views are that follow', async () => {
    await openPaid()
    const { TransactionId } = scenario.cart()
    scenario.simulation.onExchange.upstream.push({
      after: ({ path }) => {
        if (path === `/v2/transaction/details/${TransactionId}`)
          scenario.fault({ call: 'v2.status', kind: 'stale', times: 3 })
      },
    })
    await scenario.cancel()
    await scenario.pass(minute)
    await scenario.expectPaidOnce()
    expect(callsOf()).toEqual({ captures: 0, cancels: 0 })
    // Nobody has to ask twice.
    expect(scenario.cart().calls.details).toBe(1)
  })

  it('a payment that a V2 cancellation finds is told as paid where its details lag behind', async () => {
    await openPaid()
    scenario.fault({ call: 'v2.details', kind: 'stale', times: 2 })
    await scenario.close()
    await scenario.pass(minute)
    await scenario.expectPaidOnce()
    expect(callsOf()).toEqual({ captures: 0, cancels: 0 })
  })
})

describe('a capture with a wrong response', () => {
  it.each([10_201, 10_202, 10_304, 10_423, 10_424, 400] as const)(
    'finds a capture that took the money and returned %s',
    async (code) => {
      await open('v1')
      scenario.fault({ call: 'ConfirmCart', kind: 'code', code, effect: true })
      scenario.approve()
      await scenario.pass(2 * minute)
      await scenario.expectPaidOnce()
    },
  )

  it.each([2, 5, 12])(
    'finds and reports a capture that the provider denies %s times more and agrees to cancel',
    async (times) => {
      await open('v1')
      scenario.fault({ call: 'ConfirmCart', kind: 'code', code: 10_201, effect: true })
      scenario.fault({ call: 'CancelCart', kind: 'code', code: 10_202 })
      scenario.onceAsked('ConfirmCart', 0, () => {
        scenario.fault({ call: 'CheckCart', kind: 'code', code: 10_201, times })
      })
      scenario.approve()
      await scenario.pass(10 * minute)
      await scenario.pass(7 * 24 * hour, 10 * minute)
      await scenario.expectPaidOnce()
      expect((await scenario.view()).late).toBe(true)
    },
  )

  it.each(rails)('reports a capture of another amount with that amount (%s)', async (rail) => {
    await open(rail)
    scenario.fault({ call: confirmCall[rail], kind: 'other_amount', amount: 9_000 })
    scenario.approve()
    await scenario.pass(5 * minute)
    expect(scenario.cart()).toMatchObject({ captures: 1, captured: 9_000 })
    expect(await scenario.view()).toMatchObject({
      status: 'review',
      review: 'amount_mismatch',
      payments: [{ amount: 9_000 }],
    })
    await scenario.expectAllTold()
    expect(callsOf().captures).toBe(1)
  })

  it.each(rails)(
    'reports a capture of another amount that was denied, canceled and found late (%s)',
    async (rail) => {
      await open(rail)
      scenario.fault({ call: confirmCall[rail], kind: 'other_amount', amount: 9_000 })
      scenario.fault({
        call: checkCall[rail],
        kind: rail === 'v1' ? 'stale' : 'http_500',
        times: 4,
      })
      scenario.fault({ call: confirmCall[rail], kind: 'drop_after_effect' })
      scenario.approve()
      await scenario.pass(30 * minute)
      expect(callsOf()).toMatchObject({ captures: rail === 'v1' ? expect.any(Number) : 1 })
      expect(scenario.cart()).toMatchObject({ captures: 1, captured: 9_000 })
      await scenario.expectAllTold()
      expect((await scenario.view()).review).toBe('amount_mismatch')
    },
  )

  it('finds what our callback answer captured when the provider is away for hours afterwards', async () => {
    await open('v1', 'callback')
    scenario.approve()
    scenario.takeProviderAway()
    await scenario.pass(2 * hour, 20_000)
    scenario.bringProviderBack()
    await scenario.pass(14 * hour, minute)
    expect(scenario.taken.length).toBe(scenario.cart().captures)
    await scenario.expectAllTold()
  })
})
