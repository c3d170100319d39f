import type { Line } from './carts.ts'
import type { Product } from './catalogue.ts'

/** How many pieces are left of what does not come again. Pieces are set aside by order number. */
export class Stock {
  readonly #left = new Map<string, number>()
  readonly #setAside = new Map<string, readonly Line[]>()

  constructor(products: readonly Product[]) {
    for (const { id, pieces } of products) if (pieces !== undefined) this.#left.set(id, pieces)
  }

  /** Null where there is always another one. */
  left({ id }: Product): number | null {
    return this.#left.get(id) ?? null
  }

  /** All of an order or nothing of it. Asked again for the same order, the answer is the same. */
  setAside(order: string, lines: readonly Line[]): boolean {
    if (this.#setAside.has(order)) return true
    const isThere = lines.every(
      ({ product, quantity }) => quantity <= (this.left(product) ?? Infinity),
    )
    if (isThere) {
      this.#change(lines, -1)
      this.#setAside.set(order, lines)
    }
    return isThere
  }

  /** The order came to nothing: its pieces are for sale again. */
  putBack(order: string): void {
    this.#change(this.#setAside.get(order) ?? [], 1)
    this.#setAside.delete(order)
  }

  #change(lines: readonly Line[], sign: 1 | -1): void {
    for (const { product, quantity } of lines) {
      const left = this.left(product)
      if (left !== null) this.#left.set(product.id, left + sign * quantity)
    }
  }
}
