import { createHash, randomInt, timingSafeEqual } from 'node:crypto'

export interface SignedMessage {
  readonly nonce: string
  /** The full URL as it was requested: scheme, host, path in its own casing, query. */
  readonly url: string
  /** The bytes as they were sent, never an object that was serialized again. */
  readonly body: string | Uint8Array
}

/**
 * [netgiro] signing: secret key, nonce, URL and body, joined without separators. The page says HMACSHA256 and "base 64
 * encoded string"; its own published examples are plain SHA-256 in lower-case hex, keyed with the secret as printed.
 */
export const sign = (secretKey: string, { nonce, url, body }: SignedMessage): string =>
  createHash('sha256')
    .update(secretKey + nonce + url)
    .update(body)
    .digest('hex')

export function verify(secretKey: string, message: SignedMessage, signature: string): boolean {
  const expected = Buffer.from(sign(secretKey, message))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

const from1900To1970 = 2_208_988_800_000

/** [netgiro] request-protocol: "recommended number of ticks since 1.1.1900"; never the nonce of the request. */
export function newNonce(requestNonce?: string): string {
  const ticks = BigInt(Date.now() + from1900To1970) * 10_000n + BigInt(randomInt(10_000))
  const nonce = ticks.toString()
  return nonce === requestNonce ? (ticks + 1n).toString() : nonce
}
