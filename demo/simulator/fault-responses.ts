import type { CartRecord } from './cart-record.ts'
import type { Carts } from './carts.ts'
import { takeCorruption, type Fault, type Faults, type V1Call } from './faults.ts'
import * as replies from './replies.ts'
import { cartStatus, type CartResponse } from './responses.ts'

/** Applies the faults that only some responses of V1 can show. */
export const faultsShownBy =
  ({ carts, faults }: { carts: Carts; faults: Faults }) =>
  (call: V1Call, response: CartResponse, record: CartRecord | undefined): CartResponse => {
    if (!record) return response
    const { cart } = record
    const take = (kind: Fault['kind']) => faults.takeKind(call, kind, cart.transactionId)
    if (call === 'InsertCart') {
      const older = carts.previous(record)
      const isSame = older && take('same_transaction_id')
      const named = isSame ? { ...response, TransactionId: older.cart.transactionId } : response
      const refused = take('refused_by_name')
      return refused ? { ...named, Success: false, ResultCode: refused.code } : named
    }
    if (cart.previousState && take('stale')) return cartStatus(cart, cart.previousState)
    if (take('says_paid')) return replies.saysPaid
    if (take('says_canceled')) return cartStatus(cart, 'canceled')
    const other = carts.find(take('other_cart')?.cart ?? '')
    if (other) return cartStatus(other.cart)
    if (!response.PaymentInfo) return response
    return replies.corrupt(response, takeCorruption(faults, call, cart.transactionId))
  }
