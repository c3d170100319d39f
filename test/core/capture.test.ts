import { describe, expect, it } from 'vitest'
import {
  isToBeCanceled,
  isToBeReleased,
  mayCapture,
  needsDecision,
} from '../../server/core/capture.ts'
import type { Checkout } from '../../server/core/checkout.ts'
import { statuses } from '../../server/protocol/index.ts'
import { checkoutIn, later, newAttempt, t0 } from '../support/checkouts.ts'
import type { AttemptPatch } from '../support/checkouts.ts'

const minutes = 60_000
const canceled = { cancelRequested: 'shopper', cancelSentAt: t0 } as const
const newest = ({ attempts }: Checkout) => attempts.at(-1)!

describe('an approval', () => {
  it('an approval may be captured only while the checkout is to be confirmed', () => {
    const able = statuses.filter((status) => {
      const checkout = checkoutIn(status, { approvedAt: t0, endedAt: null })
      return mayCapture(checkout, newest(checkout), later)
    })
    expect(able).toEqual(['confirming'])
  })

  it('an approval may be captured for the open attempt alone', () => {
    const older = newAttempt({ endedAt: t0, outcome: 'expired', reason: 'no_answer' })
    const open = newAttempt({ id: 'att_2', approvedAt: t0 })
    const checkout = checkoutIn('confirming', {}, { attempts: [older, open] })
    expect(mayCapture(checkout, open, later)).toBe(true)
    expect(mayCapture(checkout, older, later)).toBe(false)
    const over = checkoutIn('confirming', {}, { attempts: [older] })
    expect(mayCapture(over, older, later)).toBe(false)
  })

  it('an approval may not be captured while something odd was said of it', () => {
    const doubt = { about: 'amount_mismatch', count: 1 } as const
    const checkout = checkoutIn('confirming', { approvedAt: t0, doubt })
    expect(mayCapture(checkout, newest(checkout), later)).toBe(false)
  })

  it.each<[what: string, isReleased: boolean, AttemptPatch, Partial<Checkout>, now: number]>([
    ['it is wanted', false, {}, {}, later],
    ['it was not reported yet', false, { approvedAt: null }, {}, later],
    ['the shopper asked to cancel', false, { cancelRequested: 'shopper' }, {}, later],
    ['a canceled one waits for its callback', false, canceled, {}, t0 + 30_000 - 1],
    ['a canceled one has waited for its callback', true, canceled, {}, t0 + 30_000],
    ['its cancellation is refused', false, { ...canceled, cancelRefused: true }, {}, later],
    ['its capture was asked for', false, { ...canceled, captureRequestedAt: t0 }, {}, later],
    ['the window is over', false, { cancelRequested: 'approval_timeout' }, {}, later],
    ['the shop agrees', false, { shopDecision: 'approve' }, {}, later],
    ['the lifetime ends in a moment', false, {}, { expiresAt: later }, later - 1],
    ['five minutes are nearly over', false, {}, {}, t0 + 5 * minutes - 1],
    ['five minutes are over', true, {}, {}, t0 + 5 * minutes],
    ['the lifetime is over', true, {}, { expiresAt: later }, later],
    ['the checkout is closing', true, {}, { closing: 'expired' }, later],
    ['the shop refuses', true, { shopDecision: 'deny' }, {}, later],
    ['the shop cancels', true, { cancelRequested: 'shop' }, {}, later],
    ['the capture took too long', true, { cancelRequested: 'capture_timeout' }, {}, later],
  ])('an approval is to be given back when %s: %s', (_, isReleased, patch, more, now) => {
    const checkout = checkoutIn('confirming', { approvedAt: t0, ...patch }, more)
    expect(isToBeReleased(checkout, newest(checkout), now)).toBe(isReleased)
    expect(mayCapture(checkout, newest(checkout), now)).toBe(!isReleased)
  })
})

describe('an attempt', () => {
  const waits = { endedAt: null, outcome: null, reason: null } as const

  it.each<[what: string, isCanceled: boolean, Checkout]>([
    ['nothing asks for it', false, checkoutIn('awaiting_shopper')],
    ['that was requested', true, checkoutIn('awaiting_shopper', { cancelRequested: 'shopper' })],
    ['the shopper was told of an end', true, checkoutIn('open', { endedAt: null })],
    ['another one has paid', true, checkoutIn('paid', waits)],
    ['the checkout is in review', true, checkoutIn('review', waits)],
  ])('an attempt is to be canceled when %s: %s', (_, isCanceled, checkout) => {
    expect(isToBeCanceled(checkout, newest(checkout))).toBe(isCanceled)
  })
})

describe('the yes of the shop', () => {
  const connection = { api: 'v1', account: '', captureMethod: 'manual', publicUrl: '' } as const
  const asked = {
    connection: { ...connection, asksShop: true },
    decisionRequestedAt: null,
  } as const
  it.each([
    ['it can be asked', true, { connection, decisionRequestedAt: null }, true],
    ['it was to be asked at the start', true, asked, false],
    ['the question has gone out', true, { connection, decisionRequestedAt: t0 }, false],
    ['it was never to be asked', false, { connection, decisionRequestedAt: null }, false],
    [
      'nothing is known of the start',
      false,
      { connection: null, decisionRequestedAt: null },
      false,
    ],
  ])('the yes of the shop is needed for a capture where %s: %s', (_, isNeeded, attempt, canAsk) => {
    expect(needsDecision(attempt, canAsk)).toBe(isNeeded)
  })
})
