import { afterEach, describe, expect, it, vi } from 'vitest'
import { steadyClock, systemClock, toTime } from '../../server/core/clock.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe("the machine's clock", () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('calls back once after a delay, unless that is canceled', () => {
    vi.useFakeTimers()
    const fired: string[] = []
    systemClock.after(1_000, () => fired.push('a'))
    systemClock.after(1_000, () => fired.push('b'))()
    systemClock.after(-5, () => fired.push('past'))
    vi.advanceTimersByTime(999)
    expect(fired).toEqual(['past'])
    vi.advanceTimersByTime(1)
    expect(fired).toEqual(['past', 'a'])
  })

  it('waits for the longest delay that a timer can have instead of firing at once', () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    systemClock.after(2 ** 40, () => {})()
    expect(timers.mock.calls[0]?.[1]).toBe(2 ** 31 - 1)
    timers.mockRestore()
  })

  it('tells the time, and a time that only goes forward', () => {
    vi.useFakeTimers()
    vi.setSystemTime(5_000)
    expect(systemClock.now()).toBe(5_000)
    const before = systemClock.monotonic()
    vi.advanceTimersByTime(10)
    expect(systemClock.monotonic() - before).toBe(10)
  })
})

describe('a steady clock', () => {
  it('a steady clock goes on at its pace when the clock is set back', () => {
    const clock = new ManualClock()
    const steady = steadyClock(clock)
    const start = steady.now()
    clock.setBack(60_000)
    expect(steady.now()).toBe(start)
    clock.advance(1_500)
    clock.advance(500)
    expect(steady.now()).toBe(start + 2_000)
  })

  it('a steady clock follows the clock forward', () => {
    let now = 1_000
    const clock = { now: () => now, monotonic: () => 0, after: () => () => {} }
    const steady = steadyClock(clock)
    now = 90_000
    expect(steady.now()).toBe(90_000)
    now = 1_000
    expect(steady.now()).toBe(90_000)
  })

  it('loses no part of a millisecond', () => {
    let monotonic = 100.5
    const clock = { now: () => 1_000, monotonic: () => monotonic, after: () => () => {} }
    const steady = steadyClock(clock)
    expect(steady.now()).toBe(1_000)
    for (let count = 0; count < 10; count++) {
      monotonic += 0.5
      steady.now()
    }
    expect(steady.now()).toBe(1_005)
    monotonic += 3
    expect(steady.now()).toBe(1_008)
  })

  it('counts what passes between two readings of the machine once', () => {
    let at = 1_000
    let standstill = 50
    const read = () => {
      const before = at
      at += standstill
      return before
    }
    const steady = steadyClock({ now: read, monotonic: read, after: () => () => {} })
    steady.now()
    standstill = 0
    for (let count = 0; count < 3; count++) expect(steady.now()).toBe(at)
    at += 10
    expect(steady.now()).toBe(at)
  })

  it('tells whole milliseconds, and never an earlier one than the machine does', () => {
    let wall = Date.UTC(2026, 10, 27)
    let monotonic = 0.1
    const clock = { now: () => wall, monotonic: () => monotonic, after: () => () => {} }
    const steady = steadyClock(clock)
    for (let count = 0; count < 1_000; count++) {
      monotonic += 0.7
      if (count % 2 === 0) wall++
      const now = steady.now()
      expect(Number.isInteger(now)).toBe(true)
      expect(now).toBeGreaterThanOrEqual(wall)
    }
  })

  it('a steady clock measures and waits as the clock does', () => {
    const clock = new ManualClock()
    const steady = steadyClock(clock)
    expect(steady.monotonic()).toBe(clock.monotonic())
    const fired: string[] = []
    steady.after(10, () => fired.push('a'))
    steady.after(10, () => fired.push('b'))()
    clock.advance(10)
    expect(fired).toEqual(['a'])
  })
})

it('writes a time as RFC 3339 in UTC', () => {
  expect(toTime(0)).toBe('1970-01-01T00:00:00.000Z')
})
