import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto'
import { defaultMerchantId } from './core/checkout.ts'
import type { Secrets } from './core/store.ts'

/** Longer than any random key, and short enough for the header limits of proxies. */
export const maxBearerTokenLength = 500

/** [RFC 6750] `b64token`. */
const bearerToken = '[A-Za-z0-9\\-._~+/]+=*'
const aToken = new RegExp(`^${bearerToken}$`)
const authorizationOf = new RegExp(`^Bearer +(${bearerToken})$`, 'i')

/** Whether `readBearer` can read the key from `Authorization: Bearer …`. */
export const isBearerToken = (text: string): boolean =>
  text.length <= maxBearerTokenLength && aToken.test(text)

/** @returns the credential of `Authorization: Bearer …`, or an empty string. */
export function readBearer(authorization: string | undefined): string {
  const token = authorizationOf.exec(authorization ?? '')?.[1] ?? ''
  return token.length <= maxBearerTokenLength ? token : ''
}

/** Without vowels, so that no words arise, and without look-alikes, so that it can be read out. */
const alphabet = '23456789bcdfghjkmnpqrstvwxz'

/**
 * @param key - of the hashes by which phone numbers and addresses are recognized; it belongs to the database
 * @param now - in milliseconds
 * @param formerKeys - that hashes in the database may have been made with
 * @param merchantId - each merchant has keys of its own, so that one phone has another hash at each
 */
export function createSecrets(
  key: string,
  now: () => number,
  formerKeys: readonly string[] = [],
  merchantId = defaultMerchantId,
): Secrets {
  const keyOf = (one: string) => hmacKeyOf(one, merchantId)
  const current = keyOf(key)
  const former = [...new Set(formerKeys)].map(keyOf)
  const hmac = (text: string) => mac(current, text)
  return {
    newId: (prefix) => newIdAt(prefix, now()),
    newSession: () => `cs_${randomBytes(32).toString('base64url')}`,
    sha256: digestOf,
    hmac,
    hmacAll: (text) => [hmac(text), ...former.map((one) => mac(one, text))],
    newSuffix,
  }
}

/** An id that cannot be guessed. */
export const newIdAt = (prefix: string, now: number): string =>
  `${prefix}_${timeOrderedBytes(now).toString('base64url')}`

/** Eight letters of one random number, which is several times faster than one for each. */
function newSuffix(): string {
  let rest = randomInt(alphabet.length ** 8)
  let suffix = ''
  for (let count = 0; count < 8; count++) {
    suffix += alphabet.charAt(rest % alphabet.length)
    rest = Math.floor(rest / alphabet.length)
  }
  return suffix
}

export type Purpose = 'commands' | 'support page'

/** Hides what others may carry. */
export interface Cipher {
  /** Returns letters that need no encoding in a URL. */
  seal(text: string): string
  /** @throws Error if it was sealed with another key, or changed */
  open(sealed: string): string
}

/** By which servers tell whether they have the same key, and nobody learns it. */
export const keyCheckOf = (key: string): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'netgiro-checkout key check', 16)).toString('base64url')

const ivBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM under a key of its own, derived from that of the hashes. Former keys still open.
 *
 * @param purpose - what is sealed for one does not open for another
 */
export function createCipher(
  purpose: Purpose,
  key: string,
  formerKeys: readonly string[] = [],
): Cipher {
  const keyOf = (one: string) =>
    Buffer.from(hkdfSync('sha256', one, '', `netgiro-checkout ${purpose}`, 32))
  const current = keyOf(key)
  const keys = [current, ...formerKeys.map(keyOf)]
  return {
    seal(text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', current, iv)
      const sealed = [iv, cipher.update(text, 'utf8'), cipher.final()]
      return Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      for (const one of keys) {
        const text = openWith(one, bytes)
        if (text !== null) return text
      }
      const error = new Error('It was sealed with another HASH_KEY')
      // The log has codes, and no messages.
      throw Object.assign(error, { code: 'OTHER_HASH_KEY' })
    },
  }
}

function openWith(key: Buffer, bytes: Buffer): string | null {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8')
    return text + decipher.final('utf8')
  } catch {
    return null
  }
}

/** The default merchant has the keys from before there were several. */
function hmacKeyOf(key: string, merchantId: string): Buffer {
  const purpose = 'netgiro-checkout phones'
  const info = merchantId === defaultMerchantId ? purpose : `${purpose} of ${merchantId}`
  return Buffer.from(hkdfSync('sha256', key, '', info, 32))
}

const mac = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')

/** For ids, which are no secrets. Ids of the same time are neighbours in every index, so that a commit touches fewer pages. */
function timeOrderedBytes(now: number): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  return bytes
}

/** What a credential is looked up by. */
export const digestOf = (credential: string): string => hash('sha256', credential, 'base64url')

/** Whether the key is one of `keys`, in constant time. */
export function timingSafeIncludes(keys: readonly string[], key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const theirs = digest(key)
  return keys.map((one) => timingSafeEqual(digest(one), theirs)).includes(true)
}
