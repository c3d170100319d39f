import type { Permit } from '../../../core/ownership.ts'
import { HttpClient } from '../../http-client.ts'
import type { Endpoint } from '../../http-client.ts'
import { nonces, sign } from '../signature.ts'

export interface NetgiroCredentials {
  readonly appId: string
  /** Signs requests. */
  readonly secretKey: string
  /** Responses may still be signed with this one while the secret is being rotated. */
  readonly previousSecretKey?: string | null
  /** e.g. `https://api.test.netgiro.is/v1`, without a slash at the end. */
  readonly apiUrl: string
}

export type Call = 'InsertCart' | 'CheckCart' | 'ConfirmCart' | 'CancelCart'

/** After a timeout the outcome of a call is unknown. */
const timeouts: Record<Call, number> = {
  InsertCart: 20_000,
  CheckCart: 8_000,
  ConfirmCart: 15_000,
  CancelCart: 15_000,
}

/** Sends signed calls; it does not interpret the responses. */
export function netgiroClient(
  { appId, secretKey, apiUrl }: NetgiroCredentials,
  now: () => number,
  permit: () => Permit,
) {
  const nextNonce = nonces(now)
  const http = new HttpClient(apiUrl, {
    headers: { netgiro_appkey: appId },
    sign(url, body) {
      const nonce = nextNonce()
      const signature = sign(secretKey, nonce, url, body)
      return ['netgiro_nonce', nonce, 'netgiro_signature', signature]
    },
    maxBytes: 64 * 1024,
    permit,
  })
  const endpoint = (call: Call) =>
    http.endpoint('POST', `/Checkout/${call}`, timeouts[call], call === 'CheckCart')
  const endpoints: Readonly<Record<Call, Endpoint>> = {
    InsertCart: endpoint('InsertCart'),
    CheckCart: endpoint('CheckCart'),
    ConfirmCart: endpoint('ConfirmCart'),
    CancelCart: endpoint('CancelCart'),
  }
  return {
    send: (call: Call, fields: object) => http.send(endpoints[call], fields),
    close: () => http.close(),
  }
}
