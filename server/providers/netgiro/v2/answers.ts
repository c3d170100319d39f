import type { Evidence } from '../../../core/checkout.ts'
import type { Failure } from '../../failure.ts'
import type { HttpResponse } from '../../json-client.ts'
import { readOr, unreadable } from '../../fields.ts'
import { credentialsRefused } from '../../../core/provider.ts'
import type { V2Call } from './client.ts'
import { readDetails, readEnvelope } from './fields.ts'
import type { Details, Envelope } from './fields.ts'

/** What came of a call. */
export type ParsedAnswer<Told> = { readonly evidence: Evidence } & (
  | { readonly kind: 'told'; readonly reply: Told }
  /** The provider said no; what it was asked for has not happened. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Nobody read what was asked. */
  | { readonly kind: 'not_sent' | 'no_key' }
  /** No answer, or none that can be believed. */
  | { readonly kind: 'unknown' }
)

/** [netgiro] validation-errors: HTTP 400; of the errors on the other pages the status is not printed. */
const refusing = (status: number) => isGood(status) || [400, 404, 409, 422].includes(status)
const isGood = (status: number) => status >= 200 && status < 300

export const parseAnswer = (call: V2Call, sent: HttpResponse | Failure): ParsedAnswer<Envelope> =>
  judge(call, sent, (body) => {
    const reply = readEnvelope(body)
    return reply?.Success === true ? reply : null
  })

export const parseDetails = (sent: HttpResponse | Failure): ParsedAnswer<Details> =>
  judge('details', sent, (body) => {
    const reply = readDetails(body)
    return reply?.Success === unreadable ? null : reply
  })

function judge<Told>(
  call: V2Call,
  sent: HttpResponse | Failure,
  read: (body: string) => Told | null,
): ParsedAnswer<Told> {
  if (sent.kind !== 'answered') {
    const evidence = { call, code: sent.code, referenceId: null }
    return { kind: sent.kind === 'not_sent' ? 'not_sent' : 'unknown', evidence }
  }
  const { status, body } = sent
  // [netgiro] authentication: "missing or invalid", 401 `API key is required`.
  if (status === 401) return { kind: 'no_key', evidence: trace(call, credentialsRefused) }
  const envelope = readEnvelope(body)
  if (envelope?.Success === false) {
    const message = readOr(envelope.Message) ?? ''
    return refusing(status)
      ? { kind: 'refused', message, evidence: trace(call, 'refused') }
      : { kind: 'unknown', evidence: trace(call, `http_${status}`) }
  }
  const reply = read(body)
  if (!reply) return { kind: 'unknown', evidence: trace(call, 'unreadable_answer') }
  return isGood(status)
    ? { kind: 'told', reply, evidence: trace(call, 'success') }
    : { kind: 'unknown', evidence: trace(call, `http_${status}`) }
}

/**
 * The name that an answer to `payment` holds, whatever else it says: a payment whose name is lost can neither be asked about
 * nor called off. Not in a documented refusal, of which the name may be that of nothing.
 */
export function nameIn(sent: HttpResponse | Failure): Envelope | null {
  const envelope = sent.kind === 'answered' ? readEnvelope(sent.body) : null
  return envelope && readOr(envelope.TransactionId) !== null ? envelope : null
}

/** V2 gives its calls no name that support could look for. */
export const trace = (call: V2Call, code: string): Evidence => ({
  call,
  code,
  referenceId: null,
})
