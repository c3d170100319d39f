import { beforeEach, describe, expect, it } from 'vitest'
import type { Checkout } from '../../server/core/checkout.ts'
import { PubSub } from '../../server/core/pubsub.ts'
import type { CheckoutRepository } from '../../server/core/repository.ts'
import { Waiting } from '../../server/core/waiting.ts'
import { checkoutIn } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('waiting for a change of a checkout', () => {
  const before = checkoutIn('starting')
  const after = checkoutIn('awaiting_shopper')
  const isSo = ({ status }: Checkout) => status === 'awaiting_shopper'
  let clock: ManualClock
  let pubsub: PubSub
  let inMemory: Checkout | undefined
  let waiting: Waiting
  beforeEach(() => {
    clock = new ManualClock()
    pubsub = new PubSub()
    inMemory = undefined
    const repository: Pick<CheckoutRepository, 'peek'> = { peek: () => inMemory }
    waiting = new Waiting({ repository: repository as CheckoutRepository, pubsub, clock })
  })
  const isIdle = () => clock.armed === 0 && pubsub.subscribers(before.id).length === 0

  it('waiting for a change of a checkout is over at once when it has come already', async () => {
    expect(await waiting.until(after, isSo, 1_000)).toBe(after)
    inMemory = after
    expect(await waiting.until(before, isSo, 1_000)).toBe(after)
    expect(isIdle()).toBe(true)
  })

  it('waiting for a change of a checkout is over when it comes, and not with another change', async () => {
    const result = waiting.until(before, isSo, 1_000)
    pubsub.publish({ ...before, version: 9 })
    expect(isIdle()).toBe(false)
    pubsub.publish(after)
    expect(await result).toBe(after)
    expect(isIdle()).toBe(true)
  })

  it.each([
    ['as it was', undefined, before],
    ['as it is by then', checkoutIn('canceled'), checkoutIn('canceled')],
  ])(
    'waiting for a change of a checkout is over after its time with the checkout %s',
    async (_, then, expected) => {
      const result = waiting.until(before, isSo, 1_000)
      inMemory = then
      clock.advance(1_000)
      expect(await result).toEqual(expected)
      expect(isIdle()).toBe(true)
    },
  )
})
