import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../../core/clock.ts'

const lifetimeMs = 8 * 60 * 60_000
const maxSessions = 100

const cookieName = 'netgiro_admin'

/** Sessions of logged-in operators: in memory only, as hashes, for a working day. A restart ends all of them. */
export class AdminSessions {
  readonly #clock: Clock
  readonly #expiries = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Starts a session and sets its cookie. */
  open(c: Context): void {
    const session = randomBytes(32).toString('base64url')
    this.#expiries.set(sha256(session), this.#clock.now() + lifetimeMs)
    const [oldest] = this.#expiries.keys()
    if (this.#expiries.size > maxSessions && oldest !== undefined) this.#expiries.delete(oldest)
    setCookie(c, cookieName, session, { ...attributesFor(c), maxAge: lifetimeMs / 1_000 })
  }

  has(c: Context): boolean {
    const expiry = this.#expiries.get(sha256(getCookie(c, cookieName) ?? ''))
    return expiry !== undefined && expiry > this.#clock.now()
  }

  /** Ends the session and deletes its cookie. */
  close(c: Context): void {
    const session = deleteCookie(c, cookieName, attributesFor(c))
    this.#expiries.delete(sha256(session ?? ''))
  }
}

const sha256 = (session: string): string => createHash('sha256').update(session).digest('base64url')

/** Without `Path` the cookie is for the folder of the login form, which may lie behind a prefix; Hono's default is `/`. */
const attributesFor = (c: Context) =>
  ({ path: '', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) }) as const

/** The browser's `Origin` names the scheme that it used, whatever proxies are in between. */
const isSecure = (c: Context): boolean => c.req.header('origin')?.startsWith('https:') ?? false
