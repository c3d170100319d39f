import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CrashSite } from './crashes.ts'
import { Oracle } from './oracle.ts'
import { performStep } from './steps.ts'
import { awaitAbandoned, lifetimeMs, Simulation } from './simulation.ts'
import type { Mode } from './simulation.ts'

const hour = 3_600_000

let simulation: Simulation
let oracle: Oracle
const open = async (confirmation: Mode['confirmation'], approvalMs = 180_000) => {
  simulation = await Simulation.open({ confirmation, gate: false, budgets: 'usual', approvalMs })
  oracle = new Oracle(simulation)
}
beforeEach(() => open('manual'))
afterEach(() => simulation.close())
afterAll(awaitAbandoned)

const onlyCart = () => simulation.simulator.inspect().carts[0]!
const status = async () => (await oracle.view(simulation.orders[0]!))?.status

const send = async () => {
  await performStep(simulation, { do: 'create' })
  await performStep(simulation, { do: 'start', order: 0, phone: 0 })
}
const approve = () => performStep(simulation, { do: 'approve', cart: 0 })
const loseCallbacks = () =>
  simulation.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })

/** When a call was sent, and before the provider has received it. */
const onceAsked = (call: string, action: () => void) => {
  let isDone = false
  simulation.onExchange.upstream.push({
    before({ path }) {
      if (isDone || !path.endsWith(call)) return
      isDone = true
      action()
    },
  })
}

const endsPaid = async () => {
  await oracle.check()
  expect(await status()).toBe('paid')
  expect(onlyCart()).toMatchObject({ state: 'paid', captures: 1, calls: { InsertCart: 1 } })
  const [order] = simulation.orders
  const delivered = simulation.shop
    .eventsOf(order!.id!)
    .filter(({ type }) => type === 'checkout.paid')
  expect(delivered).toHaveLength(1)
}

/** The lifetime is over before the approval is known: the reservation is released, and not captured late. */
const endsUncaptured = async () => {
  await oracle.check()
  expect(await status()).toBe('expired')
  expect(onlyCart()).toMatchObject({ captures: 0, calls: { InsertCart: 1, ConfirmCart: 0 } })
}

describe('a full disk', () => {
  it('confirms no approved payment on a full disk until there is room to record it', async () => {
    await send()
    simulation.fillDisk()
    await approve()
    await simulation.pass(60_000)
    expect(onlyCart()).toMatchObject({ state: 'reserved', calls: { ConfirmCart: 0 } })
    simulation.emptyDisk()
    await simulation.pass(40_000)
    await endsPaid()
  })

  it('loses no payment that was confirmed as the disk filled up', async () => {
    await send()
    onceAsked('ConfirmCart', () => simulation.fillDisk())
    await approve()
    await simulation.pass(60_000)
    expect([onlyCart().captures, await status()]).toEqual([1, 'confirming'])
    simulation.emptyDisk()
    await simulation.pass(40_000)
    await endsPaid()
  })

  it('sends no request to a phone when the request cannot be recorded', async () => {
    await performStep(simulation, { do: 'create' })
    simulation.fillDisk()
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    expect(simulation.simulator.inspect().calls.InsertCart).toBe(0)
    simulation.emptyDisk()
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    await approve()
    await simulation.pass(5_000)
    await endsPaid()
  })

  it('loses at most the id of a request when the disk fills up, and takes it from the callback', async () => {
    await performStep(simulation, { do: 'create' })
    onceAsked('InsertCart', () => simulation.fillDisk())
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    simulation.emptyDisk()
    await approve()
    await simulation.pass(20_000)
    await endsPaid()
  })

  it('keeps the id of a request until there is room to record it', async () => {
    await performStep(simulation, { do: 'create' })
    onceAsked('InsertCart', () => simulation.fillDisk())
    await performStep(simulation, { do: 'start', order: 0, phone: 0 })
    await simulation.pass(10_000)
    simulation.emptyDisk()
    loseCallbacks()
    await approve()
    await simulation.pass(20_000)
    await endsPaid()
  })

  it.each([
    ['the window ends', 240_000, endsPaid],
    ['the lifetime ends', lifetimeMs + 1_000, endsUncaptured],
  ])('keeps responding when %s and a full disk cannot record it', async (_, ms, ends) => {
    await send()
    loseCallbacks()
    await approve()
    await performStep(simulation, { do: 'create' })
    simulation.fillDisk()
    await simulation.pass(ms)
    expect((await simulation.look('/healthz'))?.status).toBe(200)
    simulation.emptyDisk()
    await simulation.pass(60_000)
    await ends()
  })

  it('sends an event fewer than twenty times in a minute while a full disk cannot mark it as delivered', async () => {
    await send()
    simulation.shop.isUp = false
    await approve()
    await simulation.settle()
    simulation.fillDisk()
    simulation.shop.isUp = true
    await simulation.pass(60_000)
    const [event] = simulation.shop.events.values()
    expect(event?.times).toBeLessThan(20)
    simulation.emptyDisk()
    await simulation.pass(2 * hour)
    await endsPaid()
  })
})

