import { createHash, hash, timingSafeEqual } from 'node:crypto'

/**
 * [netgiro] docs/api/signing: lower-case hex of plain SHA-256 over secret ‖ nonce ‖ url ‖ body. The page says
 * "HMACSHA256" and "base 64"; the published vectors reproduce with neither.
 *
 * `url` is the full URL exactly as sent, `body` the exact text sent (empty for GET). The secret is used as printed.
 */
export const sign = (secret: string, nonce: string, url: string, body: string): string =>
  hash('sha256', secret + nonce + url + body, 'hex')

/** Verifies a signature over a received body. */
export function isSignedBy(
  secret: string,
  {
    nonce,
    url,
    body,
    signature,
  }: { nonce: string; url: string; body: string | Uint8Array; signature: string },
): boolean {
  const ours = Buffer.from(
    typeof body === 'string'
      ? sign(secret, nonce, url, body)
      : createHash('sha256')
          .update(secret + nonce + url)
          .update(body)
          .digest('hex'),
  )
  const theirs = Buffer.from(signature)
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}

/** The secrets that the provider may sign with, newest first: what began before a rotation may carry the previous one. */
export const secretsOf = (account: {
  readonly secretKey: string
  readonly previousSecretKey?: string | null
}): readonly string[] => [account.secretKey, account.previousSecretKey ?? []].flat()

/** Returns the result of the first secret for which `read` accepts the signature; null if none does. */
export function readByAny<T>(
  secrets: readonly string[],
  read: (secret: string) => T | null,
): T | null {
  for (const secret of secrets) {
    const result = read(secret)
    if (result !== null) return result
  }
  return null
}

/** [netgiro] request-protocol: "recommended number of ticks since 1.1.1900", a tick being 100 ns. */
const from1900to1970 = 2_208_988_800_000

/** Returns nonces that increase strictly within this process, even when the clock stands still or steps back. */
export function nonces(now: () => number): () => string {
  let last = 0
  let tick = 0
  return () => {
    const ms = now()
    if (ms > last) [last, tick] = [ms, 0]
    else if (++tick > 9_999) [last, tick] = [last + 1, 0]
    return `${last + from1900to1970}${String(tick).padStart(4, '0')}`
  }
}
