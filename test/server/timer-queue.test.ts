import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimerQueue } from '../../server/core/attempts/timer-queue.ts'
import { ProcessClock } from '../money/process-clock.ts'
import { ManualClock } from '../support/manual-clock.ts'

function newAgenda() {
  const clock = new ManualClock()
  const start = clock.now()
  const rung: [id: string, at: number][] = []
  const timers = new TimerQueue(clock, (id) => rung.push([id, clock.now() - start]))
  return { clock, timers, rung, set: (id: string, at: number) => timers.set(id, start + at) }
}

describe('the agenda', () => {
  it('rings each id once, at the time that was set last, never before', () => {
    const wishes = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 50 })),
    )
    fc.assert(
      fc.property(wishes, (list) => {
        const { clock, rung, set } = newAgenda()
        for (const [id, at] of list) set(id, at)
        clock.advance(100)
        const last = new Map(list)
        expect([...rung].sort()).toEqual([...last].sort())
        expect(rung.map(([, at]) => at)).toEqual(rung.map(([, at]) => at).sort((a, b) => a - b))
      }),
    )
  })

  it('forgets what is taken back', () => {
    const { clock, timers, rung, set } = newAgenda()
    set('a', 10)
    set('b', 20)
    timers.delete('a')
    clock.advance(100)
    expect(rung).toEqual([['b', 20]])
  })

  it('takes a new time from inside the call', () => {
    const clock = new ManualClock()
    let times = 0
    const timers: TimerQueue = new TimerQueue(clock, (id) => {
      if (++times < 5) timers.set(id, clock.now() + 10)
    })
    timers.set('a', clock.now() + 10)
    clock.advance(1_000)
    expect(times).toBe(5)
  })

  it.each([
    ['before anything else', 0],
    ['and somebody made an appointment by the new time', 1],
  ])('rings everybody anew when the clock was set back, %s', (_, appointments) => {
    const clock = new ManualClock()
    const own = new ProcessClock(clock)
    const rung: string[] = []
    const timers = new TimerQueue(own, (id) => rung.push(id))
    timers.set('a', own.now() + 2_000)
    own.offMs = -3_600_000
    for (let index = 0; index < appointments; index++) timers.set(`b-${index}`, own.now() + 60_000)
    expect(rung).toEqual([])
    clock.advance(2_000)
    expect(rung).toContain('a')
  })

  it('arms one timer, however many wait, and none when it is cleared', () => {
    const { clock, timers, set } = newAgenda()
    for (let index = 0; index < 1_000; index++) set(`id-${index}`, 1_000 - index)
    expect(clock.armed).toBe(1)
    timers.clear()
    expect(clock.armed).toBe(0)
  })
})
