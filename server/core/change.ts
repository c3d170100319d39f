import { isFinal } from '../protocol/index.ts'
import type { Status } from '../protocol/index.ts'
import type { Attempt, Checkout, EventType } from './checkout.ts'

export interface Change {
  /** The very same object when the fact says nothing new. */
  readonly checkout: Checkout
  readonly events: readonly EventType[]
  /** The same as before, once more: counted under the same version, with no new line of the history. */
  readonly isRepeat?: boolean
}

/**
 * Every legal move. `paid` absorbs what providers say (only a second payment of the same order brings a person in); a late
 * payment overtakes `canceled`, `expired` and a `review` of what was unknown; a reservation does not go back to waiting, so
 * what contradicts it is asked again and not believed.
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

export const unchanged = (checkout: Checkout): Change => ({ checkout, events: [] })

export function move(
  checkout: Checkout,
  to: Status,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Change {
  const legal: readonly Status[] = moves[checkout.status]
  return legal.includes(to)
    ? changed(checkout, { ...patch, status: to }, events)
    : unchanged(checkout)
}

export function changed(
  checkout: Checkout,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Change {
  const next = { ...checkout, ...patch, version: checkout.version + 1 }
  return { checkout: isFinal(next.status) ? { ...next, options: null } : next, events }
}

export function amend(checkout: Checkout, attempt: Attempt, patch: Partial<Attempt>): Change {
  const isNews = (Object.keys(patch) as (keyof Attempt)[]).some(
    (key) => attempt[key] !== patch[key],
  )
  return isNews ? changed(checkout, withAttempt(checkout, attempt, patch)) : unchanged(checkout)
}

export const withAttempt = (checkout: Checkout, attempt: Attempt, patch: Partial<Attempt>) => ({
  attempts: checkout.attempts.map((one) => (one.id === attempt.id ? { ...one, ...patch } : one)),
})
