/** How the shop learns that it was paid, and has its last word before. Nothing that a browser says can stand in for this. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { Carts } from './carts.ts'
import type { Order, Orders, OrderStatus } from './orders.ts'
import type { Stock } from './stock.ts'

export interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  /** As received, byte for byte: the signature is over these. */
  readonly body: string
}

export type Reception = 'accepted' | 'known' | 'unsigned' | 'unreadable' | 'no_such_order'

interface News {
  readonly type: string
  readonly reference: string
  readonly amount: unknown
  readonly currency: unknown
  readonly refundedAmount: unknown
}

export interface WebhookInbox {
  receive(delivery: Delivery, now: Date): Reception
  /** The shopper has approved: may the money be taken? Sets the pieces aside when it may. */
  authorize(delivery: Delivery): boolean | 'unsigned' | 'unreadable'
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

  function apply(order: Order, news: News, now: Date): void {
    const status = nextStatus(order, news)
    const { refundedAmount } = news
    orders.update(order.number, {
      status,
      ...(typeof refundedAmount === 'number' && { refunded: refundedAmount }),
      notices: [...order.notices, { type: news.type, at: now }],
    })
    // Not earlier: a shopper who gives up or is declined finds the cart as it was.
    if (status === 'paid' && order.status !== 'paid' && order.way === 'web')
      carts.takeOut(order.visitor, order.lines)
    if (status !== 'paid' && isOver(news.type)) stock.putBack(order.number)
  }

  return {
    receive(delivery, now) {
      const content = open(webhook, delivery)
      if (content === undefined) return 'unsigned'
      const news = readNews(content)
      if (!news) return 'unreadable'
      if (seen.has(delivery.id)) return 'known'
      const order = orders.get(news.reference)
      // Refused rather than swallowed, so that it is sent again when the order is there.
      if (!order) return 'no_such_order'
      apply(order, news, now)
      seen.add(delivery.id)
      return 'accepted'
    },
    authorize(delivery) {
      const content = open(webhook, delivery)
      if (content === undefined) return 'unsigned'
      const question = readNews(content)
      if (question?.type !== 'checkout.authorize') return 'unreadable'
      const order = orders.get(question.reference)
      if (!order || order.amount !== question.amount) return false
      return stock.setAside(order.number, order.lines)
    },
  }
}

/** An attempt or the whole checkout came to nothing. */
const isOver = (type: string) =>
  type === 'checkout.attempt_failed' || statusAfter[type] === 'closed'

/** What is in it, or undefined when nobody we know has signed it. */
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

function readNews(value: unknown): News | null {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: { checkout?: unknown } }
  const checkout = (data?.checkout ?? {}) as Partial<Record<keyof News, unknown>>
  const { reference, amount, currency, refundedAmount } = checkout
  if (typeof type !== 'string' || typeof reference !== 'string') return null
  return { type, reference, amount, currency, refundedAmount }
}

/** A payment of another amount is no payment of this order; and a paid order stays paid, whatever arrives late. */
function nextStatus(order: Order, { type, amount, currency }: News): OrderStatus {
  if (order.status === 'paid') return 'paid'
  const status = statusAfter[type] ?? order.status
  if (status === 'paid' && (amount !== order.amount || currency !== order.currency)) return 'review'
  return status
}
