import { changed, unchanged } from './change.ts'
import type { Change } from './change.ts'
import { capturedAmount, refundable, refundsOf } from './checkout.ts'
import type {
  Attempt,
  Checkout,
  EventType,
  Input,
  Refund,
  RefundAnswer,
  RefundCommand,
  RefundSettled,
  RefundTries,
  RefundUnsettled,
} from './checkout.ts'

/** After a try, the next one: soon, then ever more rarely. */
const retryDelay = { first: 10_000, most: 60 * 60_000 }

/** What has been tried. Of a refund from before this was written down, one try may have arrived. */
export const triesOf = ({ tries, requestedAt }: Refund): RefundTries =>
  tries ?? {
    ...{ count: 1, withoutEffect: 0, nextAt: requestedAt },
    ...{ firstAt: requestedAt, lastAt: requestedAt },
  }

/** A due time further ahead than any that is ever set was written by a clock that has since been set back. */
export function isRefundDue(refund: Refund, now: number): boolean {
  const { nextAt } = triesOf(refund)
  return refund.status === 'pending' && (nextAt <= now || nextAt > now + retryDelay.most)
}

/** The attempt whose payment a refund gives back. */
export const attemptOfRefund = (
  { attempts, paidAttemptId }: Checkout,
  { attemptId = paidAttemptId ?? undefined }: Refund,
): Attempt | undefined => attempts.find(({ id }) => id === attemptId)

/** Never more than its payment took; what is under way counts, for it may have happened. */
export function askRefund(checkout: Checkout, refund: Refund): Change {
  const isKnown = checkout.refunds.some(({ key }) => key === refund.key)
  const attempt = attemptOfRefund(checkout, refund)
  return isKnown || !attempt || refund.amount > refundable(checkout, attempt)
    ? unchanged(checkout)
    : changed(checkout, { refunds: [...checkout.refunds, refund] })
}

export type AboutRefund = RefundSettled | RefundUnsettled | RefundCommand

export const isRefundInput = (fact: Input): fact is AboutRefund => 'refundId' in fact

/** What is done and heard about a refund that was asked for. */
export function applyToRefund(checkout: Checkout, fact: AboutRefund, now: number): Change {
  const refund = checkout.refunds.find(({ id }) => id === fact.refundId)
  if (!refund) return unchanged(checkout)
  if (fact.type === 'refund_closed') return closeRefund(checkout, refund, fact, now)
  // Asked twice at once, or closed by a person who erred: money that went back did go back.
  if (fact.type === 'refunded') return giveBack(checkout, refund, {}, now)
  if (refund.status !== 'pending') return unchanged(checkout)
  if (fact.type === 'refund_tried') return countTry(checkout, refund, now)
  return fact.type === 'refund_refused' && isOnlyTry(refund)
    ? fail(checkout, refund, {}, now)
    : keepAsking(checkout, refund, fact, now)
}

/**
 * Whether this try alone can have arrived. A provider may refuse a key that it has had before, so that of several tries
 * the refusal of one says nothing about the others.
 */
function isOnlyTry(refund: Refund): boolean {
  const { count, withoutEffect } = triesOf(refund)
  return count - withoutEffect <= 1
}

/** The count is what is kept of it, and no line of the history for each. */
function countTry(checkout: Checkout, refund: Refund, now: number): Change {
  const { count, withoutEffect, firstAt } = triesOf(refund)
  const delay = Math.min(retryDelay.first * 2 ** count, retryDelay.most)
  const tries = {
    ...{ count: count + 1, withoutEffect, nextAt: now + delay },
    ...{ firstAt: firstAt ?? now, lastAt: now },
  }
  return repeated(checkout, refund, { tries })
}

function keepAsking(
  checkout: Checkout,
  refund: Refund,
  fact: RefundSettled | RefundUnsettled,
  now: number,
): Change {
  const tries = triesOf(refund)
  const isRefusal = fact.type === 'refund_refused'
  const isHarmless = isRefusal || (fact.type === 'refund_unsettled' && !fact.effect)
  const type = fact.type === 'refund_unsettled' ? fact.answer : fact.type
  const lastAnswer: RefundAnswer = { ...fact.evidence, type, at: now }
  const patch = {
    lastAnswer,
    tries: { ...tries, withoutEffect: tries.withoutEffect + (isHarmless ? 1 : 0) },
    ...(isRefusal && { doubtedAt: refund.doubtedAt ?? now }),
  }
  const isRepeat = refund.lastAnswer?.type === type && refund.lastAnswer.code === lastAnswer.code
  return isRepeat ? repeated(checkout, refund, patch) : replace(checkout, refund, patch)
}

/** A person's word settles what is pending, and may put right what was taken for failed. */
function closeRefund(
  checkout: Checkout,
  refund: Refund,
  { as, by, note }: RefundCommand & { type: 'refund_closed' },
  now: number,
): Change {
  const closed = { as, by, note, at: now }
  if (as === 'refunded') return giveBack(checkout, refund, { closed }, now)
  return refund.status === 'pending' ? fail(checkout, refund, { closed }, now) : unchanged(checkout)
}

/** More than was paid can go back where a refund was taken for failed and made again: then a person must look. */
function giveBack(checkout: Checkout, refund: Refund, patch: Partial<Refund>, now: number): Change {
  if (refund.status === 'refunded') return unchanged(checkout)
  const settled = { ...patch, status: 'refunded', settledAt: now } as const
  const change = replace(checkout, refund, settled, ['checkout.refunded'])
  if (!exceedsPayment(change.checkout, refund)) return change
  const review = checkout.review ?? 'refund_exceeds_payment'
  const events = [...change.events, 'checkout.review'] as const
  return { checkout: { ...change.checkout, review }, events }
}

const fail = (checkout: Checkout, refund: Refund, patch: Partial<Refund>, now: number): Change =>
  replace(checkout, refund, { ...patch, status: 'failed', settledAt: now }, [
    'checkout.refund_failed',
  ])

function exceedsPayment(checkout: Checkout, refund: Refund): boolean {
  const attempt = attemptOfRefund(checkout, refund)
  if (!attempt) return false
  const givenBack = refundsOf(checkout, attempt).filter(({ status }) => status === 'refunded')
  const sum = givenBack.reduce((total, { amount }) => total + amount, 0)
  return sum > capturedAmount(checkout, attempt)
}

const withRefund = (checkout: Checkout, refund: Refund, patch: Partial<Refund>) =>
  checkout.refunds.map((one) => (one === refund ? { ...one, ...patch } : one))

const replace = (
  checkout: Checkout,
  refund: Refund,
  patch: Partial<Refund>,
  events: readonly EventType[] = [],
): Change => changed(checkout, { refunds: withRefund(checkout, refund, patch) }, events)

/** Only counted: the version, and with it the history, is as it was. */
const repeated = (checkout: Checkout, refund: Refund, patch: Partial<Refund>): Change => ({
  checkout: { ...checkout, refunds: withRefund(checkout, refund, patch) },
  events: [],
  isRepeat: true,
})
