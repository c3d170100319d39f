import { describe, expect, it } from 'vitest'
import { firstRecheckMs, nextRecheck } from '../../server/core/recheck-delays.ts'

const minutes = 60_000

describe('checks for late payments', () => {
  it('checks for a late payment at growing intervals for a week, and not afterwards', () => {
    const times: number[] = []
    for (let at = nextRecheck(0, 0); at !== null; at = nextRecheck(0, at)) times.push(at)
    expect(times.length).toBeLessThan(20)
    expect(times[0]).toBe(minutes)
    expect(times.at(-1)).toBe(7 * 24 * 60 * minutes)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b))
  })

  it('checks for a late payment however the attempt ended, once the provider has named it', () => {
    const over = { providerRef: 'cart', endedAt: 0, paidAt: null }
    for (const outcome of ['declined', 'canceled', 'expired', 'failed'])
      expect(firstRecheckMs({ ...over, outcome } as never)).toBe(minutes)
    expect(firstRecheckMs({ ...over, providerRef: null } as never)).toBeNull()
    expect(firstRecheckMs({ ...over, endedAt: null } as never)).toBeNull()
    expect(firstRecheckMs({ ...over, paidAt: 0 } as never)).toBeNull()
  })
})
