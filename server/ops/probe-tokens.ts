import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a probe may ask for; and the answer's own mark, so that nobody passes as us by repeating the question. */
export type Purpose = 'callback' | 'stream' | 'address' | 'answer'

/** Carries the probe's mark; without underscores, for those are what some proxies drop. */
export const probeHeader = 'netgiro-checkout-probe'

const maxAgeMs = 5 * 60_000

/**
 * Marks by which `doctor` and a server know each other without a further secret: an HMAC under a key that is made from the
 * one that both were given. Good for one purpose and a few minutes.
 */
export class ProbeTokens {
  readonly #key: Buffer
  readonly #now: () => number

  constructor(secretKey: string, now: () => number) {
    this.#key = Buffer.from(hkdfSync('sha256', secretKey, '', 'netgiro-checkout probe', 32))
    this.#now = now
  }

  /** `about`: what else it is bound to, such as the mark that is answered. */
  make(purpose: Purpose, about = ''): string {
    return this.#markOf(purpose, about, this.#now())
  }

  isGood(purpose: Purpose, mark: string | null | undefined, about = ''): boolean {
    const at = Number(/^(\d{1,15})\./.exec(mark ?? '')?.[1] ?? NaN)
    if (!(Math.abs(this.#now() - at) <= maxAgeMs)) return false
    const ours = Buffer.from(this.#markOf(purpose, about, at))
    const theirs = Buffer.from(mark ?? '')
    return ours.length === theirs.length && timingSafeEqual(ours, theirs)
  }

  #markOf(purpose: Purpose, about: string, at: number): string {
    const mac = createHmac('sha256', this.#key).update(`${purpose}.${at}.${about}`)
    return `${at}.${mac.digest('base64url')}`
  }
}
