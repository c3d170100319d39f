/** An event of the payment server, and what it means for its order. */
import { array, nullable, number, object, picklist, safeParse, string } from 'valibot'
import type { InferOutput } from 'valibot'
import type { Order, OrderStatus, RefundRecord } from './orders.ts'

const eventSchema = object({
  type: string(),
  data: object({
    /** The whole checkout as it was then. */
    checkout: object({
      ...{ id: string(), version: number(), status: string(), review: nullable(string()) },
      ...{ reference: string(), amount: number(), currency: string(), refundedAmount: number() },
      refunds: array(object({ id: string(), status: picklist(['pending', 'refunded', 'failed']) })),
    }),
  }),
})

export type Checkout = InferOutput<typeof eventSchema>['data']['checkout']

export interface CheckoutEvent {
  readonly type: string
  readonly checkout: Checkout
}

/** @returns null where something is missing */
export function readEvent(content: unknown): CheckoutEvent | null {
  const event = safeParse(eventSchema, content)
  return event.success ? { type: event.output.type, checkout: event.output.data.checkout } : null
}

/** What the payment server sends today. */
const types = [
  ...['checkout.paid', 'checkout.attempt_failed', 'checkout.canceled', 'checkout.expired'],
  ...['checkout.review', 'checkout.refunded', 'checkout.refund_failed'],
]

/** A newer payment server may send other types, and its `doctor` sends one of its own: they are accepted, and nothing is done. */
export function isOfOtherType(content: unknown): boolean {
  const event = safeParse(object({ type: string() }), content)
  return event.success && !types.includes(event.output.type)
}

/** Events arrive in any order: this one says what was so before something that the shop knows already. */
export const isOlder = ({ checkouts }: Order, { id, version }: Checkout): boolean =>
  version < (checkouts.get(id)?.version ?? 0)

/** An order whose first checkout has ended may have another one by now. */
export const isCurrent = ({ checkoutId }: Order, { id }: Checkout): boolean =>
  checkoutId === null || checkoutId === id

/** A payment of another amount does not pay the order. */
export const fits = (order: Order, { amount, currency }: Checkout): boolean =>
  amount === order.amount && currency === order.currency

/** An order never goes back: money that may have been taken stays to be looked at, and a paid order stays paid. */
const ranks = ['unpaid', 'closed', 'review', 'paid'] as const satisfies readonly OrderStatus[]

export function nextStatus(order: Order, checkout: Checkout): OrderStatus {
  const said = statusFrom(order, checkout)
  return ranks.indexOf(said) > ranks.indexOf(order.status) ? said : order.status
}

function statusFrom(order: Order, checkout: Checkout): OrderStatus {
  switch (checkout.status) {
    case 'paid':
      return fits(order, checkout) ? 'paid' : 'review'
    case 'review':
      return 'review'
    case 'canceled':
    case 'expired':
      return isCurrent(order, checkout) ? 'closed' : 'unpaid'
    default:
      return 'unpaid'
  }
}

/** No request of this checkout is under way, and none was paid. */
export const isIdle = ({ status }: Checkout): boolean =>
  status === 'open' || status === 'canceled' || status === 'expired'

/** What an event says of the refund that was asked for last. */
export function refundAfter({ refund }: Order, { refunds }: Checkout): RefundRecord | null {
  const told = refunds.find(({ id }) => id === refund?.id)
  return refund && told ? { ...refund, outcome: told.status } : refund
}
