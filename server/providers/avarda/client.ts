import { Pool } from 'undici'

/** One site at Avarda: a contract, a country and a currency. */
export interface AvardaSite {
  /** e.g. `https://stage.avarda.org/CheckOut2`, without a slash at the end. */
  readonly apiUrl: string
  readonly siteCode: string
  readonly sitePassword: string
  /** The site's; null: any that Avarda's sites have, and what it reports of a payment is compared. */
  readonly currency: string | null
  /** Of the form that shoppers see. */
  readonly scriptUrl: string
}

export type Call = 'InitializePayment' | 'GetPaymentStatus'

/** How long each call may take; a call that runs out has an unknown outcome. */
const timeouts: Record<Call, number> = { InitializePayment: 20_000, GetPaymentStatus: 10_000 }

/** An answer as it came, not judged yet. */
export interface Answer {
  readonly status: number
  readonly body: string
}

export type Sent =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Nothing left this machine. */
  | { readonly kind: 'not_sent'; readonly code: string }
  /** It may have arrived. */
  | { readonly kind: 'lost'; readonly code: string }

/** Failures from before the first byte of a request was written. */
const beforeSending = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Sends calls with the site's credentials. Judges nothing, repeats nothing, follows no redirect. */
export class AvardaClient {
  readonly #pool: Pool
  readonly #path: string
  readonly #headers: Readonly<Record<string, string>>

  constructor({ apiUrl, siteCode, sitePassword }: AvardaSite) {
    const { origin, pathname } = new URL(apiUrl)
    this.#path = pathname.replace(/\/$/, '')
    this.#pool = new Pool(origin, {
      connections: 64,
      connect: { timeout: 3_000 },
      maxResponseSize: 256 * 1024,
    })
    // [avarda] how-to-get-started: Basic with the Site Code and the Site Password, in ASCII before base64.
    const credentials = Buffer.from(`${siteCode}:${sitePassword}`, 'ascii').toString('base64')
    this.#headers = {
      accept: 'application/json',
      authorization: `Basic ${credentials}`,
      'content-type': 'application/json; charset=utf-8',
    }
  }

  /** [avarda] "POST" and JSON for everything, reading too. */
  async send(call: Call, fields: object): Promise<Sent> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: `${this.#path}/CheckOut2Api/${call}`,
        headers: this.#headers,
        body: JSON.stringify(fields),
        signal: AbortSignal.timeout(timeouts[call]),
      })
      return { kind: 'answered', answer: { status: statusCode, body: await body.text() } }
    } catch (error) {
      const code = errorCode(error)
      return { kind: beforeSending.has(code) ? 'not_sent' : 'lost', code }
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown_error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name === 'TimeoutError' ? 'timeout' : 'unknown_error'
}
