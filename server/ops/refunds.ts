import type { CheckoutStore } from '../core/store.ts'
import { pendingRefunds } from '../core/refund-review.ts'
import type { Clock } from '../core/clock.ts'

export { pendingRefunds } from '../core/refund-review.ts'
export type { PendingRefund } from '../core/refund-review.ts'

export interface RefundCounts {
  readonly pending: number
  /** How many of these need a person. */
  readonly inReview: number
}

/** Prometheus may scrape more often than the counts are needed. */
const cacheTtlMs = 15_000

/** Counts the refunds that are not settled. */
export function refundCounts(store: CheckoutStore, clock: Clock): () => Promise<RefundCounts> {
  let latest: { readonly at: number; readonly counts: Promise<RefundCounts> } | null = null

  async function count(): Promise<RefundCounts> {
    let [pending, inReview] = [0, 0]
    for await (const { concern } of pendingRefunds(store, clock.now())) {
      pending++
      if (concern) inReview++
    }
    return { pending, inReview }
  }

  return () => {
    if (!latest || clock.now() - latest.at >= cacheTtlMs) {
      const counts = count()
      counts.catch(() => (latest = null))
      latest = { at: clock.now(), counts }
    }
    return latest.counts
  }
}
