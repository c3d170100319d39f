import type { Failure } from '../../failure.ts'
import { JsonClient } from '../../json-client.ts'
import type { HttpResponse } from '../../json-client.ts'

export interface NetgiroV2Credentials {
  /** The API key. */
  readonly appId: string
  /** Signs callbacks; it is never sent. */
  readonly secretKey: string
  /** The callbacks may be signed with this one too, while a rotation lasts. */
  readonly previousSecretKey?: string | null
  /** e.g. `https://api.test.netgiro.is/v2`, without a slash at the end. */
  readonly apiUrl: string
}

export type V2Call = 'payment' | 'status' | 'capture' | 'cancel' | 'refund' | 'details'

interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** A call that runs out has an unknown outcome. */
  readonly timeoutMs: number
}

const endpoints: Readonly<Record<V2Call, Endpoint>> = {
  payment: { method: 'POST', path: '/checkout/payment', timeoutMs: 20_000 },
  status: { method: 'GET', path: '/checkout/status/', timeoutMs: 8_000 },
  capture: { method: 'POST', path: '/transaction/capture', timeoutMs: 15_000 },
  cancel: { method: 'POST', path: '/transaction/cancel', timeoutMs: 15_000 },
  refund: { method: 'POST', path: '/transaction/refund', timeoutMs: 20_000 },
  details: { method: 'GET', path: '/transaction/details/', timeoutMs: 8_000 },
}

/** Sends the calls of V2 and judges none of them. */
export class NetgiroV2Client {
  readonly #http: JsonClient

  constructor({ appId, apiUrl }: NetgiroV2Credentials) {
    // [netgiro] authentication, V2: "Every request … must include your API key", the ApplicationId.
    this.#http = new JsonClient(apiUrl, { 'x-netgiro-api-key': appId })
  }

  post(call: 'payment' | 'capture' | 'cancel' | 'refund', fields: object) {
    return this.#http.send({ ...endpoints[call], fields })
  }

  get(call: 'status' | 'details', transactionId: string): Promise<HttpResponse | Failure> {
    const { method, path, timeoutMs } = endpoints[call]
    return this.#http.send({ method, timeoutMs, path: path + encodeURIComponent(transactionId) })
  }

  close(): Promise<void> {
    return this.#http.close()
  }
}
