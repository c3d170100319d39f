import type { CallbackRecord } from './callbacks.ts'
import type { Cart } from './cart.ts'
import type { CallCounts } from './counts.ts'

/** A cart with its calls and callbacks. */
export interface CartRecord {
  readonly cart: Cart
  readonly calls: CallCounts
  readonly callbacks: CallbackRecord[]
  /** Settles when the last callback has been delivered, given up, or put off until later. */
  callbackAttempt: Promise<void>
}
