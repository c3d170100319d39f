import type { Payment, ProviderResult } from '../../../core/checkout.ts'
import type { AttemptReason } from '../../../protocol/index.ts'
import type { PaymentHandle } from '../../../core/provider.ts'
import { readOr } from '../../fields.ts'
import type { HttpFailure, HttpResponse } from '../../http-client.ts'
import type { ParsedAnswer } from './answers.ts'
import { isOf, parseAnswer, paymentIn, trace } from './answers.ts'
import type { Details, Envelope } from './fields.ts'
import { statuses } from './statuses.ts'
import type { KnownStatus } from './statuses.ts'

type Refusal = readonly [code: string, outcome: 'declined' | 'failed', reason: AttemptReason]

/** [netgiro] validation-errors, complete: V2 has messages where V1 had codes. Any other message is a plain refusal. */
export const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['Customer is blacklisted', ['customer_blacklisted', 'declined', 'declined']],
  // "Invalid customer identifier"
  ['Customer not verified.', ['customer_not_verified', 'failed', 'request_not_sent']],
  ["'Amount' must be greater than '0'.", ['amount_missing', 'failed', 'amount_too_low']],
  ["'Reference' must not be empty.", ['reference_missing', 'failed', 'request_not_sent']],
  ["'CustomerIdentifier' must not be empty.", ['customer_missing', 'failed', 'request_not_sent']],
])
const otherRefusal: Refusal = ['refused', 'failed', 'request_not_sent']

/** Maps the response to `payment`. Its Status never counts as a payment: only `check` reports those. */
export function mapStart(response: HttpResponse | HttpFailure): ProviderResult {
  const answer = parseAnswer('payment', response, null)
  const { evidence } = answer
  if (answer.kind === 'refused') {
    const [code, outcome, reason] = refusals.get(answer.message) ?? otherRefusal
    return { type: 'refused', outcome, reason, evidence: trace('payment', code) }
  }
  const payment = paymentIn(response)
  if (!payment) return withoutEffect(answer) ?? { type: 'unknown', effect: true, evidence }
  const { providerRef, Status, PollIntervalMs } = payment
  // [netgiro] payment: Pending for a phone, Confirmed or Authorized at once for a barcode or access code. Any other
  // status only means that there is a payment to poll.
  const pollImmediately = answer.kind !== 'ok' || Status !== 'Pending'
  const pollIntervalMs = readOr(PollIntervalMs)
  return { type: 'requested', providerRef, pollIntervalMs, pollImmediately, evidence }
}

/** The result of a call that did not leave or was not authorized, and therefore may be repeated; null for any other. */
export function withoutEffect({ kind, evidence }: ParsedAnswer<unknown>): ProviderResult | null {
  return kind === 'not_sent' || kind === 'unauthorized' ? { type: 'not_sent', evidence } : null
}

/** The status of this payment; null if the response has none, or is about another payment. */
export function statusOf(answer: ParsedAnswer<Envelope>, providerRef: string): KnownStatus | null {
  if (answer.kind !== 'ok') return null
  const { Status, TransactionId } = answer.reply
  if (!isOf(providerRef, TransactionId ?? providerRef)) return null
  return statuses.get(readOr(Status) ?? '') ?? null
}

const documentedStatuses = [...statuses.keys(), 'paid', 'unpaid', 'canceled', 'reservation']

/** The provider's status for the history; an undocumented one is not repeated there. */
const knownStatus = (text: unknown): string =>
  documentedStatuses.find((status) => status === text) ?? 'unknown_status'

/** Whether `details` has to be read as well before the status means anything. */
export const needsDetails = (
  status: KnownStatus | null,
  { saysApproved = false }: Pick<PaymentHandle, 'saysApproved'>,
): boolean => {
  const [mapped = 'pending', expected] = status ?? []
  // The signed callback may arrive before `status` reflects it, or while that has no answer, and waits for ours.
  return Boolean(expected) || (mapped === 'pending' && saysApproved)
}

/** Maps the responses of `status` and, if it was read, `details`. */
export function mapStatus(
  answer: ParsedAnswer<Envelope>,
  details: ParsedAnswer<Details> | null,
  payment: Omit<PaymentHandle, 'reference'>,
): ProviderResult {
  const found = statusOf(answer, payment.providerRef)
  const said = knownStatus(answer.kind === 'ok' ? answer.reply.Status : null)
  const [status, expected] = found ?? ['pending', null]
  if (status === 'pending' && details && needsDetails(found, payment)) {
    const result = mapDetails(said, expected, details, payment)
    // Where `status` has no answer at all, a reservation is believed, and a payment can wait for it.
    if (result.type === 'authorized' || (result.type === 'paid' && found)) return result
  }
  if (answer.kind !== 'ok') return mapFailure(answer)
  const evidence = trace('status', said)
  if (!found) return { type: 'unknown', effect: false, evidence }
  if (status === 'pending') return { type: 'pending', next: 'awaiting_shopper', evidence }
  // "Payment cancelled": the view may lag behind; only a cancellation of our own makes sure.
  if (status === 'canceled') return { type: 'ended', by: 'unknown', isFinal: false, evidence }
  if (!details) return { type: 'unknown', effect: false, evidence }
  return mapDetails(said, expected, details, payment)
}

/**
 * Proof of a payment is `Confirmed` ([netgiro] status-codes: "Payment complete") together with `paid` in the details of the
 * same TransactionId, which have its TotalAmount; after a signed callback of success `Pending` will do, and for a reservation any
 * `status` that says nothing. Neither has a reference: the TransactionId identifies the payment, and `status` alone never proves one.
 */
function mapDetails(
  said: string,
  /** Null: `status` says nothing of it yet, and details count by themselves. */
  expected: string | null,
  details: ParsedAnswer<Details>,
  { providerRef, captureMethod }: Omit<PaymentHandle, 'reference'>,
): ProviderResult {
  if (details.kind !== 'ok') return mapFailure(details)
  const { Status: detailsStatus, TotalAmount, TransactionId } = details.reply
  const evidence = trace('details', `${said}/${knownStatus(detailsStatus)}`)
  const amount = readOr(TotalAmount)
  const isAsExpected = expected === null || detailsStatus === expected
  if (!isAsExpected || !isOf(providerRef, TransactionId) || amount === null)
    return { type: 'unknown', effect: false, evidence }
  const payment: Payment = { amount, reference: null }
  if (detailsStatus === 'paid') return { type: 'paid', payment, proof: 'proven', evidence }
  if (detailsStatus !== 'reservation') return { type: 'unknown', effect: false, evidence }
  const awaits = captureMethod === 'callback' ? 'callback_answer' : 'capture'
  return { type: 'authorized', awaits, payment, evidence }
}

/** [netgiro] details: `canceled`. */
export const isCanceled = ({ Status, TransactionId }: Details, providerRef: string): boolean =>
  Status === 'canceled' && isOf(providerRef, TransactionId)

/** [netgiro] status: `Transaction not found` is an error, not the end of a payment. */
function mapFailure(answer: ParsedAnswer<unknown>): ProviderResult {
  const isUnknownId = answer.kind === 'refused' && answer.message === 'Transaction not found'
  const evidence = isUnknownId
    ? { ...answer.evidence, code: 'transaction_not_found' }
    : answer.evidence
  return answer.kind === 'not_sent'
    ? { type: 'not_sent', evidence }
    : { type: 'unknown', effect: false, evidence }
}
