import { beforeEach, describe, expect, it } from 'vitest'
import { CallbackRetries } from '../../server/core/callback-retries.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('a callback that we could make nothing of', () => {
  let clock: ManualClock
  let retries: CallbackRetries
  let handledAt: number[]
  /** Seconds since the first callback. */
  const handle = () => {
    handledAt.push((clock.now() - began) / 1_000)
    retries.retry('attempt', handle)
    return Promise.resolve()
  }
  let began: number
  beforeEach(() => {
    clock = new ManualClock()
    began = clock.now()
    retries = new CallbackRetries(clock)
    handledAt = []
  })

  it('a callback that we could make nothing of is handled again after pauses that double, and no more than eight times', () => {
    retries.retry('attempt', handle)
    for (let second = 0; second < 2_000; second++) clock.advance(1_000)
    expect(handledAt).toEqual([1, 3, 7, 15, 31, 63, 127, 255])
  })

  it('a callback that we could make nothing of has one retry waiting, however often it comes', () => {
    for (let time = 0; time < 5; time++) retries.retry('attempt', handle)
    clock.advance(1_000)
    expect(handledAt).toEqual([1])
  })

  it('a callback that we could make nothing of does not delay the one of another attempt', () => {
    retries.retry('attempt', handle)
    clock.advance(1_000)
    retries.retry('other', handle)
    clock.advance(1_000)
    expect(handledAt).toEqual([1, 2])
  })

  it('a callback that we could make nothing of is not handled again where a thousand others wait, until one had its turn', () => {
    const others = Array.from({ length: 1_000 }, (_, index) => `other ${index}`)
    for (const key of others) retries.retry(key, () => Promise.resolve())
    retries.retry('attempt', handle)
    clock.advance(1_000)
    expect(handledAt).toEqual([])
    retries.retry('attempt', handle)
    clock.advance(1_000)
    expect(handledAt).toEqual([2])
  })

  it('a callback that we could make nothing of is handled at once, and for the last time, where the process ends', async () => {
    retries.retry('attempt', handle)
    await retries.stop()
    clock.advance(60_000)
    expect(handledAt).toEqual([0])
  })

  it('a callback that we could make nothing of is not handled again because of an exception alone', async () => {
    let times = 0
    retries.retry('attempt', () => {
      times++
      return Promise.reject(new Error('the database is away'))
    })
    clock.advance(60_000)
    await Promise.resolve()
    expect(times).toBe(1)
  })
})
