import type { MiddlewareHandler } from 'hono'
import { CheckoutError } from '../core/errors.ts'
import type { MerchantEnv } from './merchants.ts'

/**
 * How many requests one of several merchants may have in progress. The writes of all are made in the order in which they come:
 * this many of one merchant delay those of the others by a few hundredths of a second.
 */
const maxInProgress = 256

/** Counts the requests of one merchant that are in progress, and refuses more than there is room for. */
export class RequestLimit {
  readonly #max: number
  #inProgress = 0
  #onIdle: (() => void)[] = []

  constructor(max = maxInProgress) {
    this.#max = max
  }

  /** @throws CheckoutError `too_many_requests` */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inProgress >= this.#max)
      throw new CheckoutError('too_many_requests', { retryAfter: 1, event: 'limit_requests' })
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

/** Handles a request as one of its merchant's. */
export const limitRequests: MiddlewareHandler<MerchantEnv> = (c, next) =>
  c.get('merchant').requestLimit.run(next)
