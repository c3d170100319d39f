import {
  createHash,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto'
import type { Secrets } from './core/store.ts'

/** Longer than any key that was made by chance, and short enough for every proxy. */
export const maxBearerTokenLength = 500

/** [RFC 6750] `b64token`. */
const bearerToken = '[A-Za-z0-9\\-._~+/]+=*'
const aToken = new RegExp(`^${bearerToken}$`)
const authorizationOf = new RegExp(`^Bearer +(${bearerToken})$`, 'i')

/** Whether a key can be sent as `Authorization: Bearer …` and is understood when it comes. */
export const isBearerToken = (text: string): boolean =>
  text.length <= maxBearerTokenLength && aToken.test(text)

/** The credential of `Authorization: Bearer …`; empty when there is none. */
export function readBearer(authorization: string | undefined): string {
  const token = authorizationOf.exec(authorization ?? '')?.[1] ?? ''
  return token.length <= maxBearerTokenLength ? token : ''
}

/** Without vowels and look-alikes: nobody reads a word into it, everybody can read it out. */
const alphabet = '23456789bcdfghjkmnpqrstvwxz'

/**
 * `key` stays with the database: phones and addresses are known again by it, and by nothing else. `formerKeys`: those that
 * what stands in the database may have been made with.
 */
export function createSecrets(
  key: string,
  now: () => number,
  formerKeys: readonly string[] = [],
): Secrets {
  const current = hmacKeyOf(key)
  const former = [...new Set(formerKeys)].map(hmacKeyOf)
  const hmac = (text: string) => mac(current, text)
  return {
    newId: (prefix) => `${prefix}_${timeOrderedBytes(now()).toString('base64url')}`,
    newSession: () => `cs_${randomBytes(32).toString('base64url')}`,
    sha256: (session) => hash('sha256', session, 'base64url'),
    hmac,
    hmacAll: (text) => [hmac(text), ...former.map((one) => mac(one, text))],
    newSuffix: () => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  }
}

const hmacKeyOf = (key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', 'netgiro-checkout phones', 32))

const mac = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')

/** Ids are no secrets. What is made at the same time lies side by side in every index: a commit touches fewer pages. */
function timeOrderedBytes(now: number): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  return bytes
}

/** Compares a key with those that are configured, in a time that tells nothing. */
export function timingSafeIncludes(keys: readonly string[], key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const theirs = digest(key)
  return keys.map((one) => timingSafeEqual(digest(one), theirs)).includes(true)
}
