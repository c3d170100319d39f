import type { Checkout } from '../../../server/core/checkout.ts'
import { compose } from '../../../server/compose.ts'
import { configurationOf, readConfig } from '../../../server/config.ts'
import { createLog } from '../../../server/log.ts'
import { environment, order } from '../harness/order.ts'

interface Made {
  readonly checkout: Checkout
  readonly session: string
}

/** A clock without timers for heartbeats, because the baseline has none either. */
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: () => () => {} }

/**
 * The whole server as `startServer` composes it, apart from that clock. The baseline creates its checkouts with it too, and
 * then does not use it: both begin with the same heap, or its free space would count as the cost of a stream.
 */
export async function openShop() {
  const config = readConfig(environment('http://127.0.0.1:9/v1', 'file::memory:'))
  const nowhere = new URL('nowhere/', import.meta.url)
  const parts = await compose(configurationOf(config), clock, createLog('silent'), nowhere)
  const createMany = (count: number): Promise<readonly Made[]> => {
    const orders = Array.from({ length: count }, (_, index) => options(`BENCH-${index}`))
    return Promise.all(orders.map((one) => parts.checkouts.create(one, null)))
  }
  return { config, parts, createMany }
}

const options = (reference: string) => ({
  ...order(reference),
  items: [],
  provider: 'netgiro' as const,
  channel: 'web' as const,
  locationId: null,
  registerId: null,
  metadata: {},
  lifetimeMs: null,
  options: null,
})
