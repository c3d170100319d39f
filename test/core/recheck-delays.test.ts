import { describe, expect, it } from 'vitest'
import {
  firstRecheckMs,
  nextRecheck,
  nextRecheckUnanswered,
} from '../../server/core/recheck-delays.ts'
import { newAttempt, t0 } from '../support/checkouts.ts'
import type { AttemptPatch } from '../support/checkouts.ts'

const minutes = 60_000
const hours = 60 * minutes
const days = 24 * hours

describe('an attempt that has ended', () => {
  it('an attempt that has ended is checked for a late payment ever more rarely, for a week', () => {
    const delays: number[] = []
    let next = nextRecheck(t0, t0)
    while (next !== null && delays.length < 20) {
      delays.push(next - t0)
      next = nextRecheck(t0, next)
    }
    expect(delays).toEqual([
      ...[minutes, 5 * minutes, 15 * minutes, hours, 4 * hours, 12 * hours],
      ...[1, 2, 3, 4, 5, 6, 7].map((count) => count * days),
    ])
  })

  it('an attempt that has ended is checked at the next time that has not passed', () => {
    expect(nextRecheck(t0, t0 + minutes - 1)).toBe(t0 + minutes)
    expect(nextRecheck(t0, t0 + minutes)).toBe(t0 + 5 * minutes)
    expect(nextRecheck(t0, t0 + 7 * days)).toBeNull()
  })

  it('an attempt that has ended is checked at the next time as well after a check without an answer', () => {
    expect(nextRecheckUnanswered(t0, t0, t0 + 6 * days)).toBe(t0 + 7 * days)
  })

  it('an attempt that has ended is checked every hour while the last check gets no answer, for a week', () => {
    for (const age of [7 * days, 14 * days - 1])
      expect(nextRecheckUnanswered(t0, t0, t0 + age)).toBe(t0 + age + hours)
    expect(nextRecheckUnanswered(t0, t0, t0 + 14 * days)).toBeNull()
  })

  it('an attempt that has ended is checked for as long by a server that was down meanwhile', () => {
    const since = t0 + 30 * days
    expect(nextRecheckUnanswered(t0, since, since)).toBe(since + hours)
    expect(nextRecheckUnanswered(t0, since, since + 7 * days)).toBeNull()
  })

  it.each<[what: string, AttemptPatch, first: number | null]>([
    ['has an id at the provider', {}, t0 + minutes],
    ['has none', { providerRef: null }, null],
    ['is open', { endedAt: null }, null],
    ['was paid', { paidAt: t0, paidAmount: 1 }, null],
  ])(
    'an attempt that has ended is checked for the first time a minute later if it %s',
    (_, patch, first) => {
      expect(firstRecheckMs(newAttempt({ endedAt: t0, ...patch }))).toBe(first)
    },
  )
})
