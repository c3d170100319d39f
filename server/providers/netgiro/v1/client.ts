import { HttpExchange } from '../../http-client.ts'
import type { Failure } from '../../failure.ts'
import { nonces, sign } from '../signature.ts'

export interface NetgiroCredentials {
  readonly appId: string
  /** Signs what is sent. */
  readonly secretKey: string
  /** What comes back may be signed with this one too, while a rotation lasts. */
  readonly previousSecretKey?: string | null
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
  readonly status: number
  readonly body: string
  /** Where it is not valid UTF-8, so that its text is another one than was signed. */
  readonly bytes?: Uint8Array
  readonly nonce: string
  readonly signature: string
  readonly referenceId: string | null
}

export type Sent = { readonly kind: 'answered'; readonly answer: RawAnswer } | Failure

/** Sends signed calls. Judges nothing, repeats nothing, follows no redirect (a redirect would carry the signature away). */
export class NetgiroClient {
  readonly #secret: string
  readonly #exchange: HttpExchange
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
    this.#exchange = new HttpExchange(new URL(apiUrl).origin, { maxBytes: 64 * 1024 })
  }

  async send(call: Call, fields: object): Promise<Sent> {
    const { url, path } = this.#endpoints[call]
    // Serialised once: what is signed is what is sent.
    const body = JSON.stringify(fields)
    const nonce = this.#nextNonce()
    const signature = sign(this.#secret, nonce, url, body)
    const headers = [...this.#headers, 'netgiro_nonce', nonce, 'netgiro_signature', signature]
    const timeoutMs = timeouts[call]
    const sent = await this.#exchange.send({ method: 'POST', path, headers, body, timeoutMs })
    if (sent.kind !== 'answered') return sent
    const header = (name: string) => {
      const value = sent.headers[name]
      return typeof value === 'string' ? value : ''
    }
    return {
      kind: 'answered',
      answer: {
        url,
        status: sent.status,
        body: sent.body,
        ...(sent.body.includes('\ufffd') && { bytes: sent.bytes }),
        nonce: header('netgiro_nonce'),
        signature: header('netgiro_signature'),
        referenceId: header('netgiro_referenceid') || null,
      },
    }
  }

  close(): Promise<void> {
    return this.#exchange.close()
  }
}
