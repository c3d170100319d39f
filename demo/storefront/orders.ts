import { countPieces, sumOf, type Line } from './carts.ts'
import type { Currency, Language } from './catalogue.ts'

/** Only the webhook sets `paid`. `review` needs a decision by the shop before anything is sent. */
export type OrderStatus = 'unpaid' | 'paid' | 'closed' | 'review'

export interface Notice {
  readonly type: string
  readonly at: Date
}

/** What the payment server has said last of one checkout. */
export interface CheckoutRecord {
  /** Increases with every change of the checkout: what names a lower one is older, whenever it arrives. */
  readonly version: number
  /** Why a person must look at it, or null. */
  readonly review: string | null
  /** How much was refunded of it. */
  readonly refunded: number
}

/** The refund that was asked for last. */
export interface RefundRecord {
  /** Of the page view that asked for it: the same key again is the same refund. */
  readonly key: string
  readonly amount: number
  /** The payment server's id, once it has answered. */
  readonly id: string | null
  /** What became of it: the payment server's word, the code of its refusal, or `unknown` without an answer. */
  readonly outcome: 'refunded' | 'failed' | 'pending' | 'unknown' | { readonly refused: string }
}

/** The web shop, the point of sale, or the page for Sweden, which takes payments through Avarda. */
export type SalesChannel = 'web' | 'pos' | 'sweden'

const prefixes = { web: 'WEB', pos: 'POS', sweden: 'SWE' } as const satisfies Record<
  SalesChannel,
  string
>

export interface Order {
  /** The `reference` of the checkout. */
  readonly number: string
  readonly channel: SalesChannel
  /** Null at the point of sale: no cookie of a visitor opens its orders. */
  readonly visitor: string | null
  readonly lines: readonly Line[]
  /** In the currency's minor unit, computed from the shop's own prices. */
  readonly amount: number
  readonly currency: Currency
  /** For the shopper's app; fixed, because a checkout cannot change once it is created. */
  readonly description: string
  readonly createdAt: Date
  readonly status: OrderStatus
  /** The id of the checkout that paid the order, or else of the current one, once it is created. */
  readonly checkoutId: string | null
  /** By id: when the first one has ended, an order may get another, and the first may still be paid late. */
  readonly checkouts: ReadonlyMap<string, CheckoutRecord>
  /** It was paid after its last piece had gone to somebody else. */
  readonly isSoldOut: boolean
  /** Kept before the payment server is asked, and null before the first one. */
  readonly refund: RefundRecord | null
  /** The webhooks received about this order, oldest first. */
  readonly notices: readonly Notice[]
}

export interface NewOrder extends Pick<Order, 'channel' | 'visitor' | 'lines' | 'createdAt'> {
  readonly language: Language
}

/** Where a shopper pays an order: each channel has a page of its own. The till's orders are paid at the till. */
export const paymentPathOf = ({ channel, number }: Order): string =>
  channel === 'sweden' ? `/sweden/${number}` : `/checkout/${number}`

/** How much of the amount was refunded, according to the payment server. */
export const refundedOf = ({ checkouts }: Order): number =>
  [...checkouts.values()].reduce((sum, { refunded }) => sum + refunded, 0)

/** The refund of which nobody knows yet whether it was made: until then it can be asked for again, and no other one. */
export const openRefundOf = ({ refund }: Order): RefundRecord | null =>
  refund?.outcome === 'pending' || refund?.outcome === 'unknown' ? refund : null

/** Why a person must look at the order, which may be paid anyway; or null. */
export const reviewOf = ({ checkouts, isSoldOut }: Order): string | null =>
  [...checkouts.values()].find(({ review }) => review !== null)?.review ??
  (isSoldOut ? 'sold_out' : null)

/** All orders, in memory: this is a demo. A real shop keeps them where it keeps its other records. */
export class Orders {
  readonly #orders = new Map<string, Order>()
  #version = 0

  /** Increases with every change, so that a page knows when it is stale. */
  get version(): number {
    return this.#version
  }

  create({ channel, visitor, lines, language, createdAt }: NewOrder): Order {
    const currency = channel === 'sweden' ? 'SEK' : 'ISK'
    const order: Order = {
      ...{ number: `${prefixes[channel]}-${1001 + this.#orders.size}`, channel, visitor, lines },
      ...{ amount: sumOf(lines, currency), currency, description: describe(lines, language) },
      ...{ createdAt, status: 'unpaid', checkoutId: null, notices: [] },
      ...{ checkouts: new Map<string, CheckoutRecord>(), isSoldOut: false, refund: null },
    }
    return this.#keep(order)
  }

  get(number: string): Order | undefined {
    return this.#orders.get(number)
  }

  /** Order numbers are guessable: only the visitor who made an order may see it. */
  ofVisitor(number: string, visitor: string | undefined): Order | undefined {
    const order = this.#orders.get(number)
    return visitor !== undefined && order?.visitor === visitor ? order : undefined
  }

  ofPointOfSale(number: string): Order | undefined {
    const order = this.#orders.get(number)
    return order?.channel === 'pos' ? order : undefined
  }

  /** The visitor's latest unpaid order of the web shop. */
  newestUnpaid(visitor: string): Order | undefined {
    return this.newestFirst().find(
      (order) => order.channel === 'web' && order.visitor === visitor && order.status === 'unpaid',
    )
  }

  /** The visitor's orders of the web shop whose money may have been taken. */
  inReview(visitor: string): readonly Order[] {
    return this.newestFirst().filter(
      (order) => order.channel === 'web' && order.visitor === visitor && order.status === 'review',
    )
  }

  newestFirst(): readonly Order[] {
    return [...this.#orders.values()].reverse()
  }

  update(
    number: string,
    change: Partial<
      Pick<Order, 'status' | 'checkoutId' | 'checkouts' | 'isSoldOut' | 'refund' | 'notices'>
    >,
  ): void {
    const order = this.#orders.get(number)
    if (order) this.#keep({ ...order, ...change })
  }

  /** An answer says that the order cannot be paid any more; a webhook that came meanwhile may know better. */
  close(number: string): void {
    if (this.#orders.get(number)?.status === 'unpaid') this.update(number, { status: 'closed' })
  }

  #keep(order: Order): Order {
    this.#orders.set(order.number, order)
    this.#version += 1
    return order
  }
}

function describe(lines: readonly Line[], language: Language): string {
  const pieces = countPieces(lines)
  if (language === 'en') return pieces === 1 ? '1 item' : `${pieces} items`
  // In Icelandic 21 takes the singular: „21 vara“.
  return pieces % 10 === 1 && pieces % 100 !== 11 ? `${pieces} vara` : `${pieces} vörur`
}
