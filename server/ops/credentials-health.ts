import type { Clock } from '../core/clock.ts'
import { credentialsRefused } from '../core/provider.ts'

/** Which of a provider's credentials: what gives money back may have others than what takes it. */
type Scope = 'payments' | 'refunds'

export interface RefusedCredentials {
  readonly provider: string
  readonly api: string
  readonly scope: Scope
  /** The first and the last refusal in a row. */
  readonly since: number
  readonly lastAt: number
}

interface HealthDeps {
  readonly clock: Clock
  /** Told of the first refusal in a row, and then no more often than every few minutes. */
  readonly onRefused: (refused: RefusedCredentials) => void
  readonly onAccepted: (refused: RefusedCredentials) => void
}

const quietMs = 5 * 60_000

/** Facts that come of an answer to what was asked, so that whoever asked was let in. */
const answers: ReadonlySet<string> = new Set([
  ...['requested', 'refused', 'pending', 'authorized', 'paid', 'code_refused', 'ended'],
  ...['refunded', 'refund_refused'],
])

interface Told {
  readonly type: string
  readonly evidence: { readonly code: string }
}

/** Whether each provider takes our credentials, by what its last answers were: with wrong ones a shop sells nothing. */
export class CredentialsHealth {
  readonly #deps: HealthDeps
  readonly #refused = new Map<string, RefusedCredentials>()
  readonly #toldAt = new Map<string, number>()

  constructor(deps: HealthDeps) {
    this.#deps = deps
  }

  /** To be told of every fact that came of a call. True: the credentials were refused. */
  note(
    { name, api }: { readonly name: string; readonly api: string },
    scope: Scope,
    { type, evidence }: Told,
  ): boolean {
    const key = `${name} ${api} ${scope}`
    const known = this.#refused.get(key)
    if (evidence.code !== credentialsRefused) {
      if (known && answers.has(type)) {
        this.#refused.delete(key)
        this.#toldAt.delete(key)
        this.#deps.onAccepted(known)
      }
      return false
    }
    const now = this.#deps.clock.now()
    const refused = { provider: name, api, scope, since: known?.since ?? now, lastAt: now }
    this.#refused.set(key, refused)
    const at = this.#deps.clock.monotonic()
    if (at - (this.#toldAt.get(key) ?? -Infinity) >= quietMs) {
      this.#toldAt.set(key, at)
      this.#deps.onRefused(refused)
    }
    return true
  }

  /** Those that are refused today; empty: none that we know of. */
  refused(): readonly RefusedCredentials[] {
    return [...this.#refused.values()]
  }
}
