import type { Clock } from '../core/clock.ts'
import { credentialsRefused } from '../core/provider.ts'
import type { Provider } from '../core/provider.ts'

/** Which credentials of a provider: refunds may use others than payments. */
type Scope = 'payments' | 'refunds'

export interface RefusedCredentials {
  readonly provider: string
  readonly api: string
  readonly scope: Scope
  /** The first and the last of the consecutive refusals. */
  readonly since: number
  readonly lastAt: number
}

interface HealthDeps {
  readonly clock: Clock
  /** Called for the first of consecutive refusals, then at most every five minutes. */
  readonly onRefused: (refused: RefusedCredentials) => void
  readonly onAccepted: (refused: RefusedCredentials) => void
}

const quietMs = 5 * 60_000

/** Results that come from an answer of the provider, so the credentials were accepted. */
const answers: ReadonlySet<string> = new Set([
  ...['requested', 'refused', 'pending', 'authorized', 'paid', 'code_refused', 'ended'],
  ...['refunded', 'refund_refused'],
])

interface CallResult {
  readonly type: string
  readonly evidence: { readonly code: string }
}

/** Whether each provider accepts our credentials for each account, judging by its last answers. Without them, a shop sells nothing. */
export class CredentialsHealth {
  readonly #deps: HealthDeps
  readonly #refused = new Map<string, RefusedCredentials>()
  readonly #reportedAt = new Map<string, number>()

  constructor(deps: HealthDeps) {
    this.#deps = deps
  }

  /**
   * Call it with the result of every call.
   *
   * @returns whether the credentials were refused
   */
  note(
    { name, api, account, apiUrl }: Pick<Provider, 'name' | 'api' | 'account' | 'apiUrl'>,
    scope: Scope,
    { type, evidence }: CallResult,
  ): boolean {
    // A former account that still answers says nothing about the one that new payments are made with.
    const key = [name, api, account, apiUrl, scope].join(' ')
    const known = this.#refused.get(key)
    if (evidence.code !== credentialsRefused) {
      if (known && answers.has(type)) {
        this.#refused.delete(key)
        this.#reportedAt.delete(key)
        this.#deps.onAccepted(known)
      }
      return false
    }
    const now = this.#deps.clock.now()
    const refused = { provider: name, api, scope, since: known?.since ?? now, lastAt: now }
    this.#refused.set(key, refused)
    const at = this.#deps.clock.monotonic()
    if (at - (this.#reportedAt.get(key) ?? -Infinity) >= quietMs) {
      this.#reportedAt.set(key, at)
      this.#deps.onRefused(refused)
    }
    return true
  }

  /** The credentials that are refused at the moment. */
  refused(): readonly RefusedCredentials[] {
    return [...this.#refused.values()]
  }
}
