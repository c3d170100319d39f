import { isUncertain, openAttempt } from '../../core/checkout.ts'
import type { Attempt, Checkout } from '../../core/checkout.ts'
import type { TrackedEvent } from '../../core/store.ts'
import type { Status } from '../../protocol/index.ts'
import { providerLabels } from '../provider-labels.ts'
import type { Words } from './words/words.ts'

const tones: Record<Status, 'good' | 'bad' | 'waiting' | 'over'> = {
  open: 'waiting',
  starting: 'waiting',
  awaiting_shopper: 'waiting',
  awaiting_code: 'waiting',
  confirming: 'waiting',
  paid: 'good',
  canceled: 'over',
  expired: 'over',
  review: 'bad',
}

/**
 * What a history entry says to a reader.
 *
 * @param type the type of the entry; one that only a newer version writes is returned as it is
 * @param provider the `provider` of the checkout
 * @param attempt the attempt that the entry belongs to, which knows who canceled and how it ended
 */
export function historyLabel(
  words: Words,
  type: string,
  provider: string,
  attempt?: Attempt,
): string {
  const label = words.history[type] ?? type
  if (type === 'cancel_requested' && attempt?.cancelRequested) {
    return words.cancelers[attempt.cancelRequested]
  }
  if (type === 'ended') {
    if (attempt?.outcome) return words.historyEnded(words.outcomes[attempt.outcome])
    if (attempt?.endedAt == null) return `${label}; ${words.historyAgain}`
  }
  return label.replace('{provider}', providerLabels(provider).name)
}

/** How its status looks. */
export const toneOf = (checkout: Checkout) =>
  isReviewed(checkout) ? 'over' : tones[checkout.status]

/** A person has found out what became of it. */
const isReviewed = ({ status, reviewClosedAt }: Checkout): boolean =>
  status === 'review' && reviewClosedAt !== null

/** Its status, or that nobody knows how it ended. */
export function statusOf(words: Words, checkout: Checkout): string {
  const attempt = openAttempt(checkout)
  if (isReviewed(checkout)) return words.review.closed
  return attempt && isUncertain(attempt)
    ? words.attention.uncertain
    : words.statuses[checkout.status]
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** UTC, which is the local time in Iceland all year. */
export function time({ locale }: Words, at: number | null): string {
  if (at === null) return '–'
  let format = formats.get(locale)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC', hourCycle: 'h23' },
    })
    formats.set(locale, format)
  }
  return format.format(at)
}

const units = [
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
] as const

/** A time, and how long ago it was. */
export function since(words: Words, at: number | null, now: number): string {
  if (at === null) return '–'
  const [unit, ms] = units.find(([, length]) => now - at >= length) ?? units[2]
  const ago = new Intl.RelativeTimeFormat(words.locale, { numeric: 'always' })
  return `${time(words, at)} (${ago.format(-Math.max(0, Math.floor((now - at) / ms)), unit)})`
}

/** Whether a webhook event was delivered. */
export function delivery(words: Words, { tries, nextTryAt, deliveredAt }: TrackedEvent): string {
  const { events } = words
  const failures = events.failures(tries)
  const before = deliveredAt === null ? '' : ` ${events.deliveredBefore(time(words, deliveredAt))}`
  if (nextTryAt !== null && tries === 0) return `${events.sending}${before}`
  if (nextTryAt !== null) return `${events.nextTry(failures, time(words, nextTryAt))}${before}`
  if (deliveredAt === null && tries === 0) return events.notSent
  return deliveredAt === null
    ? events.abandoned(failures)
    : events.delivered(time(words, deliveredAt), tries > 0 ? failures : null)
}

/** How an attempt ended. */
export function outcome(words: Words, checkout: Checkout, attempt: Attempt): string {
  const { status, paidAttemptId } = checkout
  const { order } = words
  if (attempt.paidAt !== null || attempt.id === paidAttemptId) return order.outcomePaid
  const reason = attempt.reason && words.reasons[attempt.reason]
  // The shopper was told of an end that is not certain yet.
  if (attempt.endedAt === null) return reason ? `${reason} (${order.stillOpen})` : order.stillOpen
  if (reason) return reason
  if (status === 'paid') return order.outcomePaid
  return isReviewed(checkout) ? order.outcomeReviewed : order.outcomeReview
}
