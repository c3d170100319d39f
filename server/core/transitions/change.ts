import { isFinal } from '../../protocol/index.ts'
import type { Status } from '../../protocol/index.ts'
import type { Attempt, AttemptDetails, Checkout, EventType } from '../checkout.ts'
import { ignored } from './ignored.ts'
import type { Ignored } from './ignored.ts'

/** What an input makes of a checkout. */
export type Transition = Changed | Ignored

export interface Changed {
  readonly kind: 'changed'
  readonly checkout: Checkout
  /** What the shop is notified of, in order. */
  readonly events: readonly EventType[]
  /** Only a count has changed: the version stays, and the history gets no new line. */
  readonly isRepeat?: boolean
}

/**
 * Every legal move. `paid` is final whatever a provider says (a second payment of the same order needs a manual review); a
 * late payment overtakes `canceled`, `expired` and a `review` of an unknown outcome; a reservation does not go back to
 * waiting, so a report to the contrary is not believed and the provider is asked again.
 */
export const moves = {
  open: ['starting', 'confirming', 'paid', 'canceled', 'expired', 'review'],
  starting: [
    'awaiting_shopper',
    'awaiting_code',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  awaiting_shopper: [
    'awaiting_code',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  awaiting_code: [
    'awaiting_shopper',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  confirming: ['paid', 'open', 'canceled', 'expired', 'review'],
  paid: ['review'],
  canceled: ['paid', 'review'],
  expired: ['paid', 'review'],
  review: ['paid'],
} as const satisfies Record<Status, readonly Status[]>

/** Changes the status, if that is a legal move. */
export function move(
  checkout: Checkout,
  to: Status,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Transition {
  const legal: readonly Status[] = moves[checkout.status]
  return legal.includes(to)
    ? changed(checkout, { ...patch, status: to }, events)
    : ignored('illegal_move')
}

export function changed(
  checkout: Checkout,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Changed {
  const { status = checkout.status } = patch
  return {
    kind: 'changed',
    checkout: {
      ...checkout,
      ...patch,
      version: checkout.version + 1,
      ...(isFinal(status) && { options: null }),
      // A review that an operator closed before was about something else; this is new.
      ...(events.includes('checkout.review') && { reviewClosedAt: null }),
    },
    events,
  }
}

/** Changes what is known of an attempt; not whether it is open, nor the outcome that was reported to the shopper. */
export function amend(
  checkout: Checkout,
  attempt: Attempt,
  patch: Partial<AttemptDetails>,
): Transition {
  const isNews = (Object.keys(patch) as (keyof AttemptDetails)[]).some(
    (key) => attempt[key] !== patch[key],
  )
  return isNews
    ? changed(checkout, withAttempt(checkout, { ...attempt, ...patch }))
    : ignored('duplicate')
}

/** The attempts of a checkout, with this one in place of the one with its id. */
export const withAttempt = (checkout: Checkout, attempt: Attempt) => ({
  attempts: checkout.attempts.map((one) => (one.id === attempt.id ? attempt : one)),
})

/** An answer that leaves nothing open. */
export const certain = { uncertain: false, doubt: null } as const
