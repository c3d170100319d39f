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

describe('a payment that the provider tells of and did not take', () => {
  it.each(modes.flatMap((mode) => [1, 2].map((times) => ({ mode, times }))))(
    'is asked about again and not believed, $mode, $times in a row',
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

  it.each(modes)('is a matter for a person when nothing else is ever said (%s)', async (mode) => {
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
  })

  it('is found when it is taken after a person was called', async () => {
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

  it('is called off when a person was called and the request is out still', async () => {
    await send('automatic', { approvalMs: 600_000 })
    story.fault({ call: 'CheckCart', kind: 'says_paid', times: 3 })
    await story.pass(3 * minute)
    expect(story.cart().state).toBe('canceled')
    expect(story.approve()).toBe(false)
  })

  it.each(['automatic', 'manual'] as const)(
    'of V2 is not believed while its details say otherwise (%s)',
    async (mode) => {
      await send(mode, { rail: 'v2' })
      story.fault({ call: 'v2.status', kind: 'says_paid', times: 1e6 })
      await story.pass(2 * 60 * minute, 20_000)
      expect(await story.view()).toMatchObject({ status: 'review', payments: [] })
      await story.expectAllTold()
    },
  )

  it('calls for a person when it is told and taken back again and again, and fills no history', async () => {
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

  it('survives a crash between two questions without being believed', async () => {
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
    'is believed when it is told rightly after it was told twice with $kind ($mode)',
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
    'is a matter for a person when it is told with %s for ever',
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
    'is not asked for while a reservation is told with %s, and is when it is told rightly',
    async (kind) => {
      await send('manual')
      story.fault({ call: 'CheckCart', kind, times: 2 })
      story.approve()
      await story.pass(minute)
      await story.expectPaidOnce()
    },
  )

  it('is completed by our answer when one callback named another order and its repeat ours', async () => {
    await send('callback')
    story.fault({ call: 'Callback', kind: 'wrong_reference' })
    story.approve()
    await story.pass(minute, 1_000)
    await story.expectPaidOnce()
  })
})

describe('answers about two carts that are swapped', () => {
  it.each(modes)('make no order paid by the payment of the other one (%s)', async (mode) => {
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
  })

  it('call for a person when they stay so, and the one payment is told of the order that it is of', async () => {
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
