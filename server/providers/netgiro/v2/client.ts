import * as v from 'valibot'
import type { Failure } from '../../failure.ts'
import { KeyedHttp, readObject } from '../../http.ts'
import type { HttpAnswer } from '../../http.ts'

export interface NetgiroV2Credentials {
  /** The API key. */
  readonly appId: string
  /** Signs callbacks; it is never sent. */
  readonly secretKey: string
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
  readonly #http: KeyedHttp

  constructor({ appId, apiUrl }: NetgiroV2Credentials) {
    // [netgiro] authentication, V2: "Every request … must include your API key", the ApplicationId.
    this.#http = new KeyedHttp(apiUrl, { 'x-netgiro-api-key': appId })
  }

  post(call: 'payment' | 'capture' | 'cancel' | 'refund', fields: object) {
    return this.#http.send({ ...endpoints[call], fields })
  }

  get(call: 'status' | 'details', transactionId: string): Promise<HttpAnswer | Failure> {
    const { method, path, timeoutMs } = endpoints[call]
    return this.#http.send({ method, timeoutMs, path: path + encodeURIComponent(transactionId) })
  }

  close(): Promise<void> {
    return this.#http.close()
  }
}

const transactionId = v.pipe(v.string(), v.minLength(1), v.maxLength(200))

const envelope = v.object({
  Success: v.boolean(),
  Message: v.nullish(v.string()),
  Status: v.nullish(v.string()),
  TransactionId: v.nullish(transactionId),
  // Only a pace: what makes no sense of it is no reason to lose the name of a payment.
  PollIntervalMs: v.fallback(v.nullish(v.number()), null),
})
export type Envelope = v.InferOutput<typeof envelope>

const details = v.object({
  // [netgiro] details: there is no Success; a refusal has the envelope of the others.
  Success: v.nullish(v.literal(true)),
  Status: v.string(),
  // A .NET decimal, so 1990 may be written 1990.0; JSON reads both as the same number.
  TotalAmount: v.pipe(v.number(), v.finite()),
  TransactionId: transactionId,
})
export type Details = v.InferOutput<typeof details>

/** Hostile input to an answer, or null. */
export const readEnvelope = (body: string): Envelope | null => read(envelope, body)
export const readDetails = (body: string): Details | null => read(details, body)

function read<S extends typeof envelope | typeof details>(schema: S, body: string) {
  const parsed = v.safeParse(schema, readObject(body))
  return parsed.success ? parsed.output : null
}
