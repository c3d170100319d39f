import { isFinal } from '../../protocol/index.ts'
import type { Provider } from '../provider.ts'
import { pollLimits } from './backoff.ts'
import { isToBeCanceled, isToBeReleased } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { CaptureMethod, Attempt, Checkout } from '../checkout.ts'

/** What is to be done next about a checkout, and when. */
export type Action = { readonly at: number } & (
  | { readonly do: 'close' }
  | { readonly do: 'end_window'; readonly attempt: Attempt }
  /** An approval that was not captured in time: the reservation is to be given back. */
  | { readonly do: 'release'; readonly attempt: Attempt }
  /** The request is out and it was never told whether it arrived: only a callback, or time, can help. */
  | { readonly do: 'give_up_lost'; readonly attempt: Attempt }
  /** The provider has had its time: a person must find out. */
  | { readonly do: 'call_person'; readonly attempt: Attempt }
  /** One wrong code too many. */
  | { readonly do: 'end_codes'; readonly attempt: Attempt }
  | { readonly do: 'cancel'; readonly attempt: Attempt }
  | { readonly do: 'ask'; readonly attempt: Attempt }
)

/** What the process remembers of an attempt between two steps. After a restart it begins anew. */
export interface Timing {
  /** Not to ask the provider before. */
  readonly nextPollAt: number
  /** Nor to cancel. */
  readonly nextCancelAt: number
  /** A call may have had an effect, and the provider was not asked since. */
  readonly mustPoll: boolean
  /** A refused cancellation is to be tried again: the provider has contradicted itself since. */
  readonly cancelAgain: boolean
  /** Since when this process has been at it. */
  readonly trackedSince: number
  /** When it heard last what came of a call to the provider. */
  readonly lastCallAt: number
}

/** After the window, how long a lost request is still given to show up before the shopper may try again. */
const graceAfterApprovalTimeoutMs = 30_000

/**
 * After the lifetime, how long the provider is given to say how the request ended before a person is called: longer where
 * it has no call to cancel, so that its own session must end first.
 */
export const graceAfterLifetimeMs = { canCancel: 15 * 60_000, cannotCancel: 60 * 60_000 }

/** A process that comes up after all that asks for this long first. */
const graceAfterStartMs = 2 * 60_000

/** Whoever was asked this long before that was asked in time: two pauses between questions, at the slowest. */
const polledRecentlyMs = 2 * pollLimits.maxMs

/** What a step depends on of the provider. */
export type Traits = Pick<Provider, 'startNotifiesPayer' | 'canCancel'> & {
  readonly captureMethod: CaptureMethod
}

/** Null when a checkout needs nothing any more. */
export function nextAction(
  checkout: Checkout,
  timing: Timing,
  traits: Traits,
  codeTries: number,
  now: number,
): Action | null {
  const attempt = openAttempt(checkout)
  // The end of its lifetime is not waited for here: see `Lifetimes`.
  if (!attempt) return null
  const next = dueAction(checkout, attempt, timing, traits, codeTries, now)
  if (next.do === 'give_up_lost') return next
  // Whatever the provider says or does not say, everything ends. But it is asked, and asked to cancel, before a person is,
  // also by a process that stood still meanwhile, or whose disk was full.
  const grace = graceAfterLifetimeMs[traits.canCancel ? 'canCancel' : 'cannotCancel']
  const at = Math.max(checkout.expiresAt + grace, timing.trackedSince + graceAfterStartMs)
  const isUntried = next.do === 'cancel' && attempt.cancelSentAt === null
  const isAsked = timing.lastCallAt >= at - polledRecentlyMs && !isUntried
  return isAsked && next.at > at ? { do: 'call_person', at, attempt } : next
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
  if (codeRefused && codesTried >= codeTries && cancelRequested === null)
    return { do: 'end_codes', at: -Infinity, attempt }
  const next =
    checkout.status === 'confirming'
      ? whileApproved(checkout, attempt, timing, traits, now)
      : whileWaiting(checkout, attempt, timing, traits)
  if (checkout.closing === null && !isOver && checkout.expiresAt < next.at)
    return { do: 'close', at: checkout.expiresAt }
  const isUnasked = cancelRequested === null && attempt.outcome === null
  return checkout.status !== 'confirming' && isUnasked && !isOver && approvalExpiresAt < next.at
    ? { do: 'end_window', at: approvalExpiresAt, attempt }
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
    return { do: 'give_up_lost', at: lostAt(checkout, attempt, traits), attempt }
  if (!isToBeReleased(checkout, attempt, now)) return { do: 'ask', at: timing.nextPollAt, attempt }
  if (checkout.closing === null && now >= checkout.expiresAt) return { do: 'close', at: -Infinity }
  return cancelRequested === null
    ? { do: 'release', at: -Infinity, attempt }
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
      : { do: 'ask', at: timing.nextPollAt, attempt }
  // While the call itself is out, the turn is taken: what is lost here has been answered by silence.
  const at = !traits.startNotifiesPayer && uncertain ? -Infinity : lostAt(checkout, attempt, traits)
  return { do: 'give_up_lost', at, attempt }
}

/** An answer that got lost is cleared up by asking before anything is repeated. */
function cancelOrPoll(
  attempt: Attempt,
  { nextPollAt, nextCancelAt, mustPoll, cancelAgain }: Timing,
  { canCancel }: Traits,
): Action {
  const mayCancel = canCancel && !mustPoll && (!attempt.cancelRefused || cancelAgain)
  return mayCancel
    ? { do: 'cancel', at: nextCancelAt, attempt }
    : { do: 'ask', at: nextPollAt, attempt }
}

/** When a request that may or may not have arrived is harmless, or as harmless as it gets. */
function lostAt(checkout: Checkout, attempt: Attempt, { captureMethod }: Traits): number {
  const harmlessAt = attempt.approvalExpiresAt + graceAfterApprovalTimeoutMs
  return captureMethod === 'automatic' ? Math.max(harmlessAt, checkout.expiresAt) : harmlessAt
}
