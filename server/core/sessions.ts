import { isFinal } from '../protocol/index.ts'
import type { Checkout } from './checkout.ts'
import type { Clock } from './clock.ts'
import { CheckoutError } from './errors.ts'
import { LruCache } from './lru-cache.ts'
import { soleOwner } from './ownership.ts'
import type { Ownership } from './ownership.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore, Secrets } from './store.ts'

interface SessionsDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly clock: Clock
  readonly secrets: Secrets
  /** Default: this process owns every checkout. */
  readonly ownership?: Ownership
}

/** A session ends this long after its checkout: a shopper reads the outcome, and may come back to it on the same day. */
const graceMs = 24 * 60 * 60_000

/** Finds checkouts by the sessions of browsers, which are stored as hashes. */
export class Sessions {
  readonly #deps: SessionsDeps
  /** Ids of checkouts, by the hash of a session. */
  readonly #recent = new LruCache<string>(20_000)
  readonly #ownership: Ownership
  #revocations = 0

  constructor(deps: SessionsDeps) {
    this.#deps = deps
    this.#ownership = deps.ownership ?? soleOwner
  }

  /** Where other servers may revoke sessions, the database alone knows them. */
  keep(hash: string, checkoutId: string): void {
    if (!this.#ownership.isShared) this.#recent.set(hash, checkoutId)
  }

  /** @throws CheckoutError `unknown_session`, the same for unknown, foreign and ended sessions */
  async find(session: string): Promise<Checkout> {
    const { store, repository, secrets } = this.#deps
    const hash = secrets.sha256(session)
    const revocations = this.#revocations
    const id = this.#recent.get(hash) ?? (await store.findBySession(hash))
    const checkout = id && (await repository.get(id))
    if (!checkout || (isFinal(checkout.status) && (await this.#isLongOver(checkout))))
      throw new CheckoutError('unknown_session')
    // It may have been revoked during the look-up.
    if (revocations !== this.#revocations) return this.find(session)
    this.keep(hash, id)
    return checkout
  }

  /** The same from memory alone; undefined where it is not there, or may have ended. */
  peek(session: string): Checkout | undefined {
    const id = this.#recent.get(this.#deps.secrets.sha256(session))
    const checkout = id === undefined ? undefined : this.#deps.repository.peekNewest(id)
    return checkout && isFinal(checkout.status) ? undefined : checkout
  }

  /** @param hashes - of sessions that the database does not contain any more */
  forget(hashes: readonly string[]): void {
    if (hashes.length > 0) this.#revocations++
    for (const hash of hashes) this.#recent.delete(hash)
  }

  async #isLongOver({ id, paidAt }: Checkout): Promise<boolean> {
    const { store, clock } = this.#deps
    const endedAt = paidAt ?? (await store.lastChangeAt(id))
    return endedAt !== null && clock.now() >= endedAt + graceMs
  }
}
