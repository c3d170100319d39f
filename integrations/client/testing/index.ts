/** For the tests of a shop: the payment server and a simulated Netgíró inside the test's own process. Node only. */
import { createClient } from '../index.ts'
import type { Client } from '../index.ts'
import { startParts } from './parts.ts'
import { createShopper } from './shopper.ts'
import type { Shopper } from './shopper.ts'
import type { ExpectedWebhook, ReceivedWebhook } from './webhooks.ts'

export type { Shopper } from './shopper.ts'
export type { ExpectedWebhook, ReceivedWebhook } from './webhooks.ts'

export interface TestServerOptions {
  /** The origin of the pages that show the element. Default: `http://localhost:3000`. */
  readonly shopOrigin?: string
  /** The shop's own endpoint. Every webhook is passed on to it, as signed; default: none. */
  readonly webhookUrl?: string
  /** Signs the webhooks. Default: a new one. */
  readonly webhookSecret?: string
  /** The shop's key. Default: a new one. */
  readonly merchantApiKey?: string
  /** Further settings of the server, by the names of their environment variables. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long `approve`, `decline`, `expire` and `webhook` wait. Default: ten seconds. */
  readonly timeoutMs?: number
}

export interface TestServer extends Shopper {
  /** The payment server's address, for `createClient` and the script tag. */
  readonly url: string
  readonly merchantApiKey: string
  readonly webhookSecret: string
  readonly client: Client
  /**
   * Waits until the shop has accepted a webhook, or takes one that it has accepted already. Each is taken once, so that the same
   * call again waits for the next one.
   *
   * @throws an error that lists what came instead, when the time is over
   */
  readonly webhook: (expected: ExpectedWebhook) => Promise<ReceivedWebhook>
  readonly close: () => Promise<void>
}

/**
 * Starts the payment server on an empty database, against a simulator of Netgíró. Needs the package `netgiro-checkout-server`.
 *
 * @example
 * ```ts
 * const checkout = await startTestServer({ webhookUrl: 'http://localhost:3000/webhooks/netgiro' })
 * const { session } = await checkout.client.checkouts.create({ reference: 'WEB-1', amount: 12990, currency: 'ISK' })
 * await checkout.start(session)
 * await checkout.approve('WEB-1')
 * await checkout.webhook({ type: 'checkout.paid', reference: 'WEB-1' })
 * await checkout.close()
 * ```
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { shopOrigin = 'http://localhost:3000', timeoutMs = 10_000 } = options
  const { simulator, server, webhooks, merchantApiKey, webhookSecret, close } = await startParts({
    ...options,
    shopOrigin,
  })
  const client = createClient({ url: server.url, key: merchantApiKey })
  return {
    ...{ url: server.url, merchantApiKey, webhookSecret, client, close },
    ...createShopper({ client, simulator, url: server.url, shopOrigin, timeoutMs }),
    webhook: (expected) => webhooks.next(expected, timeoutMs),
  }
}
