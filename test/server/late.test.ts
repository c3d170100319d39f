import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { browser, merchant, onlyCart, read, start, startRig, until } from '../support/bff.ts'
import type { Rig } from '../support/bff.ts'
import { HandClock } from '../support/hand-clock.ts'

let clock: HandClock
let rig: Rig
beforeEach(() => {
  clock = new HandClock()
})
afterEach(() => rig.close())

const view = async (id: string) =>
  (await (await merchant(rig, 'GET', `/v1/checkouts/${id}`)).json()) as {
    status: string
    late: boolean
  }

describe('a payment that turns up after it was given up', () => {
  it('is found, told as late, and the checkout is paid', async () => {
    rig = await startRig({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session, id } = await rig.create()
    await start(rig, session)
    rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    rig.simulator.approve(onlyCart(rig).TransactionId)
    // The provider says "canceled" though the shopper paid: it contradicts itself, and later knows better.
    rig.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await merchant(rig, 'POST', `/v1/checkouts/${id}/cancel`)
    expect(await view(id)).toMatchObject({ status: 'canceled', late: false })
    await rig.restart()
    await until(
      () => {
        clock.advance(10_000)
        return view(id)
      },
      ({ status }) => status === 'paid',
    )
    expect(await view(id)).toMatchObject({ status: 'paid', late: true })
    expect(onlyCart(rig).captures).toBe(1)
  })
})

describe('a lost request that was given up', () => {
  const lose = async () => {
    rig = await startRig({ clock, simulator: { approvalMs: 600_000 } })
    const created = await rig.create()
    rig.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(rig, created.session)
    await until(
      () => {
        clock.advance(5_000)
        return read(rig, created.session)
      },
      ({ status }) => status === 'open',
    )
    return created
  }

  it('is adopted and paid when it is approved after all, while the checkout waits for nothing else', async () => {
    const { session } = await lose()
    rig.simulator.approve(onlyCart(rig).TransactionId)
    await until(
      () => read(rig, session),
      ({ status }) => status === 'paid',
    )
    expect(onlyCart(rig)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
  })

  it('takes no money when another request is out by then, or the checkout is closed', async () => {
    const { session, id } = await lose()
    const orphan = onlyCart(rig).TransactionId
    await start(rig, session, '7701234')
    rig.simulator.approve(orphan)
    await until(() => rig.simulator.cart(orphan)?.callbacks.some(({ status }) => status === 200))
    expect(await read(rig, session)).toMatchObject({ status: 'awaiting_shopper', phone: '•••1234' })
    await merchant(rig, 'POST', `/v1/checkouts/${id}/cancel`)
    await rig.restart()
    expect(rig.simulator.cart(orphan)).toMatchObject({ state: 'reserved', captures: 0 })
  })
})

it('calls off the request that is out when an older one turns out to be paid', async () => {
  rig = await startRig({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
  const { session, id } = await rig.create()
  await start(rig, session)
  const first = onlyCart(rig).TransactionId
  rig.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  rig.simulator.approve(first)
  rig.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  await browser(rig, session, 'POST', '/v1/session/cancel')
  await start(rig, session, '7701234')
  await until(
    () => {
      clock.advance(10_000)
      return view(id)
    },
    ({ status }) => status === 'paid',
  )
  const second = rig.simulator.ledger().carts.find(({ TransactionId }) => TransactionId !== first)
  await until(() => rig.simulator.cart(second?.TransactionId ?? '')?.state === 'canceled')
  expect(
    rig.simulator
      .ledger()
      .carts.map(({ captures }) => captures)
      .sort(),
  ).toEqual([0, 1])
})
