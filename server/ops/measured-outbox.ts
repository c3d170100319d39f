import type { OutboxStore } from '../core/store.ts'
import type { Metrics } from './metrics.ts'

/** The same outbox for the sender, who writes down here how every try went: that is where tries are counted. */
export const measuredOutbox = (outbox: OutboxStore, metrics: Metrics): OutboxStore => ({
  ...outbox,
  async delivered(id, at) {
    await outbox.delivered(id, at)
    metrics.webhook('delivered')
  },
  async failed(id, tries, nextTryAt) {
    await outbox.failed(id, tries, nextTryAt)
    metrics.webhook(nextTryAt === null ? 'given_up' : 'failed')
  },
})
