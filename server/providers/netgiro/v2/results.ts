import type { Payment, ProviderResult } from '../../../core/checkout.ts'
import type { AttemptReason } from '../../../protocol/index.ts'
import type { PaymentHandle } from '../../../core/provider.ts'
import type { Failure } from '../../failure.ts'
import { readOr } from '../../fields.ts'
import type { HttpResponse } from '../../json-client.ts'
import type { ParsedAnswer } from './answers.ts'
import { parseAnswer, trace, nameIn } from './answers.ts'
import type { Details, Envelope } from './fields.ts'

type Refusal = readonly [code: string, outcome: 'declined' | 'failed', reason: AttemptReason]

/** [netgiro] validation-errors, whole: V2 has texts where V1 had codes. What is not here is told apart from nothing. */
export const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['Customer is blacklisted', ['customer_blacklisted', 'declined', 'declined']],
  // "Invalid customer identifier"
  ['Customer not verified.', ['customer_not_verified', 'failed', 'request_not_sent']],
  ["'Amount' must be greater than '0'.", ['amount_missing', 'failed', 'amount_too_low']],
  ["'Reference' must not be empty.", ['reference_missing', 'failed', 'request_not_sent']],
  ["'CustomerIdentifier' must not be empty.", ['customer_missing', 'failed', 'request_not_sent']],
])
const someRefusal: Refusal = ['refused', 'failed', 'request_not_sent']

/** What came of `payment`. Its Status is not asked whether anything was paid: that is `check`'s to say. */
export function mapStart(sent: HttpResponse | Failure): ProviderResult {
  const answer = parseAnswer('payment', sent)
  const { evidence } = answer
  if (answer.kind === 'refused') {
    const [code, outcome, reason] = refusals.get(answer.message) ?? someRefusal
    return { type: 'refused', outcome, reason, evidence: trace('payment', code) }
  }
  const named = nameIn(sent)
  const providerRef = named && readOr(named.TransactionId)
  if (named && providerRef !== null) {
    // [netgiro] payment: Pending for a phone, Confirmed or Authorized at once for a barcode or access code. Of any other
    // word only this much is believed, that it is the name of a payment which can be asked for.
    const pollImmediately = answer.kind !== 'told' || named.Status !== 'Pending'
    const pollIntervalMs = readOr(named.PollIntervalMs)
    return { type: 'requested', providerRef, pollIntervalMs, pollImmediately, evidence }
  }
  // Nobody has read what was asked.
  if (answer.kind === 'no_key' || answer.kind === 'not_sent') return { type: 'not_sent', evidence }
  return { type: 'unknown', effect: true, evidence }
}

type Status = 'pending' | 'authorized' | 'paid' | 'canceled'

/**
 * [netgiro] status-codes and details, whole. Where money is spoken of, `details` has to say the same in its own word, for
 * it alone tells the amount; where the two contradict each other, neither is believed.
 */
export const statuses: ReadonlyMap<string, readonly [Status, details: string | null]> = new Map([
  // "Customer hasn't confirmed yet"
  ['Pending', ['pending', null]],
  // "Amount held, not charged"
  ['Authorized', ['authorized', 'reservation']],
  // "Payment complete"
  ['Confirmed', ['paid', 'paid']],
  // "Payment cancelled": by whom, or by time, is not said.
  ['Cancelled', ['canceled', null]],
])

/** What an answer says of this payment: null where it says nothing, or speaks of another one. */
export function statusIn(answer: ParsedAnswer<Envelope>, providerRef: string) {
  if (answer.kind !== 'told') return null
  const { Status, TransactionId } = answer.reply
  if (!isAbout(providerRef, TransactionId ?? providerRef)) return null
  return statuses.get(readOr(Status) ?? '') ?? null
}

const words = [...statuses.keys(), 'paid', 'unpaid', 'canceled', 'reservation']

/** A word of the provider's for the history; one that nobody documented is not repeated there. */
const knownStatus = (text: unknown): string =>
  words.find((word) => word === text) ?? 'unknown_status'

