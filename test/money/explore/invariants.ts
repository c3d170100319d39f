import { isToBeCanceled } from '../../../server/core/capture.ts'
import { openAttempt } from '../../../server/core/checkout.ts'
import type { Checkout } from '../../../server/core/checkout.ts'
import { moves } from '../../../server/core/transition.ts'
import { isFinal } from '../../../server/protocol/index.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { cartOf } from './provider-model.ts'
import type { Fault } from './provider-model.ts'
import { codeTries } from './live-replica.ts'
import { amount, approvalTimeoutMs, refundAmount, timeOf } from './world.ts'
import type { Call, Mode, Operation, World } from './world.ts'

/** A state that must not be. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

function must(isSo: boolean, invariant: string, what: () => string): void {
  if (!isSo) throw new Violation(`${invariant}: ${what()}`)
}

/** Lines of the history that report nothing about the end of an attempt. */
const undecided: ReadonlySet<string> = new Set([
  ...['unknown', 'pending', 'requested', 'too_late_to_cancel', 'cancel_requested'],
  ...['cancel_sent', 'decision_requested', 'capture_requested', 'capture_timed_out'],
])

/** What holds of every change that is written. */
export function checkSave(
  world: World,
  { checkout: after, entries }: Operation & { readonly type: 'save' },
  fault: Fault | 'none',
): void {
  const { disk: before } = world
  const types = entries.map(({ type }) => type)
  if (fault === 'absent') checkAbsence(world, after)
  const legal: readonly Status[] = [...moves[before.status], before.status]
  must(
    legal.includes(after.status) || entries.length > 1,
    'I5',
    () => `${before.status} became ${after.status}`,
  )
  if (before.status === 'paid')
    must(after.status === 'paid' || after.review === 'paid_twice', 'I5', () => 'a payment is gone')
  const isUndecided = types.every((type) => undecided.has(type))
  if (!isUndecided) return
  const isEnded = (checkout: Checkout) =>
    checkout.attempts.filter(({ endedAt, outcome }) => endedAt !== null || outcome !== null).length
  must(isEnded(after) === isEnded(before), 'unknown', () => `${types.join()} ended an attempt`)
  must(
    !isFinal(after.status) || isFinal(before.status),
    'unknown',
    () => `${types.join()} made it ${after.status}`,
  )
}

/** An absence that may only mean "not visible yet", or that follows an approval, ends nothing before it is repeated. */
function checkAbsence({ disk: before, moment }: World, after: Checkout): void {
  for (const { id, doubt, outcome, endedAt } of before.attempts) {
    if (outcome !== null || endedAt !== null || doubt?.about === 'absence') continue
    const isEarly = moment === 0 || before.status === 'confirming'
    const now = after.attempts.find((attempt) => attempt.id === id)
    const isEnded = now?.outcome != null || now?.endedAt != null
    must(!isEarly || !isEnded, 'absence', () => `one absence ended ${id}`)
  }
}

/** What holds when a request leaves a process. */
export function checkCall(world: World, index: number, call: Call, mode: Mode): void {
  const { disk, owner, unasked, misreported } = world
  const { attemptId } = call
  if (call.call === 'check') return
  const attempt = disk.attempts.find(({ id }) => id === attemptId)
  must(attempt !== undefined, 'I2', () => `${call.call} of ${attemptId} is not on disk`)
  must(owner === index, 'owner', () => `${call.call} of ${attemptId} was sent by a former owner`)
  if (!attempt) return
  if (call.call === 'refund') {
    const refund = disk.refunds.find(({ id }) => id === call.detail)
    must(refund?.status === 'pending', 'refund', () => `${call.detail} is not pending on disk`)
    must((refund?.tries?.count ?? 0) > 0, 'refund', () => 'a try is sent before it is counted')
  }
  if (call.call === 'code') {
    must(attempt.codesTried <= codeTries, 'code', () => `${attempt.codesTried} codes`)
    must(attempt.uncertain, 'code', () => 'a code is sent before it is on disk')
    const { state } = cartOf(world, attemptId) ?? {}
    must(state !== 'reserved', 'code', () => 'a code for a reservation takes the money unseen')
  }
  const isCapture = call.call === 'capture' || call.call === 'answer'
  // That it is paid may be said again.
  if (isCapture && attempt.paidAt === null) {
    must(attempt.captureRequestedAt !== null, 'I2', () => 'a capture without an intent')
    must(disk.status === 'confirming', 'I2', () => `a capture while it is ${disk.status}`)
    must(openAttempt(disk)?.id === attemptId, 'I2', () => 'a capture of another attempt')
    must(disk.closing === null, 'I2', () => 'a capture while it is closing')
    must(!misreported.includes(attemptId), 'I2', () => 'a capture of another amount')
    must(attempt.doubt === null, 'I2', () => 'a capture in doubt')
    // The answer to a callback completes the sale that it is about, once.
    const isAsked = call.call === 'answer' || !unasked.includes(attemptId)
    must(isAsked, 'I1', () => 'a second capture without a question between')
    must(!mode.gate || attempt.shopDecision === 'approve', 'gate', () => 'a capture without a yes')
  }
  if (call.call === 'cancel') {
    must(attempt.cancelSentAt !== null, 'I2', () => 'a cancellation without an intent')
    must(
      attempt.endedAt !== null || isToBeCanceled(disk, attempt),
      'I2',
      () => 'a cancellation that nobody wants',
    )
  }
  if (call.call === 'start')
    for (const earlier of disk.attempts)
      if (earlier.id !== attemptId) checkOver(world, earlier.id, mode)
}

