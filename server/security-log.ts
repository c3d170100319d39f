import type { Clock } from './core/clock.ts'
import type { SecurityEvent } from './core/errors.ts'
import type { Log } from './log.ts'

interface SecurityLogDeps {
  readonly log: Log
  readonly clock: Clock
  readonly onEvent: (event: SecurityEvent) => void
}

const everyMs = 60_000

/** What else an operator can do something with. */
const settings: Partial<Record<SecurityEvent, string>> = {
  origin_refused: 'ALLOWED_ORIGINS',
  limit_address: 'PHONES_PER_ADDRESS_PER_10_MINUTES',
  limit_phone: 'PHONE_REQUESTS_PER_10_MINUTES, PHONE_REQUESTS_PER_DAY',
  limit_streams: 'MAX_STREAMS',
}

/**
 * Counts every security event, and logs the first of each kind and then at most one line a minute, which says how many there were
 * since the last: a flood fills no disk. Neither a credential nor a phone nor an address is ever in it.
 */
export class SecurityLog {
  readonly #deps: SecurityLogDeps
  readonly #kinds = new Map<SecurityEvent, { loggedAt: number; count: number }>()

  constructor(deps: SecurityLogDeps) {
    this.#deps = deps
  }

  /** `origin`: as the browser said it. */
  record(event: SecurityEvent, origin?: string): void {
    const { log, clock, onEvent } = this.#deps
    onEvent(event)
    const now = clock.now()
    const kind = this.#kinds.get(event) ?? { loggedAt: -Infinity, count: 0 }
    this.#kinds.set(event, kind)
    kind.count++
    if (Math.abs(now - kind.loggedAt) < everyMs) return
    const setting = settings[event]
    const about = { event, count: kind.count, setting, origin: origin && webOrigin(origin) }
    log.warn(about, 'security event')
    kind.loggedAt = now
    kind.count = 0
  }
}

/** Anybody may write anything into `Origin`: only what a browser would write is repeated. */
const webOrigin = (text: string): string =>
  text.length <= 100 && /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
    ? text
    : 'no web origin'
