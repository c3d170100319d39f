/** The shop's server as a client of netgiro-checkout-server. */
import { createCheckouts } from './checkouts.ts'
import type { Checkouts } from './checkouts.ts'
import { createEvents } from './events.ts'
import type { Events } from './events.ts'
import { createTransport } from './transport.ts'
import type { TransportOptions } from './transport.ts'

export type * from './checkouts.ts'
export type { Events, ListedEvent, ListEventsOptions } from './events.ts'
export {
  CheckoutNotFoundError,
  ConnectionError,
  IdempotencyError,
  InvalidRequestError,
  InvalidSignatureError,
  NetgiroError,
  NotSupportedError,
  ProblemError,
  ReferenceConflictError,
  RefundError,
  UnauthorizedError,
  UnavailableError,
} from './errors.ts'
export type { ProblemCode, ProblemDetails } from './errors.ts'
export type { CallOptions } from './transport.ts'
export type * from './types.ts'
export { createWebhooks } from './webhooks.ts'
export type { DoctorPing, VerifiedWebhook, WebhookHeaders, Webhooks } from './webhooks.ts'

export type ClientOptions = TransportOptions

export interface Client {
  readonly checkouts: Checkouts
  readonly events: Events
}

/**
 * The calls of a shop's server. Never use it in a browser, because it holds the key.
 *
 * @example
 * ```ts
 * const client = createClient({ url: 'https://pay.shop.is', key: process.env.MERCHANT_API_KEY })
 * const { session } = await client.checkouts.create({ reference: 'WEB-1234', amount: 12990, currency: 'ISK' })
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const send = createTransport(options)
  return { checkouts: createCheckouts(send), events: createEvents(send) }
}