/** Whether `details` has to be asked as well before anything is said. */
export const needsDetails = (
  status: ReturnType<typeof statusIn>,
  { saysApproved = false }: Pick<PaymentHandle, 'saysApproved'>,
): boolean => {
  const [meaning, expected] = status ?? []
  // The signed callback may come sooner than `status` has heard of it, and waits for our answer.
  return Boolean(expected) || (meaning === 'pending' && saysApproved)
}

/** How a payment stands, by what `status` and, where it was asked, `details` say. */
export function mapStatus(
  answer: ParsedAnswer<Envelope>,
  details: ParsedAnswer<Details> | null,
  payment: Omit<PaymentHandle, 'reference'>,
): ProviderResult {
  if (answer.kind !== 'told') return mapFailure(answer)
  const { reply } = answer
  const found = statusIn(answer, payment.providerRef)
  const [status] = found ?? []
  const evidence = trace('status', knownStatus(reply.Status))
  const isAsked = needsDetails(found, payment)
  if (status === 'pending') {
    const more = isAsked && details ? mapDetails(reply, details, payment) : null
    const isNews = more?.type === 'authorized' || more?.type === 'paid'
    return isNews ? more : { type: 'pending', next: 'awaiting_shopper', evidence }
  }
  // "Payment cancelled": it may also be a view that lags behind; whoever has to be sure cancels it.
  if (status === 'canceled') return { type: 'ended', by: 'unknown', isFinal: false, evidence }
  if (!status || !details) return { type: 'unknown', effect: false, evidence }
  return mapDetails(reply, details, payment)
}

/**
 * Proof of a payment is `Confirmed` ([netgiro] status-codes: "Payment complete") together with `paid` in the details of the
 * same TransactionId, which hold its TotalAmount; in place of `Confirmed` a signed callback of success will do. Neither
 * holds a reference: the TransactionId says whose it is, and no answer of `status` alone is ever a payment.
 */
function mapDetails(
  { Status }: Envelope,
  details: ParsedAnswer<Details>,
  { providerRef, captureMethod }: Omit<PaymentHandle, 'reference'>,
): ProviderResult {
  if (details.kind !== 'told') return mapFailure(details)
  const { Status: word, TotalAmount, TransactionId } = details.reply
  const evidence = trace('details', `${knownStatus(Status)}/${knownStatus(word)}`)
  const amount = readOr(TotalAmount)
  const [meaning, expected] = statuses.get(readOr(Status) ?? '') ?? []
  // Where `status` is still behind, details stand by themselves.
  const isAsExpected = meaning === 'pending' || word === expected
  if (!isAsExpected || !isAbout(providerRef, TransactionId) || amount === null)
    return { type: 'unknown', effect: false, evidence }
  const payment: Payment = { amount, reference: null }
  if (word === 'paid') return { type: 'paid', payment, proof: 'proven', evidence }
  if (word !== 'reservation') return { type: 'unknown', effect: false, evidence }
  const awaits = captureMethod === 'callback' ? 'callback_answer' : 'capture'
  return { type: 'authorized', awaits, payment, evidence }
}

/** [netgiro] details: `canceled`. */
export const isCanceled = ({ Status, TransactionId }: Details, providerRef: string): boolean =>
  Status === 'canceled' && isAbout(providerRef, TransactionId)

/** [netgiro] status: `Transaction not found` is an error, and no way for a payment to end. */
function mapFailure(answer: ParsedAnswer<unknown>): ProviderResult {
  const isUnknownId = answer.kind === 'refused' && answer.message === 'Transaction not found'
  const evidence = isUnknownId
    ? { ...answer.evidence, code: 'transaction_not_found' }
    : answer.evidence
  return answer.kind === 'not_sent'
    ? { type: 'not_sent', evidence }
    : { type: 'unknown', effect: false, evidence }
}

/** GUIDs are printed in either case. */
const isAbout = (ours: string, theirs: unknown) =>
  typeof theirs === 'string' && ours.toLowerCase() === theirs.toLowerCase()
