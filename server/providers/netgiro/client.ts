import { Pool } from 'undici'
import * as v from 'valibot'
import { failureOf } from '../failure.ts'
import type { Failure } from '../failure.ts'
import { post } from './post.ts'
import { isSignedBy, nonces, sign } from './signature.ts'

export interface NetgiroCredentials {
  readonly appId: string
  readonly secretKey: string
  /** e.g. `https://api.test.netgiro.is/v1`, without a slash at the end. */
  readonly apiUrl: string
}

export type Call = 'InsertCart' | 'CheckCart' | 'ConfirmCart' | 'CancelCart'

/** How long each call may take; a call that runs out has an unknown outcome. */
const timeouts: Record<Call, number> = {
  InsertCart: 20_000,
  CheckCart: 8_000,
  ConfirmCart: 15_000,
  CancelCart: 15_000,
}

/** Made once: undici looks at every character of a path, and V8 first has to copy one that was just put together. */
interface Endpoint {
  readonly url: string
  readonly path: string
}

const endpoint = (apiUrl: string, call: Call): Endpoint => ({
  url: `${apiUrl}/Checkout/${call}`,
  path: `${new URL(apiUrl).pathname.replace(/\/$/, '')}/Checkout/${call}`,
})

/** An answer as it came, not judged yet. */
export interface RawAnswer {
  readonly url: string
  readonly body: string
  readonly nonce: string
  readonly signature: string
  readonly referenceId: string | null
}

export type Sent = { readonly kind: 'answered'; readonly answer: RawAnswer } | Failure

/** Sends signed calls. Judges nothing, repeats nothing, follows no redirect (a redirect would carry the signature away). */
export class NetgiroClient {
  readonly #secret: string
  readonly #pool: Pool
  readonly #endpoints: Readonly<Record<Call, Endpoint>>
  /** Those of every call, names and values in turn. */
  readonly #headers: readonly string[]
  readonly #nextNonce: () => string

  constructor({ appId, secretKey, apiUrl }: NetgiroCredentials, now: () => number) {
    this.#secret = secretKey
    this.#endpoints = {
      InsertCart: endpoint(apiUrl, 'InsertCart'),
      CheckCart: endpoint(apiUrl, 'CheckCart'),
      ConfirmCart: endpoint(apiUrl, 'ConfirmCart'),
      CancelCart: endpoint(apiUrl, 'CancelCart'),
    }
    this.#headers = Object.entries({
      accept: 'application/json',
      'content-type': 'application/json; charset=utf-8',
      netgiro_appkey: appId,
    }).flat()
    this.#nextNonce = nonces(now)
    this.#pool = new Pool(new URL(apiUrl).origin, {
      connections: 256,
      connect: { timeout: 3_000 },
      maxResponseSize: 64 * 1024,
    })
  }

  async send(call: Call, fields: object): Promise<Sent> {
    const { url, path } = this.#endpoints[call]
    // Serialised once: what is signed is what is sent.
    const body = JSON.stringify(fields)
    const nonce = this.#nextNonce()
    const signature = sign(this.#secret, nonce, url, body)
    const headers = [...this.#headers, 'netgiro_nonce', nonce, 'netgiro_signature', signature]
    try {
      const answer = await post(this.#pool, { path, headers, body, timeoutMs: timeouts[call] })
      const header = (name: string) => {
        const value = answer.headers[name]
        return typeof value === 'string' ? value : ''
      }
      return {
        kind: 'answered',
        answer: {
          url,
          body: answer.body,
          nonce: header('netgiro_nonce'),
          signature: header('netgiro_signature'),
          referenceId: header('netgiro_referenceid') || null,
        },
      }
    } catch (error) {
      return failureOf(error)
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

const paymentInfo = v.object({
  TransactionId: v.nullish(v.string()),
  ReferenceNumber: v.nullish(v.string()),
  // [netgiro] a .NET decimal, so 1990 may be written 1990.0; JSON reads both as the same number.
  TotalAmount: v.nullish(v.number()),
})

const reply = v.object({
  Success: v.boolean(),
  ResultCode: v.pipe(v.number(), v.integer()),
  PaymentSuccessful: v.nullish(v.boolean()),
  TransactionId: v.nullish(v.string()),
  // [netgiro] the name is spelled with one l, everywhere.
  ProcessCartCheckIntervalMiliseconds: v.nullish(v.number()),
  PaymentInfo: v.nullish(paymentInfo),
})
export type Reply = v.InferOutput<typeof reply>

/** [netgiro] request-protocol: "client should discard" an answer whose signature does not match. */
export function readReply(secret: string, answer: RawAnswer): Reply | null {
  return isSignedBy(secret, answer) ? parseReply(answer.body) : null
}

/** Hostile input to a reply, or null. Signatures are the caller's business. */
export function parseReply(body: string): Reply | null {
  try {
    const parsed = v.safeParse(reply, withPascalCase(JSON.parse(body)))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Answers are PascalCase as far as anyone has seen; camelCase is taken too, for the API accepts it itself. */
function withPascalCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'ResultCode' in value)
    return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      key.toLowerCase() === 'paymentinfo' ? pascalKeys(inner) : inner,
    ]),
  )
}

const pascalKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, inner]: [string, unknown]) => [
          key.charAt(0).toUpperCase() + key.slice(1),
          inner,
        ]),
      )
    : value
