import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { browser, onlyCart, read, secretKey, start, startRig, until } from '../support/bff.ts'
import type { Rig } from '../support/bff.ts'
import { AvardaRig } from '../support/avarda.ts'
import { HandClock } from '../support/hand-clock.ts'
import { awaitStatus, pass, ringV1, settle, toldOf, viewOf } from '../support/later.ts'

let clock: HandClock
let rig: Rig
beforeEach(() => {
  clock = new HandClock()
})

const confirmations = ['manual', 'automatic', 'callback'] as const

describe('a payment whose id is not that of its cart', () => {
  afterEach(() => rig.close())
  const begin = async (confirmation: string) => {
    rig = await startRig({
      clock,
      env: { NETGIRO_CONFIRMATION: confirmation, CHECKOUT_LIFETIME_SECONDS: '900' },
      simulator: { paymentIdDiffers: true },
    })
    const created = await rig.create()
    return created
  }

  it.each(confirmations)(
    'is paid once, its callback is answered 200, and both ids are kept: %s',
    async (mode) => {
      const { session, id } = await begin(mode)
      await start(rig, session)
      rig.simulator.approve(onlyCart(rig).TransactionId)
      await awaitStatus(rig, clock, session, 'paid')
      const { TransactionId, PaymentId, callbacks } = onlyCart(rig)
      expect(callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
      expect(onlyCart(rig).captures).toBe(1)
      expect(TransactionId).not.toBe(PaymentId)
      const { payments } = await viewOf(rig, id)
      expect(payments).toMatchObject([{ transactionId: TransactionId, paymentId: PaymentId }])
    },
  )

  it.each(confirmations)(
    'is not taken for the cart after the answer to the request was lost: %s',
    async (mode) => {
      const { session, id } = await begin(mode)
      rig.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
      await start(rig, session)
      const { CallbackUrl, Reference, PaymentId } = onlyCart(rig)
      const info = { TransactionId: PaymentId, ReferenceNumber: Reference, TotalAmount: 12990 }
      for (let time = 0; time < 3; time++) {
        await ringV1(CallbackUrl ?? '', { body: { PaymentInfo: info } })
        await pass(rig, clock, 1_000)
      }
      const view = await viewOf(rig, id)
      expect(view.attempts).toMatchObject([{ transactionId: null, endedAt: null }])
      expect(await read(rig, session)).toMatchObject({ status: 'starting', uncertain: true })
    },
  )

  it('leaves one that was lost to a person where an approval took the money', async () => {
    const { session, id } = await begin('automatic')
    rig.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(rig, session)
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await pass(rig, clock, 1_000_000, 20_000)
    expect(await viewOf(rig, id)).toMatchObject({ status: 'review', review: 'outcome_unknown' })
    expect(rig.simulator.ledger().carts).toHaveLength(1)
  })

  it('finds a request that was lost where the ids are the same', async () => {
    rig = await startRig({ clock })
    const { session, id } = await rig.create()
    rig.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(rig, session)
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await awaitStatus(rig, clock, session, 'paid')
    expect((await viewOf(rig, id)).attempts).toMatchObject([
      { transactionId: onlyCart(rig).TransactionId },
    ])
  })
})

describe('a callback whose signature does not fit', () => {
  afterEach(() => rig.close())
  const wrongSecret = 'not-the-secret-of-this-account'

  it.each(['manual', 'automatic'])(
    'costs no sale over V2 with %s, and is an error in the log',
    async (mode) => {
      rig = await startRig({
        clock,
        env: { NETGIRO_CONFIRMATION: mode, NETGIRO_SECRET_KEY: wrongSecret },
        envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
      })
      for (let sale = 0; sale < 3; sale++) {
        const { session } = await rig.create()
        await start(rig, session)
        const cart = rig.simulator.ledger().carts.at(-1)
        rig.simulator.approve(cart?.TransactionId ?? '')
        await awaitStatus(rig, clock, session, 'paid')
      }
      const { carts } = rig.simulator.ledger()
      expect(carts.map(({ captures, state }) => [captures, state])).toEqual([
        [1, 'paid'],
        [1, 'paid'],
        [1, 'paid'],
      ])
      if (mode === 'automatic') return
      expect(carts.flatMap(({ callbacks }) => callbacks.map(({ status }) => status))).toEqual([
        200, 200, 200,
      ])
      expect(rig.logged()).toMatch(/"level":50.*could not be proven/)
    },
  )

  it('makes us ask at most once a second, however often it comes', async () => {
    rig = await startRig({ clock })
    await start(rig, (await rig.create()).session)
    const { CallbackUrl } = onlyCart(rig)
    const before = onlyCart(rig).calls.CheckCart
    for (let time = 0; time < 50; time++)
      expect(await ringV1(CallbackUrl ?? '', { secret: 'guessed' })).toBe(200)
    await settle(rig)
    expect(onlyCart(rig).calls.CheckCart - before).toBeLessThanOrEqual(1)
  })

  it('does not complete the sale where our answer would', async () => {
    rig = await startRig({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
    const { session } = await rig.create()
    await start(rig, session)
    rig.simulator.fault({ call: 'Callback', kind: 'forged', times: 2 })
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await pass(rig, clock, 20_000, 500)
    expect(onlyCart(rig)).toMatchObject({ captures: 0, state: 'canceled' })
    expect(await read(rig, session)).toMatchObject({ status: 'open' })
  })
})

describe('a callback that names something else', () => {
  afterEach(() => rig.close())

  it.each(['manual', 'automatic'])(
    'is a hint to ask, and no reason to refuse: %s',
    async (mode) => {
      rig = await startRig({ clock, env: { NETGIRO_CONFIRMATION: mode } })
      const { session } = await rig.create()
      await start(rig, session)
      rig.simulator.fault({ call: 'Callback', kind: 'wrong_reference' })
      rig.simulator.approve(onlyCart(rig).TransactionId)
      await awaitStatus(rig, clock, session, 'paid', 100)
      expect(onlyCart(rig).callbacks).toMatchObject([{ status: 200 }])
    },
  )

  it('is believed where only the case of the ids is another', async () => {
    rig = await startRig({
      clock,
      env: { NETGIRO_CONFIRMATION: 'callback' },
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    await start(rig, (await rig.create()).session)
    const { CallbackUrl, TransactionId, Reference } = onlyCart(rig)
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
  afterEach(() => rig.close())

  it('two hundred times costs one question a second, whatever became of the request', async () => {
    rig = await startRig({ clock })
    const { session, id } = await rig.create()
    await start(rig, session)
    const { CallbackUrl } = onlyCart(rig)
    const ringMany = async (times: number) => {
      for (let time = 0; time < times; time++) await ringV1(CallbackUrl ?? '')
      await settle(rig)
    }
    const calls = () => onlyCart(rig).calls.CheckCart
    const before = calls()
    await ringMany(200)
    expect(calls() - before).toBeLessThanOrEqual(1)

    // Turned down: it is over, and asked about no more often.
    rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    clock.advance(10_000)
    rig.simulator.reject(onlyCart(rig).TransactionId)
    await awaitStatus(rig, clock, session, 'open')
    await pass(rig, clock, 20_000)
    const ended = calls()
    await ringMany(100)
    clock.advance(1_000)
    await ringMany(100)
    expect(calls() - ended).toBeLessThanOrEqual(2)
    expect(await toldOf(rig, id)).toEqual(['checkout.attempt_failed'])
  })

  it('costs nothing when the checkout is paid', async () => {
    rig = await startRig({ clock })
    const { session } = await rig.create()
    await start(rig, session)
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await awaitStatus(rig, clock, session, 'paid')
    const before = rig.simulator.ledger().calls
    for (let time = 0; time < 100; time++)
      expect(await ringV1(onlyCart(rig).CallbackUrl ?? '')).toBe(200)
    await pass(rig, clock, 5_000)
    expect(rig.simulator.ledger().calls).toEqual(before)
  })

  it('within a second of another is asked about later, for a request that has ended as well', async () => {
    rig = await startRig({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await rig.create()
    await start(rig, session)
    const { TransactionId, CallbackUrl } = onlyCart(rig)
    rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    rig.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await browser(rig, session, 'POST', '/v1/session/cancel')
    expect(await read(rig, session)).toMatchObject({ status: 'open' })
    clock.advance(5_000)
    expect(await ringV1(CallbackUrl ?? '')).toBe(200)
    await settle(rig)
    rig.simulator.approve(TransactionId)
    expect(await ringV1(CallbackUrl ?? '')).toBe(200)
    await settle(rig)
    expect(await read(rig, session)).toMatchObject({ status: 'open' })
    await awaitStatus(rig, clock, session, 'paid', 100)
    expect(await viewOf(rig, id)).toMatchObject({ status: 'paid', late: true })
  })
})

describe('a notification of Avarda', () => {
  let site: AvardaRig
  afterEach(() => site.close())

  it('that its error has turned into a payment is heard, though another one came just before', async () => {
    site = await AvardaRig.open()
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

describe('an end of which V2 does not say by whom it was', () => {
  afterEach(() => rig.close())

  it.each([
    ['expire', 60_000, 'ended_by_provider'],
    ['reject', 60_000, 'ended_by_provider'],
    ['expire', 178_000, 'no_answer'],
  ] as const)('is told in a neutral word: %s after %i ms', async (deed, afterMs, reason) => {
    rig = await startRig({
      clock,
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    const { session, id } = await rig.create()
    await start(rig, session)
    await pass(rig, clock, afterMs, 2_000)
    rig.simulator[deed](onlyCart(rig).TransactionId)
    const { lastAttempt } = await awaitStatus(rig, clock, session, 'open')
    expect(lastAttempt?.reason).toBe(reason)
    expect((await viewOf(rig, id)).attempts).toMatchObject([{ reason }])
  })
})
