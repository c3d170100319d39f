/** The money of a cart. */
export class Payment {
  /** How often money was taken; more than one would be a bug of ours. */
  captures = 0
  /** How much of it. */
  captured = 0

  capture(amount: number): void {
    this.captures += 1
    this.captured += amount
  }
}