/** Before another request goes out, the one before it cannot take money any more. */
function checkOver(world: World, attemptId: string, { captureMethod, skewMs }: Mode): void {
  const { carts, disk, moment, wire } = world
  const cart = cartOf({ carts }, attemptId)
  const isOnItsWay = wire.some((call) => call.call === 'start' && call.attemptId === attemptId)
  if (cart ? cart.state === 'canceled' : !isOnItsWay) return
  // Whoever approves such a request is never charged, unless the approval itself takes the money: it is unknown here and its
  // time is over, or it is a reservation that the provider will not cancel.
  const attempt = disk.attempts.find(({ id }) => id === attemptId)
  const isLost =
    attempt?.reason === 'outcome_unknown' &&
    timeOf(moment, Math.max(skewMs, 0)) >= attempt.startedAt + approvalTimeoutMs
  const isReleased = cart?.state === 'reserved' && attempt?.cancelRefused === true
  const isCaptured = wire.some(
    ({ call, attemptId: id }) => (call === 'capture' || call === 'answer') && id === attemptId,
  )
  const isHarmless = captureMethod !== 'automatic' && (isLost || isReleased) && !isCaptured
  must(
    isHarmless,
    'I9',
    () => `a second request while ${attemptId} is ${cart?.state ?? 'on its way'}`,
  )
}

/** No more goes back than was taken, and only what is known here. */
function checkRefunds(
  carts: World['carts'],
  { refunds: known }: Checkout,
  told: readonly string[],
): void {
  for (const { attemptId, refunds, captures } of carts) {
    const taken = captures * amount
    must(
      refunds.length * refundAmount <= taken,
      'refund',
      () => `${refunds.length} refunds of ${attemptId}`,
    )
    for (const id of refunds) {
      const here = known.find((refund) => refund.id === id)
      must(here !== undefined, 'refund', () => `${id} is not known here`)
      must(here?.status !== 'failed', 'refund', () => `${id} was made and is called failed`)
    }
  }
  const made = carts.flatMap(({ refunds }) => refunds)
  for (const { id, status } of known) {
    if (status !== 'refunded') continue
    must(made.includes(id), 'refund', () => `${id} is called made and was not`)
    must(told.includes(id), 'refund', () => `nobody was told of ${id}`)
  }
}

/** What holds of every state. */
export function checkWorld({ carts, disk, told }: World): void {
  checkRefunds(carts, disk, told)
  const captured = carts.filter(({ captures }) => captures > 0)
  must(captured.length <= 1, 'I1', () => `${captured.length} carts were captured`)
  for (const { captures, attemptId } of carts)
    must(captures <= 1, 'I1', () => `${attemptId} was captured ${captures} times`)
  const open = disk.attempts.filter(({ endedAt }) => endedAt === null)
  must(open.length <= 1, 'I9', () => 'two attempts are open')
  must(open.length === 0 || open[0] === disk.attempts.at(-1), 'I9', () => 'an older one is open')
  const { status, paidAttemptId } = disk
  if (status === 'paid')
    must(
      captured.some(({ attemptId }) => attemptId === paidAttemptId),
      'I4',
      () => `${paidAttemptId} is paid here, and not at the provider`,
    )
  const payment = disk.attempts.find(({ id }) => id === paidAttemptId)
  if (status === 'paid')
    must(
      payment?.paidAmount === amount,
      'I2',
      () => `${payment?.paidAmount} is taken for the price`,
    )
  const paid = disk.attempts.filter(({ paidAt }) => paidAt !== null)
  for (const { id, paidAmount } of paid)
    must(told.includes(`${id} ${paidAmount}`), 'I13', () => `nobody was told of ${id}`)
  if (paid.length > 1)
    must(
      disk.review === 'paid_twice' && told.includes('review paid_twice'),
      'I13',
      () => 'a second payment without a review',
    )
  if (status === 'review')
    must(told.includes(`review ${disk.review}`), 'I13', () => 'a review that nobody was told of')
}
