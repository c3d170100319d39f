import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a probe asks for. Responses have their own purpose, so that echoing a request proves nothing. */
export type Purpose = 'callback' | 'stream' | 'address' | 'answer'

/** The header of the token; without underscores, which some proxies drop. */
export const probeHeader = 'netgiro-checkout-probe'

const maxAgeMs = 5 * 60_000

/** The tokens that a server accepts: those of the key that a token was made with, or null for one that is not good. */
export type AcceptProbe = (purpose: Purpose, token: string | null | undefined) => ProbeTokens | null

/** @param secretKeys - as they are configured at the time: of several merchants, the token may be of any */
export const acceptProbesOf =
  (secretKeys: () => readonly string[], now: () => number): AcceptProbe =>
  (purpose, token) =>
    token == null
      ? null
      : (secretKeys()
          .map((secretKey) => new ProbeTokens(secretKey, now))
          .find((tokens) => tokens.isGood(purpose, token)) ?? null)

/**
 * Tokens by which `doctor` and a server recognize each other without a further secret: an HMAC with a key derived from
 * Netgíró's secret key, which both have. Valid for one purpose and a few minutes.
 */
export class ProbeTokens {
  readonly #key: Buffer
  readonly #now: () => number

  constructor(secretKey: string, now: () => number) {
    this.#key = Buffer.from(hkdfSync('sha256', secretKey, '', 'netgiro-checkout probe', 32))
    this.#now = now
  }

  /** @param about what else the token is bound to: in a response, the token of the request */
  make(purpose: Purpose, about = ''): string {
    return this.#tokenAt(purpose, about, this.#now())
  }

  isGood(purpose: Purpose, token: string | null | undefined, about = ''): boolean {
    const at = Number(/^(\d{1,15})\./.exec(token ?? '')?.[1] ?? NaN)
    if (!(Math.abs(this.#now() - at) <= maxAgeMs)) return false
    const expected = Buffer.from(this.#tokenAt(purpose, about, at))
    const actual = Buffer.from(token ?? '')
    return expected.length === actual.length && timingSafeEqual(expected, actual)
  }

  #tokenAt(purpose: Purpose, about: string, at: number): string {
    const mac = createHmac('sha256', this.#key).update(`${purpose}.${at}.${about}`)
    return `${at}.${mac.digest('base64url')}`
  }
}
