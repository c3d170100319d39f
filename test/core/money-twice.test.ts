import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { browser, merchant, read, start, startTestServer, until } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { Case, amount } from '../money/case.ts'
import type { WithHistory } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let scenario: Case | null = null
afterEach(async () => {
  await scenario?.simulation.close()
  scenario = null
})
afterAll(awaitAbandoned)

const minute = 60_000

const opened = async (...args: Parameters<typeof Case.open>): Promise<Case> => {
  scenario = await Case.open(...args)
  return scenario
}

describe('an order that was paid twice', () => {
  const ends = ['no_answer', 'canceled', 'declined'] as const
  const finders = ['a late look', 'its callback', 'a late look after a crash'] as const

  /** The provider agrees that the first request was canceled, and leaves it on the phone. */
  async function giveUpFirst(its: Case, end: (typeof ends)[number]): Promise<void> {
    await its.press(0)
    await its.pass(5_000)
    const about = its.cart().TransactionId
    its.fault({ call: 'CancelCart', kind: 'code', code: 10_201, about })
    if (end === 'canceled') await its.cancel()
    if (end === 'declined') its.fault({ call: 'CheckCart', kind: 'code', code: 10_201, about })
    await its.pass(end === 'no_answer' ? 190_000 : 10_000, 1_000)
    expect((await its.view()).attempts).toMatchObject([{ endedAt: expect.any(String) }])
  }

  it.each(ends.flatMap((end) => finders.map((finder) => ({ end, finder }))))(
    'reports both payments of an order when the first request ended as $end and $finder finds it',
    async ({ end, finder }) => {
      const its = await opened('automatic', { approvalMs: 600_000 })
      await giveUpFirst(its, end)
      await its.press(1)
      its.approve(1)
      await its.pass(5_000)
      expect(its.heard.map(({ type }) => type)).toContain('checkout.paid')
      const about = its.cart().TransactionId
      if (finder !== 'its callback') its.fault({ call: 'Callback', kind: 'never', times: 9, about })
      its.approve(0)
      if (finder === 'a late look after a crash') await its.restart()
      await its.simulation.settle()
      await its.pass(finder === 'its callback' ? 10_000 : 20 * minute, 10_000)
      expect(its.taken).toHaveLength(2)
      await its.expectAllTold()
      const view = await its.view()
      expect(view).toMatchObject({ status: 'paid', review: 'paid_twice' })
      expect(view.payments.map((payment) => payment.amount)).toEqual([amount, amount])
      const reviews = its.heard.filter(({ type }) => type === 'checkout.review')
      expect(reviews).toHaveLength(1)
      expect(reviews[0]?.checkout.payments).toHaveLength(2)
      expect(its.heard.filter(({ type }) => type === 'checkout.paid')).toHaveLength(1)
    },
  )

  it('reports both payments when the first was captured before the second request and found after it', async () => {
    const its = await opened('manual')
    await its.press(0)
    await its.pass(5_000)
    const about = its.cart().TransactionId
    its.fault({ call: 'ConfirmCart', kind: 'drop_after_effect', about })
    its.fault({ call: 'CancelCart', kind: 'code', code: 10_202, about })
    its.onceAsked('ConfirmCart', 0, () => {
      its.fault({ call: 'CheckCart', kind: 'code', code: 10_201, times: 2, about })
    })
    its.approve(0)
    for (let s = 0; s < 90 && (await its.sees()).status !== 'open'; s++)
      await its.pass(1_000, 1_000)
    await its.press(1)
    its.approve(1)
    await its.pass(10 * minute)
    expect(its.taken).toHaveLength(2)
    await its.expectAllTold()
    expect((await its.view()).review).toBe('paid_twice')
  })

  it('keeps the review of a request that nobody knows the end of when another one is paid late', async () => {
    const its = await opened('automatic', { approvalMs: 6 * 60 * minute })
    await giveUpFirst(its, 'canceled')
    its.loseCallbacks()
    const about = its.cart().TransactionId
    its.fault({ call: 'CheckCart', kind: 'code', code: 10_201, times: 1e6, about })
    its.approve(0)
    its.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await its.press(1)
    its.approve(1)
    await its.pass(80 * minute, 20_000)
    expect(await its.view()).toMatchObject({ status: 'review', review: 'outcome_unknown' })
    its.simulation.simulator.clearFaults()
    await its.pass(6 * 60 * minute, minute)
    expect(its.taken).toHaveLength(2)
    expect(await its.view()).toMatchObject({ status: 'paid', review: 'outcome_unknown' })
    expect(its.heard.at(-1)).toMatchObject({
      type: 'checkout.paid',
      checkout: { late: true, review: 'outcome_unknown' },
    })
  })

  it('a second reservation of an order is not captured in manual mode', async () => {
    const its = await opened('manual', { approvalMs: 600_000 })
    await giveUpFirst(its, 'canceled')
    await its.press(1)
    its.approve(1)
    await its.pass(5_000)
    its.approve(0)
    await its.pass(20 * minute, 10_000)
    expect(its.carts.map(({ captures }) => captures)).toEqual([0, 1])
    await its.expectAllTold()
    expect((await its.view()).review).toBeNull()
  })

  it('a second payment of an order is not completed in callback mode', async () => {
    const its = await opened('callback', { approvalMs: 600_000 })
    await giveUpFirst(its, 'canceled')
    await its.press(1)
    its.approve(1)
    await its.pass(5_000)
    its.approve(0)
    await its.pass(20 * minute, 10_000)
    expect(its.carts.map(({ captures }) => captures)).toEqual([0, 1])
    expect(its.cart(0).state).toBe('canceled')
    await its.expectAllTold()
  })

  it('logs both payments of an order that was paid twice as an error, without a phone', async () => {
    const clock = new ManualClock()
    const testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    try {
      const { session, id } = await testServer.create()
      await start(testServer, session, '8223281')
      const [first] = testServer.simulator.inspect().carts
      testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10_202 })
      await browser(testServer, session, 'POST', '/v1/session/cancel')
      await start(testServer, session, '7701234')
      const second = testServer.simulator.inspect().carts[1]
      testServer.simulator.approve(second?.TransactionId ?? '')
      await until(
        () => (clock.advance(500), read(testServer, session)),
        ({ status }) => status === 'paid',
      )
      testServer.simulator.approve(first?.TransactionId ?? '')
      const view = async () =>
        (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as WithHistory
      const { payments } = await until(view, ({ review }) => review === 'paid_twice')
      expect(payments).toHaveLength(2)
      const line = testServer
        .logged()
        .split('\n')
        .find((text) => text.includes('paid_twice'))
      const entry = JSON.parse(line ?? '{}') as { level: unknown; payments: unknown }
      expect(entry).toMatchObject({
        checkout: id,
        payments: [
          { transactionId: first?.TransactionId, amount: 12990 },
          { transactionId: second?.TransactionId, amount: 12990 },
        ],
      })
      expect(line).not.toMatch(/8223281|7701234/)
    } finally {
      await testServer.close()
    }
  })
})

