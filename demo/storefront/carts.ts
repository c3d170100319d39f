import { productById, type Currency, type Product } from './catalogue.ts'

export interface Line {
  readonly product: Product
  readonly quantity: number
}

/** Prevents orders of a thousand sweaters by a typing mistake. */
export const maxQuantity = 20

export const amountOf = ({ product, quantity }: Line, currency: Currency): number =>
  product.prices[currency] * quantity

export const sumOf = (lines: readonly Line[], currency: Currency): number =>
  lines.reduce((sum, line) => sum + amountOf(line, currency), 0)

export const countPieces = (lines: readonly Line[]): number =>
  lines.reduce((count, { quantity }) => count + quantity, 0)

/** Each visitor's cart, in memory: in this demo a restart empties all carts. */
export class Carts {
  readonly #quantities = new Map<string, Map<string, number>>()

  of(visitor: string): readonly Line[] {
    return [...(this.#quantities.get(visitor) ?? [])].flatMap(([id, quantity]) => {
      const product = productById(id)
      return product ? [{ product, quantity }] : []
    })
  }

  quantity(visitor: string, product: Product): number {
    return this.#quantities.get(visitor)?.get(product.id) ?? 0
  }

  /** Zero or less removes the product. */
  set(visitor: string, product: Product, quantity: number): void {
    const cart = this.#quantities.get(visitor) ?? new Map<string, number>()
    this.#quantities.set(visitor, cart)
    if (quantity <= 0) cart.delete(product.id)
    else cart.set(product.id, Math.min(quantity, maxQuantity))
  }

  /** Removes what was paid for; what the shopper added meanwhile stays. */
  removeLines(visitor: string, lines: readonly Line[]): void {
    for (const { product, quantity } of lines) {
      this.set(visitor, product, this.quantity(visitor, product) - quantity)
    }
  }
}
