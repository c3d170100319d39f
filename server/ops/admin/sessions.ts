import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../../core/clock.ts'
import { digestOf } from '../../crypto.ts'

const lifetimeMs = 8 * 60 * 60_000
const maxSessions = 100

interface Session {
  readonly expiresAt: number
  /** The digest of the admin token that it was opened with: the session ends with the token. */
  readonly tokenDigest: string
}

const cookieName = 'netgiro_admin'

/** Sessions of logged-in operators: in memory only, as hashes, for a working day. A restart ends all of them. */
export class AdminSessions {
  readonly #clock: Clock
  readonly #sessions = new Map<string, Session>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Starts a session and sets its cookie. */
  open(c: Context, tokenDigest: string): void {
    const session = randomBytes(32).toString('base64url')
    const expiresAt = this.#clock.now() + lifetimeMs
    this.#sessions.set(digestOf(session), { expiresAt, tokenDigest })
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest)
    setCookie(c, cookieName, session, { ...attributesFor(c), maxAge: lifetimeMs / 1_000 })
  }

  /** The digest of the token that the request's session was opened with; null: there is no such session. */
  tokenDigestOf(c: Context): string | null {
    const session = this.#sessions.get(digestOf(getCookie(c, cookieName) ?? ''))
    return session && session.expiresAt > this.#clock.now() ? session.tokenDigest : null
  }

  /** Ends the session and deletes its cookie. */
  close(c: Context): void {
    const session = deleteCookie(c, cookieName, attributesFor(c))
    this.#sessions.delete(digestOf(session ?? ''))
  }
}

/** Without `Path` the cookie is for the folder of the login form, which may lie behind a prefix; Hono's default is `/`. */
const attributesFor = (c: Context) =>
  ({ path: '', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) }) as const

/** The browser's `Origin` names the scheme that it used, whatever proxies are in between. */
const isSecure = (c: Context): boolean => c.req.header('origin')?.startsWith('https:') ?? false
