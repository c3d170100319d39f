import type { Context } from 'hono'
import type { IdempotencyKey } from '../core/store.ts'
import { CheckoutError } from '../core/errors.ts'
import { incomingOf } from './incoming.ts'

/** The request's `Idempotency-Key` with a fingerprint of its body; null when it has none. */
export function idempotencyOf(
  c: Context,
  body: object,
  hmacAll: (text: string) => readonly string[],
): IdempotencyKey | null {
  const key = idempotencyKey(c)
  if (key === null) return null
  // Keyed hashes, because a body may contain a name or a number, which plain hashes would not hide.
  const [fingerprint = '', ...formerFingerprints] = hmacAll(canonical(body))
  return { key, fingerprint, formerFingerprints }
}

/** The request's `Idempotency-Key`; null when it has none. */
export function idempotencyKey(c: Context): string | null {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  // Two lines would be joined to a third key, under which a repeated refund would be another one.
  if ((incomingOf(c)?.headersDistinct['idempotency-key']?.length ?? 1) > 1)
    throw new CheckoutError('invalid_request', { detail: 'Idempotency-Key: is there twice' })
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new CheckoutError('invalid_request', {
      detail: 'Idempotency-Key: must have 1 to 255 visible characters',
    })
  }
  return key
}

/** JSON with sorted keys, so that the order of the fields makes no difference. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Keys whose first request is still in progress. Completed ones are in the database. */
export class KeysInFlight {
  readonly #fingerprints = new Map<string, string>()

  /**
   * Runs `work`, unless another request with this key is in progress.
   *
   * @throws CheckoutError `idempotency_key_in_use`, or `idempotency_key_reused` when that request has another body
   */
  async hold<T>(idempotency: IdempotencyKey | null, work: () => Promise<T>): Promise<T> {
    if (!idempotency) return work()
    const { key, fingerprint } = idempotency
    const inProgress = this.#fingerprints.get(key)
    // [ietf] draft-ietf-httpapi-idempotency-key-header: another payload under the same key is a 422, and a request that is
    // retried before the original one has been completed is a 409.
    if (inProgress !== undefined) {
      if (inProgress !== fingerprint) throw new CheckoutError('idempotency_key_reused')
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
