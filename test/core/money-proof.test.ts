import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case, amount } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let story: Case
afterEach(() => story.simulation.close())
afterAll(awaitAbandoned)

const minute = 60_000
const modes = ['automatic', 'manual', 'callback'] as const
const send = async (...args: Parameters<typeof Case.open>) => {
  story = await Case.open(...args)
  await story.press(0)
  await story.pass(5_000)
}

describe('a payment that the provider reports and did not take', () => {
  it.each(modes.flatMap((mode) => [1, 2].map((times) => ({ mode, times }))))(
    'polls again instead of accepting a payment that was not taken, $mode, $times in a row',
    async ({ mode, times }) => {
      await send(mode)
      story.fault({ call: 'CheckCart', kind: 'says_paid', times })
      await story.pass(30_000)
      expect(await story.view()).toMatchObject({
        status: 'awaiting_shopper',
        review: null,
        payments: [],
      })
      story.approve()
      await story.pass(30_000)
      await story.expectPaidOnce()
    },
  )

  it.each(modes)(
    'a checkout goes to review when a payment that was not taken is reported every time (%s)',
    async (mode) => {
      await send(mode)
      story.fault({ call: 'CheckCart', kind: 'says_paid', times: 1e6 })
      await story.pass(5 * minute)
      expect(await story.view()).toMatchObject({
        status: 'review',
        review: 'unproven_payment',
        payments: [],
      })
      await story.expectAllTold()
      expect(story.heard.map(({ type }) => type)).toEqual(['checkout.review'])
    },
  )

  it('finds a payment that is taken after the checkout went to review', async () => {
    await send('automatic', { approvalMs: 600_000 })
    story.loseCallbacks()
    story.fault({ call: 'CheckCart', kind: 'says_paid', times: 3 })
    await story.pass(30_000)
    expect((await story.view()).status).toBe('review')
    story.approve()
    await story.pass(10 * minute)
    await story.expectPaidOnce()
    expect((await story.view()).late).toBe(true)
  })

  it('cancels the open request of a checkout that went to review', async () => {
    await send('automatic', { approvalMs: 600_000 })
    story.fault({ call: 'CheckCart', kind: 'says_paid', times: 3 })
    await story.pass(3 * minute)
    expect(story.cart().state).toBe('canceled')
    expect(story.approve()).toBe(false)
  })

  it.each(['automatic', 'manual'] as const)(
    'does not accept a payment from V2 while its details say otherwise (%s)',
    async (mode) => {
      await send(mode, { rail: 'v2' })
      story.fault({ call: 'v2.status', kind: 'says_paid', times: 1e6 })
      await story.pass(2 * 60 * minute, 20_000)
      expect(await story.view()).toMatchObject({ status: 'review', payments: [] })
      await story.expectAllTold()
    },
  )

  it('a payment that is reported and taken back repeatedly leads to a review and a short history', async () => {
    await send('automatic', { approvalMs: 60 * minute })
    let questions = 0
    story.simulation.onExchange.upstream.push({
      before: ({ path }) => {
        if (!path.endsWith('CheckCart') || questions++ % 2 > 0) return
        story.fault({ call: 'CheckCart', kind: 'says_paid' })
      },
    })
    await story.pass(2 * minute)
    const { status, review, history } = await story.view()
    expect([status, review]).toEqual(['review', 'unproven_payment'])
    expect(history.length).toBeLessThan(20)
  })

  it('is looked for at the usual pace when it was reported once of a request that was canceled', async () => {
    await send('manual')
    await story.cancel()
    await story.pass(10_000)
    expect(story.cart().state).toBe('canceled')
    story.fault({ call: 'CheckCart', kind: 'says_paid' })
    await story.pass(10 * minute)
    const calls = () => story.simulation.simulator.inspect().calls.CheckCart
    const before = calls()
    await story.pass(60 * minute, 30_000)
    expect(calls() - before).toBeLessThan(5)
    expect(await story.view()).toMatchObject({ review: null, payments: [] })
  })

  it('does not accept an unproven payment after a crash between two polls', async () => {
    await send('automatic')
    story.fault({ call: 'CheckCart', kind: 'says_paid', times: 2 })
    await story.pass(3_000)
    await story.restart()
    await story.pass(30_000)
    expect((await story.view()).status).toBe('awaiting_shopper')
    story.approve()
    await story.pass(10_000)
    await story.expectPaidOnce()
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
      if (mode === 'manual') story.fault({ call: 'ConfirmCart', kind })
      const lie = () => story.fault({ call: 'CheckCart', kind, times: mode === 'manual' ? 1 : 2 })
      if (mode === 'automatic') lie()
      else story.onceTaken(0, lie)
      story.approve()
      await story.pass(minute)
      await story.expectPaidOnce()
      expect(await story.view()).toMatchObject({ review: null, late: false })
    },
  )

  it.each(wrongs)(
    'a checkout goes to review when its payment is always reported with %s',
    async (kind, why) => {
      await send('automatic')
      story.fault({ call: 'CheckCart', kind, times: 1e6 })
      story.approve()
      await story.pass(5 * minute)
      expect(await story.view()).toMatchObject({ status: 'review', review: why })
      expect(story.heard.map(({ type }) => type)).toEqual(['checkout.review'])
      // When it is told rightly in the end, it is a payment.
      story.simulation.simulator.clearFaults()
      await story.pass(60 * minute, 30_000)
      expect(story.cart().captures).toBe(1)
      const { status, payments } = await story.view()
      expect(payments).toMatchObject([{ transactionId: story.cart().TransactionId }])
      expect(status).toBe(kind === 'wrong_amount' ? 'review' : 'paid')
    },
  )

  it.each(['wrong_reference', 'reference_in_capitals', 'wrong_amount'] as const)(
    'does not capture a reservation that is reported with %s before it is reported correctly',
    async (kind) => {
      await send('manual')
      story.fault({ call: 'CheckCart', kind, times: 2 })
      story.approve()
      await story.pass(minute)
      await story.expectPaidOnce()
    },
  )

  it('our answer completes a payment when one callback named another order and its repeat ours', async () => {
    await send('callback')
    story.fault({ call: 'Callback', kind: 'wrong_reference' })
    story.approve()
    await story.pass(minute, 1_000)
    await story.expectPaidOnce()
  })
})

