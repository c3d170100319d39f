import { describe, expect, it } from 'vitest'
import { TimerQueue } from '../../../server/core/attempts/timer-queue.ts'
import { ProcessClock } from '../../money/process-clock.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function newQueue() {
  const clock = new ManualClock()
  const own = new ProcessClock(clock)
  const fired: string[] = []
  const timers = new TimerQueue(own, (id) => fired.push(id))
  return { clock, own, fired, timers }
}

describe('the timer queue', () => {
  it('notices from a timer that fires early that the clock was set back', () => {
    const { clock, own, fired, timers } = newQueue()
    timers.set('a', own.now() + 10_000)
    own.offMs = -9_000
    clock.advance(10_000)
    expect(fired).toEqual(['a'])
  })

  it('an id is late by a minute at most after a clock was set forward, also behind what was armed for later', () => {
    const { clock, own, fired, timers } = newQueue()
    timers.set('a', own.now() + 30 * 60_000)
    timers.set('b', own.now() + 40 * 60_000)
    timers.delete('b')
    own.offMs = 60 * 60_000
    timers.set('c', own.now() + 30_000)
    clock.advance(60_000)
    expect(fired.sort()).toEqual(['a', 'c'])
  })

  it('the timer queue does not take a clock that is a second off for one that was set back', () => {
    const { clock, own, fired, timers } = newQueue()
    timers.set('a', own.now() + 10_000)
    timers.set('b', own.now() + 60_000)
    own.offMs = -1_000
    timers.set('c', own.now() + 90_000)
    clock.advance(10_000)
    expect(fired).toEqual([])
    clock.advance(1_000)
    expect(fired).toEqual(['a'])
  })
})
