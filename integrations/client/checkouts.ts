import { readIdempotencyKey } from './options.ts'
import type { CallOptions, Send } from './transport.ts'
import type { CheckoutWithHistory, CreateRequest, CreatedCheckout, Refund } from './types.ts'
import type { RefundRequest } from './types.ts'

/** Which checkout: its id, or the reference that the shop gave it. */
export type CheckoutKey = string | { readonly reference: string }

export interface CreateOptions extends CallOptions {
  /** Default: one for each call, so that a repetition after a lost answer cannot create a second checkout. */
  readonly idempotencyKey?: string
}

export interface RefundOptions extends CallOptions {
  /** Yours, and stored before the call: a refund under the same key is made once, however often it is asked for. */
  readonly idempotencyKey: string
}

export interface Checkouts {
  /** Creates a checkout, or returns the one that the order already has, with a further `session` for the page. */
  create(order: CreateRequest, options?: CreateOptions): Promise<CreatedCheckout>
  get(key: CheckoutKey, options?: CallOptions): Promise<CheckoutWithHistory>
  /** Closes a checkout. It may turn out `paid`, or have no final status yet: a webhook then reports it. */
  cancel(key: CheckoutKey, options?: CallOptions): Promise<CheckoutWithHistory>
  /** Refunds a payment in full or in part. A `pending` refund is settled by the server; a webhook reports the result. */
  refund(key: CheckoutKey, refund: RefundRequest, options: RefundOptions): Promise<Refund>
}

export function createCheckouts(send: Send): Checkouts {
  const get: Checkouts['get'] = async (key, options) => {
    const path =
      typeof key === 'string'
        ? pathOf(key)
        : `/v1/checkouts?reference=${encodeURIComponent(key.reference)}`
    return (await send({ ...options, ...{ method: 'GET', path, field } })) as CheckoutWithHistory
  }
  const idOf = async (key: CheckoutKey, options?: CallOptions): Promise<string> =>
    typeof key === 'string' ? key : (await get(key, options)).id

  return {
    async create(order, { idempotencyKey: given, ...options } = {}) {
      const idempotencyKey = readIdempotencyKey(given || crypto.randomUUID())
      const call = { method: 'POST', path: '/v1/checkouts', body: order, idempotencyKey } as const
      return (await send({ ...options, ...call, field: 'session' })) as CreatedCheckout
    },
    get,
    async cancel(key, options) {
      const path = `${pathOf(await idOf(key, options))}/cancel`
      const call = { method: 'POST', path, body: {}, field } as const
      return (await send({ ...options, ...call })) as CheckoutWithHistory
    },
    async refund(key, refund, { idempotencyKey: given, ...options } = {} as RefundOptions) {
      const idempotencyKey = readIdempotencyKey(given)
      const path = `${pathOf(await idOf(key, options))}/refunds`
      const call = { method: 'POST', path, body: refund, idempotencyKey, field } as const
      return (await send({ ...options, ...call })) as Refund
    },
  }
}

/** What every checkout and every refund has. */
const field = 'id'
const pathOf = (id: string) => `/v1/checkouts/${encodeURIComponent(id)}`
