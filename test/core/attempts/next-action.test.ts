import { describe, expect, it } from 'vitest'
import { captureWithinMs } from '../../../server/core/capture.ts'
import type { Checkout } from '../../../server/core/checkout.ts'
import { graceAfterLifetimeMs, nextAction } from '../../../server/core/attempts/next-action.ts'
import type { Timing, Traits } from '../../../server/core/attempts/next-action.ts'
import { checkoutIn, t0 } from '../../support/checkouts.ts'
import type { AttemptPatch } from '../../support/checkouts.ts'

const seconds = 1_000
const minutes = 60 * seconds
const now = t0 + seconds
const pollAt = t0 + 2 * seconds
const cancelAt = t0 + 5 * seconds
const windowEnd = t0 + 180 * seconds

const timing: Timing = {
  ...{ nextPollAt: pollAt, nextCancelAt: cancelAt, mustPoll: false, cancelAgain: false },
  ...{ trackedSince: t0, lastCallAt: t0 },
}
const traits: Traits = { startNotifiesPayer: true, canCancel: true, captureMethod: 'manual' }

interface When extends Partial<Timing>, Partial<Traits> {
  readonly now?: number
}

/** The type and time of the next action, with up to three codes. */
function next(checkout: Checkout, when: When = {}) {
  const action = nextAction(
    checkout,
    { ...timing, ...when },
    { ...traits, ...when },
    3,
    when.now ?? now,
  )
  return action && [action.type, action.at]
}

describe('the next action', () => {
  it('there is no next action without an open attempt', () => {
    expect(next(checkoutIn('open'))).toBeNull()
    expect(next(checkoutIn('open', {}, { attempts: [] }))).toBeNull()
  })

  it('the next action is about the open attempt', () => {
    const checkout = checkoutIn('awaiting_shopper')
    expect(nextAction(checkout, timing, traits, 3, now)).toEqual({
      ...{ type: 'poll', at: pollAt, attempt: checkout.attempts[0] },
    })
  })

  it.each(['awaiting_shopper', 'awaiting_code', 'confirming'] as const)(
    'the next action is a poll in time while the checkout is %s',
    (status) => {
      expect(next(checkoutIn(status))).toEqual(['poll', pollAt])
    },
  )
})

describe('the end of the approval window', () => {
  it('the end of the approval window comes before a poll that is due later, and not before one that is due then', () => {
    const before = checkoutIn('awaiting_shopper')
    expect(next(before, { nextPollAt: windowEnd + 1 })).toEqual(['expire_attempt', windowEnd])
    expect(next(before, { nextPollAt: windowEnd })).toEqual(['poll', windowEnd])
  })

  it.each<[string, Checkout]>([
    ['a cancellation was requested', checkoutIn('awaiting_shopper', { cancelRequested: 'shop' })],
    ['the shopper was told of an end', checkoutIn('open', { endedAt: null })],
    ['the checkout is final', checkoutIn('paid', { endedAt: null, outcome: null, reason: null })],
  ])('the end of the approval window does not matter once %s', (_, before) => {
    expect(next(before, { nextCancelAt: windowEnd + 1 })).toEqual(['cancel', windowEnd + 1])
  })

  it('the end of the approval window does not matter once the payer has approved', () => {
    const when = { nextPollAt: windowEnd + 1 }
    expect(next(checkoutIn('confirming'), when)).toEqual(['poll', windowEnd + 1])
  })
})

describe('the end of the lifetime', () => {
  const ending = { expiresAt: pollAt - 1 }

  it('the end of the lifetime comes before a poll that is due later, and not before one that is due then', () => {
    for (const status of ['awaiting_shopper', 'confirming'] as const) {
      expect(next(checkoutIn(status, {}, ending))).toEqual(['expire_checkout', pollAt - 1])
      expect(next(checkoutIn(status, {}, { expiresAt: pollAt }))).toEqual(['poll', pollAt])
    }
  })

  it.each<[string, Checkout]>([
    [
      'the checkout is closing',
      checkoutIn(
        'awaiting_shopper',
        { cancelRequested: 'shop' },
        { ...ending, closing: 'expired' },
      ),
    ],
    [
      'the checkout is final',
      checkoutIn('paid', { endedAt: null, outcome: null, reason: null }, ending),
    ],
  ])('the end of the lifetime does not matter once %s', (_, before) => {
    expect(next(before)).toEqual(['cancel', cancelAt])
  })

  it('the end of the lifetime comes at once when it has passed with an approval that is to be given back', () => {
    const before = checkoutIn('confirming', { approvedAt: t0 }, { expiresAt: now })
    expect(next(before)).toEqual(['expire_checkout', -Infinity])
  })
})

