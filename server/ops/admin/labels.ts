import type { Attempt, Canceler, Checkout } from '../../core/checkout.ts'
import type { TrackedEvent } from '../../core/store.ts'
import type { Status } from '../../protocol/index.ts'

/** What a status means to whoever answers the telephone. */
export const statusWords: Record<Status, string> = {
  open: 'Open: no request is out',
  starting: 'The request is on its way',
  awaiting_shopper: 'Waiting for the shopper to approve',
  awaiting_code: 'Waiting for the code from the SMS',
  confirming: 'Approved, being confirmed',
  paid: 'Paid',
  canceled: 'Canceled by the shop',
  expired: 'Expired unpaid',
  review: 'A person must look',
}

export const tones: Record<Status, 'good' | 'bad' | 'waiting' | 'over'> = {
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

const historyWords: Readonly<Record<string, string>> = {
  created: 'Created by the shop',
  started: 'The shopper asked for the request',
  requested: 'Netgíró took the request',
  refused: 'Netgíró refused the request',
  not_sent: 'Netgíró could not be reached; nothing was sent',
  unknown: 'No answer that can be believed',
  pending: 'Still waiting for the shopper',
  approved: 'The shopper approved',
  paid: 'Netgíró says that it is paid',
  too_late_to_cancel: 'Too late to cancel',
  closing: 'To be closed',
  authorized: 'The shop was asked whether to take the money',
  released: 'The reservation is left to lapse',
  lapsed: 'Given up: nobody told whether the request arrived',
  unresolved: 'Money may have been taken that nobody told us of',
  refund_requested: 'The shop asked for a refund',
  refund_unsettled: 'The refund was not settled; it is asked for again',
  refunded: 'The refund was made',
  refund_refused: 'The refund was refused',
  refund_closed: 'The refund was closed by hand',
}

const cancelWords: Readonly<Record<Canceler, string>> = {
  shopper: 'The shopper asked to cancel',
  shop: 'The shop asked to cancel',
  approval_timeout: 'The time to approve ran out',
  wrong_code: 'The code was wrong too often',
  capture_timeout: 'The time to take the money ran out',
}

/** What a line of the history says; `attempt` is the one that it belongs to, and knows who and how. */
export function whatHappened(type: string, attempt?: Attempt): string {
  if (type === 'cancel_requested' && attempt?.cancelRequested) {
    return cancelWords[attempt.cancelRequested]
  }
  if (type === 'ended') {
    if (attempt?.outcome) return `Ended without a payment: ${attempt.outcome}`
    const isOver = attempt != null && attempt.endedAt !== null
    return `Said to have ended without a payment${isOver ? '' : '; asked again'}`
  }
  return historyWords[type] ?? type
}

/** Iceland keeps UTC all year, so this is what the clock on the wall said. */
export const time = (at: number | null): string =>
  at === null ? '–' : new Date(at).toISOString().slice(0, 19).replace('T', ' ')

export const money = (amount: number): string =>
  `${new Intl.NumberFormat('is-IS').format(amount)} kr.`

/** Whether the shop has heard of it. */
export function delivery({ tries, nextTryAt, deliveredAt }: TrackedEvent): string {
  const times = tries === 1 ? 'once' : `${tries} times`
  const before = deliveredAt === null ? '' : ` Delivered before, ${time(deliveredAt)}.`
  if (nextTryAt !== null && tries === 0) return `Being sent.${before}`
  if (nextTryAt !== null) return `Not taken ${times}; next try ${time(nextTryAt)}.${before}`
  if (deliveredAt === null && tries === 0) return 'Not sent: there was no webhook address.'
  return deliveredAt === null
    ? `Given up: not taken ${times}.`
    : `Delivered ${time(deliveredAt)}${tries > 0 ? `, not taken ${times} before` : ''}.`
}

/** How an attempt ended: in a payment where nothing else is said of it. */
export function outcome({ status }: Checkout, attempt: Attempt): string {
  if (attempt.endedAt === null) return 'still open'
  if (attempt.outcome === null) return status === 'paid' ? 'paid' : 'a person must look'
  const { reason } = attempt
  return reason === attempt.outcome ? attempt.outcome : `${attempt.outcome}: ${reason}`
}
