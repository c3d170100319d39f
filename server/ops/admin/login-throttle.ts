import type { Clock } from '../../core/clock.ts'
import { LruCache } from '../../core/lru-cache.ts'
import { timingSafeIncludes } from '../../crypto.ts'

const windowMs = 10 * 60_000
/** More often than this nobody mistypes. */
const maxPerAddress = 10
/** And all together: whoever guesses from everywhere is told no more either. */
const maxTotal = 1_000
/** Whoever has more addresses than this is counted by `mostInAll`. */
const maxAddresses = 10_000

interface Failures {
  readonly since: number
  readonly count: number
}

/** `refused`: a wrong one, after too many wrong ones. */
export type LoginResult = 'right' | 'wrong' | 'refused'

/**
 * Judges the admin token, in a time that tells nothing. The right one is always right: whoever guesses must not be able to lock out
 * those who know, also not from the same address, for all of a company may come from one. A token of 16 characters is guessed
 * by nobody; that wrong ones are told to wait keeps those who try from trying as fast as they can.
 */
export class LoginThrottle {
  readonly #token: string
  readonly #clock: Clock
  readonly #byAddress = new LruCache<Failures>(maxAddresses)
  #inAll: Failures = { since: -Infinity, count: 0 }

  constructor(token: string, clock: Clock) {
    this.#token = token
    this.#clock = clock
  }

  /** `address`: where the token comes from; null where nobody knows. */
  judge(token: string, address: string | null): LoginResult {
    if (timingSafeIncludes([this.#token], token)) return 'right'
    const from = address ?? ''
    const ofAddress = this.#oneMore(this.#byAddress.get(from))
    this.#byAddress.set(from, ofAddress)
    this.#inAll = this.#oneMore(this.#inAll)
    const isTooMany = ofAddress.count > maxPerAddress || this.#inAll.count > maxTotal
    return isTooMany ? 'refused' : 'wrong'
  }

  /** How long those must wait who are refused, at most. */
  get waitMs(): number {
    return windowMs
  }

  #oneMore(before: Failures | undefined): Failures {
    const now = this.#clock.now()
    return before && now < before.since + windowMs
      ? { since: before.since, count: before.count + 1 }
      : { since: now, count: 1 }
  }
}
