import { piecesIn, sumOf, type Line } from './carts.ts'
import type { Currency, Language } from './catalogue.ts'

/** `paid` is written by the webhook alone. `review` means that a person must look before anything is sent. */
export type OrderStatus = 'unpaid' | 'paid' | 'closed' | 'review'

export interface Notice {
  readonly type: string
  readonly at: Date
}

/** Where an order came from: the web shop, the till, or the web shop for Sweden, which takes payment through Avarda. */
export type Way = 'web' | 'till' | 'sweden'

const prefixes = { web: 'WEB', till: 'POS', sweden: 'SWE' } as const satisfies Record<Way, string>

export interface Order {
  /** The `reference` of the checkout. */
  readonly number: string
  readonly way: Way
  readonly visitor: string
  readonly lines: readonly Line[]
  /** In the currency's minor unit, summed by the shop from its own price list. */
  readonly amount: number
  readonly currency: Currency
  /** For the shopper's app; written once, because the checkout that was created with it cannot change. */
  readonly description: string
  readonly createdAt: Date
  readonly status: OrderStatus
  /** Of the amount, as the payment server has told it. */
  readonly refunded: number
  /** The checkout's id, once the payment server has told it. */
  readonly checkoutId: string | null
  /** Every webhook that came about this order, oldest first. */
  readonly notices: readonly Notice[]
}

export interface NewOrder extends Pick<Order, 'way' | 'visitor' | 'lines' | 'createdAt'> {
  readonly language: Language
}

/** All orders, in memory: this is a demo. A real shop keeps them where it keeps its other records. */
export class Orders {
  readonly #orders = new Map<string, Order>()
  #version = 0

  /** Rises with every change, so that a page can tell whether it is stale. */
  get version(): number {
    return this.#version
  }

  create({ way, visitor, lines, language, createdAt }: NewOrder): Order {
    const currency = way === 'sweden' ? 'SEK' : 'ISK'
    const order: Order = {
      ...{ number: `${prefixes[way]}-${1001 + this.#orders.size}`, way, visitor, lines },
      ...{ amount: sumOf(lines, currency), currency, description: describe(lines, language) },
      ...{ createdAt, status: 'unpaid', refunded: 0, checkoutId: null, notices: [] },
    }
    return this.#keep(order)
  }

  get(number: string): Order | undefined {
    return this.#orders.get(number)
  }

  /** An order number is guessable, so it opens nothing by itself: only its own visitor sees the order. */
  ofVisitor(number: string, visitor: string | undefined): Order | undefined {
    const order = this.#orders.get(number)
    return order?.visitor === visitor ? order : undefined
  }

  /** Of what is in the visitor's cart. */
  newestUnpaid(visitor: string): Order | undefined {
    return this.newestFirst().find(
      (order) => order.way === 'web' && order.visitor === visitor && order.status === 'unpaid',
    )
  }

  newestFirst(): readonly Order[] {
    return [...this.#orders.values()].reverse()
  }

  update(
    number: string,
    change: Partial<Pick<Order, 'status' | 'refunded' | 'checkoutId' | 'notices'>>,
  ): void {
    const order = this.#orders.get(number)
    if (order) this.#keep({ ...order, ...change })
  }

  #keep(order: Order): Order {
    this.#orders.set(order.number, order)
    this.#version += 1
    return order
  }
}

function describe(lines: readonly Line[], language: Language): string {
  const pieces = piecesIn(lines)
  if (language === 'en') return pieces === 1 ? '1 item' : `${pieces} items`
  // Icelandic counts 21 as one: „21 vara“.
  return pieces % 10 === 1 && pieces % 100 !== 11 ? `${pieces} vara` : `${pieces} vörur`
}
