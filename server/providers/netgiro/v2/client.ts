import type { Permit } from '../../../core/ownership.ts'
import { HttpClient } from '../../http-client.ts'

export interface NetgiroV2Credentials {
  /** The API key. */
  readonly appId: string
  /** Signs callbacks; it is never sent. */
  readonly secretKey: string
  /** Callbacks may still be signed with this one while the secret is being rotated. */
  readonly previousSecretKey?: string | null
  /** e.g. `https://api.test.netgiro.is/v2`, without a slash at the end. */
  readonly apiUrl: string
}

type WriteCall = 'payment' | 'capture' | 'cancel' | 'refund'
type ReadCall = 'status' | 'details'
export type V2Call = WriteCall | ReadCall

const readTimeoutMs = 8_000

/** Sends the calls of V2; it does not interpret the responses. After a timeout the outcome of a call is unknown. */
export function netgiroV2Client({ appId, apiUrl }: NetgiroV2Credentials, permit: () => Permit) {
  // [netgiro] authentication, V2: "Every request … must include your API key", the ApplicationId.
  const http = new HttpClient(apiUrl, {
    headers: { 'x-netgiro-api-key': appId },
    permit,
  })
  const writes = {
    payment: http.endpoint('POST', '/checkout/payment', 20_000),
    capture: http.endpoint('POST', '/transaction/capture', 15_000),
    cancel: http.endpoint('POST', '/transaction/cancel', 15_000),
    refund: http.endpoint('POST', '/transaction/refund', 20_000),
  }
  const reads = { status: '/checkout/status/', details: '/transaction/details/' }
  return {
    permit: http.permit,
    post: (call: WriteCall, fields: object, mayLeave?: Permit) =>
      http.send(writes[call], fields, mayLeave),
    get: (call: ReadCall, transactionId: string, timeoutMs = readTimeoutMs) =>
      http.send(http.endpoint('GET', reads[call] + encodeURIComponent(transactionId), timeoutMs)),
    close: () => http.close(),
  }
}

export type NetgiroV2Client = ReturnType<typeof netgiroV2Client>
