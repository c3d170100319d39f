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

  it('is not looked for where the payer or the provider said no', () => {
    const over = { providerRef: 'cart', endedAt: 0 }
    expect(firstLateCheck({ ...over, outcome: 'declined' } as never)).toBeNull()
    expect(firstLateCheck({ ...over, outcome: 'canceled' } as never)).toBe(minutes)
    expect(firstLateCheck({ ...over, outcome: 'expired', providerRef: null } as never)).toBeNull()
  })
})
