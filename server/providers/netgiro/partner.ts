import type { RefundFact } from '../../checkout/checkout.ts'
import type { RefundRequest } from '../provider.ts'
import { KeyedHttp, readObject } from '../http.ts'

export interface PartnerCredentials {
  readonly secretKey: string
  /** e.g. `https://partner-api.test.netgiro.is`, without a slash at the end. */
  readonly partnerApiUrl: string
}

const timeoutMs = 20_000

/** The partner API, by which what V1 took is given back: for the V1 adapter's `refund`. */
export function partnerRefund({ secretKey, partnerApiUrl }: PartnerCredentials) {
  // [netgiro] partner API: no signature, the header `token` is the SecretKey.
  const http = new KeyedHttp(partnerApiUrl, { token: secretKey })

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundFact> {
    const fields = { transactionId: providerRef, refundAmount: amount, idempotencyKey: key }
    const sent = await http.send({ method: 'POST', path: '/refund', fields, timeoutMs })
    if (sent.kind !== 'answered') {
      const evidence = evidenceOf(sent.code)
      return sent.kind === 'not_sent'
        ? { type: 'not_sent', evidence }
        : { type: 'unknown', effect: true, evidence }
    }
    return meaningOf(sent.status, sent.body)
  }

  return { refund, close: () => http.close() }
}

function meaningOf(status: number, body: string): RefundFact {
  const evidence = evidenceOf(`http_${status}`)
  // The token was not taken: nobody read the rest, and whoever mends it will find the refund still waiting.
  if (status === 401) return { type: 'not_sent', evidence }
  const answer = readObject(body)
  // [netgiro] partner API: success is HTTP 200. What it holds is not written down, so that it may be empty; but a page is
  // somebody else's, and whoever says no has not given anything back.
  const isTheirs = answer !== null || body.trim() === ''
  if (status === 200 && isTheirs && answer?.['Success'] !== false)
    return { type: 'refunded', evidence }
  // [netgiro] partner API: errors carry `Message` or `message`.
  const isRefusal = [400, 404, 409, 422].includes(status) && typeof answer?.['Message'] === 'string'
  return isRefusal
    ? { type: 'refund_refused', evidence }
    : { type: 'unknown', effect: true, evidence }
}

const evidenceOf = (code: string) => ({ call: 'partner.refund', code, referenceId: null })
