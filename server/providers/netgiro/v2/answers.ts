import type { Evidence } from '../../../checkout/checkout.ts'
import type { Failure } from '../../failure.ts'
import type { HttpAnswer } from '../../http.ts'
import { readDetails, readEnvelope } from './client.ts'
import type { Details, Envelope, V2Call } from './client.ts'

/** What came of a call. */
export type Answer<Told> = { readonly evidence: Evidence } & (
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

export function answerTo(call: V2Call, sent: HttpAnswer | Failure): Answer<Envelope> {
  const answer = judge(call, sent, readEnvelope)
  return answer.kind === 'told' && !answer.reply.Success ? unreadable(call) : answer
}

export const detailsIn = (sent: HttpAnswer | Failure): Answer<Details> =>
  judge('details', sent, readDetails)

function judge<Told>(
  call: V2Call,
  sent: HttpAnswer | Failure,
  read: (body: string) => Told | null,
): Answer<Told> {
  if (sent.kind !== 'answered') {
    const evidence = { call, code: sent.code, referenceId: null }
    return { kind: sent.kind === 'not_sent' ? 'not_sent' : 'unknown', evidence }
  }
  const { status, body } = sent
  // [netgiro] authentication: "missing or invalid", 401 `API key is required`.
  if (status === 401) return { kind: 'no_key', evidence: evidenceOf(call, '401') }
  const refusal = readEnvelope(body)
  if (refusal?.Success === false) {
    return refusing(status)
      ? { kind: 'refused', message: refusal.Message ?? '', evidence: evidenceOf(call, 'refused') }
      : { kind: 'unknown', evidence: evidenceOf(call, `http_${status}`) }
  }
  const reply = read(body)
  if (!reply) return unreadable(call)
  return isGood(status)
    ? { kind: 'told', reply, evidence: evidenceOf(call, 'success') }
    : { kind: 'unknown', evidence: evidenceOf(call, `http_${status}`) }
}

const unreadable = (call: V2Call) =>
  ({ kind: 'unknown', evidence: evidenceOf(call, 'unreadable_answer') }) as const

/** V2 gives its calls no name that support could look for. */
export const evidenceOf = (call: V2Call, code: string): Evidence => ({
  call,
  code,
  referenceId: null,
})
