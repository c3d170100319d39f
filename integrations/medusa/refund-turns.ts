/** Medusa writes a refund down within this time after the provider has returned. */
const settlingMs = 10_000

/**
 * Lets one refund of a payment at a time through. Medusa deletes its refund when the answer was lost, and with it any key of its
 * own; so the key is made of how many refunds it has on disk, and is the same when somebody tries again. Two refunds that begin
 * with the same count, because the second came before the first was on disk, must not be taken for one.
 */
export class RefundTurns {
  readonly #busy = new Set<string>()
  readonly #settled = new Map<string, { readonly count: number; readonly at: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @returns null where another refund of the payment is not on disk yet */
  async take<Result>(
    checkout: string,
    count: number,
    refund: () => Promise<Result>,
  ): Promise<Result | null> {
    const last = this.#settled.get(checkout)
    const isBehind = last && last.count > count && this.#now() - last.at < settlingMs
    if (isBehind || this.#busy.has(checkout)) return null
    this.#busy.add(checkout)
    try {
      const result = await refund()
      this.#settled.set(checkout, { count: count + 1, at: this.#now() })
      return result
    } finally {
      this.#busy.delete(checkout)
      this.#forget()
    }
  }

  #forget(): void {
    for (const [checkout, { at }] of this.#settled)
      if (this.#now() - at >= settlingMs) this.#settled.delete(checkout)
  }
}
