import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let scenario: Case
afterEach(() => scenario.simulation.close())
afterAll(awaitAbandoned)

const minute = 60_000
const codes = [400, 10_305, 10_306, 10_423] as const

const refuse = async (code: number) => {
  scenario = await Case.open('automatic', { approvalMs: 600_000 })
  scenario.loseCallbacks()
  scenario.fault({ call: 'InsertCart', kind: 'refused_by_name', code })
  await scenario.press(0)
}

describe('a refused request that has an id', () => {
  it.each(codes)(
    'reports a refused request as refused, and cancels it before another one is sent (%d)',
    async (code) => {
      await refuse(code)
      await scenario.pass(10_000)
      expect(await scenario.sees()).toMatchObject({ status: 'open', lastAttempt: {} })
      expect(scenario.cart()).toMatchObject({ state: 'canceled', calls: { CancelCart: 1 } })
      await scenario.press(1)
      await scenario.pass(5_000)
      scenario.approve(1)
      await scenario.pass(minute)
      await scenario.expectPaidOnce()
    },
  )

  it.each(codes)(
    'finds the payment when the shopper approves a refused request before it is canceled (%d)',
    async (code) => {
      scenario = await Case.open('automatic', { approvalMs: 600_000 })
      scenario.loseCallbacks()
      scenario.onceAsked('CancelCart', 0, () => scenario.approve(0))
      scenario.fault({ call: 'InsertCart', kind: 'refused_by_name', code })
      await scenario.press(0)
      await scenario.press(1)
      await scenario.pass(minute)
      expect(scenario.carts).toHaveLength(1)
      await scenario.expectPaidOnce()
    },
  )

  it('a refusal with the id of another request does not affect that request', async () => {
    scenario = await Case.open('automatic', { approvalMs: 600_000 })
    await scenario.press(0)
    const first = scenario.id
    await scenario.create()
    scenario.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    scenario.fault({ call: 'InsertCart', kind: 'refused_by_name' })
    await scenario.press(1)
    await scenario.pass(10_000)
    expect(await scenario.sees()).toMatchObject({
      status: 'open',
      lastAttempt: { outcome: 'failed', reason: 'request_not_sent' },
    })
    scenario.approve(0)
    await scenario.pass(minute)
    const older = await scenario.simulation.look(`/v1/checkouts/${first}`)
    expect(older?.json).toMatchObject({ status: 'paid' })
  })
})
