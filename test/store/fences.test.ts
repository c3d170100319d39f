import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Checkout } from '../../server/core/checkout.ts'
import { lookbackMs } from '../../server/core/rate-limits.ts'
import type { Usage } from '../../server/core/rate-limits.ts'
import type {
  CheckoutStore,
  HistoryEntry,
  PaymentRequestLog,
  StartRefusal,
} from '../../server/core/store.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { checkoutIn, newAttempt, t0 } from '../support/checkouts.ts'
import { databases } from '../support/databases.ts'
import { checkoutOf } from '../support/postgres/leases.ts'

let database: Database
let store: CheckoutStore

const order = (id: string, patch: Partial<Checkout> = {}): Checkout => ({
  ...checkoutIn('open'),
  ...{ id, reference: `WEB-${id}`, attempts: [], version: 1, replaces: null },
  ...patch,
})
let sessions = 0
const newSession = () => `hash-${++sessions}`
const create = (checkout: Checkout) => store.create(checkout, newSession(), null)
const entry = (to: Checkout, type: string, attemptId: string | null = null): HistoryEntry => ({
  ...{ attemptId, version: to.version, at: t0, type, evidence: null },
})
const changed = (before: Checkout, patch: Partial<Checkout>): Checkout => ({
  ...before,
  ...patch,
  version: before.version + 1,
})
const attemptTo = (hash: string, id: string) =>
  newAttempt({
    ...{ id, token: `token-${id}`, reference: `R-${id}`, providerRef: null },
    payer: { kind: 'phone', masked: '•••3281', hash },
  })

/** Begins an attempt of a new checkout; returns what the store did, and what it counted before. */
async function begin(id: string, log: Partial<PaymentRequestLog> = {}, refuse = false) {
  const before = order(id)
  await create(before)
  return beginAgain(before, log, refuse)
}
async function beginAgain(before: Checkout, log: Partial<PaymentRequestLog> = {}, refuse = false) {
  const phone = log.phone ?? 'phone'
  const attempt = attemptTo(phone, `att_${before.id}_${before.attempts.length}`)
  const checkout = changed(before, { status: 'starting', attempts: [...before.attempts, attempt] })
  const request = { attemptId: attempt.id, phone, phones: [phone], address: 'address', at: t0 }
  let usage: Usage | null = null
  const refusal: StartRefusal = { because: 'phone_busy', until: t0, limit: 'phone' }
  const limits = (counted: Usage) => {
    usage = counted
    return refuse ? refusal : null
  }
  const begun = await store.begin(
    before,
    checkout,
    entry(checkout, 'started', attempt.id),
    { ...request, ...log },
    limits,
  )
  return { begun, usage: usage as Usage | null, checkout, attempt }
}

/** What a further request would be counted against. */
const usageOf = async (log: Partial<PaymentRequestLog> = {}) =>
  (await begin('asking', log, true)).usage

