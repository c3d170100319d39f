import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout } from './checkout.ts'
import { LruCache } from './lru-cache.ts'

/** Checkouts in memory: all with an open attempt, which every poll asks for, and the most recently used of the others. */
export class CheckoutCache {
  readonly #recent = new LruCache<Checkout>(10_000)
  readonly #withOpenAttempt = new Map<string, Checkout>()
  /** Ids of checkouts by the token of their open attempt, which is all that a callback names. */
  readonly #byToken = new Map<string, string>()

  get(id: string): Checkout | undefined {
    return this.#withOpenAttempt.get(id) ?? this.#recent.get(id)
  }

  /** The open attempt with this token. */
  byToken(token: string): { readonly checkoutId: string; readonly attempt: Attempt } | null {
    const checkout = this.#withOpenAttempt.get(this.#byToken.get(token) ?? '')
    const attempt = checkout && openAttempt(checkout)
    return checkout && attempt ? { checkoutId: checkout.id, attempt } : null
  }

  set(checkout: Checkout): void {
    const { id } = checkout
    const open = openAttempt(checkout)
    if (open) {
      this.#byToken.set(open.token, id)
      this.#withOpenAttempt.set(id, checkout)
      this.#recent.delete(id)
    } else {
      this.#removeOpen(id)
      this.#recent.set(id, checkout)
    }
  }

  delete(id: string): void {
    this.#removeOpen(id)
    this.#recent.delete(id)
  }

  deleteWhere(isGone: (id: string) => boolean): void {
    for (const id of [...this.#withOpenAttempt.keys(), ...this.#recent.keys()])
      if (isGone(id)) this.delete(id)
  }

  #removeOpen(id: string): void {
    const before = this.#withOpenAttempt.get(id)
    const open = before && openAttempt(before)
    if (open) this.#byToken.delete(open.token)
    this.#withOpenAttempt.delete(id)
  }
}
