import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case } from '../money/case.ts'
import type { Confirmation } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let scenario: Case
afterEach(() => scenario.simulation.close())
afterAll(awaitAbandoned)

const codes = [10_201, 10_202, 10_304, 10_423, 10_424] as const
const modes = ['automatic', 'manual', 'callback'] as const
const minute = 60_000

const send = async (
  confirmation: Confirmation,
  { callbacks = true, rail = 'v1' as const } = {},
) => {
  scenario = await Case.open(confirmation, { rail })
  if (!callbacks) scenario.loseCallbacks()
  await scenario.press(0)
}

/** The provider denies the first cart, which is alive. */
const deny = (code: number, times: number) =>
  scenario.fault({
    call: 'CheckCart',
    kind: 'code',
    code,
    times,
    about: scenario.cart().TransactionId,
  })

async function untilSeen(status: string, ms = 30_000): Promise<void> {
  for (let left = ms; left > 0 && (await scenario.sees()).status !== status; left -= 1_000)
    await scenario.pass(1_000, 1_000)
}

/** The shopper, told that it came to nothing, asks for another request to another phone, and says yes there. */
async function payAgain(): Promise<void> {
  for (let tries = 0; tries < 2 && !scenario.carts[1]; tries++) {
    await scenario.press(1)
    await scenario.pass(10_000)
  }
  if (scenario.carts[1]) scenario.approve(1)
}

const denials = {
  'twice within a second of being asked': { afterMs: 0, times: 2 },
  'once, a minute later': { afterMs: minute, times: 1 },
  'over and over': { afterMs: 10_000, times: 8 },
} as const

const yeses = [
  'before it is canceled',
  'while its cancellation is on its way',
  'not at all',
] as const

/** Every code in every mode, and of the rest each with each. */
const combinations = codes.flatMap((code, i) =>
  modes.map((mode, j) => ({
    ...{ code, mode, callbacks: (i + j) % 2 === 0 },
    when: (Object.keys(denials) as (keyof typeof denials)[])[(i + j) % 3]!,
    yes: yeses[(i + 2 * j) % 3]!,
  })),
)

it.each([10_302, 10_307, 10_422, 10_423])(
  'sends the next request at once when CancelCart answers %i, "Customer declined payment", for a cart that was declined',
  async (code) => {
    await send('manual')
    scenario.simulation.simulator.reject(scenario.cart().TransactionId)
    scenario.fault({ call: 'CheckCart', kind: 'code', code, times: 99 })
    scenario.fault({ call: 'CancelCart', kind: 'code', code, times: 99 })
    await untilSeen('open')
    await scenario.press(1)
    expect(scenario.carts).toHaveLength(2)
    expect(scenario.simulation.simulator.inspect().calls.CancelCart).toBe(1)
  },
)

