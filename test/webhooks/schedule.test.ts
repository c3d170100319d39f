import { describe, expect, it } from 'vitest'
import { maxDelays, readRetryAfter, retryDelay } from '../../server/webhooks/schedule.ts'

const minutes = 60_000
const hours = 60 * minutes

describe('the schedule of an event', () => {
  const defaults = [
    ...[5_000, 5 * minutes, 30 * minutes],
    ...[2, 5, 10, 14, 20, 24, 24, 24, 24].map((count) => count * hours),
  ]

  it('the schedule of an event lasts six days, and ends after the thirteenth try', () => {
    expect(defaults.map((_, index) => retryDelay(index + 1, null, 0.5))).toEqual(defaults)
    expect(retryDelay(defaults.length + 1, null, 0.5)).toBeNull()
    const days = defaults.reduce((sum, ms) => sum + ms, 0) / (24 * hours)
    expect(Math.floor(days)).toBe(6)
  })

  it('the schedule of an event varies by a fifth', () => {
    expect(retryDelay(2, null, 0)).toBe(4 * minutes)
    expect(retryDelay(2, null, 1)).toBe(6 * minutes)
    expect(maxDelays).toEqual([0, ...defaults.map((ms) => ms * 1.2)])
  })

  it('waits as long as the shop asks for, up to a day, and never less than usual', () => {
    expect(retryDelay(1, 30 * minutes, 0.5)).toBe(30 * minutes)
    expect(retryDelay(1, 1_000, 0.5)).toBe(5_000)
    expect(retryDelay(1, 25 * hours, 0.5)).toBe(24 * hours)
  })
})

describe('the header Retry-After', () => {
  const now = Date.UTC(2026, 10, 20, 12)
  const read = (header: string | undefined) => readRetryAfter(header, now)

  it('the header Retry-After is a number of seconds or a date', () => {
    expect(read('0')).toBe(0)
    expect(read('120')).toBe(120_000)
    expect(read('Fri, 20 Nov 2026 12:01:00 GMT')).toBe(60_000)
    expect(read('Fri, 20 Nov 2026 11:59:00 GMT')).toBe(0)
  })

  it('says nothing where it is missing or makes no sense', () => {
    for (const odd of [undefined, '', 'soon', '12 apples', 'x12', '1'.repeat(10)])
      expect(read(odd), odd).toBeNull()
  })
})
