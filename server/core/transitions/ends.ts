import { isFinal } from '../../protocol/index.ts'
import type { AttemptOutcome, AttemptReason } from '../../protocol/index.ts'
import type { Checkout, OpenAttempt } from '../checkout.ts'
import { amend, certain, changed, move, withAttempt } from './change.ts'
import type { Transition } from './change.ts'
import { ignored } from './ignored.ts'
import type { Handler, InputOf } from './table.ts'
import { whyEnded } from './why-ended.ts'

/** An absence this soon after the request may only mean that the provider does not see it yet. */
const tooSoonToBelieveMs = 3_000

interface End {
  readonly outcome: AttemptOutcome
  readonly reason: AttemptReason
  /** The provider's own code for it. */
  readonly providerCode: string | null
}

/** The attempt is over, and known to be. An outcome that was reported to the shopper already does not change. */
function end(checkout: Checkout, attempt: OpenAttempt, reported: End, now: number): Transition {
  const wasReported = attempt.outcome !== null
  const over = { ...attempt, ...certain, endedAt: now }
  const { closing, status } = checkout
  const patch = withAttempt(checkout, wasReported ? over : { ...over, ...reported })
  const to = closing ?? 'open'
  if (isFinal(status) || status === to) return changed(checkout, patch)
  return move(checkout, to, patch, [
    ...(wasReported ? [] : ['checkout.attempt_failed' as const]),
    ...(closing ? [`checkout.${closing}` as const] : []),
  ])
}

/**
 * Reports to the shopper that the attempt has ended. It stays open, and is canceled before another request is sent and before
 * the checkout closes.
 */
const reportEnd = (checkout: Checkout, attempt: OpenAttempt, reported: End): Transition =>
  move(checkout, 'open', withAttempt(checkout, { ...attempt, ...certain, ...reported }), [
    'checkout.attempt_failed',
  ])

export const ended: Handler<OpenAttempt, 'ended'> = (checkout, attempt, input, now) => {
  // Absence is not a decision: it does not show whether a call whose answer was lost took effect.
  if (!input.isFinal) return absent(checkout, attempt, input, now)
  const [outcome, reason] = whyEnded(checkout.status, attempt, input.by, now)
  return end(checkout, attempt, { outcome, reason, providerCode: input.evidence.code }, now)
}

/** Ends the attempt for the shopper; only after a second report where the first may mean "not visible yet". */
function absent(
  checkout: Checkout,
  attempt: OpenAttempt,
  { by, evidence }: InputOf<'ended'>,
  now: number,
): Transition {
  const { status, closing } = checkout
  if (attempt.outcome !== null) return ignored('outcome_told')
  if (closing !== null) return ignored('closing')
  if (isFinal(status)) return ignored('checkout_final')
  const isTooSoon = now - attempt.startedAt < tooSoonToBelieveMs
  if (attempt.doubt?.about !== 'absence' && (isTooSoon || status === 'confirming'))
    return amend(checkout, attempt, { doubt: { about: 'absence', count: 1 } })
  const [outcome, reason] = whyEnded(status, attempt, by, now)
  return reportEnd(checkout, attempt, { outcome, reason, providerCode: evidence.code })
}

export const refused: Handler<OpenAttempt, 'refused'> = (checkout, attempt, input, now) => {
  const { providerRef, outcome, reason, evidence } = input
  // The provider knows the request by an id that a callback has brought: it cannot have been refused as well.
  if (attempt.providerRef !== null) return ignored('already_named')
  const reported = { outcome, reason, providerCode: evidence.code }
  if (providerRef === undefined) return end(checkout, attempt, reported, now)
  // Refused, and yet it has an id: the two contradict each other. The request with the id is canceled like any other.
  if (checkout.status !== 'starting' || checkout.closing !== null)
    return amend(checkout, attempt, { ...certain, providerRef })
  return reportEnd(checkout, { ...attempt, providerRef }, reported)
}

export const notSent: Handler<OpenAttempt, 'not_sent'> = (checkout, attempt, { evidence }, now) => {
  const reported = { outcome: 'failed', reason: 'provider_unavailable' } as const
  return end(checkout, attempt, { ...reported, providerCode: evidence.code }, now)
}

/** A reservation that was not captured in time, or that the shop does not want. */
export const released: Handler<OpenAttempt, 'released'> = (checkout, attempt, _, now) => {
  const { cancelRequested, shopDecision } = attempt
  const isByShop =
    cancelRequested === 'shop' || shopDecision === 'deny' || checkout.closing === 'canceled'
  const reported = isByShop
    ? ({ outcome: 'canceled', reason: 'canceled_by_shop' } as const)
    : ({ outcome: 'failed', reason: 'ended_by_provider' } as const)
  return end(checkout, attempt, { ...reported, providerCode: null }, now)
}

export const startAbandoned: Handler<OpenAttempt, 'start_abandoned'> = (
  checkout,
  attempt,
  _,
  now,
) => {
  const reported = { outcome: 'expired', reason: 'outcome_unknown' } as const
  return end(checkout, attempt, { ...reported, providerCode: null }, now)
}
