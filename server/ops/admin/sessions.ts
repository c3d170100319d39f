import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'

const lifetimeMs = 8 * 60 * 60_000
const maxSessions = 100

const cookieName = 'netgiro_admin'

/** Who is logged in: in memory only, as hashes, for a working day. A restart logs everybody out. */
export class AdminSessions {
  readonly #clock: Clock
  readonly #endings = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The `Set-Cookie` of a new session. Without `Path` it goes where the login form lies, also behind a prefix. */
  open(isSecure: boolean): string {
    const session = randomBytes(32).toString('base64url')
    this.#endings.set(digest(session), this.#clock.now() + lifetimeMs)
    const [oldest] = this.#endings.keys()
    if (this.#endings.size > maxSessions && oldest !== undefined) this.#endings.delete(oldest)
    return setCookie(session, lifetimeMs / 1_000, isSecure)
  }

  has(cookies: string | undefined): boolean {
    const session = readCookie(cookies)
    const ending = session && this.#endings.get(digest(session))
    return Boolean(ending && ending > this.#clock.now())
  }

  /** The `Set-Cookie` that forgets it. */
  close(cookies: string | undefined, isSecure: boolean): string {
    this.#endings.delete(digest(readCookie(cookies) ?? ''))
    return setCookie('', 0, isSecure)
  }
}

const digest = (session: string): string => createHash('sha256').update(session).digest('base64url')

const readCookie = (cookies = ''): string | undefined =>
  new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{43})(?:;|$)`).exec(cookies)?.[1]

const setCookie = (value: string, maxAge: number, isSecure: boolean): string =>
  `${cookieName}=${value}; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
