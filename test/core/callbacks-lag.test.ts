import { afterEach, beforeEach, expect, it } from 'vitest'
import { pollLimits } from '../../server/core/attempts/backoff.ts'
import type { FaultSpec } from '../../demo/simulator/faults.ts'
import { onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { pass, settle, viewOf } from '../support/later.ts'

// Our answer to the callback takes the money, and two that are not 200 cancel the sale.

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})
afterEach(() => testServer.close())

async function begin(api: 'v1' | 'v2', env: Record<string, string> = {}) {
  testServer = await startTestServer({
    clock,
    env: { NETGIRO_CONFIRMATION: 'callback', ...env },
    envOf: ({ v2Url }) => (api === 'v2' ? { NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url } : {}),
  })
  const created = await testServer.create()
  await start(testServer, created.session)
  // Long enough for an absence to be believed at once.
  await pass(testServer, clock, 10_000)
  return created
}

const untilAnswered = () =>
  until(
    async () => {
      clock.advance(50)
      await settle(testServer, 1)
      return onlyCart(testServer).callbacks
    },
    (callbacks) => callbacks.length > 0,
  )

async function expectSale({ session }: { readonly session: string }) {
  expect(await untilAnswered()).toMatchObject([{ kind: 'payment', status: 200 }])
  await pass(testServer, clock, 10_000, 500)
  expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
  const { captures, state, calls, callbacks } = onlyCart(testServer)
  expect({ captures, state, callbacks: callbacks.length }).toEqual({
    ...{ captures: 1, state: 'paid', callbacks: 1 },
  })
  expect(calls).toMatchObject({ CancelCart: 0, cancel: 0 })
}

it.each<[what: string, api: 'v1' | 'v2', fault: FaultSpec]>([
  [
    'whose status has no answer, while the details are right',
    'v2',
    { call: 'v2.status', kind: 'http_500', times: 2 },
  ],
  [
    'that says for a while that it does not know the payment',
    'v2',
    { call: 'v2.status', kind: 'refuse', message: 'Transaction not found', times: 2 },
  ],
  [
    'that says for a while that it waits for the payer',
    'v1',
    { call: 'CheckCart', kind: 'stale', times: 3 },
  ],
  [
    'that says for a while that there is no such request',
    'v1',
    { call: 'CheckCart', kind: 'says_canceled', times: 3 },
  ],
  [
    'that says for a while that the request was canceled',
    'v2',
    { call: 'v2.status', kind: 'says_canceled', times: 3 },
  ],
  [
    'that does not answer the first question',
    'v1',
    { call: 'CheckCart', kind: 'delay', ms: 7_000 },
  ],
])('completes the sale at the first callback of a provider %s', async (_, api, fault) => {
  const created = await begin(api)
  testServer.simulator.fault(fault)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await expectSale(created)
})

it('completes the sale at the first callback while the answer to an earlier poll does not come', async () => {
  const created = await begin('v1')
  testServer.simulator.fault({ call: 'CheckCart', kind: 'delay', ms: 7_000 })
  const { CheckCart: before } = onlyCart(testServer).calls
  await until(() => {
    clock.advance(100)
    return onlyCart(testServer).calls.CheckCart > before
  })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await expectSale(created)
})

it('completes the sale at the first callback where the status does not come, and the details do', async () => {
  const created = await begin('v2')
  testServer.simulator.fault({ call: 'v2.status', kind: 'delay', ms: 60_000, times: 9 })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  // In real time, after which the question is given up.
  await until(() => onlyCart(testServer).callbacks.length)
  testServer.simulator.clearFaults()
  await expectSale(created)
})

it('the server is not impatient with the status any more once the callback has its answer', async () => {
  const { session } = await begin('v2')
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  expect(await untilAnswered()).toMatchObject([{ status: 200 }])
  testServer.simulator.fault({ call: 'v2.status', kind: 'delay', ms: 60_000 })
  const { status: before } = onlyCart(testServer).calls
  await until(() => {
    clock.advance(100)
    return onlyCart(testServer).calls.status > before
  })
  // In real time, after which an impatient question is given up.
  const sentAt = performance.now()
  await until(() => performance.now() - sentAt > 1_300)
  clock.advance(60_000)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  expect(onlyCart(testServer).calls.status).toBe(before + 1)
})

it('asks no less often while the answers lag behind a callback', async () => {
  const { session } = await begin('v1', { NETGIRO_CONFIRMATION: 'manual' })
  testServer.simulator.fault({ call: 'CheckCart', kind: 'says_canceled' })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  expect(await untilAnswered()).toMatchObject([{ status: 200 }])
  await settle(testServer)
  expect(await read(testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
  await pass(testServer, clock, pollLimits.defaultMs + 100, 100)
  expect(await read(testServer, session)).toMatchObject({ status: 'paid' })
})

it('believes no end of a request whose payer has just approved, and does when it is said for longer', async () => {
  const { session, id } = await begin('v1')
  testServer.simulator.fault({ call: 'CheckCart', kind: 'says_canceled', times: 1_000 })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  expect(await untilAnswered()).toMatchObject([{ status: 503 }])
  expect(await read(testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
  expect(onlyCart(testServer).calls.CheckCart).toBeLessThan(20)
  await pass(testServer, clock, 30_000, 500)
  expect(onlyCart(testServer)).toMatchObject({ captures: 0, state: 'canceled' })
  expect(await viewOf(testServer, id)).toMatchObject({ status: 'open' })
})
