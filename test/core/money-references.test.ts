import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reconcile } from '../../server/cli/reconcile.ts'
import { run } from '../ops/run-cli.ts'
import { settingsFor } from '../support/process.ts'
import { browser, merchant, read, start, startTestServer, until } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { awaitStatus, closeBy, pass, settle, toldOf, viewOf } from '../support/later.ts'
import type { View } from '../support/later.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(async () => {
  clock = new ManualClock()
  testServer = await startTestServer({
    clock,
    env: {
      NETGIRO_CONFIRMATION: 'automatic',
      CHECKOUT_LIFETIME_SECONDS: '900',
      PHONE_REQUESTS_PER_10_MINUTES: '1000',
    },
  })
})
afterEach(() => testServer.close())

const order = { reference: 'ORDER-7', amount: 12990, currency: 'ISK' }
type Answer = Created & View & { readonly code?: string; readonly checkoutId?: string }

async function create(more: object = {}, key?: string): Promise<{ status: number; body: Answer }> {
  const response = await merchant(testServer, 'POST', '/v1/checkouts', {
    body: { ...order, ...more },
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

const byReference = async () =>
  (await (await merchant(testServer, 'GET', '/v1/checkouts?reference=ORDER-7')).json()) as View

const cartOf = (index: number) => testServer.simulator.inspect().carts[index]

/** The provider agrees to cancel, and takes the money anyway: a payment that nobody knows of yet. */
async function payUnseen(session: string): Promise<void> {
  await start(testServer, session)
  const cart = testServer.simulator.inspect().carts.at(-1)?.TransactionId ?? ''
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  testServer.simulator.approve(cart)
}

async function endedButPaid(amount = order.amount): Promise<Answer> {
  const { body } = await create({ amount })
  await payUnseen(body.session)
  await closeBy(testServer, body.id)
  expect(await viewOf(testServer, body.id)).toMatchObject({ status: 'canceled' })
  return body
}

describe('a reference whose checkout has ended without a payment', () => {
  it.each([
    ['canceled', 12990],
    ['canceled', 25],
    ['expired', 12990],
    ['expired', 1_000_000],
  ])(
    'a reference may be used again when its checkout was %s, with an amount of %i',
    async (how, amount) => {
      const { body: old } = await create()
      if (how === 'canceled') await closeBy(testServer, old.id)
      else await pass(testServer, clock, 910_000, 70_000)
      expect(await viewOf(testServer, old.id)).toMatchObject({ status: how })
      const again = await create({ amount })
      expect(again).toMatchObject({
        status: 201,
        body: { replaces: old.id, status: 'open', amount },
      })
      expect(await read(testServer, again.body.session)).toMatchObject({ status: 'open', amount })
      expect(await read(testServer, old.session)).toMatchObject({ status: how })
      expect(await byReference()).toMatchObject({ id: again.body.id })
      await start(testServer, again.body.session)
      testServer.simulator.approve(cartOf(0)?.TransactionId ?? '')
      await awaitStatus(testServer, clock, again.body.session, 'paid')
    },
  )

  it('a reference belongs to its newest checkout, also after a restart', async () => {
    const { body: first } = await create()
    await closeBy(testServer, first.id)
    const { body: second } = await create({ amount: 500 })
    await testServer.restart()
    expect(await create({ amount: 500 })).toMatchObject({ status: 200, body: { id: second.id } })
    expect(await create()).toMatchObject({
      status: 409,
      body: { code: 'reference_conflict', checkoutId: second.id },
    })
    await closeBy(testServer, second.id)
    const third = await create()
    expect(third).toMatchObject({ status: 201, body: { replaces: second.id } })
    expect(await byReference()).toMatchObject({ id: third.body.id })
  })

  it('creates one new checkout for a reference, however many requests arrive at once', async () => {
    const { body: old } = await create()
    await closeBy(testServer, old.id)
    const answers = await Promise.all(Array.from({ length: 20 }, () => create()))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const other = await Promise.all([1, 2, 3].map((amount) => create({ amount })))
    expect(other.map(({ status }) => status)).toEqual([409, 409, 409])
  })

  it('returns the first checkout for its idempotency key, and a new one for a new key', async () => {
    const { body: old } = await create({}, 'first')
    await closeBy(testServer, old.id)
    expect(await create({}, 'first')).toMatchObject({ status: 200, body: { id: old.id } })
    const next = await create({}, 'second')
    expect(next).toMatchObject({ status: 201, body: { replaces: old.id } })
    expect(await create({}, 'first')).toMatchObject({ status: 200, body: { id: old.id } })
    expect(await create({}, 'second')).toMatchObject({ status: 200, body: { id: next.body.id } })
    expect((await create({ amount: 1 }, 'second')).status).toBe(422)
  })
})

describe('a reference that was paid or is in review', () => {
  it('the reference of a paid checkout is not reused', async () => {
    const { body } = await create()
    await start(testServer, body.session)
    testServer.simulator.approve(cartOf(0)?.TransactionId ?? '')
    await awaitStatus(testServer, clock, body.session, 'paid')
    await closeBy(testServer, body.id)
    expect(await create()).toMatchObject({ status: 200, body: { id: body.id, status: 'paid' } })
    expect(await create({ amount: 1 })).toMatchObject({
      status: 409,
      body: { checkoutId: body.id },
    })
  })

  it('the reference of a checkout in review is not reused', async () => {
    const { body } = await create()
    await start(testServer, body.session)
    testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 99 })
    testServer.simulator.approve(cartOf(0)?.TransactionId ?? '')
    await awaitStatus(testServer, clock, body.session, 'review')
    expect(await create()).toMatchObject({ status: 200, body: { id: body.id, status: 'review' } })
    expect(await create({ amount: 1 })).toMatchObject({ status: 409 })
  })
})

describe('a late payment of a replaced checkout', () => {
  it('reports a late payment of a replaced checkout, and cancels the new one before it is paid as well', async () => {
    const old = await endedButPaid()
    const { body: next } = await create({ amount: 500 })
    await start(testServer, next.session, '8223282')
    await pass(testServer, clock, 100_000, 5_000)
    expect(await viewOf(testServer, old.id)).toMatchObject({ status: 'paid', late: true })
    expect(await viewOf(testServer, next.id)).toMatchObject({ status: 'canceled' })
    expect(cartOf(1)).toMatchObject({ state: 'canceled', captures: 0 })
    expect(await toldOf(testServer, next.id)).toContain('checkout.canceled')
  })

  /** The new checkout first, and then the late payment is found. */
  async function bothPaid() {
    const old = await endedButPaid()
    const { body: next } = await create()
    await start(testServer, next.session, '8223282')
    testServer.simulator.approve(cartOf(1)?.TransactionId ?? '')
    await awaitStatus(testServer, clock, next.session, 'paid')
    await pass(testServer, clock, 100_000, 5_000)
    return { old, next }
  }

  it('puts the new checkout in review when it was paid before the late payment is found', async () => {
    const { old, next } = await bothPaid()
    expect(await viewOf(testServer, old.id)).toMatchObject({ status: 'paid', late: true })
    expect(await viewOf(testServer, next.id)).toMatchObject({
      status: 'review',
      review: 'paid_twice',
    })
    expect(await toldOf(testServer, next.id)).toEqual(['checkout.paid', 'checkout.review'])
  })

  it('lists both checkouts for reconcile until one of the two payments is refunded, and for support until the review is closed', async () => {
    await testServer.reconfigure({
      NETGIRO_PARTNER_API_URL: testServer.simulator.partnerUrl,
    })
    const { old, next } = await bothPaid()
    const env = {
      ...settingsFor(testServer.simulator),
      NETGIRO_PARTNER_API_URL: testServer.simulator.partnerUrl,
      DATABASE_URL: `file:${testServer.databasePath}`,
    }
    const reconciled = () => run(reconcile, env, ['--since', '2020-01-01'], clock)
    const listed = () => testServer.parts().merchants.first.support.inReview(10)
    expect(await listed()).toMatchObject([{ checkout: { id: next.id }, isSettled: false }])
    const before = await reconciled()
    expect(before.text).toContain(`! ORDER-7 (${old.id}) and ORDER-7 (${next.id}): paid twice:`)
    expect(before.code).toBe(1)
    const refund = { body: { amount: order.amount }, headers: { 'idempotency-key': 'refund-1' } }
    await merchant(testServer, 'POST', `/v1/checkouts/${old.id}/refunds`, refund)
    expect(await listed()).toMatchObject([{ checkout: { id: next.id }, isSettled: true }])
    const { checkouts } = testServer.parts()
    await checkouts.closeReview(next.id, 'paid_twice', { by: 'Anna', note: 'Refunded' })
    expect(await listed()).toEqual([])
    expect(await reconciled()).toMatchObject({
      code: 0,
      text: expect.not.stringContaining('twice') as string,
    })
  })

  it('puts the new checkout in review when it is paid before it is canceled', async () => {
    await endedButPaid()
    const { body: next } = await create()
    await start(testServer, next.session, '8223282')
    testServer.simulator.fault({ call: 'CancelCart', kind: 'drop_before_effect', times: 3 })
    await until(
      async () => {
        clock.advance(500)
        return (await viewOf(testServer, next.id)).history.map(({ type }) => type)
      },
      (types) => types.includes('predecessor_paid'),
    )
    testServer.simulator.approve(cartOf(1)?.TransactionId ?? '')
    await pass(testServer, clock, 100_000, 2_000)
    expect(cartOf(1)).toMatchObject({ captures: 1 })
    expect(await viewOf(testServer, next.id)).toMatchObject({
      status: 'review',
      review: 'paid_twice',
    })
  })

  it('cancels the newest checkout of a reference, not only the one that followed the paid one', async () => {
    const first = await endedButPaid()
    const { body: second } = await create({ amount: 500 })
    await closeBy(testServer, second.id)
    const { body: third } = await create({ amount: 700 })
    await start(testServer, third.session, '8223282')
    await testServer.restart()
    await pass(testServer, clock, 100_000, 5_000)
    expect(await viewOf(testServer, first.id)).toMatchObject({ status: 'paid', late: true })
    expect(await viewOf(testServer, second.id)).toMatchObject({ status: 'canceled', review: null })
    expect(await viewOf(testServer, third.id)).toMatchObject({ status: 'canceled' })
    expect(cartOf(1)).toMatchObject({ state: 'canceled', captures: 0 })
  })

  it.each(['canceled', 'expired'])(
    'the reference of a late payment is kept forever when the new checkout is %s',
    async (how) => {
      const first = await endedButPaid()
      const isFirst = how === 'expired'
      const { body: next } = await create({ amount: 500, ...(isFirst && { expiresInSeconds: 60 }) })
      // The first look for the payment finds nothing, the second one comes after five minutes.
      if (isFirst) testServer.simulator.fault({ call: 'CheckCart', kind: 'drop_before_effect' })
      await pass(testServer, clock, isFirst ? 400_000 : 100_000, 5_000)
      expect(await viewOf(testServer, next.id)).toMatchObject({ status: how })
      expect(await viewOf(testServer, first.id)).toMatchObject({ status: 'paid' })
      await testServer.restart()
      expect(await create()).toMatchObject({
        status: 200,
        body: { id: first.id, status: 'paid' },
      })
      expect(await create({ amount: 500 })).toMatchObject({
        status: 409,
        body: { code: 'reference_conflict', checkoutId: first.id },
      })
      expect(await byReference()).toMatchObject({ id: first.id })
    },
  )

  it('cancels a new checkout without an attempt, so that it can no longer be started', async () => {
    await endedButPaid()
    const { body: next } = await create()
    await pass(testServer, clock, 100_000, 5_000)
    await settle(testServer)
    expect(await read(testServer, next.session)).toMatchObject({ status: 'canceled' })
    const refused = await browser(testServer, next.session, 'POST', '/v1/session/start', {
      body: { phone: '8223282' },
    })
    expect(refused.status).toBe(409)
  })
})