describe('one TransactionId for two requests', () => {
  it.each(['v1', 'v2'] as const)(
    'sets one order to paid and the other to review when both have the same TransactionId (%s)',
    async (rail) => {
      const its = await opened('automatic', { rail })
      its.loseCallbacks()
      const call = rail === 'v1' ? 'InsertCart' : 'v2.payment'
      const first = its.id
      await its.press(0)
      await its.create()
      its.fault({ call, kind: 'same_transaction_id' })
      await its.press(1)
      its.approve(0)
      await its.pass(minute)
      expect(await its.view()).toMatchObject({
        status: 'review',
        review: 'duplicate_transaction',
        payments: [],
      })
      const older = await its.simulation.look(`/v1/checkouts/${first}`)
      expect(older?.json).toMatchObject({ status: 'paid', payments: [{ amount }] })
      expect(its.taken).toHaveLength(1)
    },
  )

  it('the payment of one order does not count for another with the same TransactionId', async () => {
    const its = await opened('automatic')
    await its.press(0)
    its.approve(0)
    await its.pass(10_000)
    const first = its.id
    await its.create()
    its.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    its.fault({ call: 'CheckCart', kind: 'no_payment_info', times: 1e6 })
    await its.press(1)
    await its.pass(2 * 60 * minute, 30_000)
    expect(await its.view()).toMatchObject({ status: 'review', payments: [] })
    const older = await its.simulation.look(`/v1/checkouts/${first}`)
    expect(older?.json).toMatchObject({ status: 'paid' })
    expect(its.heard.map(({ type }) => type)).toEqual(['checkout.review'])
  })

  it('finds the payment of a request that was given the TransactionId of another', async () => {
    const its = await opened('automatic')
    await its.press(0)
    await its.create()
    its.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    await its.press(1)
    its.approve(1)
    await its.pass(5 * minute)
    expect(its.taken).toHaveLength(1)
    await its.expectAllTold()
    expect((await its.view()).status).toBe('paid')
  })

  it('sends nothing more for an order whose two requests have the same TransactionId', async () => {
    const its = await opened('automatic', { approvalMs: 600_000 })
    its.loseCallbacks()
    await its.press(0)
    await its.pass(5_000)
    await its.cancel()
    await its.pass(5_000)
    its.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    await its.press(1)
    await its.pass(minute)
    expect((await its.view()).review).toBe('duplicate_transaction')
    await its.press(2)
    expect(its.carts).toHaveLength(2)
  })
})