describe('a cart that the provider denies', () => {
  it.each(combinations)(
    'takes no second payment when $code denies a cart $when in $mode and it is approved $yes (callbacks: $callbacks)',
    async ({ code, mode, when, yes, callbacks }) => {
      await send(mode, { callbacks })
      const { afterMs, times } = denials[when]
      await scenario.pass(afterMs)
      if (yes === 'while its cancellation is on its way')
        scenario.onceAsked('CancelCart', 0, () => scenario.approve(0))
      deny(code, times)
      if (yes === 'before it is canceled') scenario.approve(0)
      await untilSeen('open')
      await payAgain()
      await scenario.pass(15 * minute, 10_000)
      expect(scenario.taken.length).toBeLessThanOrEqual(1)
      await scenario.expectAllTold()
    },
  )

  it('an attempt does not end when its cart is denied once, just after the request', async () => {
    await send('automatic')
    deny(10_201, 1)
    await scenario.pass(5_000, 100)
    expect(await scenario.sees()).toMatchObject({ status: 'awaiting_shopper', lastAttempt: null })
    scenario.approve(0)
    await scenario.pass(5_000)
    await scenario.expectPaidOnce()
  })

  it('shows a denied attempt as ended, and sends nothing else before the provider agrees to a cancellation', async () => {
    await send('automatic')
    await scenario.pass(10_000)
    const about = scenario.cart().TransactionId
    scenario.fault({ call: 'CancelCart', kind: 'drop_before_effect', times: 50, about })
    deny(10_201, 50)
    await untilSeen('open')
    expect(await scenario.sees()).toMatchObject({ lastAttempt: { outcome: 'declined' } })
    await scenario.press(1)
    await scenario.pass(2 * minute)
    expect(scenario.carts).toHaveLength(1)
    expect((await scenario.view()).attempts).toMatchObject([{ endedAt: null }])
    scenario.approve(0)
    scenario.bringProviderBack()
    await scenario.pass(minute)
    await scenario.expectPaidOnce()
  })

  it.each(modes)(
    'a checkout does not close before the cart is known to be canceled, in %s',
    async (mode) => {
      await send(mode, { callbacks: false })
      await scenario.pass(10_000)
      deny(10_424, 20)
      const about = scenario.cart().TransactionId
      scenario.fault({ call: 'CancelCart', kind: 'http_500', times: 8, about })
      await untilSeen('open')
      expect((await scenario.close())?.status).toBe(202)
      expect((await scenario.view()).status).not.toBe('canceled')
      await scenario.pass(10 * minute)
      expect([scenario.cart().state, (await scenario.view()).status]).toEqual([
        'canceled',
        'canceled',
      ])
      await scenario.expectAllTold()
    },
  )

  it.each(modes)(
    'takes at most one payment when the process dies while the cart is being canceled, in %s',
    async (mode) => {
      await send(mode, { callbacks: false })
      await scenario.pass(10_000)
      scenario.onceAsked('CancelCart', 0, () => {
        scenario.approve(0)
        scenario.simulation.crash()
      })
      deny(10_201, 4)
      await scenario.pass(10_000, 1_000)
      expect(scenario.simulation.isUp).toBe(false)
      await scenario.simulation.restart()
      await payAgain()
      await scenario.pass(10 * minute)
      expect(scenario.taken.length).toBeLessThanOrEqual(1)
      await scenario.expectAllTold()
    },
  )

  it.each(['automatic', 'manual'] as const)(
    'takes no second payment over V2 when the status lags behind, in %s',
    async (mode) => {
      scenario = await Case.open(mode, { rail: 'v2' })
      scenario.loseCallbacks()
      await scenario.press(0)
      await scenario.pass(10_000)
      const about = scenario.cart().TransactionId
      scenario.fault({ call: 'v2.status', kind: 'says_canceled', times: 6, about })
      scenario.onceAsked('cancel', 0, () => scenario.approve(0))
      await untilSeen('open')
      await payAgain()
      await scenario.pass(15 * minute, 10_000)
      expect(scenario.taken.length).toBeLessThanOrEqual(1)
      await scenario.expectAllTold()
    },
  )
})

describe('an approval of a request that was reported as over', () => {
  it.each([
    ['manual', true],
    ['manual', false],
    ['callback', true],
    ['automatic', true],
  ] as const)(
    'an approval counts while the checkout is open, whatever end was reported (%s, callbacks: %s)',
    async (mode, callbacks) => {
      await send(mode, { callbacks })
      await scenario.pass(10_000)
      // Canceled, says the provider, and it is not so: the request is on the phone still.
      scenario.fault({ call: 'CancelCart', kind: 'code', code: 10_201 })
      deny(10_201, 1)
      await untilSeen('open')
      expect((await scenario.view()).attempts[0]?.endedAt).not.toBeNull()
      scenario.approve(0)
      await scenario.pass(2 * minute)
      await scenario.expectPaidOnce()
    },
  )

  it('an approval takes no money when another request is open by then', async () => {
    await send('manual')
    await scenario.pass(10_000)
    scenario.fault({ call: 'CancelCart', kind: 'code', code: 10_201 })
    deny(10_201, 1)
    await untilSeen('open')
    await scenario.press(1)
    scenario.approve(0)
    await scenario.pass(10_000)
    scenario.approve(1)
    await scenario.pass(10 * minute)
    expect(scenario.carts.map(({ captures }) => captures)).toEqual([0, 1])
    await scenario.expectAllTold()
  })

  it.each(['declined', 'canceled', 'run out'] as const)(
    'finds the approval of an attempt that was %s, and reports the payment as late',
    async (how) => {
      await send('automatic', { callbacks: false })
      await scenario.pass(10_000)
      scenario.fault({ call: 'CancelCart', kind: 'code', code: 10_201 })
      if (how === 'declined') deny(10_201, 1)
      if (how === 'canceled') await scenario.cancel()
      await scenario.pass(how === 'run out' ? 167_000 : 5_000, 1_000)
      if (how === 'run out') {
        // Approved in the last moment of the provider's window.
        scenario.fault({ call: 'CheckCart', kind: 'code', code: 10_201, times: 3 })
      }
      scenario.approve(0)
      await scenario.pass(20 * minute, 10_000)
      await scenario.expectPaidOnce()
      expect((await scenario.view()).late).toBe(true)
    },
  )
})
