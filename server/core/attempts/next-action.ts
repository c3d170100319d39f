import { isFinal } from '../../protocol/index.ts'
import type { Provider } from '../provider.ts'
import { pollLimits } from './backoff.ts'
import { isToBeCanceled, isToBeReleased } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { CaptureMethod, Attempt, Checkout } from '../checkout.ts'

/** What is to be done next about a checkout, and when. */
export type Action = { readonly at: number } & (
  | { readonly type: 'expire_checkout' }
  /** The payer did not approve in time. */
  | { readonly type: 'expire_attempt'; readonly attempt: Attempt }
  /** The approval was not captured in time: the reservation is to be given back. */
  | { readonly type: 'release'; readonly attempt: Attempt }
  /** The request may not have arrived, and neither a callback nor the time has shown that it did. */
  | { readonly type: 'abandon_start'; readonly attempt: Attempt }
  /** The provider's time is over: a person must find out. */
  | { readonly type: 'request_review'; readonly attempt: Attempt }
  | { readonly type: 'too_many_codes'; readonly attempt: Attempt }
  | { readonly type: 'cancel'; readonly attempt: Attempt }
  | { readonly type: 'poll'; readonly attempt: Attempt }
)

/** What the process remembers of an attempt between two actions. After a restart it begins anew. */
export interface Timing {
  /** The earliest time of the next poll. */
  readonly nextPollAt: number
  /** The earliest time of the next cancellation. */
  readonly nextCancelAt: number
  /** A call may have had an effect, and the provider was not polled since. */
  readonly mustPoll: boolean
  /** A refused cancellation is to be tried again: the provider has contradicted itself since. */
  readonly cancelAgain: boolean
  readonly trackedSince: number
  /** When the last result of a call to the provider came in. */
  readonly lastCallAt: number
}

/** After the approval timeout, how long a lost request is given to show up before the shopper may try again. */
const graceAfterApprovalTimeoutMs = 30_000

/**
 * After the lifetime, how long the provider is given to say how the attempt ended before a review: longer where it has no
 * call to cancel, so that its own session must end first.
 */
export const graceAfterLifetimeMs = { canCancel: 15 * 60_000, cannotCancel: 60 * 60_000 }

/**
 * A process that starts after all of that goes on for this long first: several cancellations in a row may be lost, each of which takes as
 * long as a lost answer.
 */
const graceAfterStartMs = 5 * 60_000

/** A poll this long before the review is recent enough: two intervals, at the slowest. */
const polledRecentlyMs = 2 * pollLimits.maxMs

/** What the next action depends on of the provider. */
export type Traits = Pick<Provider, 'startNotifiesPayer' | 'canCancel'> & {
  readonly captureMethod: CaptureMethod
}

/** Null: there is nothing left to do. */
export function nextAction(
  checkout: Checkout,
  timing: Timing,
  traits: Traits,
  codeTries: number,
  now: number,
): Action | null {
  const attempt = openAttempt(checkout)
  // Without an open attempt, `CheckoutExpirer` closes the checkout.
  if (!attempt) return null
  const next = dueAction(checkout, attempt, timing, traits, codeTries, now)
  if (next.type === 'abandon_start') return next
  // Every attempt ends, whatever the provider says. But the provider is polled, and asked to cancel, before a review is
  // requested, also by a process that stood still meanwhile, or whose disk was full.
  const grace = graceAfterLifetimeMs[traits.canCancel ? 'canCancel' : 'cannotCancel']
  const at = Math.max(checkout.expiresAt + grace, timing.trackedSince + graceAfterStartMs)
  const isUntried = next.type === 'cancel' && attempt.cancelSentAt === null
  const isPolled = timing.lastCallAt >= at - polledRecentlyMs && !isUntried
  return isPolled && next.at > at ? { type: 'request_review', at, attempt } : next
}

function dueAction(
  checkout: Checkout,
  attempt: Attempt,
  timing: Timing,
  traits: Traits,
  codeTries: number,
  now: number,
): Action {
  const isOver = isFinal(checkout.status)
  const { codeRefused, codesTried, cancelRequested, approvalExpiresAt } = attempt
  const isWaiting =
    checkout.status !== 'confirming' && cancelRequested === null && attempt.outcome === null
  if (codeRefused && codesTried >= codeTries && isWaiting)
    return { type: 'too_many_codes', at: -Infinity, attempt }
  const next =
    checkout.status === 'confirming'
      ? whileApproved(checkout, attempt, timing, traits, now)
      : whileWaiting(checkout, attempt, timing, traits)
  if (checkout.closing === null && !isOver && checkout.expiresAt < next.at)
    return { type: 'expire_checkout', at: checkout.expiresAt }
  return isWaiting && !isOver && approvalExpiresAt < next.at
    ? { type: 'expire_attempt', at: approvalExpiresAt, attempt }
    : next
}

function whileApproved(
  checkout: Checkout,
  attempt: Attempt,
  timing: Timing,
  traits: Traits,
  now: number,
): Action {
  const { providerRef, cancelRequested } = attempt
  if (providerRef === null)
    return { type: 'abandon_start', at: lostAt(checkout, attempt, traits), attempt }
  if (!isToBeReleased(checkout, attempt, now))
    return { type: 'poll', at: timing.nextPollAt, attempt }
  if (checkout.closing === null && now >= checkout.expiresAt)
    return { type: 'expire_checkout', at: -Infinity }
  return cancelRequested === null
    ? { type: 'release', at: -Infinity, attempt }
    : cancelOrPoll(attempt, timing, traits)
}

function whileWaiting(
  checkout: Checkout,
  attempt: Attempt,
  timing: Timing,
  traits: Traits,
): Action {
  const { providerRef, uncertain } = attempt
  if (providerRef !== null)
    return isToBeCanceled(checkout, attempt)
      ? cancelOrPoll(attempt, timing, traits)
      : { type: 'poll', at: timing.nextPollAt, attempt }
  // While the call itself is out, the turn is taken: by now its answer is lost.
  const at = !traits.startNotifiesPayer && uncertain ? -Infinity : lostAt(checkout, attempt, traits)
  return { type: 'abandon_start', at, attempt }
}

/** After a lost answer the provider is polled before a call is repeated. */
function cancelOrPoll(
  attempt: Attempt,
  { nextPollAt, nextCancelAt, mustPoll, cancelAgain }: Timing,
  { canCancel }: Traits,
): Action {
  const mayCancel = canCancel && !mustPoll && (!attempt.cancelRefused || cancelAgain)
  return mayCancel
    ? { type: 'cancel', at: nextCancelAt, attempt }
    : { type: 'poll', at: nextPollAt, attempt }
}

/** When a request that may have arrived is harmless, or as harmless as it gets. */
function lostAt(checkout: Checkout, attempt: Attempt, { captureMethod }: Traits): number {
  const harmlessAt = attempt.approvalExpiresAt + graceAfterApprovalTimeoutMs
  return captureMethod === 'automatic' ? Math.max(harmlessAt, checkout.expiresAt) : harmlessAt
}
