import type { OutboxStore } from '../core/store.ts'
import type { Metrics } from './metrics.ts'

/** Wraps the outbox to count delivery attempts, because the sender records the result of each one there. */
export const measuredOutbox = (outbox: OutboxStore, metrics: Metrics): OutboxStore => ({
  ...outbox,
  async delivered(id, at) {
    await outbox.delivered(id, at)
    metrics.webhook('delivered')
  },
  async failed(event, nextTryAt) {
    await outbox.failed(event, nextTryAt)
    metrics.webhook(nextTryAt === null ? 'given_up' : 'failed')
  },
})
