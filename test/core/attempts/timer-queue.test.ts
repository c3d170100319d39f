import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimerQueue } from '../../../server/core/attempts/timer-queue.ts'
import { ProcessClock } from '../../money/process-clock.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function newQueue() {
  const clock = new ManualClock()
  const start = clock.now()
  const fired: [id: string, at: number][] = []
  const timers = new TimerQueue(clock, (id) => fired.push([id, clock.now() - start]))
  return { clock, timers, fired, set: (id: string, at: number) => timers.set(id, start + at) }
}

describe('the timer queue', () => {
  it('fires each id once, at the time that was set last and never before', () => {
    const times = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 50 })),
    )
    fc.assert(
      fc.property(times, (list) => {
        const { clock, fired, set } = newQueue()
        for (const [id, at] of list) set(id, at)
        clock.advance(100)
        const last = new Map(list)
        expect([...fired].sort()).toEqual([...last].sort())
        expect(fired.map(([, at]) => at)).toEqual(fired.map(([, at]) => at).sort((a, b) => a - b))
      }),
    )
  })

  it('the timer queue does not fire an id that was deleted', () => {
    const { clock, timers, fired, set } = newQueue()
    set('a', 10)
    set('b', 20)
    timers.delete('a')
    clock.advance(100)
    expect(fired).toEqual([['b', 20]])
  })

  it('takes a new time during the call of onDue', () => {
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
    ['and an id was set by the new time', 1],
  ])('fires every id when the clock was set back, %s', (_, entries) => {
    const clock = new ManualClock()
    const own = new ProcessClock(clock)
    const fired: string[] = []
    const timers = new TimerQueue(own, (id) => fired.push(id))
    timers.set('a', own.now() + 2_000)
    own.offMs = -3_600_000
    for (let index = 0; index < entries; index++) timers.set(`b-${index}`, own.now() + 60_000)
    expect(fired).toEqual([])
    clock.advance(2_000)
    expect(fired).toContain('a')
  })

  it('arms one timer for all ids, and none when it is cleared', () => {
    const { clock, timers, set } = newQueue()
    for (let index = 0; index < 1_000; index++) set(`id-${index}`, 1_000 - index)
    expect(clock.armed).toBe(1)
    timers.clear()
    expect(clock.armed).toBe(0)
  })
})
