import type { CallbackRecord } from './callbacks.ts'
import type { Cart } from './cart.ts'
import type { CallCounts } from './counts.ts'

/** A cart and what happened around it. */
export interface CartRecord {
  readonly cart: Cart
  readonly calls: CallCounts
  readonly callbacks: CallbackRecord[]
  /** Settles when the callback under way, if any, has been answered. */
  pendingCallback: Promise<void>
}