describe('a lost answer to a cancellation', () => {
  it('polls after the answer to a cancellation was lost, before it sends another one', async () => {
    await send()
    const calls: string[] = []
    simulation.onExchange.upstream.push({ before: ({ path }) => void calls.push(path.slice(-10)) })
    simulation.simulator.fault({ call: 'CancelCart', kind: 'drop_after_effect' })
    await performStep(simulation, { do: 'cancel', order: 0 })
    await simulation.pass(10_000)
    expect(calls).toEqual(['CancelCart', '/CheckCart', 'CancelCart'])
    await oracle.check()
    expect(await status()).toBe('open')
    expect(onlyCart()).toMatchObject({ state: 'canceled', calls: { CancelCart: 2 } })
  })
})

it('cancels the open request when an older one was paid with another amount', async () => {
  await simulation.close()
  await open('automatic')
  await send()
  loseCallbacks()
  await approve()
  // The provider takes the money, reports a cancellation, and then reports another amount.
  simulation.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  await performStep(simulation, { do: 'cancel', order: 0 })
  await performStep(simulation, { do: 'start', order: 0, phone: 1 })
  const { carts: before } = simulation.simulator.inspect()
  const older = before[0]?.TransactionId ?? ''
  simulation.onExchange.upstream.push({
    before({ path, body }) {
      if (!path.endsWith('CheckCart') || !body.includes(older)) return
      simulation.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount' })
    },
  })
  await simulation.pass(160_000)
  expect(await status()).toBe('review')
  const { carts } = simulation.simulator.inspect()
  expect(carts.map(({ state }) => state)).toEqual(['paid', 'canceled'])
})

it('confirms no newer request when an older one turns out to be paid while the newer one is polled', async () => {
  const { simulator, clock } = simulation
  const pollEvery = 30_000
  await send()
  loseCallbacks()
  // The process is killed while the confirmation is in flight, which takes effect after the request was given up.
  simulator.fault({ call: 'ConfirmCart', kind: 'delay_before_effect', ms: 40_000 })
  await approve()
  await simulation.pass(3_000)
  simulation.crash()
  simulator.fault({ call: 'CheckCart', kind: 'code', code: 10201, times: 2 })
  simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
  await simulation.restart()
  const began = clock.now()
  while ((await status()) !== 'open') await simulation.pass(1_000)
  const lookAfter = clock.now() + 60_000
  await performStep(simulation, { do: 'start', order: 0, phone: 1 })

  // The newer one is approved, and the answer that reports it is in flight when the older one is checked.
  const polls = Math.ceil((lookAfter - began) / pollEvery)
  await simulation.pass(began + polls * pollEvery - 4_000 - clock.now())
  const [older, newer] = simulator.inspect().carts
  expect([older?.captures, newer?.state]).toEqual([1, 'waiting'])
  let isAsked = false
  simulation.onExchange.upstream.push({
    before({ path, body }) {
      if (isAsked || !path.endsWith('CheckCart') || !body.includes(newer!.TransactionId)) return
      isAsked = true
      simulator.fault({ call: 'CheckCart', kind: 'delay', ms: 7_000 })
    },
  })
  await approve()
  await simulation.pass(30_000)
  const [paid, unpaid] = simulator.inspect().carts
  expect([paid?.captures, unpaid?.captures, unpaid?.calls.ConfirmCart]).toEqual([1, 0, 0])
  // [netgiro] cancel-cart: a reservation cannot be canceled; one that is not confirmed lapses.
  expect([await status(), unpaid?.state, unpaid?.calls.CancelCart]).toEqual(['paid', 'reserved', 1])
  await oracle.check()
})

