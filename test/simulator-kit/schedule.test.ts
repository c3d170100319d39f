import { describe, expect, it } from 'vitest'

import { Schedule } from '../../demo/simulator-kit/schedule.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('the schedule', () => {
  it('runs timers in the order of their due times, on one timer of the clock', () => {
    const clock = new ManualClock()
    const schedule = new Schedule(clock)
    const ran: number[] = []
    const delays = Array.from({ length: 200 }, (_, i) => (i * 7919) % 101)
    for (const ms of delays) schedule.after(ms, () => ran.push(ms))
    expect(clock.armed).toBe(1)

    clock.advance(50)
    expect(ran).toEqual(delays.filter((ms) => ms <= 50).sort((a, b) => a - b))
    clock.advance(100)
    expect(ran).toEqual(delays.toSorted((a, b) => a - b))
    expect(clock.armed).toBe(0)
  })

  it('runs timers with the same due time in the order in which they were added', () => {
    const clock = new ManualClock()
    const schedule = new Schedule(clock)
    const ran: number[] = []
    for (let i = 0; i < 20; i++) schedule.after(5, () => ran.push(i))
    clock.advance(5)
    expect(ran).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('skips canceled timers, and all of them after clear', () => {
    const clock = new ManualClock()
    const schedule = new Schedule(clock)
    const ran: string[] = []
    schedule.after(1, () => ran.push('canceled'))()
    schedule.after(2, () => ran.push('kept'))
    schedule.after(9, () => ran.push('cleared'))
    clock.advance(2)
    schedule.clear()
    clock.advance(100)
    expect(ran).toEqual(['kept'])
    expect(clock.armed).toBe(0)
  })
})
