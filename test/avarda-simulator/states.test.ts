import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { State } from '../../demo/avarda-simulator/simulator.ts'
import { openSite, type OpenSite } from './site.ts'

/** The documents' "Enumeration States" with their transitions, documented or deduced. */
const table: readonly (readonly [value: number, name: string, to: readonly number[]])[] = [
  [0, 'New', [1, 5]],
  [1, 'BeingProcessed', [2, 3, 4, 5, 6, 7, 9, 10, 12, 13]],
  [2, 'Completed', [8]],
  [3, 'Error', []],
  [4, 'WaitingForSignicat', [1, 2, 3, 5, 10]],
  [5, 'SessionTimedOut', []],
  [6, 'WaitingForCardPayments', [1, 2, 3, 5]],
  [7, 'WaitingForBankId', [1, 2, 3, 5]],
  [8, 'Cancelled', []],
  [9, 'WaitingForFinnishDirectPayment', [1, 2, 3, 5]],
  [10, 'WaitingCreditApproval', [2, 11]],
  [11, 'CreditNotApproved', []],
  [12, 'WaitingForSwishPayment', [1, 2, 3, 5]],
  [13, 'PaymentHandledByMerchant', []],
]
const all = table.map(([value]) => value as State)
const halfAnHour = 30 * 60_000

let site: OpenSite
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.simulator.close())

const stateOf = (id: string) => site.simulator.purchase(id)!.State
const inState = async (state: State) => {
  const id = await site.initialize()
  if (state !== State.New) site.simulator.advance(id, state, { force: true })
  return id
}

describe('the table of states', () => {
  it('the states have the documented names and numbers', () => {
    expect(Object.entries(State).map(([name, value]) => [value, name])).toEqual(
      table.map(([value, name]) => [value, name]),
    )
  })

  it.each(table)('lets %d %s lead to %j only', async (from, name, to) => {
    for (const target of all) {
      const id = await inState(from as State)
      expect(site.simulator.purchase(id)).toMatchObject({ State: from, state: name })
      expect(site.simulator.advance(id, target), `${from} to ${target}`).toBe(to.includes(target))
      expect(await site.status(id)).toMatchObject({ State: to.includes(target) ? target : from })
    }
  })
})

type Action = 'approve' | 'decline' | 'cancel' | 'timeOut' | 'handOver'

describe('the actions of tests', () => {
  const rows: readonly (readonly [Action, State, readonly State[]])[] = [
    ['approve', 2, [0, 1, 4, 6, 7, 9, 10, 12]],
    ['decline', 11, [0, 1, 4, 10]],
    ['cancel', 3, [0, 1, 4, 6, 7, 9, 12]],
    ['timeOut', 5, [0, 1, 4, 6, 7, 9, 12]],
    ['handOver', 13, [0, 1]],
  ]
  it.each(rows)('%s: leads to %d, from %j only', async (action, to, from) => {
    for (const start of all) {
      const id = await inState(start)
      const done = site.simulator[action](id)
      expect(done, `from ${start}`).toBe(from.includes(start))
      expect(stateOf(id)).toBe(done ? to : start)
    }
  })

  it('an action opens the form first, and declines through the credit check', async () => {
    const id = await site.initialize()
    site.simulator.decline(id)
    expect(site.simulator.purchase(id)!.history.map(({ State, by }) => [State, by])).toEqual([
      [0, 'site'],
      [1, 'payer'],
      [10, 'payer'],
      [11, 'avarda'],
    ])
  })

  it('counts approvals, so that a double approval is noticed', async () => {
    const id = await site.initialize()
    expect(site.simulator.purchase(id)!.approvals).toBe(0)
    expect([site.simulator.approve(id), site.simulator.approve(id)]).toEqual([true, false])
    expect(site.simulator.purchase(id)!.approvals).toBe(1)
    site.simulator.advance(id, State.Completed, { force: true })
    expect(site.simulator.purchase(id)!.approvals).toBe(2)
  })

  it('an action returns false for an unknown purchase', () => {
    expect(site.simulator.approve('nothing')).toBe(false)
    expect(site.simulator.purchase('nothing')).toBeUndefined()
  })
})

