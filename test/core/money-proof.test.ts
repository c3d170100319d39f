import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case, amount } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let scenario: Case
afterEach(() => scenario.simulation.close())
afterAll(awaitAbandoned)

const minute = 60_000
const modes = ['automatic', 'manual', 'callback'] as const
const send = async (...args: Parameters<typeof Case.open>) => {
  scenario = await Case.open(...args)
  await scenario.press(0)
  await scenario.pass(5_000)
}

describe('a payment that the provider reports and did not take', () => {
  it.each(modes.flatMap((mode) => [1, 2].map((times) => ({ mode, times }))))(
    'polls again instead of accepting a payment that was not taken, $mode, $times in a row',
    async ({ mode, times }) => {
      await send(mode)
      scenario.fault({ call: 'CheckCart', kind: 'says_paid', times })
      await scenario.pass(30_000)
      expect(await scenario.view()).toMatchObject({
        status: 'awaiting_shopper',
        review: null,
        payments: [],
      })
      scenario.approve()
      await scenario.pass(30_000)
      await scenario.expectPaidOnce()
    },
  )

  it.each(modes)(
    'a checkout goes to review when a payment that was not taken is reported every time (%s)',
    async (mode) => {
      await send(mode)
      scenario.fault({ call: 'CheckCart', kind: 'says_paid', times: 1e6 })
      await scenario.pass(5 * minute)
      expect(await scenario.view()).toMatchObject({
        status: 'review',
        review: 'unproven_payment',
        payments: [],
      })
      await scenario.expectAllTold()
      expect(scenario.heard.map(({ type }) => type)).toEqual(['checkout.review'])
    },
  )

  it('finds a payment that is taken after the checkout went to review', async () => {
    await send('automatic', { approvalMs: 600_000 })
    scenario.loseCallbacks()
    scenario.fault({ call: 'CheckCart', kind: 'says_paid', times: 3 })
    await scenario.pass(30_000)
    expect((await scenario.view()).status).toBe('review')
    scenario.approve()
    await scenario.pass(10 * minute)
    await scenario.expectPaidOnce()
    expect((await scenario.view()).late).toBe(true)
  })

  it('cancels the open request of a checkout that went to review', async () => {
    await send('automatic', { approvalMs: 600_000 })
    scenario.fault({ call: 'CheckCart', kind: 'says_paid', times: 3 })
    await scenario.pass(3 * minute)
    expect(scenario.cart().state).toBe('canceled')
    expect(scenario.approve()).toBe(false)
  })

  it.each(['automatic', 'manual'] as const)(
    'a payment from V2 is not accepted while its details say otherwise (%s)',
    async (mode) => {
      await send(mode, { rail: 'v2' })
      scenario.fault({ call: 'v2.status', kind: 'says_paid', times: 1e6 })
      await scenario.pass(2 * 60 * minute, 20_000)
      expect(await scenario.view()).toMatchObject({ status: 'review', payments: [] })
      await scenario.expectAllTold()
    },
  )

  it('a payment that is reported and taken back repeatedly leads to a review and a short history', async () => {
    await send('automatic', { approvalMs: 60 * minute })
    let questions = 0
    scenario.simulation.onExchange.upstream.push({
      before: ({ path }) => {
        if (!path.endsWith('CheckCart') || questions++ % 2 > 0) return
        scenario.fault({ call: 'CheckCart', kind: 'says_paid' })
      },
    })
    await scenario.pass(2 * minute)
    const { status, review, history } = await scenario.view()
    expect([status, review]).toEqual(['review', 'unproven_payment'])
    expect(history.length).toBeLessThan(20)
  })

  it('a payment is looked for at the usual pace when it was reported once of a request that was canceled', async () => {
    await send('manual')
    await scenario.cancel()
    await scenario.pass(10_000)
    expect(scenario.cart().state).toBe('canceled')
    scenario.fault({ call: 'CheckCart', kind: 'says_paid' })
    await scenario.pass(10 * minute)
    const calls = () => scenario.simulation.simulator.inspect().calls.CheckCart
    const before = calls()
    await scenario.pass(60 * minute, 30_000)
    expect(calls() - before).toBeLessThan(5)
    expect(await scenario.view()).toMatchObject({ review: null, payments: [] })
  })

  it('an unproven payment is not accepted after a crash between two polls', async () => {
    await send('automatic')
    scenario.fault({ call: 'CheckCart', kind: 'says_paid', times: 2 })
    await scenario.pass(3_000)
    await scenario.restart()
    await scenario.pass(30_000)
    expect((await scenario.view()).status).toBe('awaiting_shopper')
    scenario.approve()
    await scenario.pass(10_000)
    await scenario.expectPaidOnce()
  })
})

