import { createServer } from 'node:http'
import type { Checkout } from '../../../server/core/checkout.ts'
import { nodeHandler } from '../../../server/serve.ts'
import { offer } from './server.ts'
import { openShop } from './shop.ts'

/** The production code; only the changes are published directly, without the disk. */
const { parts, createMany } = await openShop()
const { sse } = parts
const { pubsub } = sse.deps
const made: Checkout[] = []

offer(
  createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
    nodeHandler(parts),
  ),
  {
    async prepare(count) {
      const created = await createMany(count)
      made.push(...created.map(({ checkout }) => checkout))
      return created.map(({ session }) => session)
    },
    change(index) {
      const before = made[index]
      if (before) pubsub.publish({ ...before, version: 2 })
    },
    size: () => sse.size,
  },
)
