import type { Carts } from './carts.ts'
import type { HandOffs } from './hand-offs.ts'
import type { Orders } from './orders.ts'
import type { Payments } from './payments.ts'
import type { Stock } from './stock.ts'
import type { WebhookInbox } from './webhooks.ts'

/** What the routes depend on. */
export interface Shop {
  readonly carts: Carts
  readonly orders: Orders
  readonly handOffs: HandOffs
  readonly stock: Stock
  readonly payments: Payments
  readonly inbox: WebhookInbox
  /** This shop's own address. Never from the host that a request names, because that is whatever the caller writes. */
  readonly url: () => string
  /** The payment server as the shopper's browser sees it. */
  readonly bffUrl: string
  /** The simulated phone; a real shop has none. */
  readonly customerUrl: string
  /** The origin of Avarda's form as the shopper's browser sees it. */
  readonly avardaUrl: string
  /** Opens the payment server's support page; a real shop shows it to nobody. */
  readonly adminToken: string
  readonly now: () => Date
  readonly log: (line: string) => void
}
