export interface Refund {
  readonly amount: number
  readonly idempotencyKey: string
  readonly at: number
}

/** The money of a cart. */
export class Payment {
  readonly refunds: Refund[] = []
  /** How often money was taken; more than once is a bug in the caller. */
  captures = 0
  /** How much money was taken. */
  captured = 0

  get refunded(): number {
    return this.refunds.reduce((sum, { amount }) => sum + amount, 0)
  }

  /** How much may still be refunded. */
  get refundable(): number {
    return this.captured - this.refunded
  }

  capture(amount: number): void {
    this.captures += 1
    this.captured += amount
  }
}
