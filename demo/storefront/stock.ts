import type { Line } from './carts.ts'
import type { Product } from './catalogue.ts'

/** The remaining pieces of products with a limited stock, reserved by order number. */
export class Stock {
  readonly #left = new Map<string, number>()
  readonly #reserved = new Map<string, readonly Line[]>()

  constructor(products: readonly Product[]) {
    for (const { id, pieces } of products) if (pieces !== undefined) this.#left.set(id, pieces)
  }

  /** Null for an unlimited stock. */
  left({ id }: Product): number | null {
    return this.#left.get(id) ?? null
  }

  /** Reserves all lines or none; a repeated call for the same order changes nothing. */
  reserve(order: string, lines: readonly Line[]): boolean {
    if (this.#reserved.has(order)) return true
    const isAvailable = lines.every(
      ({ product, quantity }) => quantity <= (this.left(product) ?? Infinity),
    )
    if (isAvailable) {
      this.#change(lines, -1)
      this.#reserved.set(order, lines)
    }
    return isAvailable
  }

  /** Makes the pieces of a failed order available again. */
  release(order: string): void {
    this.#change(this.#reserved.get(order) ?? [], 1)
    this.#reserved.delete(order)
  }

  #change(lines: readonly Line[], sign: 1 | -1): void {
    for (const { product, quantity } of lines) {
      const left = this.left(product)
      if (left !== null) this.#left.set(product.id, left + sign * quantity)
    }
  }
}
