import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../../core/clock.ts'
import type { LoginStore } from '../../core/store.ts'
import { digestOf } from '../../crypto.ts'
import type { Cipher } from '../../crypto.ts'
import type { ReadDescription } from './description.ts'

const lifetimeMs = 8 * 60 * 60_000

const cookieName = 'netgiro_admin'

/** What a search is sealed with: it is shown to the login that made it. */
interface Sealed {
  readonly login: string
  readonly search: ReadDescription
}

/**
 * Sessions of logged-in operators, for a working day. They are in the database, as hashes, so that every server that shares it
 * knows them, and a restart ends none.
 */
export class AdminSessions {
  readonly #logins: LoginStore
  readonly #cipher: Cipher
  readonly #clock: Clock

  /** @param cipher - seals what stands in the database and in URLs */
  constructor(logins: LoginStore, cipher: Cipher, clock: Clock) {
    this.#logins = logins
    this.#cipher = cipher
    this.#clock = clock
  }

  /**
   * Starts a session and sets its cookie.
   *
   * @param tokenDigest - of the admin token: the session ends with the token
   */
  async open(c: Context, tokenDigest: string): Promise<void> {
    const session = randomBytes(32).toString('base64url')
    await this.#logins.add({
      hash: digestOf(session),
      sealedToken: this.#cipher.seal(tokenDigest),
      expiresAt: this.#clock.now() + lifetimeMs,
    })
    setCookie(c, cookieName, session, { ...cookieAttributes(c), maxAge: lifetimeMs / 1_000 })
  }

  /** The digest of the token that the request's session was opened with; null: there is no such session. */
  async tokenDigestOf(c: Context): Promise<string | null> {
    const session = getCookie(c, cookieName)
    if (!session) return null
    const sealed = await this.#logins.sealedTokenOf(digestOf(session), this.#clock.now())
    return sealed && this.#unseal(sealed)
  }

  /** The search for a URL, where digits of a phone must not be readable. */
  seal(c: Context, search: ReadDescription): string {
    const sealed: Sealed = { login: loginOf(c), search }
    return this.#cipher.seal(JSON.stringify(sealed))
  }

  /** The search that this session has sealed; null: it is not one of its own. */
  unseal(c: Context, sealed: string): ReadDescription | null {
    const text = this.#unseal(sealed)
    if (text === null) return null
    const { login, search } = JSON.parse(text) as Sealed
    return login === loginOf(c) ? search : null
  }

  /** Ends the session and deletes its cookie. */
  async close(c: Context): Promise<void> {
    const session = deleteCookie(c, cookieName, cookieAttributes(c))
    await this.#logins.remove(digestOf(session ?? ''))
  }

  #unseal(sealed: string): string | null {
    try {
      return this.#cipher.open(sealed)
    } catch {
      return null
    }
  }
}

const loginOf = (c: Context): string => digestOf(getCookie(c, cookieName) ?? '')

/** Without `Path` the cookie is for the folder of the login form, which may lie behind a prefix; Hono's default is `/`. */
export const cookieAttributes = (c: Context) =>
  ({ path: '', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) }) as const

/** The browser's `Origin` names the scheme that it used, whatever proxies are in between. */
const isSecure = (c: Context): boolean => c.req.header('origin')?.startsWith('https:') ?? false
