import { quantile } from '../harness/statistics.ts'

/** How long after an answer the next poll about the same cart comes, as the provider sees it. */
export class Rhythm {
  readonly #delayMs: number
  readonly #answeredAt = new Map<string, number>()
  #pauses: number[] = []
  #polls = 0

  constructor(delayMs: number) {
    this.#delayMs = delayMs
  }

  note(cart: string): void {
    const now = performance.now()
    const answeredAt = this.#answeredAt.get(cart)
    if (answeredAt !== undefined) this.#pauses.push(now - answeredAt)
    this.#answeredAt.set(cart, now + this.#delayMs)
    this.#polls++
  }

  /** Starts the measurement; earlier polls still count as the previous ones. */
  clear(): void {
    this.#pauses = []
    this.#polls = 0
  }

  summary() {
    return {
      polls: this.#polls,
      /** Carts that were polled at least once. */
      carts: this.#answeredAt.size,
      shortest: this.#pauses.reduce((least, pause) => Math.min(least, pause), Infinity),
      p99: quantile(this.#pauses, 0.99),
    }
  }
}