describe('swapped answers about two carts', () => {
  it.each(modes)(
    'does not set an order to paid by the payment of another one when answers are swapped (%s)',
    async (mode) => {
      await send(mode)
      const first = story.id
      await story.create()
      await story.press(1)
      await story.pass(5_000)
      const [one, two] = story.carts.map(({ TransactionId }) => TransactionId)
      story.fault({ call: 'CheckCart', kind: 'other_cart', about: one!, cart: two!, times: 2 })
      story.fault({ call: 'CheckCart', kind: 'other_cart', about: two!, cart: one!, times: 2 })
      story.approve(1)
      await story.pass(minute)
      await story.expectPaidOnce()
      const other = await story.simulation.look(`/v1/checkouts/${first}`)
      expect(other?.json).toMatchObject({ status: 'awaiting_shopper', review: null })
    },
  )

  it('answers that stay swapped lead to a review, and the payment is reported for its own order', async () => {
    await send('automatic')
    const first = story.id
    await story.create()
    await story.press(1)
    await story.pass(5_000)
    const [one, two] = story.carts.map(({ TransactionId }) => TransactionId)
    story.fault({ call: 'CheckCart', kind: 'other_cart', about: one!, cart: two!, times: 1e6 })
    story.fault({ call: 'CheckCart', kind: 'other_cart', about: two!, cart: one!, times: 1e6 })
    story.approve(1)
    await story.pass(2 * minute)
    const other = await story.simulation.look(`/v1/checkouts/${first}`)
    expect(other?.json).toMatchObject({
      status: 'review',
      review: 'reference_mismatch',
      payments: [],
    })
    story.simulation.simulator.clearFaults()
    await story.pass(60 * minute, 30_000)
    await story.expectPaidOnce()
    expect((await story.view()).payments).toMatchObject([{ amount }])
  })
})
