/** Webhooks: the only evidence of a payment, and the approval of a capture. No browser can replace them. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { Carts } from './carts.ts'
import type { Order, Orders, OrderStatus } from './orders.ts'
import type { Stock } from './stock.ts'

export interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  /** The bytes as received, which the signature covers. */
  readonly body: string
}

export type ReceiveResult =
  'accepted' | 'duplicate' | 'invalid_signature' | 'invalid_payload' | 'unknown_order'

interface CheckoutEvent {
  readonly type: string
  readonly reference: string
  readonly amount: unknown
  readonly currency: unknown
  readonly refundedAmount: unknown
}

export interface WebhookInbox {
  receive(delivery: Delivery, now: Date): ReceiveResult
  /** Decides after the shopper's approval whether the money may be taken, and reserves the pieces if so. */
  authorize(delivery: Delivery): boolean | 'invalid_signature' | 'invalid_payload'
}

const statusAfter: Readonly<Record<string, OrderStatus>> = {
  'checkout.paid': 'paid',
  'checkout.canceled': 'closed',
  'checkout.expired': 'closed',
  'checkout.review': 'review',
}

export function webhookInbox(
  secret: string,
  orders: Orders,
  carts: Carts,
  stock: Stock,
): WebhookInbox {
  const webhook = new Webhook(secret)
  const seen = new Set<string>()

  function apply(order: Order, event: CheckoutEvent, now: Date): void {
    const status = nextStatus(order, event)
    const { refundedAmount } = event
    orders.update(order.number, {
      status,
      ...(typeof refundedAmount === 'number' && { refunded: refundedAmount }),
      notices: [...order.notices, { type: event.type, at: now }],
    })
    // Not earlier: a shopper who cancels or is declined keeps the cart.
    const isNews = status === 'paid' && order.status !== 'paid'
    if (isNews && order.channel === 'web' && order.visitor !== null)
      carts.removeLines(order.visitor, order.lines)
    if (status !== 'paid' && isFailed(event.type)) stock.release(order.number)
  }

  return {
    receive(delivery, now) {
      const content = open(webhook, delivery)
      if (content === undefined) return 'invalid_signature'
      const event = readEvent(content)
      if (!event) return 'invalid_payload'
      if (seen.has(delivery.id)) return 'duplicate'
      const order = orders.get(event.reference)
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
      const order = orders.get(event.reference)
      if (!order || order.amount !== event.amount) return false
      return stock.reserve(order.number, order.lines)
    },
  }
}

/** An attempt failed, or the whole checkout ended unpaid. */
const isFailed = (type: string) =>
  type === 'checkout.attempt_failed' || statusAfter[type] === 'closed'

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

function readEvent(value: unknown): CheckoutEvent | null {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: { checkout?: unknown } }
  const checkout = (data?.checkout ?? {}) as Partial<Record<keyof CheckoutEvent, unknown>>
  const { reference, amount, currency, refundedAmount } = checkout
  if (typeof type !== 'string' || typeof reference !== 'string') return null
  return { type, reference, amount, currency, refundedAmount }
}

/** A payment of another amount does not pay the order; a paid order stays paid, even when older events arrive later. */
function nextStatus(order: Order, { type, amount, currency }: CheckoutEvent): OrderStatus {
  if (order.status === 'paid') return 'paid'
  const status = statusAfter[type] ?? order.status
  if (status === 'paid' && (amount !== order.amount || currency !== order.currency)) return 'review'
  return status
}
