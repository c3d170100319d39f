import type { Clock } from './core/clock.ts'
import type { SecurityEvent } from './core/errors.ts'
import type { Log } from './log.ts'

interface SecurityLogDeps {
  readonly log: Log
  readonly clock: Clock
  readonly onEvent: (event: SecurityEvent) => void
}

const intervalMs = 60_000

/** The settings by which an operator can respond. */
const settings: Partial<Record<SecurityEvent, string>> = {
  origin_refused: 'ALLOWED_ORIGINS',
  answer_refused: 'NETGIRO_SECRET_KEY',
  limit_address: 'PHONES_PER_ADDRESS_PER_10_MINUTES',
  limit_phone: 'PHONE_REQUESTS_PER_10_MINUTES, PHONE_REQUESTS_PER_DAY',
  limit_streams: 'MAX_STREAMS',
}

/**
 * Counts every security event. Logs the first of each kind and then at most one line a minute, with the count since the last, so
 * that a flood does not fill the disk. Never logs a credential, a phone number or an address.
 */
export class SecurityLog {
  readonly #deps: SecurityLogDeps
  readonly #kinds = new Map<SecurityEvent, { loggedAt: number; count: number }>()

  constructor(deps: SecurityLogDeps) {
    this.#deps = deps
  }

  /** @param origin - the value of the request's `Origin` header */
  record(event: SecurityEvent, origin?: string): void {
    const { log, clock, onEvent } = this.#deps
    onEvent(event)
    const now = clock.now()
    const kind = this.#kinds.get(event) ?? { loggedAt: -Infinity, count: 0 }
    this.#kinds.set(event, kind)
    kind.count++
    if (Math.abs(now - kind.loggedAt) < intervalMs) return
    const setting = settings[event]
    const about = { event, count: kind.count, setting, origin: origin && webOrigin(origin) }
    log.warn(about, 'security event')
    kind.loggedAt = now
    kind.count = 0
  }
}

/** A client can put any text into `Origin`: only what a browser would send is logged. */
const webOrigin = (text: string): string =>
  text.length <= 100 && /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
    ? text
    : 'no web origin'
