import type { Evidence } from '../../../core/checkout.ts'
import { isSameName } from '../../../core/same-name.ts'
import type { HttpFailure, HttpResponse } from '../../http-client.ts'
import { readOr, unreadable } from '../../fields.ts'
import { credentialsRefused } from '../../../core/provider.ts'
import { saysRefunded } from '../refund-messages.ts'
import type { V2Call } from './client.ts'
import { readDetails, readEnvelope } from './fields.ts'
import type { Details, Envelope } from './fields.ts'
import { statuses } from './statuses.ts'

/** The outcome of a call. */
export type ParsedAnswer<Reply> = { readonly evidence: Evidence } & (
  | { readonly kind: 'ok'; readonly reply: Reply }
  /** The provider refused: the call had no effect. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The provider did not read the request. */
  | { readonly kind: 'not_sent' | 'unauthorized' }
  /** No valid response. */
  | { readonly kind: 'unknown' }
)

/** [netgiro] validation-errors: HTTP 400; the other pages do not print the status of an error. */
const isRefusalStatus = (status: number) =>
  isSuccessStatus(status) || [400, 404, 409, 422].includes(status)
const isSuccessStatus = (status: number) => status >= 200 && status < 300

/**
 * @param providerRef - of the payment that the call was about: an answer that names another one says nothing of it. Null for
 *   `payment`, which has none yet.
 */
export function parseAnswer(
  call: V2Call,
  response: HttpResponse | HttpFailure,
  providerRef: string | null,
): ParsedAnswer<Envelope> {
  const answer = parse(call, response, (body) => {
    const reply = readEnvelope(body)
    return reply?.Success === true ? reply : null
  })
  if (providerRef === null || (answer.kind !== 'ok' && answer.kind !== 'refused')) return answer
  const named = paymentIn(response)
  return named && !isOf(providerRef, named.providerRef)
    ? { kind: 'unknown', evidence: trace(call, 'another_payment') }
    : answer
}

export const parseDetails = (response: HttpResponse | HttpFailure): ParsedAnswer<Details> =>
  parse('details', response, (body) => {
    const reply = readDetails(body)
    return reply?.Success === unreadable ? null : reply
  })

function parse<Reply>(
  call: V2Call,
  response: HttpResponse | HttpFailure,
  read: (body: string) => Reply | null,
): ParsedAnswer<Reply> {
  if (response.kind !== 'answered') {
    const evidence = trace(call, response.code)
    return { kind: response.kind === 'not_sent' ? 'not_sent' : 'unknown', evidence }
  }
  const { status, body } = response
  const envelope = readEnvelope(body)
  // [netgiro] authentication: "missing or invalid", 401 `API key is required`.
  if (status === 401) {
    const kind = envelope && wasRead(envelope) ? 'unknown' : 'unauthorized'
    return { kind, evidence: trace(call, credentialsRefused) }
  }
  if (envelope?.Success === false) {
    const message = readOr(envelope.Message) ?? ''
    return isRefusalStatus(status)
      ? { kind: 'refused', message, evidence: trace(call, 'refused') }
      : { kind: 'unknown', evidence: trace(call, `http_${status}`) }
  }
  // [rfc9110] 15.5.4: credentials that are not enough. No document says that a request with this answer had no effect.
  if (status === 403 && (envelope?.Success ?? null) === null)
    return { kind: 'unknown', evidence: trace(call, credentialsRefused) }
  const reply = read(body)
  if (!reply) return { kind: 'unknown', evidence: trace(call, 'unreadable_answer') }
  return isSuccessStatus(status)
    ? { kind: 'ok', reply, evidence: trace(call, 'success') }
    : { kind: 'unknown', evidence: trace(call, `http_${status}`) }
}

/** Says that it succeeded, or how the payment stands: beside a status that refuses, the request may have been read after all. */
const wasRead = ({ Success, Message, Status }: Envelope): boolean =>
  (Success ?? false) !== false || saysRefunded(Message) || statuses.has(readOr(Status) ?? '')

/**
 * The response to `payment` if it has a TransactionId, regardless of its other fields: without the id the payment can
 * neither be polled nor canceled. Not for a documented refusal, whose id may belong to no payment.
 */
export function paymentIn(response: HttpResponse | HttpFailure) {
  const envelope = response.kind === 'answered' ? readEnvelope(response.body) : null
  if (!envelope) return null
  const providerRef = readOr(envelope.TransactionId)
  return providerRef === null ? null : { ...envelope, providerRef }
}

/** Whether a TransactionId, as it was read, is that of the payment. */
export const isOf = (providerRef: string, transactionId: unknown): boolean =>
  typeof transactionId === 'string' && isSameName(providerRef, transactionId)

/** V2 returns no reference id that support could search for. */
export const trace = (call: V2Call, code: string): Evidence => ({
  call,
  code,
  referenceId: null,
})
