import { beforeEach, describe, expect, it } from 'vitest'
import { CallbackPolls, callbackPollIntervalMs } from '../../server/core/callback-polls.ts'
import type { Attempt } from '../../server/core/checkout.ts'
import { newAttempt } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('polls for callbacks', () => {
  let clock: ManualClock
  let polls: CallbackPolls
  let made: [id: string, atMs: number, saysApproved: boolean | undefined][]
  let finish: () => void
  const attempt = newAttempt()
  const poll = (saysApproved = false, of: Attempt = attempt) => {
    let isDone = false
    const result = polls.poll('chk_1', of, saysApproved).then(() => (isDone = true))
    return { result, isDone: () => isDone }
  }
  beforeEach(() => {
    clock = new ManualClock()
    const start = clock.now()
    made = []
    const answer = new Promise<void>((resolve) => {
      finish = resolve
    })
    polls = new CallbackPolls({
      clock,
      worker: {
        pollNow: (_, { id }, saysApproved) => {
          made.push([id, clock.now() - start, saysApproved])
          return answer
        },
      },
    })
  })
  /** Lets everything that is ready run. */
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  it('polls for callbacks are made at once, and are over when the answer is on disk', async () => {
    const first = poll(true)
    expect(made).toEqual([['att_1', 0, true]])
    await settle()
    expect(first.isDone()).toBe(false)
    finish()
    await first.result
    expect(first.isDone()).toBe(true)
  })

  it('polls for callbacks are made no more often than once a second for an attempt, and never dropped', async () => {
    finish()
    poll()
    clock.advance(400)
    const second = poll()
    clock.advance(599)
    await settle()
    expect(made).toHaveLength(1)
    clock.advance(1)
    await second.result
    expect(made.map(([, at]) => at)).toEqual([0, callbackPollIntervalMs])
    clock.advance(callbackPollIntervalMs)
    poll()
    expect(made).toHaveLength(3)
  })

  it('polls for callbacks join the one that waits, which then says what any of them said', async () => {
    finish()
    poll()
    const waiting = [poll(false), poll(true), poll(false)]
    clock.advance(callbackPollIntervalMs)
    await Promise.all(waiting.map(({ result }) => result))
    expect(made).toEqual([
      ['att_1', 0, false],
      ['att_1', callbackPollIntervalMs, true],
    ])
    const next = poll()
    clock.advance(callbackPollIntervalMs)
    await next.result
    expect(made.map(([, at]) => at)).toEqual([0, 1_000, 2_000])
  })

  it('a callback poll does not wait for another attempt', () => {
    poll()
    poll(false, newAttempt({ id: 'att_2' }))
    expect(made.map(([id]) => id)).toEqual(['att_1', 'att_2'])
  })

  it('a poll that waits is made when the process stops', async () => {
    finish()
    poll()
    const second = poll()
    polls.stop()
    await second.result
    expect(made.map(([, at]) => at)).toEqual([0, 0])
    clock.advance(callbackPollIntervalMs)
    await settle()
    expect(made).toHaveLength(2)
  })
})
