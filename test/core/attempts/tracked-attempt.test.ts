import { describe, expect, it } from 'vitest'
import { PollSlots } from '../../../server/core/attempts/poll-slots.ts'
import { follow, newTracked } from '../../../server/core/attempts/tracked-attempt.ts'
import { checkoutIn, later, newAttempt, t0 } from '../../support/checkouts.ts'
import type { AttemptPatch } from '../../support/checkouts.ts'

const clock = { now: () => t0, monotonic: () => 5_000 }

describe('an attempt that a process follows', () => {
  it('an attempt that a process follows begins with nothing remembered', () => {
    const checkout = checkoutIn('awaiting_shopper')
    expect(newTracked(checkout, later, clock)).toEqual({
      ...{ checkout, nextPollAt: later, trackedSince: t0 },
      ...{ nextCancelAt: -Infinity, lastCallAt: -Infinity, mustPoll: false, cancelAgain: false },
      underWay: { cancel: -Infinity, capture: -Infinity, code: -Infinity },
      ...{ isUnseen: false, lagsUntil: -Infinity, failures: 0, repeats: 0, standstills: 0 },
      ...{ isStalled: false, turn: null, pendingPoll: null },
    })
  })

  it.each<[what: string, mustPoll: boolean, AttemptPatch]>([
    ['no call is unanswered', false, {}],
    ['a cancellation may have been sent', true, { cancelSentAt: t0 }],
    ['a capture may have been sent', true, { captureRequestedAt: t0 }],
    ['an answer was lost', true, { uncertain: true }],
  ])(
    'an attempt that a process follows is polled before any call is repeated when %s: %s',
    (_, mustPoll, patch) => {
      expect(newTracked(checkoutIn('confirming', patch), later, clock).mustPoll).toBe(mustPoll)
    },
  )

  it.each<[call: string, AttemptPatch]>([
    ['cancel', { cancelSentAt: t0, cancelRefused: true }],
    ['capture', { captureRequestedAt: t0 }],
    ['code', { codesTried: 1, uncertain: true }],
  ])(
    'an attempt that a process follows may have a call of an earlier process under way for a minute: %s',
    (call, patch) => {
      const { underWay } = newTracked(checkoutIn('confirming', patch), later, clock)
      const none = { cancel: -Infinity, capture: -Infinity, code: -Infinity }
      expect(underWay).toEqual({ ...none, [call]: 65_000 })
    },
  )

  it('a checkout that a process follows need not be polled without an open attempt', () => {
    const checkout = checkoutIn('open', { cancelSentAt: t0, uncertain: true })
    expect(newTracked(checkout, later, clock).mustPoll).toBe(false)
    expect(newTracked(checkoutIn('open', {}, { attempts: [] }), later, clock).mustPoll).toBe(false)
  })

  const second = newAttempt({ id: 'att_2' })
  it.each([
    ['keeps', 'a newer state of the same', checkoutIn('awaiting_code'), later],
    ['keeps', 'the end of the attempt', checkoutIn('open'), later],
    ['drops', 'another attempt', checkoutIn('starting', {}, { attempts: [second] }), -Infinity],
  ])('a process %s what it remembers of an attempt with %s', (_, __, checkout, nextPollAt) => {
    const tracked = newTracked(checkoutIn('awaiting_shopper'), later, clock)
    tracked.failures = 3
    tracked.mustPoll = true
    follow(tracked, checkout)
    expect(tracked.checkout).toBe(checkout)
    expect(tracked.nextPollAt).toBe(nextPollAt)
    expect(tracked.failures).toBe(nextPollAt === later ? 3 : 0)
    expect(tracked.mustPoll).toBe(nextPollAt === later)
  })

  it('a process keeps what it remembers when the first attempt comes', () => {
    const tracked = newTracked(checkoutIn('open'), later, clock)
    follow(tracked, checkoutIn('starting', {}, { attempts: [second] }))
    expect(tracked.nextPollAt).toBe(later)
  })
})

describe('the slots for polls', () => {
  it('the slots for polls are full when as many are out as there may be, and free again after a release', () => {
    const slots = new PollSlots(2)
    slots.take('netgiro')
    expect(slots.isFull('netgiro')).toBe(false)
    slots.take('netgiro')
    expect(slots.isFull('netgiro')).toBe(true)
    expect(slots.isFull('avarda')).toBe(false)
    slots.take('netgiro')
    slots.release('netgiro')
    expect(slots.isFull('netgiro')).toBe(true)
    slots.release('netgiro')
    expect(slots.isFull('netgiro')).toBe(false)
  })

  it('the slots for polls tell of each release', () => {
    const slots = new PollSlots(1)
    slots.take('netgiro')
    slots.take('netgiro')
    let released = 0
    slots.release('netgiro')
    slots.onFree(() => released++)
    slots.release('netgiro')
    expect(released).toBe(1)
  })
})
