import type { Clock } from '../../clock.ts'
import { Recent } from '../../recent.ts'
import { isOneOfKeys } from '../../secrets.ts'

const mostFailures = 10
const withinMs = 10 * 60_000
/** Whoever has more addresses than this gets more guesses, of a token that cannot be guessed. */
const mostAddresses = 10_000

/** `refused`: too many wrong ones of late, so this one was not even looked at. */
export type Verdict = 'right' | 'wrong' | 'refused'

/**
 * Judges the admin token on one surface: in a time that tells nothing, and for each address not more often than a person
 * mistypes, so that nobody who guesses locks out those who know.
 */
export class TokenGuard {
  readonly #token: string
  readonly #clock: Clock
  readonly #failures = new Recent<readonly number[]>(mostAddresses)

  constructor(token: string, clock: Clock) {
    this.#token = token
    this.#clock = clock
  }

  /** `address`: where the token comes from; null where nobody knows. */
  judge(token: string, address: string | null): Verdict {
    const from = address ?? ''
    const now = this.#clock.now()
    const failures = (this.#failures.get(from) ?? []).filter((at) => at > now - withinMs)
    if (failures.length >= mostFailures) return 'refused'
    if (isOneOfKeys([this.#token], token)) return 'right'
    this.#failures.set(from, [...failures, now])
    return 'wrong'
  }
}