describe('the session', () => {
  it.each([0, 1] as const)('the session expires after half an hour in state %d', async (state) => {
    const id = await inState(state)
    site.clock.advance(halfAnHour - 1)
    expect(stateOf(id)).toBe(state)
    site.clock.advance(60_001)
    expect(stateOf(id)).toBe(5)
    expect(site.simulator.approve(id)).toBe(false)
    expect(site.simulator.purchase(id)!.history.at(-1)).toMatchObject({
      ...{ at: '2026-11-20T12:30:00.000Z', by: 'timeout' },
    })
  })

  it.each([4, 6, 7, 9, 10, 12] as const)(
    'the session does not expire in state %d, while the payer is elsewhere',
    async (state) => {
      const id = await inState(state)
      site.clock.advance(100 * halfAnHour)
      expect(stateOf(id)).toBe(state)
    },
  )

  it('the session has a configurable duration', async () => {
    const short = await openSite({ sessionMs: 1000 })
    const id = await short.initialize()
    short.clock.advance(1000)
    expect(await short.status(id)).toMatchObject({ State: 5 })
    await short.simulator.close()
  })
})

describe('the test API', () => {
  const post = (path: string, body?: unknown) =>
    fetch(`${site.simulator.url}/simulator${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  it.each([
    ['open', 1],
    ['approve', 2],
    ['decline', 11],
    ['cancel', 3],
    ['timeout', 5],
    ['timeOut', 5],
    ['handOver', 13],
  ])('the test API does %s once', async (action, expected) => {
    const id = await site.initialize()
    const first = await post(`/purchases/${id}/${action}`)
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({ PurchaseId: id, State: expected })
    const second = await post(`/purchases/${id}/${action}`)
    expect(second.status).toBe(action === 'open' ? 200 : 409)
    expect((await post(`/purchases/nothing/${action}`)).status).toBe(404)
  })

  it('the test API advances to a legal state, or to any with force', async () => {
    const id = await site.initialize()
    const advance = async (changes: object) =>
      (await post(`/purchases/${id}/advance`, changes)).status
    expect(await advance({ state: 7 })).toBe(409)
    expect(await advance({ state: 1 })).toBe(200)
    expect(await advance({ state: 3 })).toBe(200)
    expect(await advance({ state: 2 })).toBe(409)
    expect(await advance({ state: 2, force: true })).toBe(200)
    expect(await advance({ state: 42 })).toBe(400)
    expect(stateOf(id)).toBe(2)
  })

  it('the test API lists everything, and clears it on reset', async () => {
    const id = await site.initialize()
    await post('/faults', { call: 'GetPaymentStatus', kind: 'delay' })
    const get = async (path: string) =>
      (await fetch(`${site.simulator.url}/simulator${path}`)).json() as Promise<unknown>
    expect(await get('/purchases')).toEqual(JSON.parse(JSON.stringify(site.simulator.inspect())))
    expect(await get(`/purchases/${id}`)).toMatchObject({ PurchaseId: id, approvals: 0 })
    expect((await post('/reset')).status).toBe(204)
    expect(await get('/purchases')).toMatchObject({
      ...{ purchases: [], calls: { InitializePayment: 0 }, faults: [] },
    })
  })

  it('the test API refuses an unknown fault and lists the known ones', async () => {
    const refused = await post('/faults', { call: 'InitializePayment', kind: 'unknown_state' })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      kinds: { Notification: ['never', 'delay', 'duplicate', 'forged', 'before_done'] },
    })
    expect(() => site.simulator.fault({ call: 'Notification', kind: 'html' })).toThrow(TypeError)
  })
})