describe('a payment that was taken', () => {
  const wrongs = [
    ['status_canceled', 'contradiction'],
    ['status_unconfirmed', 'contradiction'],
    ['no_payment_info', 'unproven_payment'],
    ['wrong_reference', 'reference_mismatch'],
    ['reference_in_capitals', 'reference_mismatch'],
    ['reference_with_space', 'reference_mismatch'],
    ['wrong_amount', 'amount_mismatch'],
  ] as const

  it.each(wrongs.flatMap(([kind]) => modes.map((mode) => ({ kind, mode }))))(
    'accepts a payment that is reported correctly after it was reported twice with $kind ($mode)',
    async ({ kind, mode }) => {
      await send(mode)
      // Its reservation is told rightly, where there is one: see below for one that is not.
      if (mode === 'manual') scenario.fault({ call: 'ConfirmCart', kind })
      const lie = () =>
        scenario.fault({ call: 'CheckCart', kind, times: mode === 'manual' ? 1 : 2 })
      if (mode === 'automatic') lie()
      else scenario.onceTaken(0, lie)
      scenario.approve()
      await scenario.pass(minute)
      await scenario.expectPaidOnce()
      expect(await scenario.view()).toMatchObject({ review: null, late: false })
    },
  )

  it.each(wrongs)(
    'a checkout goes to review when its payment is always reported with %s',
    async (kind, why) => {
      await send('automatic')
      scenario.fault({ call: 'CheckCart', kind, times: 1e6 })
      scenario.approve()
      await scenario.pass(5 * minute)
      expect(await scenario.view()).toMatchObject({ status: 'review', review: why })
      expect(scenario.heard.map(({ type }) => type)).toEqual(['checkout.review'])
      // When it is told rightly in the end, it is a payment.
      scenario.simulation.simulator.clearFaults()
      await scenario.pass(60 * minute, 30_000)
      expect(scenario.cart().captures).toBe(1)
      const { status, payments } = await scenario.view()
      expect(payments).toMatchObject([{ transactionId: scenario.cart().TransactionId }])
      expect(status).toBe(kind === 'wrong_amount' ? 'review' : 'paid')
    },
  )

  it.each(['wrong_reference', 'reference_in_capitals', 'wrong_amount'] as const)(
    'a reservation that is reported with %s is not captured before it is reported correctly',
    async (kind) => {
      await send('manual')
      scenario.fault({ call: 'CheckCart', kind, times: 2 })
      scenario.approve()
      await scenario.pass(minute)
      await scenario.expectPaidOnce()
    },
  )

  it('our answer completes a payment when one callback named another order and its repeat ours', async () => {
    await send('callback')
    scenario.fault({ call: 'Callback', kind: 'wrong_reference' })
    scenario.approve()
    await scenario.pass(minute, 1_000)
    await scenario.expectPaidOnce()
  })
})

describe('swapped answers about two carts', () => {
  it.each(modes)(
    'an order is not set to paid by the payment of another one when answers are swapped (%s)',
    async (mode) => {
      await send(mode)
      const first = scenario.id
      await scenario.create()
      await scenario.press(1)
      await scenario.pass(5_000)
      const [one, two] = scenario.carts.map(({ TransactionId }) => TransactionId)
      scenario.fault({ call: 'CheckCart', kind: 'other_cart', about: one!, cart: two!, times: 2 })
      scenario.fault({ call: 'CheckCart', kind: 'other_cart', about: two!, cart: one!, times: 2 })
      scenario.approve(1)
      await scenario.pass(minute)
      await scenario.expectPaidOnce()
      const other = await scenario.simulation.look(`/v1/checkouts/${first}`)
      expect(other?.json).toMatchObject({ status: 'awaiting_shopper', review: null })
    },
  )

  it('answers that stay swapped lead to a review, and the payment is reported for its own order', async () => {
    await send('automatic')
    const first = scenario.id
    await scenario.create()
    await scenario.press(1)
    await scenario.pass(5_000)
    const [one, two] = scenario.carts.map(({ TransactionId }) => TransactionId)
    scenario.fault({ call: 'CheckCart', kind: 'other_cart', about: one!, cart: two!, times: 1e6 })
    scenario.fault({ call: 'CheckCart', kind: 'other_cart', about: two!, cart: one!, times: 1e6 })
    scenario.approve(1)
    await scenario.pass(2 * minute)
    const other = await scenario.simulation.look(`/v1/checkouts/${first}`)
    expect(other?.json).toMatchObject({
      status: 'review',
      review: 'reference_mismatch',
      payments: [],
    })
    scenario.simulation.simulator.clearFaults()
    await scenario.pass(60 * minute, 30_000)
    await scenario.expectPaidOnce()
    expect((await scenario.view()).payments).toMatchObject([{ amount }])
  })
})
