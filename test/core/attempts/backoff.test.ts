import { describe, expect, it } from 'vitest'
import { backoff, pollIntervalOf } from '../../../server/core/attempts/backoff.ts'
import { checkoutIn } from '../../support/checkouts.ts'

describe('the interval of polls', () => {
  it.each<[said: number | null, used: number]>([
    [null, 2_000],
    [0, 1_000],
    [999, 1_000],
    [1_500, 1_500],
    [30_000, 30_000],
    [30_001, 30_000],
  ])(
    'the interval of polls is within our bounds where the provider says %s',
    (pollIntervalMs, used) => {
      expect(pollIntervalOf(checkoutIn('awaiting_shopper', { pollIntervalMs }))).toBe(used)
    },
  )

  it('the interval of polls is our own without an open attempt', () => {
    expect(pollIntervalOf(checkoutIn('open', { pollIntervalMs: 9_000 }))).toBe(2_000)
  })

  it.each<[intervalMs: number, repeats: number, pauseMs: number]>([
    [2_000, 0, 2_000],
    [2_000, 1, 4_000],
    [2_000, 3, 16_000],
    [2_000, 4, 30_000],
    [100, 5, 3_200],
    [100, 6, 3_200],
  ])(
    'an interval of %s ms doubles with each failure up to a limit: %s',
    (intervalMs, repeats, pauseMs) => {
      expect(backoff(intervalMs, repeats)).toBe(pauseMs)
    },
  )
})
