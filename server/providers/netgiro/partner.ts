import type { RefundResult } from '../../core/checkout.ts'
import type { Permit } from '../../core/ownership.ts'
import { flag, readFields, readOr, text, unreadable, whole } from '../fields.ts'
import type { Field, FieldsOf } from '../fields.ts'
import { HttpClient } from '../http-client.ts'
import { readObject } from '../pascal-case.ts'
import { credentialsRefused } from '../../core/provider.ts'
import type { RefundRequest } from '../../core/provider.ts'
import { mayMeanRefunded, saysRefunded } from './refund-messages.ts'

export interface PartnerCredentials {
  readonly secretKey: string
  /** e.g. `https://partner-api.test.netgiro.is`, without a slash at the end. */
  readonly partnerApiUrl: string
}

const timeoutMs = 20_000

/** Refunds through the partner API, for the V1 adapter: V1 itself has no call for them. */
export function partnerRefund(
  { secretKey, partnerApiUrl }: PartnerCredentials,
  permit: () => Permit,
) {
  // [netgiro] partner API: no signature, the header `token` is the SecretKey.
  const http = new HttpClient(partnerApiUrl, {
    headers: { token: secretKey },
    permit,
  })
  const endpoint = http.endpoint('POST', '/refund', timeoutMs)

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundResult> {
    // [netgiro] WooCommerce plugin: it sends the same id here and to ConfirmCart, which takes the cart's.
    const fields = { transactionId: providerRef, refundAmount: amount, idempotencyKey: key }
    const response = await http.send(endpoint, fields)
    if (response.kind === 'answered') return toRefundResult(response.status, response.body)
    const evidence = trace(response.code)
    return response.kind === 'not_sent'
      ? { type: 'not_sent', evidence }
      : { type: 'unknown', effect: true, evidence }
  }

  return { refund, close: () => http.close() }
}

/** [netgiro] response: "Success, Message, ResultCode"; the partner API's own page is a link to a console. */
const fields = {
  Success: flag,
  Message: text,
  ResultCode: whole,
  /** Not documented of a refund. */
  Status: text,
} satisfies Record<string, Field<unknown>>
type RefundReply = FieldsOf<typeof fields>

/** Maps the response to a refund. */
export function toRefundResult(status: number, body: string): RefundResult {
  const evidence = trace(`http_${status}`)
  const object = readObject(body)
  const reply = object && readFields(fields, object)
  // The token was refused and the rest was not read: once the token is fixed, the refund is still pending.
  if (status === 401)
    return reply && maySayRefunded(reply)
      ? { type: 'unknown', effect: true, evidence: trace(credentialsRefused) }
      : { type: 'not_sent', evidence: trace(credentialsRefused) }
  // [rfc9110] 15.5.4: as with 401, but no document says that a request with this answer had no effect.
  if (status === 403 && (reply?.Success ?? null) === null)
    return { type: 'unknown', effect: true, evidence: trace(credentialsRefused) }
  if (status === 200 && reply && isSuccess(reply)) return { type: 'refunded', evidence }
  // [netgiro] partner API: errors carry `Message` or `message`.
  const isRefusalStatus = [400, 404, 409, 422].includes(status)
  return isRefusalStatus && reply && isRefusal(reply)
    ? { type: 'refund_refused', evidence }
    : { type: 'unknown', effect: true, evidence }
}

const isRefusal = (reply: RefundReply): boolean =>
  readOr(reply.Message) !== null && !maySayRefunded(reply)

/** A part of it says that the refund was made, or cannot be read: it contradicts a status that refuses. */
const maySayRefunded = ({ Success, Message, ResultCode }: RefundReply): boolean =>
  (Success !== null && Success !== false) ||
  saysRefunded(Message) ||
  ResultCode === 200 ||
  ResultCode === unreadable

/**
 * [netgiro] partner API: Netgíró's own plugin takes HTTP 200 for success and reads no further; the body is documented only
 * for V2's refund and for the API in general. So at least one of the three fields has to confirm the refund, and nothing
 * undocumented may stand beside it, such as a message that it is queued. A bare 200 may come from anything on the way. In
 * either case the refund is requested again with its key.
 */
function isSuccess({ Success, Message, ResultCode, Status }: RefundReply): boolean {
  const isConfirmed = Success === true || ResultCode === 200 || saysRefunded(Message)
  const isDocumented =
    (Success === null || Success === true) &&
    (ResultCode === null || ResultCode === 200) &&
    mayMeanRefunded(Message) &&
    Status === null
  return isConfirmed && isDocumented
}

const trace = (code: string) => ({ call: 'partner.refund', code, referenceId: null })
