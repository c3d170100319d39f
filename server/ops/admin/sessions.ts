import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../../core/clock.ts'
import { digestOf } from '../../crypto.ts'
import type { ReadDescription } from './description.ts'

const lifetimeMs = 8 * 60 * 60_000
const maxSessions = 100
/** Of each session; the oldest make room. */
const maxSearches = 20

interface Session {
  readonly expiresAt: number
  /** The digest of the admin token that it was opened with: the session ends with the token. */
  readonly tokenDigest: string
  /** What was searched for, by a number: digits of a phone must not stand in a URL. */
  readonly searches: Map<number, ReadDescription>
  searchCount: number
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
    this.#sessions.set(digestOf(session), {
      ...{ expiresAt, tokenDigest, searches: new Map(), searchCount: 0 },
    })
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest)
    setCookie(c, cookieName, session, { ...cookieAttributes(c), maxAge: lifetimeMs / 1_000 })
  }

  /** The digest of the token that the request's session was opened with; null: there is no such session. */
  tokenDigestOf(c: Context): string | null {
    return this.#of(c)?.tokenDigest ?? null
  }

  /** Keeps a search for as long as the session, and returns its number. */
  remember(c: Context, search: ReadDescription): number {
    const session = this.#of(c)
    if (!session) return 0
    const number = ++session.searchCount
    session.searches.set(number, search)
    session.searches.delete(number - maxSearches)
    return number
  }

  /** The search of this number; null: there is none any more. */
  recall(c: Context, number: string): ReadDescription | null {
    return this.#of(c)?.searches.get(Number(number)) ?? null
  }

  /** Ends the session and deletes its cookie. */
  close(c: Context): void {
    const session = deleteCookie(c, cookieName, cookieAttributes(c))
    this.#sessions.delete(digestOf(session ?? ''))
  }

  #of(c: Context): Session | null {
    const session = this.#sessions.get(digestOf(getCookie(c, cookieName) ?? ''))
    return session && session.expiresAt > this.#clock.now() ? session : null
  }
}

/** Without `Path` the cookie is for the folder of the login form, which may lie behind a prefix; Hono's default is `/`. */
export const cookieAttributes = (c: Context) =>
  ({ path: '', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) }) as const

/** The browser's `Origin` names the scheme that it used, whatever proxies are in between. */
const isSecure = (c: Context): boolean => c.req.header('origin')?.startsWith('https:') ?? false
