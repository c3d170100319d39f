import type { Context } from 'hono'
import type { IdempotencyKey } from '../core/store.ts'
import { CheckoutError } from '../core/errors.ts'

/** The request's `Idempotency-Key`, if it has one, and what it stands for. */
export function idempotencyOf(
  c: Context,
  wish: object,
  hmacAll: (text: string) => readonly string[],
): IdempotencyKey | null {
  const key = idempotencyKey(c)
  if (key === null) return null
  // Keyed, for a wish may hold somebody's name or number, and these are soon guessed.
  const [fingerprint = '', ...formerFingerprints] = hmacAll(canonical(wish))
  return { key, fingerprint, formerFingerprints }
}

/** The same without its wish; null when there is none. */
export function idempotencyKey(c: Context): string | null {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new CheckoutError('invalid_request', {
      detail: 'Idempotency-Key: must be 1 to 255 visible characters',
    })
  }
  return key
}

/** The same wish in the same words, whatever order the fields came in. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Keys whose first request is still being worked on. What became of the others, the database knows. */
export class KeysInFlight {
  readonly #fingerprints = new Map<string, string>()

  /** Does the work, unless another request with this key is being worked on. */
  async hold<T>(idempotency: IdempotencyKey | null, work: () => Promise<T>): Promise<T> {
    if (!idempotency) return work()
    const { key, fingerprint } = idempotency
    const other = this.#fingerprints.get(key)
    // [ietf] draft-ietf-httpapi-idempotency-key-header: another payload under the same key is a 422, and a request that is
    // retried before the original one has been completed is a 409.
    if (other !== undefined) {
      if (other !== fingerprint) throw new CheckoutError('idempotency_key_reused')
      throw new CheckoutError('idempotency_key_in_use', { retryAfter: 1 })
    }
    this.#fingerprints.set(key, fingerprint)
    try {
      return await work()
    } finally {
      this.#fingerprints.delete(key)
    }
  }
}
