import type { Clock } from '../../clock.ts'
import { isOneOfKeys } from '../../secrets.ts'

const mostFailures = 10
const withinMs = 10 * 60_000

/** `refused`: too many wrong ones of late, so this one was not even looked at. */
export type Verdict = 'right' | 'wrong' | 'refused'

/** Judges the admin token: in a time that tells nothing, and not more often than a person mistypes. */
export class TokenGuard {
  readonly #token: string
  readonly #clock: Clock
  #failures: number[] = []

  constructor(token: string, clock: Clock) {
    this.#token = token
    this.#clock = clock
  }

  judge(token: string): Verdict {
    const since = this.#clock.now() - withinMs
    this.#failures = this.#failures.filter((at) => at > since)
    if (this.#failures.length >= mostFailures) return 'refused'
    if (isOneOfKeys([this.#token], token)) return 'right'
    this.#failures.push(this.#clock.now())
    return 'wrong'
  }
}
