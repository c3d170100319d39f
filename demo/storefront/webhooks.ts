/** Webhooks: the only evidence of a payment, and the approval of a capture. No browser can replace them. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { Carts } from './carts.ts'
import {
  fits,
  isCurrent,
  isIdle,
  isOfOtherType,
  isOlder,
  nextStatus,
  readEvent,
  refundAfter,
} from './checkout-event.ts'
import type { Checkout, CheckoutEvent } from './checkout-event.ts'
import type { CheckoutRecord, Order, Orders } from './orders.ts'
import type { Stock } from './stock.ts'

export interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  /** The bytes as received, which the signature covers. */
  readonly body: string
}

export type ReceiveResult =
  'accepted' | 'duplicate' | 'ignored' | 'invalid_signature' | 'invalid_payload' | 'unknown_order'

export interface WebhookInbox {
  receive(delivery: Delivery, now: Date): ReceiveResult
  /** Decides after the shopper's approval whether the money may be taken, and reserves the pieces if so. */
  authorize(delivery: Delivery): boolean | 'invalid_signature' | 'invalid_payload'
}

export function webhookInbox(
  secret: string,
  orders: Orders,
  carts: Carts,
  stock: Stock,
): WebhookInbox {
  const webhook = new Webhook(secret)
  const seen = new Set<string>()

  /** Any number of times and in any order: a checkout says what is so, not what has just happened. */
  function apply(order: Order, { type, checkout }: CheckoutEvent, now: Date): void {
    const { number, channel, visitor, lines } = order
    const status = nextStatus(order, checkout)
    const isNews = status === 'paid' && order.status !== 'paid'
    const isOld = isOlder(order, checkout)
    orders.update(number, {
      ...{ status, notices: [...order.notices, { type, at: now }] },
      ...(!isOld && {
        checkouts: withRecord(order, checkout),
        refund: refundAfter(order, checkout),
      }),
      // Not every payment was approved by the shop before it was taken.
      ...(isNews && { checkoutId: checkout.id, isSoldOut: !stock.reserve(number, lines) }),
    })
    // Not earlier: a shopper who cancels or is declined keeps the cart.
    if (isNews && channel === 'web' && visitor !== null) carts.removeLines(visitor, lines)
    const mayBePaid = status === 'paid' || status === 'review'
    if (!mayBePaid && !isOld && isCurrent(order, checkout) && isIdle(checkout))
      stock.release(number)
  }

  return {
    receive(delivery, now) {
      const content = open(webhook, delivery)
      if (content === undefined) return 'invalid_signature'
      if (isOfOtherType(content)) return 'ignored'
      const event = readEvent(content)
      if (!event) return 'invalid_payload'
      if (seen.has(delivery.id)) return 'duplicate'
      const order = orders.get(event.checkout.reference)
      // Refused, so that it is sent again when the order exists.
      if (!order) return 'unknown_order'
      apply(order, event, now)
      seen.add(delivery.id)
      return 'accepted'
    },
    authorize(delivery) {
      const content = open(webhook, delivery)
      if (content === undefined) return 'invalid_signature'
      const event = readEvent(content)
      if (event?.type !== 'checkout.authorize') return 'invalid_payload'
      const { checkout } = event
      const order = orders.get(checkout.reference)
      // A question about an order that is paid or closed came too late.
      if (order?.status !== 'unpaid' || !fits(order, checkout) || isOlder(order, checkout))
        return false
      orders.update(order.number, { checkouts: withRecord(order, checkout) })
      return stock.reserve(order.number, order.lines)
    },
  }
}

function withRecord(order: Order, checkout: Checkout): ReadonlyMap<string, CheckoutRecord> {
  const { id, status, version, refundedAmount: refunded } = checkout
  const isOfOther = status === 'paid' && !fits(order, checkout)
  const review = checkout.review ?? (isOfOther ? 'other_amount' : null)
  return new Map(order.checkouts).set(id, { version, review, refunded })
}

/** @returns the payload, null for invalid JSON, undefined for an invalid signature */
function open(webhook: Webhook, { id, timestamp, signature, body }: Delivery): unknown {
  try {
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    }
    return webhook.verify(body, headers)
  } catch (error) {
    if (error instanceof WebhookVerificationError) return undefined
    if (error instanceof SyntaxError) return null
    throw error
  }
}