describe.each(databases)('the fences of the store on $name', ({ newUrl }) => {
  beforeEach(async () => {
    database = await openDatabase(await newUrl())
    store = checkoutStore(database)
  })
  afterEach(() => database.close())

  it('an attempt begins once, over the version that it was made from', async () => {
    const { begun, checkout } = await begin('a')
    expect(begun).toBe('begun')
    expect(await store.load('a')).toEqual(checkout)
    expect((await beginAgain(order('a'))).begun).toBe('stale')
    expect((await beginAgain(order('a'), {}, true)).begun).toBe('stale')
    expect(await store.load('a')).toEqual(checkout)
  })

  it('an attempt that the limits refuse leaves nothing', async () => {
    const { begun } = await begin('a', {}, true)
    expect(begun).toEqual({ because: 'phone_busy', until: t0, limit: 'phone' })
    expect((await store.load('a'))?.attempts).toEqual([])
    expect(await usageOf()).toEqual({
      ...{ openToPhone: 0, toPhone: [], fromAddress: new Map(), phone: 'phone', ofCheckout: 0 },
    })
  })

  it('counts the requests to a phone by each of its hashes, and those from an address', async () => {
    await begin('a', { at: t0 - 2 })
    await begin('b', { phone: 'former', at: t0 - 1 })
    await begin('c', { phone: 'another', address: 'elsewhere', at: t0 - 1 })
    expect(await usageOf({ phones: ['phone', 'former'] })).toEqual({
      ...{ openToPhone: 2, toPhone: [t0 - 2, t0 - 1], phone: 'phone', ofCheckout: 0 },
      fromAddress: new Map([
        ['phone', t0 - 2],
        ['former', t0 - 1],
      ]),
    })
  })

  it('counts no request from before the window of a phone or an address, and none without an address', async () => {
    await begin('a', { at: t0 - lookbackMs.phone })
    await begin('b', { at: t0 - lookbackMs.phone + 1 })
    await begin('c', { phone: 'another', at: t0 - lookbackMs.address })
    expect(await usageOf()).toMatchObject({
      ...{ toPhone: [t0 - lookbackMs.phone + 1], fromAddress: new Map() },
    })
    const other = await begin('d', { address: null }, true)
    expect(other.usage?.fromAddress).toBeNull()
  })

  it('counts for each attempt to one phone that begins at once those before it', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `at_once_${index}`)
    for (const id of ids) await create(order(id))
    const all = await Promise.all(ids.map((id) => beginAgain(order(id), { address: id })))
    const counted = all.map(({ usage }) => usage?.openToPhone ?? 0)
    expect(counted.sort((a, b) => a - b)).toEqual(ids.map((_, index) => index))
  })

  it('counts for each attempt from one address that is written together those before it', async () => {
    const ids = [0, 1, 2].map((index) => checkoutOf(4 * index))
    for (const id of ids) await create(order(id))
    const all = await Promise.all(ids.map((id) => beginAgain(order(id), { phone: id })))
    expect(all.map(({ usage }) => usage?.fromAddress?.size)).toEqual([0, 1, 2])
  })

  it('a request that was not sent counts no longer, and one that was refused does', async () => {
    for (const [id, type] of [
      ['a', 'not_sent'],
      ['b', 'refused'],
    ] as const) {
      const { checkout, attempt } = await begin(id, { at: t0 - 1 })
      const over = { ...attempt, endedAt: t0, outcome: 'failed' } as Checkout['attempts'][number]
      const after = changed(checkout, { status: 'open', attempts: [over] })
      const saved = await store.save(after, [entry(after, type, attempt.id)], [], checkout)
      expect(saved).toBe('saved')
      expect((await begin(`after ${id}`, {}, true)).usage).toMatchObject({
        ...{ openToPhone: 0, toPhone: id === 'a' ? [] : [t0 - 1] },
      })
    }
  })

  it('attempts of a checkout count, but for those whose request was not sent', async () => {
    const ended = (id: string, reason: string) =>
      ({ ...attemptTo('phone', id), endedAt: 5, outcome: 'failed', reason }) as never
    const attempts = [ended('att_1', 'declined'), ended('att_2', 'provider_unavailable')]
    const before = order('a', { attempts })
    await create(before)
    expect((await beginAgain(before, {}, true)).usage?.ofCheckout).toBe(1)
  })

  it('an id of the provider belongs to one attempt', async () => {
    const named = async (id: string, providerRef: string) => {
      const { checkout, attempt } = await begin(id, { phone: id })
      const after = changed(checkout, { attempts: [{ ...attempt, providerRef }] })
      const save = (type: string) =>
        store.save(after, [entry(after, type, attempt.id)], [], checkout)
      return { save, before: checkout }
    }
    const first = await named('a', 'cart-1')
    expect(await first.save('requested')).toBe('saved')
    const second = await named('b', 'cart-1')
    for (const type of ['requested', 'refused']) expect(await second.save(type)).toBe('ref_taken')
    expect(await store.load('b')).toEqual(second.before)
    const third = await named('c', 'cart-2')
    expect(await third.save('requested')).toBe('saved')
    expect((await store.load('c'))?.attempts[0]?.providerRef).toBe('cart-2')
  })

  it.each(['canceled', 'expired'] as const)(
    'a reference that ended %s makes room for another checkout, with any amount',
    async (status) => {
      const first = order('a', { reference: 'WEB-1' })
      await create(first)
      const over = changed(first, { status })
      await store.save(over, [entry(over, status)], [], first)
      const second = order('b', { reference: 'WEB-1', amount: first.amount + 1 })
      expect(await create(second)).toMatchObject({
        ...{ kind: 'created', checkout: { id: 'b', replaces: 'a' } },
      })
      expect((await store.findByReference('WEB-1'))?.id).toBe('b')
      // Only the newest one holds the reference.
      expect(await create({ ...second, id: 'c' })).toMatchObject({
        ...{ kind: 'repeated', checkout: { id: 'b' } },
      })
    },
  )

  it.each([{ amount: 1 }, { currency: 'SEK' }] as const)(
    'a reference of a live checkout is refused for another sum: %j',
    async (other) => {
      const first = order('a', { reference: 'WEB-1' })
      await create(first)
      expect(await create({ ...order('b', { reference: 'WEB-1' }), ...other })).toEqual({
        ...{ kind: 'reference_taken', checkoutId: 'a' },
      })
      expect(await store.load('b')).toBeNull()
    },
  )

  it('an idempotency key finds its checkout by a fingerprint of a former secret as well', async () => {
    const first = order('a')
    const under = (id: string, fingerprint: string, formerFingerprints: string[] = []) =>
      store.create({ ...first, id }, newSession(), { key: 'k', fingerprint, formerFingerprints })
    expect(await under('a', 'one')).toMatchObject({ kind: 'created' })
    expect(await under('b', 'one')).toMatchObject({ kind: 'repeated', checkout: { id: 'a' } })
    expect(await under('b', 'two', ['one'])).toMatchObject({ kind: 'repeated' })
    expect(await under('b', 'two')).toEqual({ kind: 'key_reused' })
    // Also once its checkout is over: the key stands for that one.
    const over = changed(first, { status: 'canceled' })
    await store.save(over, [entry(over, 'canceled')], [], first)
    expect(await under('b', 'one', ['x'])).toMatchObject({ kind: 'repeated' })
  })
})
