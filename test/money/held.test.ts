import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { mayCapture } from '../../server/core/capture.ts'
import { newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout } from '../../server/core/checkout.ts'
import type { CheckoutStore } from '../../server/core/store.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { apply } from '../support/apply.ts'
import type { AttemptPatch } from '../support/checkouts.ts'
import { databases } from '../support/databases.ts'
import { Oracle } from './oracle.ts'
import { performStep } from './steps.ts'
import type { Mode } from './simulation.ts'
import { awaitAbandoned, Simulation } from './simulation.ts'

/* Guards that no scenario tests alone, because another guard backs each of them. */

let close: () => unknown = () => {}
afterEach(async () => {
  await close()
  close = () => {}
})
afterAll(awaitAbandoned)

const attempt = (id: string, more: AttemptPatch = {}) =>
  ({
    id,
    reference: `R-${id}`,
    token: `token-${id}`,
    payer: { kind: 'phone', masked: '•••3281', hash: `hash-${id}` },
    startedAt: 1,
    approvalExpiresAt: 2,
    connection: null,
    ...newAttemptDefaults,
    ...more,
  }) as Attempt
const checkout = (id: string, more: Partial<Checkout> = {}): Checkout => ({
  id,
  ...{ reference: `WEB-${id}`, amount: 12_990, currency: 'ISK', description: null, items: [] },
  ...{ provider: 'netgiro', channel: 'web', locationId: null, registerId: null, metadata: {} },
  ...{ status: 'open', version: 1, createdAt: 1, expiresAt: 9e12, closing: null, options: null },
  ...{
    paidAt: null,
    paidAttemptId: null,
    late: false,
    review: null,
    reviewClosedAt: null,
    replaces: null,
  },
  ...{ attempts: [], refunds: [] },
  ...more,
})

describe.each(databases)('the guards on $name', ({ newUrl }) => {
  let database: Database
  const open = async (): Promise<CheckoutStore> => {
    database = await openDatabase(await newUrl())
    close = () => database.close()
    return checkoutStore(database)
  }
  const save = async (store: CheckoutStore, before: Checkout, type: string, more: Attempt) => {
    const after = { ...before, version: before.version + 1, attempts: [more] }
    const entry = { attemptId: more.id, version: after.version, at: 5, type, evidence: null }
    return [await store.save(after, [entry], []), after] as const
  }

  it('the database gives an id of the provider to one attempt when two processes write', async () => {
    const store = await open()
    for (const id of ['one', 'two']) await store.create(checkout(id), id, null)
    const named = attempt('first', { providerRef: 'a cart' })
    expect(await save(store, checkout('one'), 'requested', named)).toMatchObject(['saved', {}])
    const [, started] = await save(store, checkout('two'), 'started', attempt('second'))
    const again = attempt('second', { providerRef: 'a cart' })
    // The store reports it when it looks first; otherwise the database refuses it.
    expect(await save(store, started, 'requested', again)).toMatchObject(['ref_taken', {}])
    await expect(save(store, started, 'adopted', again)).rejects.toThrow(/unique/i)
  })

  it('the database has one active checkout for each reference, and allows another after an end without a payment', async () => {
    const store = await open()
    const wanted = { reference: 'WEB-1' }
    await store.create(checkout('one', wanted), 'one', null)
    const again = checkout('two', wanted)
    const repeat = async () => {
      const made = await store.create(again, 'two', null)
      return 'checkout' in made && made.checkout.id
    }
    expect(await repeat()).toBe('one')
    const changeTo = async (status: Checkout['status'], version: number) => {
      const after = checkout('one', { ...wanted, status, version })
      const entry = { attemptId: null, version, at: 5, type: status, evidence: null }
      expect(await store.save(after, [entry], [])).toBe('saved')
    }
    await changeTo('review', 2)
    await database.db.deleteFrom('sessions').where('hash', '=', 'two').execute()
    expect(await repeat()).toBe('one')
    await changeTo('expired', 3)
    await database.db.deleteFrom('sessions').where('hash', '=', 'two').execute()
    expect(await repeat()).toBe('two')
    const revived = database.db
      .updateTable('checkouts')
      .set({ replaced_by: null })
      .where('id', '=', 'one')
    await expect(revived.execute()).rejects.toThrow(/unique/i)
  })
})

it('nothing is captured while a doubt about the approval is open', () => {
  const approved = attempt('first', { approvedAt: 1 })
  const held = (one: Attempt) => checkout('one', { status: 'confirming', attempts: [one] })
  expect(mayCapture(held(approved), approved, 2)).toBe(true)
  const doubted = { ...approved, doubt: { about: 'amount_mismatch', count: 1 } } as const
  expect(mayCapture(held(doubted), doubted, 2)).toBe(false)
})

it('a paid checkout stays paid when another open request of it ends', () => {
  const paid = attempt('first', { endedAt: 1, paidAt: 1, paidAmount: 12_990 })
  const out = attempt('second', { providerRef: 'a cart', cancelRequested: 'shop' })
  const more = { paidAt: 1, paidAttemptId: 'first', attempts: [paid, out] }
  const evidence = { call: 'CancelCart', code: '10201', referenceId: null }
  const ended = { type: 'ended', by: 'cancel', isFinal: true, evidence } as const
  const after = apply(checkout('one', { status: 'paid', ...more }), ended, 'second', 2).checkout
  expect(after).toMatchObject({ status: 'paid', attempts: [paid, { endedAt: 2 }] })
})

describe('the server', () => {
  let simulation: Simulation
  let oracle: Oracle
  const open = async (more: Partial<Mode> = {}) => {
    const usual = { gate: false, budgets: 'usual', approvalMs: 180_000 } as const
    simulation = await Simulation.open({ confirmation: 'manual', ...usual, ...more })
    oracle = new Oracle(simulation)
    close = () => simulation.close()
  }

  it('counts no unsent request against the limits of the phone or the checkout', async () => {
    await open()
    await performStep(simulation, { do: 'create' })
    await performStep(simulation, { do: 'away', isAway: true })
    for (let press = 0; press < 12; press++) {
      await performStep(simulation, { do: 'start', order: 0, phone: 0 })
      await simulation.pass(3_000)
    }
    expect(simulation.rail.payments()).toEqual([])
    await performStep(simulation, { do: 'away', isAway: false })
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    await performStep(simulation, { do: 'approve', cart: 0 })
    await simulation.pass(5_000)
    await oracle.check()
    expect((await oracle.view(simulation.orders[0]!))?.status).toBe('paid')
  })

  it('accepts a callback for the URL that the provider was given, after PUBLIC_URL has changed', async () => {
    await open({ confirmation: 'callback' })
    await performStep(simulation, { do: 'create' })
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    await performStep(simulation, { do: 'change', settings: { publicUrl: 'other' } })
    await performStep(simulation, { do: 'approve', cart: 0 })
    await simulation.pass(5_000)
    await oracle.check()
    expect((await oracle.view(simulation.orders[0]!))?.status).toBe('paid')
  })
})
