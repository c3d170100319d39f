import type { Payment, ProviderFact } from '../../../checkout/checkout.ts'
import type { AttemptReason } from '../../../protocol.ts'
import type { PaymentHandle } from '../../provider.ts'
import type { Answer } from './answers.ts'
import { evidenceOf } from './answers.ts'
import type { Details, Envelope } from './client.ts'

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
export function started(answer: Answer<Envelope>): ProviderFact {
  const { evidence } = answer
  switch (answer.kind) {
    case 'told': {
      const { TransactionId, Status, PollIntervalMs } = answer.reply
      if (!TransactionId) return { type: 'unknown', effect: true, evidence }
      // [netgiro] payment: Pending for a phone, Confirmed or Authorized at once for a barcode or access code. Of any other
      // word only this much is believed, that it is the name of a payment which can be asked for.
      const askAtOnce = Status !== 'Pending'
      const paceMs = PollIntervalMs ?? null
      return { type: 'requested', providerRef: TransactionId, paceMs, askAtOnce, evidence }
    }
    case 'refused': {
      const [code, outcome, reason] = refusals.get(answer.message) ?? someRefusal
      return { type: 'refused', outcome, reason, evidence: evidenceOf('payment', code) }
    }
    case 'no_key':
      return { type: 'refused', outcome: 'failed', reason: 'request_not_sent', evidence }
    case 'not_sent':
      return { type: 'not_sent', evidence }
    case 'unknown':
      return { type: 'unknown', effect: true, evidence }
  }
}

type Status = 'pending' | 'approved' | 'paid' | 'canceled'

/**
 * [netgiro] status-codes and details, whole. Where money is spoken of, `details` has to say the same in its own word, for
 * it alone tells the amount; where the two contradict each other, neither is believed.
 */
export const statuses: ReadonlyMap<string, readonly [Status, details: string | null]> = new Map([
  // "Customer hasn't confirmed yet"
  ['Pending', ['pending', null]],
  // "Amount held, not charged"
  ['Authorized', ['approved', 'reservation']],
  // "Payment complete"
  ['Confirmed', ['paid', 'paid']],
  // "Payment cancelled": by whom, or by time, is not said.
  ['Cancelled', ['canceled', null]],
])

/** What an answer says of this payment: null where it says nothing, or speaks of another one. */
export function statusIn(answer: Answer<Envelope>, providerRef: string) {
  if (answer.kind !== 'told') return null
  const { Status, TransactionId } = answer.reply
  if (!isAbout(providerRef, TransactionId ?? providerRef)) return null
  return statuses.get(Status ?? '') ?? null
}

const words = [...statuses.keys(), 'paid', 'unpaid', 'canceled', 'reservation']

/** A word of the provider's for the history; one that nobody documented is not repeated there. */
const wordOf = (text: string | null | undefined): string =>
  words.find((word) => word === text) ?? 'unknown_status'

export function stood(
  answer: Answer<Envelope>,
  details: Answer<Details> | null,
  { providerRef, approval }: Pick<PaymentHandle, 'providerRef' | 'approval'>,
): ProviderFact {
  if (answer.kind !== 'told') return silence(answer)
  const { reply } = answer
  const [status, expected] = statusIn(answer, providerRef) ?? []
  const evidence = evidenceOf('status', wordOf(reply.Status))
  if (status === 'pending') return { type: 'pending', next: 'awaiting_shopper', evidence }
  if (status === 'canceled') return { type: 'ended', by: 'cancel', isFinal: true, evidence }
  if (!status || !details) return { type: 'unknown', effect: false, evidence }
  if (details.kind !== 'told') return silence(details)

  const { Status, TotalAmount, TransactionId } = details.reply
  const both = evidenceOf('details', `${wordOf(reply.Status)}/${wordOf(Status)}`)
  if (Status !== expected || !isAbout(providerRef, TransactionId))
    return { type: 'unknown', effect: false, evidence: both }
  // [netgiro] details: there is no reference in it.
  const payment: Payment = { amount: TotalAmount, reference: null }
  if (status === 'paid') return { type: 'paid', payment, proof: 'proven', evidence: both }
  const awaits = approval === 'awaits_callback_answer' ? 'callback_answer' : 'confirm'
  return { type: 'approved', awaits, payment, evidence: both }
}

/** [netgiro] status: `Transaction not found` is an error, and no way for a payment to end. */
function silence(answer: Answer<unknown>): ProviderFact {
  const isUnknownId = answer.kind === 'refused' && answer.message === 'Transaction not found'
  const evidence = isUnknownId
    ? { ...answer.evidence, code: 'transaction_not_found' }
    : answer.evidence
  return answer.kind === 'not_sent'
    ? { type: 'not_sent', evidence }
    : { type: 'unknown', effect: false, evidence }
}

/** GUIDs are printed in either case. */
const isAbout = (ours: string, theirs: string) => ours.toLowerCase() === theirs.toLowerCase()
