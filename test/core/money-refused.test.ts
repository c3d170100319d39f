import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Case } from '../money/case.ts'
import { awaitAbandoned } from '../money/simulation.ts'

let story: Case
afterEach(() => story.simulation.close())
afterAll(awaitAbandoned)

const minute = 60_000
const codes = [400, 10_305, 10_306, 10_423] as const

const refuse = async (code: number) => {
  story = await Case.open('automatic', { approvalMs: 600_000 })
  story.loseCallbacks()
  story.fault({ call: 'InsertCart', kind: 'refused_by_name', code })
  await story.press(0)
}

describe('a refused request that has an id', () => {
  it.each(codes)(
    'reports a refused request as refused, and cancels it before another one is sent (%d)',
    async (code) => {
      await refuse(code)
      await story.pass(10_000)
      expect(await story.sees()).toMatchObject({ status: 'open', lastAttempt: {} })
      expect(story.cart()).toMatchObject({ state: 'canceled', calls: { CancelCart: 1 } })
      await story.press(1)
      await story.pass(5_000)
      story.approve(1)
      await story.pass(minute)
      await story.expectPaidOnce()
    },
  )

  it.each(codes)(
    'finds the payment when the shopper approves a refused request before it is canceled (%d)',
    async (code) => {
      story = await Case.open('automatic', { approvalMs: 600_000 })
      story.loseCallbacks()
      story.onceAsked('CancelCart', 0, () => story.approve(0))
      story.fault({ call: 'InsertCart', kind: 'refused_by_name', code })
      await story.press(0)
      await story.press(1)
      await story.pass(minute)
      expect(story.carts).toHaveLength(1)
      await story.expectPaidOnce()
    },
  )

  it('a refusal with the id of another request does not affect that request', async () => {
    story = await Case.open('automatic', { approvalMs: 600_000 })
    await story.press(0)
    const first = story.id
    await story.create()
    story.fault({ call: 'InsertCart', kind: 'same_transaction_id' })
    story.fault({ call: 'InsertCart', kind: 'refused_by_name' })
    await story.press(1)
    await story.pass(10_000)
    expect(await story.sees()).toMatchObject({
      status: 'open',
      lastAttempt: { outcome: 'failed', reason: 'request_not_sent' },
    })
    story.approve(0)
    await story.pass(minute)
    const older = await story.simulation.look(`/v1/checkouts/${first}`)
    expect(older?.json).toMatchObject({ status: 'paid' })
  })
})
