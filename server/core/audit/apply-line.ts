import { isFinal } from '../../protocol/index.ts'
import { isOpen } from '../checkout.ts'
import type { Attempt, Checkout, EventType, Input, Refund } from '../checkout.ts'
import type { HistoryEntry } from '../store.ts'
import { transition } from '../transition.ts'
import { possibleInputs } from './possible-inputs.ts'

/** What a line of the history may have made of a checkout. */
export interface Step {
  readonly checkout: Checkout
  readonly events: readonly EventType[]
}

/** Everything that a line may have made of a checkout; nothing if the line cannot follow the ones before it. */
export function applyLine(state: Checkout, entry: HistoryEntry, stored: Checkout): readonly Step[] {
  if (entry.type === 'clock_corrected') return correctClock(state, entry.at)
  return possibleInputs({ entry, stored, state }).flatMap((input) =>
    variants(state, input).flatMap((variant) => {
      const change = transition(variant, input, entry.attemptId, entry.at)
      return change.kind === 'ignored' || change.isRepeat
        ? []
        : [{ checkout: withoutTries(change.checkout), events: change.events }]
    }),
  )
}

/**
 * Calls for refunds are counted without a line in the history. Of these counts a transition reads only whether a refusal is
 * about the only call that can have arrived.
 */
function variants(state: Checkout, { type }: Input): readonly Checkout[] {
  if (type !== 'refund_refused') return [state]
  const twice = { count: 2, withoutEffect: 0, firstAt: null, lastAt: null, nextAt: 0 }
  const refunds = state.refunds.map((refund) => ({ ...refund, tries: twice }))
  return [state, { ...state, refunds }]
}

const withoutTries = (checkout: Checkout): Checkout =>
  checkout.refunds.length === 0
    ? checkout
    : { ...checkout, refunds: checkout.refunds.map(settledPart) }

/** What settles a refund. Which of several refunds an unsettling answer was about is in no line. */
const settledPart = (refund: Refund): Refund => {
  const { id, key, amount, requestedAt, status, settledAt, attemptId, closed } = refund
  return {
    ...{ id, key, amount, requestedAt, status, settledAt },
    ...(attemptId !== undefined && { attemptId }),
    ...(closed && { closed }),
  }
}

/** On a start, times that a clock which was ahead had put into the future were pulled back to now. */
function correctClock(state: Checkout, now: number): readonly Step[] {
  const aheadMs = isFinal(state.status) ? 0 : Math.max(state.createdAt - now, 0)
  const attempts = state.attempts.map((attempt) => corrected(attempt, now))
  const isCorrected = aheadMs > 0 || attempts.some((one, index) => one !== state.attempts[index])
  if (!isCorrected) return []
  const checkout = {
    ...state,
    attempts,
    version: state.version + 1,
    createdAt: state.createdAt - aheadMs,
    expiresAt: state.expiresAt - aheadMs,
  }
  return [{ checkout, events: [] }]
}

function corrected(attempt: Attempt, now: number): Attempt {
  const { startedAt, approvalExpiresAt, approvedAt } = attempt
  const aheadMs = Math.max(startedAt - now, 0)
  const wasAhead = aheadMs > 0 || (approvedAt !== null && approvedAt > now)
  if (!isOpen(attempt) || !wasAhead) return attempt
  return {
    ...attempt,
    startedAt: startedAt - aheadMs,
    approvalExpiresAt: approvalExpiresAt - aheadMs,
    approvedAt: approvedAt === null ? null : Math.min(approvedAt, now),
  }
}
