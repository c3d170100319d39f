import { changed, unchanged } from './change.ts'
import type { Change } from './change.ts'
import { refundable } from './checkout.ts'
import type { Checkout, Refund, RefundSettled } from './checkout.ts'

/** Never more than was paid; what is under way counts, for it may have happened. */
export function askRefund(checkout: Checkout, refund: Refund): Change {
  const isKnown = checkout.refunds.some(({ key }) => key === refund.key)
  return isKnown || refund.amount > refundable(checkout)
    ? unchanged(checkout)
    : changed(checkout, { refunds: [...checkout.refunds, refund] })
}

export function settleRefund(
  checkout: Checkout,
  { type, refundId }: RefundSettled,
  now: number,
): Change {
  const refund = checkout.refunds.find(({ id }) => id === refundId)
  const isRefunded = type === 'refunded'
  // Asked twice at once, a provider may say no to one and yes to the other: money that went back did go back.
  const isNews = refund?.status === 'pending' || (refund?.status === 'failed' && isRefunded)
  if (!refund || !isNews) return unchanged(checkout)
  const settled = { ...refund, status: isRefunded ? 'refunded' : 'failed', settledAt: now } as const
  const refunds = checkout.refunds.map((one) => (one === refund ? settled : one))
  return changed(checkout, { refunds }, isRefunded ? ['checkout.refunded'] : [])
}
