import type { RefundResult } from '../../core/checkout.ts'
import { flag, readFields, readOr, text, whole } from '../fields.ts'
import type { Field, FieldsOf } from '../fields.ts'
import { JsonClient, readObject } from '../json-client.ts'
import { credentialsRefused } from '../../core/provider.ts'
import type { RefundRequest } from '../../core/provider.ts'

export interface PartnerCredentials {
  readonly secretKey: string
  /** e.g. `https://partner-api.test.netgiro.is`, without a slash at the end. */
  readonly partnerApiUrl: string
}

const timeoutMs = 20_000

/** The partner API, by which what V1 took is given back: for the V1 adapter's `refund`. */
export function partnerRefund({ secretKey, partnerApiUrl }: PartnerCredentials) {
  // [netgiro] partner API: no signature, the header `token` is the SecretKey.
  const http = new JsonClient(partnerApiUrl, { token: secretKey })

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundResult> {
    const fields = { transactionId: providerRef, refundAmount: amount, idempotencyKey: key }
    const sent = await http.send({ method: 'POST', path: '/refund', fields, timeoutMs })
    if (sent.kind !== 'answered') {
      const evidence = trace(sent.code)
      return sent.kind === 'not_sent'
        ? { type: 'not_sent', evidence }
        : { type: 'unknown', effect: true, evidence }
    }
    return toRefundResult(sent.status, sent.body)
  }

  return { refund, close: () => http.close() }
}

/** [netgiro] response: "Success, Message, ResultCode"; the partner API's own page is a link to a console. */
const fields = { Success: flag, Message: text, ResultCode: whole } satisfies Record<
  string,
  Field<unknown>
>
type Told = FieldsOf<typeof fields>

function toRefundResult(status: number, body: string): RefundResult {
  const evidence = trace(`http_${status}`)
  // The token was not taken: nobody read the rest, and whoever mends it will find the refund still waiting.
  if (status === 401) return { type: 'not_sent', evidence: trace(credentialsRefused) }
  const object = readObject(body)
  const told = object && readFields(fields, object)
  if (status === 200 && told && isSuccess(told)) return { type: 'refunded', evidence }
  // [netgiro] partner API: errors carry `Message` or `message`.
  const isRefusal = [400, 404, 409, 422].includes(status) && told && readOr(told.Message) !== null
  return isRefusal
    ? { type: 'refund_refused', evidence }
    : { type: 'unknown', effect: true, evidence }
}

/** [netgiro] refund, V2: "Refund successful"; response: "Success". */
const successes: readonly unknown[] = ['Refund successful', 'Success']

/**
 * [netgiro] partner API: Netgíró's own plugin takes HTTP 200 for success and reads no further, and what the body holds is
 * written down for V2's refund and for the API at large only. So one of those three words has to be there, and none of them
 * may say otherwise: a bare 200 is no more than somebody's answer, and the refund is asked for again with its key.
 */
function isSuccess({ Success, Message, ResultCode }: Told): boolean {
  const saysYes = Success === true || ResultCode === 200 || successes.includes(Message)
  const saysNo =
    (Success !== null && Success !== true) || (ResultCode !== null && ResultCode !== 200)
  return saysYes && !saysNo
}

const trace = (code: string) => ({ call: 'partner.refund', code, referenceId: null })
