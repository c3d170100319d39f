import { describe, expect, it } from 'vitest'
import { firstLateCheck, nextLateCheck } from '../../server/checkout/late.ts'

const minutes = 60_000

describe('a payment that may turn up late', () => {
  it('is looked for at a falling pace for a week, and then no more', () => {
    const times: number[] = []
    for (let at = nextLateCheck(0, 0); at !== null; at = nextLateCheck(0, at)) times.push(at)
    expect(times.length).toBeLessThan(20)
    expect(times[0]).toBe(minutes)
    expect(times.at(-1)).toBe(7 * 24 * 60 * minutes)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b))
  })

  it('is looked for however the attempt ended, once the provider has named it', () => {
    const over = { providerRef: 'cart', endedAt: 0, paidAt: null }
    for (const outcome of ['declined', 'canceled', 'expired', 'failed'])
      expect(firstLateCheck({ ...over, outcome } as never)).toBe(minutes)
    expect(firstLateCheck({ ...over, providerRef: null } as never)).toBeNull()
    expect(firstLateCheck({ ...over, endedAt: null } as never)).toBeNull()
    expect(firstLateCheck({ ...over, paidAt: 0 } as never)).toBeNull()
  })
})
