import type { MiddlewareHandler } from 'hono'
import { CheckoutError } from '../core/errors.ts'
import type { FoundSession, MerchantEnv } from './merchants.ts'

/**
 * How many requests one of several merchants may have in progress. The writes of all are made in the order in which they come:
 * this many of one merchant delay those of the others by a few hundredths of a second.
 */
const maxInProgress = 256

/** And one checkout's shoppers, some of whose requests wait for the provider: none of them may take a merchant's room alone. */
const maxOfCheckout = 16

/** Counts the requests of one merchant that are in progress, and refuses more than there is room for. */
export class RequestLimit {
  readonly #max: number
  #inProgress = 0
  readonly #ofCheckouts = new Map<string, number>()
  #onIdle: (() => void)[] = []

  constructor(max = maxInProgress) {
    this.#max = max
  }

  /**
   * @param checkoutId - of a shopper's request
   * @throws CheckoutError `too_many_requests`
   */
  async run<T>(work: () => Promise<T>, checkoutId?: string): Promise<T> {
    if (checkoutId === undefined || this.#max === Infinity) return this.#run(work)
    const ofCheckout = this.#ofCheckouts.get(checkoutId) ?? 0
    if (ofCheckout >= maxOfCheckout) throw tooMany()
    this.#ofCheckouts.set(checkoutId, ofCheckout + 1)
    try {
      return await this.#run(work)
    } finally {
      const left = (this.#ofCheckouts.get(checkoutId) ?? 1) - 1
      if (left > 0) this.#ofCheckouts.set(checkoutId, left)
      else this.#ofCheckouts.delete(checkoutId)
    }
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inProgress >= this.#max) throw tooMany()
    this.#inProgress++
    try {
      return await work()
    } finally {
      this.#inProgress--
      if (this.#inProgress === 0) for (const resolve of this.#onIdle.splice(0)) resolve()
    }
  }

  /** Resolves as soon as no request is in progress. */
  idle(): Promise<void> {
    if (this.#inProgress === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onIdle.push(resolve))
  }
}

const tooMany = () =>
  new CheckoutError('too_many_requests', { retryAfter: 1, event: 'limit_requests' })

/** Handles a request as one of its merchant's. */
export const limitRequests: MiddlewareHandler<MerchantEnv> = (c, next) =>
  c.get('merchant').requestLimit.run(next)

/** The same for a shopper's. */
export const limitShopperRequests: MiddlewareHandler<{ Variables: FoundSession }> = (c, next) =>
  c.get('merchant').requestLimit.run(next, c.get('checkout').id)
