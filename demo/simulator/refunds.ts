import type { Clock } from '../simulator-kit/clock.ts'
import type { CartRecord } from './cart-record.ts'

export interface RefundRequest {
  readonly amount: number
  readonly idempotencyKey: string
}

/** Refunds payments, once for each idempotency key; V2 and the partner API share keys and payments. */
export class Refunds {
  readonly #clock: Clock
  readonly #entryOf = new Map<string, CartRecord>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns why it is refused; undefined when the refund is made, now or earlier with this key */
  refund(record: CartRecord, { amount, idempotencyKey }: RefundRequest): string | undefined {
    // [netgiro] refund: "Only one refund per key is processed." Only the key counts, not the amount.
    const before = this.#entryOf.get(idempotencyKey)
    if (before === record) return undefined
    if (before) return 'IdempotencyKey was used for another transaction'
    const { state, payment } = record.cart
    if (state !== 'paid') return 'Transaction is not refundable'
    if (amount > payment.refundable) return 'Refund amount is more than what is left'
    payment.refunds.push({ amount, idempotencyKey, at: this.#clock.now() })
    this.#entryOf.set(idempotencyKey, record)
    return undefined
  }

  clear(): void {
    this.#entryOf.clear()
  }
}
