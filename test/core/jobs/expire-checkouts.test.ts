import { afterEach, beforeEach, expect, it } from 'vitest'
import { merchant, start, startTestServer, until } from '../../support/test-server.ts'
import type { TestServer } from '../../support/test-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(async () => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock })
})
afterEach(() => testServer.close())

const create = (count: number, expiresInSeconds: number) =>
  Promise.all(Array.from({ length: count }, () => testServer.create({ expiresInSeconds })))

/** Timers that are due only now fire as well. */
const look = (checkouts: readonly { readonly id: string }[]) => {
  clock.advance(0)
  return statuses(checkouts)
}

const statusOf = async (id: string) =>
  ((await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as { status: string })
    .status
const statuses = async (checkouts: readonly { readonly id: string }[]) => [
  ...new Set(await Promise.all(checkouts.map(({ id }) => statusOf(id)))),
]

it('expires unpaid checkouts when their lifetimes end, and tracks none of them', async () => {
  // More than are closed in one go.
  const short = await create(120, 60)
  const long = await create(2, 600)
  expect(testServer.parts().worker.size).toBe(0)
  clock.advance(59_000)
  expect(await statuses(short)).toEqual(['open'])
  clock.advance(1_000)
  await until(
    () => look(short),
    (all) => all.join() === 'expired',
  )
  expect(await statuses(long)).toEqual(['open'])
  for (let minute = 1; minute < 10; minute++) {
    clock.advance(60_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(
    () => look(long),
    (all) => all.join() === 'expired',
  )
})

it('expires on startup the checkouts whose lifetime ended while the server was down', async () => {
  const checkouts = await create(3, 60)
  clock.advance(0)
  await testServer.restart()
  expect(testServer.parts().worker.size).toBe(0)
  clock.advance(60_000)
  await until(
    () => look(checkouts),
    (all) => all.join() === 'expired',
  )
})

it('tracks a checkout only while an attempt is open', async () => {
  const { session, id } = await testServer.create()
  await start(testServer, session)
  expect(testServer.parts().worker.size).toBe(1)
  testServer.simulator.reject(testServer.simulator.inspect().carts[0]?.TransactionId ?? '')
  await until(
    () => {
      clock.advance(1_000)
      return statusOf(id)
    },
    (status) => status === 'open',
  )
  // What has ended for the shopper is watched until the provider has agreed to its cancellation.
  await until(() => testServer.parts().worker.size === 0)
})
