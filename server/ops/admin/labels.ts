import type { Attempt, Canceler, Checkout } from '../../core/checkout.ts'
import type { TrackedEvent } from '../../core/store.ts'
import type { PayerKind, Status } from '../../protocol/index.ts'
import { providerLabels } from '../provider-labels.ts'

export const statusLabels: Record<Status, string> = {
  open: 'Open, no pending request',
  starting: 'The request is being sent',
  awaiting_shopper: 'Waiting for the shopper to approve',
  awaiting_code: 'Waiting for the SMS code',
  confirming: 'Approved, being confirmed',
  paid: 'Paid',
  canceled: 'Canceled by the shop',
  expired: 'Expired unpaid',
  review: 'Needs review',
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

export const payerLabels: Record<PayerKind, string> = {
  phone: 'Phone',
  national_id: 'Kennitala',
  app_code: 'App code',
  provider_form: 'Payer',
}

/** `{provider}` stands for the provider's name. */
const historyLabels: Readonly<Record<string, string>> = {
  created: 'Created by the shop',
  started: 'The shopper started a payment',
  requested: '{provider} accepted the request',
  refused: '{provider} refused the request',
  not_sent: '{provider} could not be reached; nothing was sent',
  unknown: 'No valid response from {provider}',
  pending: 'Waiting for the shopper',
  code_given: 'A code from the SMS was submitted',
  code_refused: '{provider} refused the code',
  approved: 'The shopper approved',
  decision_requested: 'The shop was asked whether to capture the payment',
  authorized: 'The shop answered whether to capture the payment',
  capture_requested: '{provider} was asked to capture the payment',
  capture_timed_out: 'The time to capture the payment ran out',
  released: 'The reservation is left to expire',
  paid: '{provider} reports the payment',
  ended: 'Reported as ended without a payment',
  cancel_requested: 'Cancellation requested',
  cancel_sent: '{provider} was asked to cancel',
  too_late_to_cancel: 'Too late to cancel',
  closing: 'The checkout is being closed',
  lapsed: 'Abandoned: it is unknown whether the request arrived',
  unresolved: 'Needs review: a payment may exist that was never reported',
  duplicate_ref: '{provider} gave the request the id of another request',
  predecessor_paid: 'The checkout that this one replaced was paid',
  refund_requested: 'The shop requested a refund',
  refund_tried: '{provider} was asked for the refund',
  refund_unsettled: 'The refund is not settled; it is retried',
  refunded: 'The refund was made',
  refund_refused: '{provider} refused the refund',
  refund_closed: 'The refund was closed by hand',
  clock_corrected: 'Times were corrected: the server’s clock had been ahead',
}

export const cancelLabels: Readonly<Record<Canceler, string>> = {
  shopper: 'The shopper asked to cancel',
  shop: 'The shop asked to cancel',
  approval_timeout: 'The time to approve ran out',
  wrong_code: 'Too many wrong codes',
  capture_timeout: 'The time to capture the payment ran out',
}

/**
 * What a history entry says to a reader.
 *
 * @param type the type of the entry; one that only a newer version writes is returned as it is
 * @param provider the `provider` of the checkout
 * @param attempt the attempt that the entry belongs to, which knows who canceled and how it ended
 */
export function historyLabel(type: string, provider: string, attempt?: Attempt): string {
  if (type === 'cancel_requested' && attempt?.cancelRequested) {
    return cancelLabels[attempt.cancelRequested]
  }
  if (type === 'ended') {
    if (attempt?.outcome) return `Ended without a payment: ${attempt.outcome}`
    if (attempt?.endedAt == null) return `${historyLabels['ended'] ?? type}; checked again`
  }
  return (historyLabels[type] ?? type).replace('{provider}', providerLabels(provider).name)
}

/** UTC, which is the local time in Iceland all year. */
export const time = (at: number | null): string =>
  at === null ? '–' : new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** Whether a webhook event was delivered. */
export function delivery({ tries, nextTryAt, deliveredAt }: TrackedEvent): string {
  const failures = tries === 1 ? '1 failed try' : `${tries} failed tries`
  const before = deliveredAt === null ? '' : ` Delivered before, ${time(deliveredAt)}.`
  if (nextTryAt !== null && tries === 0) return `Being sent.${before}`
  if (nextTryAt !== null) return `${failures}; next try ${time(nextTryAt)}.${before}`
  if (deliveredAt === null && tries === 0) return 'Not sent: no webhook address was set.'
  return deliveredAt === null
    ? `Abandoned after ${failures}.`
    : `Delivered ${time(deliveredAt)}${tries > 0 ? `, after ${failures}` : ''}.`
}

/** How an attempt ended. */
export function outcome({ status }: Checkout, attempt: Attempt): string {
  if (attempt.endedAt === null) return 'still open'
  if (attempt.outcome === null) return status === 'paid' ? 'paid' : 'needs review'
  const { reason } = attempt
  return reason === attempt.outcome ? attempt.outcome : `${attempt.outcome}: ${reason}`
}
