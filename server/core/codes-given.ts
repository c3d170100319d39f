import type { Checkout } from './checkout.ts'
import { LruCache } from './lru-cache.ts'
import type { Secrets } from './store.ts'

/**
 * Codes that were given, by idempotency key: one that is repeated because its answer was lost uses no second try. In the memory of
 * the checkout's owner, and only of the latest, because a lost answer is asked for again at once or never.
 */
export class CodesGiven {
  readonly #secrets: Pick<Secrets, 'hmac'>
  readonly #given = new LruCache<Promise<Checkout>>(1_000)

  constructor(secrets: Pick<Secrets, 'hmac'>) {
    this.#secrets = secrets
  }

  /**
   * Gives the code, unless it was given to this attempt under this key before; returns the checkout as it is by then.
   *
   * @param key - null where the caller named none
   */
  async once(
    checkout: Checkout,
    code: string,
    key: string | null,
    give: () => Promise<Checkout>,
  ): Promise<Checkout> {
    if (key === null) return give()
    const name = [checkout.attempts.at(-1)?.id, this.#secrets.hmac(code), key].join(' ')
    const before = this.#given.get(name)
    const given = before ?? give()
    if (!before) this.#given.set(name, given)
    try {
      const then = await given
      return then.version > checkout.version ? then : checkout
    } catch (error) {
      this.#given.delete(name)
      throw error
    }
  }
}