describe('a cancellation', () => {
  const canceled = checkoutIn('awaiting_shopper', { cancelRequested: 'shopper' })

  it('a cancellation is sent when it may be', () => {
    expect(next(canceled)).toEqual(['cancel', cancelAt])
  })

  it.each<[string, When]>([
    ['the provider has no call for it', { canCancel: false }],
    ['the answer to a call was lost', { mustPoll: true }],
  ])('a cancellation gives way to a poll when %s', (_, when) => {
    expect(next(canceled, when)).toEqual(['poll', pollAt])
  })

  it('a refused cancellation is sent again only when the provider has contradicted itself', () => {
    const refused = checkoutIn('awaiting_shopper', { cancelRequested: 'shop', cancelRefused: true })
    expect(next(refused)).toEqual(['poll', pollAt])
    expect(next(refused, { cancelAgain: true })).toEqual(['cancel', cancelAt])
  })
})

describe('codes from an SMS', () => {
  const codes = (patch: AttemptPatch) => checkoutIn('awaiting_code', patch)

  it('codes from an SMS are too many when the last one allowed was wrong', () => {
    expect(next(codes({ codeRefused: true, codesTried: 3 }))).toEqual(['too_many_codes', -Infinity])
  })

  it.each<[string, AttemptPatch]>([
    ['there are tries left', { codeRefused: true, codesTried: 2 }],
    ['the last one is not answered', { codeRefused: false, codesTried: 3 }],
  ])('codes from an SMS are not too many while %s', (_, patch) => {
    expect(next(codes(patch))).toEqual(['poll', pollAt])
  })

  it.each([
    ['the payer has approved', checkoutIn('confirming', { codeRefused: true, codesTried: 3 })],
    [
      'the shopper was told that the request has ended',
      checkoutIn('open', {
        ...{ endedAt: null, outcome: 'declined', reason: 'declined' },
        ...{ codeRefused: true, codesTried: 3 },
      }),
    ],
  ])('codes from an SMS are of no interest once %s', (_, checkout) => {
    expect(next(checkout)).not.toEqual(['too_many_codes', -Infinity])
  })

  it('an attempt is canceled once for too many wrong codes from an SMS', () => {
    const canceled = codes({ codeRefused: true, codesTried: 3, cancelRequested: 'wrong_code' })
    expect(next(canceled)).toEqual(['cancel', cancelAt])
  })
})

describe('an approval', () => {
  const approved = (patch: AttemptPatch = {}, more: Partial<Checkout> = {}) =>
    checkoutIn('confirming', { approvedAt: t0, ...patch }, more)
  const tooLate = t0 + captureWithinMs

  it('an approval is polled for while it is wanted, also when the shopper asked to cancel before', () => {
    expect(next(approved({ cancelRequested: 'shopper' }))).toEqual(['poll', pollAt])
  })

  it('an approval is released once it was not captured in time, and canceled then', () => {
    expect(next(approved(), { now: tooLate - 1 })).toEqual(['poll', pollAt])
    expect(next(approved(), { now: tooLate })).toEqual(['release', -Infinity])
    const released = approved({ cancelRequested: 'capture_timeout' })
    expect(next(released, { now: tooLate })).toEqual(['cancel', cancelAt])
  })

  it('an approval is released when the checkout is closing, also after the lifetime', () => {
    const closing = approved({}, { closing: 'expired', expiresAt: t0 })
    expect(next(closing)).toEqual(['release', -Infinity])
  })
})