it('confirms only the newer request when an older one that was given up is approved as well', async () => {
  await simulation.close()
  await open('manual', 600_000)
  const { simulator } = simulation
  await performStep(simulation, { do: 'create' })
  simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
  await performStep(simulation, { do: 'start', order: 0, phone: 0 })
  await simulation.pass(240_000)
  await performStep(simulation, { do: 'start', order: 0, phone: 1 })
  // The newer one stays between approval and capture, and there the older one's callback finds it.
  simulator.fault({ call: 'ConfirmCart', kind: 'drop_before_effect', times: 2 })
  await approve()
  expect(await status()).toBe('confirming')
  await performStep(simulation, { do: 'approve', cart: 1 })
  const [older] = simulator.inspect().carts
  expect([older?.state, older?.callbacks.length, await status()]).toEqual([
    'reserved',
    1,
    'confirming',
  ])
  await simulation.pass(30_000)
  expect(await status()).toBe('paid')
  const { carts } = simulator.inspect()
  expect(carts.map(({ captures, calls }) => [captures, calls.ConfirmCart])).toEqual([
    [0, 0],
    [1, 3],
  ])
  await oracle.check()
})

describe('an attempt that ended because the provider denied its cart', () => {
  it('allows no other request after the cart is denied until a cancellation is confirmed, and finds a late payment', async () => {
    await simulation.close()
    await open('automatic', 600_000)
    await send()
    simulation.simulator.fault({ call: 'CheckCart', kind: 'code', code: 10424, times: 2 })
    simulation.simulator.fault({ call: 'CancelCart', kind: 'http_500', times: 3 })
    await simulation.pass(5_000)
    const attempt = async () => (await oracle.view(simulation.orders[0]!))?.attempts[0]
    expect(await attempt()).toMatchObject({ outcome: 'declined', endedAt: null })
    await performStep(simulation, { do: 'start', order: 0, phone: 1 })
    expect(simulation.rail.payments()).toHaveLength(1)
    // The provider agrees, in an unambiguous answer, and is wrong.
    simulation.simulator.fault({ call: 'CancelCart', kind: 'code', code: 10202 })
    await simulation.pass(40_000)
    expect(await attempt()).not.toMatchObject({ endedAt: null })
    loseCallbacks()
    await approve()
    await simulation.pass(120_000)
    await endsPaid()
  })
})

describe('a provider that never reports how a request ended', () => {
  it.each([400, 999])(
    'puts a checkout in review after the lifetime and a grace period when the provider only returns %i',
    async (code) => {
      await send()
      simulation.simulator.fault({ call: 'CheckCart', kind: 'code', code, times: 1e9 })
      simulation.simulator.fault({ call: 'CancelCart', kind: 'code', code, times: 1e9 })
      await simulation.pass(lifetimeMs + 10 * 60_000, 10_000)
      expect(await status()).toBe('awaiting_shopper')
      await simulation.pass(10 * 60_000, 10_000)
      expect(await status()).toBe('review')
      const delivered = simulation.shop.eventsOf(simulation.orders[0]!.id!).map(({ type }) => type)
      expect(delivered).toEqual(['checkout.review'])
    },
  )
})

describe('a jump of the clock', () => {
  it.each([
    // An hour is the lifetime, which has passed by the machine's clock.
    ['forward', hour, endsUncaptured],
    ['back', -hour, endsPaid],
  ])(
    'agrees with the provider after the clock jumps an hour %s after an approval without a callback',
    async (_, by, ends) => {
      await send()
      loseCallbacks()
      await approve()
      simulation.jump(by)
      await simulation.pass(60_000)
      await ends()
    },
  )

  it.each([
    ['forward', hour],
    ['back', -hour],
  ])(
    'agrees with the provider after the clock jumps an hour %s before the approval',
    async (_, by) => {
      await send()
      simulation.jump(by)
      await simulation.pass(5_000)
      loseCallbacks()
      await approve()
      await simulation.pass(240_000)
      await oracle.check()
      const expected = by > 0 ? ['canceled', 'expired'] : ['paid', 'paid']
      expect([onlyCart().state, await status()]).toEqual(expected)
    },
  )
})

describe('a suspended process', () => {
  it.each([
    ['past the window', 200_000, endsPaid],
    ['past the lifetime', lifetimeMs + 1_000, endsUncaptured],
  ])('finds what was approved while the process was suspended %s', async (_, ms, ends) => {
    await send()
    loseCallbacks()
    await approve()
    // All its timers fire at once, and late, as after a suspension.
    simulation.clock.advance(ms)
    await simulation.settle()
    await simulation.pass(30_000)
    await ends()
  })

  it('the process continues where it was after a real SIGSTOP and SIGCONT', async () => {
    const site = await CrashSite.open('manual')
    try {
      const stop = () => site.signal('SIGSTOP')
      const goOn = () => site.signal('SIGCONT')
      await site.approveAmid('it was suspended', stop, goOn, 1_500)
      expect(await site.verdict()).toMatchObject({ orders: 1, captured: 1, paid: 1 })
    } finally {
      await site.close()
    }
  })
})
