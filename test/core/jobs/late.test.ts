import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  browser,
  merchant,
  onlyCart,
  read,
  start,
  startTestServer,
  until,
} from '../../support/test-server.ts'
import type { TestServer } from '../../support/test-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
beforeEach(() => {
  clock = new ManualClock()
})
afterEach(() => testServer.close())

const view = async (id: string) =>
  (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as {
    status: string
    late: boolean
  }

/** An order whose shopper paid, of which the provider says "canceled": it contradicts itself, and later knows better. */
async function cancelPaidOrder() {
  testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
  const { session, id } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
  expect(await view(id)).toMatchObject({ status: 'canceled', late: false })
  return id
}

describe('a late payment', () => {
  it('finds a payment after its checkout was given up, reports it as late and sets the checkout to paid', async () => {
    const id = await cancelPaidOrder()
    await testServer.restart()
    await until(
      () => {
        clock.advance(10_000)
        return view(id)
      },
      ({ status }) => status === 'paid',
    )
    expect(await view(id)).toMatchObject({ status: 'paid', late: true })
    expect(onlyCart(testServer).captures).toBe(1)
  })
})

describe('the last check for a late payment', () => {
  it('the last check for a late payment is made again when it got no answer, as after a week without the server', async () => {
    const id = await cancelPaidOrder()
    testServer.simulator.fault({ call: 'CheckCart', kind: 'drop_before_effect' })
    const { CheckCart: checks } = testServer.simulator.inspect().calls
    await testServer.restart(() => clock.advance(8 * 24 * 60 * 60_000))
    clock.advance(30_000)
    await until(() => testServer.simulator.inspect().calls.CheckCart > checks)
    await until(
      () => {
        clock.advance(60_000)
        return view(id)
      },
      ({ status }) => status === 'paid',
    )
    expect(await view(id)).toMatchObject({ status: 'paid', late: true })
  })
})

describe('a lost request that was abandoned', () => {
  const lose = async () => {
    testServer = await startTestServer({ clock, simulator: { approvalTimeoutMs: 600_000 } })
    const created = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, created.session)
    await until(
      () => {
        clock.advance(5_000)
        return read(testServer, created.session)
      },
      ({ status }) => status === 'open',
    )
    return created
  }

  it('adopts and captures a lost request that is approved while the checkout has no open attempt', async () => {
    const { session } = await lose()
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
  })

  it('a lost request takes no money when another attempt is open or the checkout is closed', async () => {
    const { session, id } = await lose()
    const orphan = onlyCart(testServer).TransactionId
    await start(testServer, session, '7701234')
    testServer.simulator.approve(orphan)
    await until(() =>
      testServer.simulator.cart(orphan)?.callbacks.some(({ status }) => status === 200),
    )
    expect(await read(testServer, session)).toMatchObject({
      status: 'awaiting_shopper',
      phone: '•••1234',
    })
    await merchant(testServer, 'POST', `/v1/checkouts/${id}/cancel`)
    await testServer.restart()
    expect(testServer.simulator.cart(orphan)).toMatchObject({ state: 'reserved', captures: 0 })
  })
})

it('cancels the open attempt when an older one turns out to be paid', async () => {
  testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
  const { session, id } = await testServer.create()
  await start(testServer, session)
  const first = onlyCart(testServer).TransactionId
  testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  testServer.simulator.approve(first)
  testServer.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  await browser(testServer, session, 'POST', '/v1/session/cancel')
  await start(testServer, session, '7701234')
  await until(
    () => {
      clock.advance(10_000)
      return view(id)
    },
    ({ status }) => status === 'paid',
  )
  const second = testServer.simulator
    .inspect()
    .carts.find(({ TransactionId }) => TransactionId !== first)
  await until(() => testServer.simulator.cart(second?.TransactionId ?? '')?.state === 'canceled')
  expect(
    testServer.simulator
      .inspect()
      .carts.map(({ captures }) => captures)
      .sort(),
  ).toEqual([0, 1])
})