describe('a request whose id is not known', () => {
  const lostAt = windowEnd + 30 * seconds
  const canceled = { cancelRequested: 'approval_timeout' } as const
  const lost = (patch: AttemptPatch = {}, more: Partial<Checkout> = {}) =>
    checkoutIn('starting', { ...canceled, ...patch }, more)

  it('a request whose id is not known is given half a minute after its window to show up', () => {
    expect(next(lost())).toEqual(['abandon_start', lostAt])
    expect(next(lost({ uncertain: true }))).toEqual(['abandon_start', lostAt])
    expect(next(checkoutIn('starting'))).toEqual(['expire_attempt', windowEnd])
  })

  it('a request whose id is not known is given the whole lifetime where an approval takes the money at once', () => {
    const automatic = { captureMethod: 'automatic' } as const
    const expiresAt = t0 + 60 * minutes
    const closing = { closing: 'expired', expiresAt } as const
    expect(next(lost({}, closing), automatic)).toEqual(['abandon_start', expiresAt])
    const short = { closing: 'expired', expiresAt: t0 } as const
    expect(next(lost({}, short), automatic)).toEqual(['abandon_start', lostAt])
  })

  it('a request whose id is not known is given up at once where the payer cannot have heard of it', () => {
    const silent = { startNotifiesPayer: false }
    expect(next(lost({ uncertain: true }), silent)).toEqual(['abandon_start', -Infinity])
    expect(next(lost({ uncertain: false }), silent)).toEqual(['abandon_start', lostAt])
  })

  it('a request whose id is not known is given the same half a minute when the payer has approved it', () => {
    const approved = checkoutIn('confirming', { providerRef: null, approvedAt: t0 })
    expect(next(approved)).toEqual(['abandon_start', lostAt])
  })

  it('a request whose id is not known is given up rather than put in review', () => {
    const late = lost(
      { approvalExpiresAt: t0 + 60 * minutes },
      { closing: 'expired', expiresAt: t0 },
    )
    expect(next(late, { lastCallAt: t0 + 60 * minutes })).toEqual([
      ...['abandon_start', t0 + 60.5 * minutes],
    ])
  })
})

describe('a review of an attempt that never ends', () => {
  const graceMs = graceAfterLifetimeMs.canCancel
  const at = t0 + graceMs
  const over = (patch: AttemptPatch = {}) =>
    checkoutIn(
      'awaiting_shopper',
      { cancelRequested: 'approval_timeout', cancelSentAt: t0, ...patch },
      { expiresAt: t0, closing: 'expired' },
    )
  const lastCallAt = at - 60 * seconds
  const when = { mustPoll: true, nextPollAt: at + 1, nextCancelAt: at + 1, lastCallAt }

  it('a review of an attempt that never ends is requested 15 minutes after the lifetime, or 60 without a call to cancel', () => {
    expect(graceAfterLifetimeMs).toEqual({ canCancel: 15 * minutes, cannotCancel: 60 * minutes })
    expect(next(over(), when)).toEqual(['request_review', at])
    const hour = t0 + 60 * minutes
    const without = { ...when, canCancel: false, nextPollAt: hour + 1 }
    expect(next(over({ cancelSentAt: null }), { ...without, lastCallAt: hour })).toEqual([
      ...['request_review', hour],
    ])
    expect(next(over(), { ...without, nextPollAt: hour })).toEqual(['poll', hour])
  })

  it('a review of an attempt that never ends names the attempt', () => {
    const before = over()
    expect(nextAction(before, { ...timing, ...when }, traits, 3, now)).toEqual({
      ...{ type: 'request_review', at, attempt: before.attempts[0] },
    })
  })

  it('a review of an attempt that never ends waits for a poll that is due before or then', () => {
    expect(next(over(), { ...when, nextPollAt: at })).toEqual(['poll', at])
  })

  it('a review of an attempt that never ends waits for a provider that was not called within the last minute', () => {
    expect(next(over(), { ...when, lastCallAt: lastCallAt - 1 })).toEqual(['poll', at + 1])
  })

  it('a review of an attempt that never ends waits five minutes in a process that has just started', () => {
    const trackedSince = at
    const then = at + 5 * minutes
    const started = { ...when, trackedSince, lastCallAt: then, nextPollAt: then }
    expect(next(over(), started)).toEqual(['poll', then])
    expect(next(over(), { ...started, nextPollAt: then + 1 })).toEqual(['request_review', then])
  })

  it('a review of an attempt that never ends waits for the first cancellation, and for no other', () => {
    const cancel = { ...when, mustPoll: false }
    expect(next(over({ cancelSentAt: null }), cancel)).toEqual(['cancel', at + 1])
    expect(next(over(), cancel)).toEqual(['request_review', at])
  })
})
