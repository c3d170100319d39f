import type { Checkout, Refund } from './checkout.ts'
import type { CheckoutStore } from './store.ts'

/** A refund that is not settled this long after it was requested needs a person. */
const overdueAfterMs = 24 * 60 * 60_000
const pageSize = 50

/**
 * `refused`: the provider refuses, and an earlier try may have given the money back. `overdue`: a day has passed without
 * an answer that settles it.
 */
export type RefundConcern = 'refused' | 'overdue'

export interface PendingRefund {
  readonly checkout: Checkout
  readonly refund: Refund
  /** Why the refund needs review; null while asking again may settle it. */
  readonly concern: RefundConcern | null
}

export function concernOf(refund: Refund, now: number): RefundConcern | null {
  if (refund.status !== 'pending') return null
  if (refund.doubtedAt !== undefined) return 'refused'
  return now - refund.requestedAt >= overdueAfterMs ? 'overdue' : null
}

/** Every pending refund, whichever server acts on it, as it is on disk; read a page at a time. */
export async function* pendingRefunds(
  store: Pick<CheckoutStore, 'refunding'>,
  now: number,
): AsyncGenerator<PendingRefund> {
  let page: readonly Checkout[] = []
  do {
    page = await store.refunding(page.at(-1)?.id ?? '', pageSize, true)
    for (const checkout of page)
      for (const refund of checkout.refunds)
        if (refund.status === 'pending') yield { checkout, refund, concern: concernOf(refund, now) }
  } while (page.length === pageSize)
}
