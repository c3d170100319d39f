import type { Clock } from '../../core/clock.ts'
import { LruCache } from '../../core/lru-cache.ts'

const windowMs = 10 * 60_000
/** More than a person mistypes. */
const maxPerAddress = 10
/** For all addresses together, against guessing from many. */
const maxTotal = 1_000
/** Beyond this many addresses, `maxTotal` still holds. */
const maxAddresses = 10_000

interface Failures {
  readonly since: number
  readonly count: number
}

/** `refused`: a wrong token after too many wrong ones. */
export type LoginResult = 'right' | 'wrong' | 'refused'

/**
 * Verifies admin tokens. The right token is always accepted: an attacker must not be able to lock operators
 * out, not even from the same address, which a whole company may share. A token of at least 16 characters cannot be guessed
 * anyway; the limit only slows attempts down.
 */
export class LoginThrottle {
  readonly #isRight: (token: string) => boolean
  readonly #clock: Clock
  readonly #byAddress = new LruCache<Failures>(maxAddresses)
  #total: Failures = { since: -Infinity, count: 0 }

  /** @param isRight - takes the same time for every wrong token */
  constructor(isRight: (token: string) => boolean, clock: Clock) {
    this.#isRight = isRight
    this.#clock = clock
  }

  /** @param address the client's address; null when unknown */
  judge(token: string, address: string | null): LoginResult {
    if (this.#isRight(token)) return 'right'
    const from = address ?? ''
    const failures = this.#count(this.#byAddress.get(from))
    this.#byAddress.set(from, failures)
    this.#total = this.#count(this.#total)
    const isTooMany = failures.count > maxPerAddress || this.#total.count > maxTotal
    return isTooMany ? 'refused' : 'wrong'
  }

  /** The longest time for which tokens are refused. */
  get waitMs(): number {
    return windowMs
  }

  #count(before: Failures | undefined): Failures {
    const now = this.#clock.now()
    return before && now < before.since + windowMs
      ? { since: before.since, count: before.count + 1 }
      : { since: now, count: 1 }
  }
}
