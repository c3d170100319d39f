import { describe, expect, it } from 'vitest'
import type { Checkout, Refund, RefundTries } from '../../server/core/checkout.ts'
import { concernOf, pendingRefunds } from '../../server/core/refund-review.ts'
import { countTry, isOnlyTry, isRefundDue, triesOf } from '../../server/core/refund-tries.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'

const seconds = 1_000
const hours = 3_600 * seconds
const fresh: RefundTries = { count: 0, withoutEffect: 0, firstAt: null, lastAt: null, nextAt: t0 }
const refund = (more: Partial<Refund> = {}): Refund => ({
  ...{ id: 'first', key: 'key', amount: 100, requestedAt: t0 },
  ...{ status: 'pending', settledAt: null },
  ...more,
})
const tried = (tries: Partial<RefundTries>) => refund({ tries: { ...fresh, ...tries } })

describe('the tries of a refund', () => {
  it('a refund counts as tried once, at its request, where an earlier version did not count its tries', () => {
    expect(triesOf(refund())).toEqual({
      ...{ count: 1, withoutEffect: 0, nextAt: t0, firstAt: t0, lastAt: t0 },
    })
  })

  it.each<[count: number, delayMs: number]>([
    [0, 10 * seconds],
    [1, 20 * seconds],
    [8, 2_560 * seconds],
    [9, hours],
    [50, hours],
  ])(
    'a try after %s others comes with a delay that doubles up to an hour: %s ms',
    (count, delayMs) => {
      const now = t0 + 5
      expect(countTry(tried({ count, withoutEffect: 1, firstAt: t0 }), now)).toEqual({
        ...{ count: count + 1, withoutEffect: 1, nextAt: now + delayMs, firstAt: t0, lastAt: now },
      })
    },
  )

  it('the tries begin with the first', () => {
    expect(countTry(tried({}), t0 + 5)).toMatchObject({ firstAt: t0 + 5, lastAt: t0 + 5 })
  })

  it.each<[what: string, isDue: boolean, Refund]>([
    ['its time has come', true, tried({ nextAt: t0 })],
    ['its time comes in a moment', false, tried({ nextAt: t0 + 1 })],
    ['it is an hour ahead', false, tried({ nextAt: t0 + hours })],
    ['the clock was set back since', true, tried({ nextAt: t0 + hours + 1 })],
    ['it is made', false, refund({ status: 'refunded', tries: fresh })],
    ['it has failed', false, refund({ status: 'failed', tries: fresh })],
  ])('the tries go on when %s: %s', (_, isDue, asked) => {
    expect(isRefundDue(asked, t0)).toBe(isDue)
  })

  it.each<[count: number, withoutEffect: number, isOnly: boolean]>([
    [1, 0, true],
    [3, 2, true],
    [2, 0, false],
    [3, 1, false],
  ])('%s tries, of which %s had no effect, leave one: %s', (count, withoutEffect, isOnly) => {
    expect(isOnlyTry(tried({ count, withoutEffect }))).toBe(isOnly)
  })
})

describe('a refund', () => {
  it.each<[what: string, concern: string | null, Refund, afterMs: number]>([
    ['it is new', null, refund(), 0],
    ['nearly a day has passed', null, refund(), 24 * hours - 1],
    ['a day has passed', 'overdue', refund(), 24 * hours],
    ['it was refused in doubt', 'refused', refund({ doubtedAt: t0 }), 0],
    ['it is made', null, refund({ status: 'refunded', doubtedAt: t0 }), 48 * hours],
  ])('a refund concerns a person when %s: %s', (_, concern, asked, afterMs) => {
    expect(concernOf(asked, t0 + afterMs)).toBe(concern)
  })

  it('a pending refund is found on every page of the store', async () => {
    const all = Array.from({ length: 120 }, (_, index): Checkout => ({
      ...checkoutIn('paid'),
      id: String(index).padStart(3, '0'),
      refunds: [refund(), refund({ id: 'made', status: 'refunded' })],
    }))
    const refunding = (after: string, limit: number) =>
      Promise.resolve(all.filter(({ id }) => id > after).slice(0, limit))
    const found: string[] = []
    const concerns = new Set<string | null>()
    for await (const one of pendingRefunds({ refunding }, t0 + 24 * hours)) {
      found.push(`${one.checkout.id} ${one.refund.id}`)
      concerns.add(one.concern)
    }
    expect(found).toEqual(all.map(({ id }) => `${id} first`))
    expect([...concerns]).toEqual(['overdue'])
  })
})
