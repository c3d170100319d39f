import type { CartRecord } from '../cart-record.ts'
import type { Carts } from '../carts.ts'
import { isApiError } from '../codes.ts'
import type { V2Call } from '../faults.ts'
import type { Fields } from '../order.ts'
import { resolveCustomerV2 } from './customers.ts'
import { readCapture, readPayment, readRefund } from './requests.ts'
import * as responses from './responses.ts'

export interface CallResultV2 {
  readonly response: responses.ResponseV2
  readonly record?: CartRecord | undefined
}

type CartCallV2 = (fields: Fields, record: CartRecord) => CallResultV2

/** A call about an existing transaction. */
const about =
  (call: CartCallV2) =>
  (fields: Fields, record: CartRecord | undefined): CallResultV2 => {
    const id = fields['TransactionId']
    if (typeof id !== 'string' || id === '')
      return { response: responses.refused("'TransactionId' must not be empty.") }
    return record
      ? call(fields, record)
      : { response: responses.refused('Transaction not found', id) }
  }

export type CallsV2 = Readonly<
  Record<V2Call, (fields: Fields, record: CartRecord | undefined) => CallResultV2>
>

/** What the six calls do, apart from HTTP, the key and faults. */
export function createCallsV2(carts: Carts, pollMs: number | null): CallsV2 {
  const success = (record: CartRecord): CallResultV2 => ({
    response: responses.transactionStatus(record.cart, pollMs),
    record,
  })
  const refused = (message: string, record: CartRecord): CallResultV2 => ({
    response: responses.refused(message, record.cart),
    record,
  })

  return {
    payment(fields) {
      const order = readPayment(fields)
      if (typeof order === 'string') return { response: responses.refused(order) }
      const persona = resolveCustomerV2(order, carts.isAppCodeUsed)
      if (isApiError(persona)) return { response: responses.refused(persona.message) }
      return success(carts.insert(order, persona))
    },

    status: about((_, record) => success(record)),

    capture: about((fields, record) => {
      const { cart } = record
      const request = readCapture(fields, cart.order.amount)
      if (typeof request === 'string') return refused(request, record)
      return carts.capture(record, request.amount)
        ? success(record)
        : refused('Transaction cannot be captured', record)
    }),

    // The response to a second cancel is not documented; the transaction is canceled.
    cancel: about((_, record) => {
      carts.cancelAtAnyStage(record)
      return success(record)
    }),

    refund: about((fields, record) => {
      const request = readRefund(fields)
      const reason = typeof request === 'string' ? request : carts.refunds.refund(record, request)
      return reason === undefined
        ? { response: responses.refunded, record }
        : refused(reason, record)
    }),

    details: about((_, record) => ({
      response: { status: 200, body: responses.details(record.cart) },
      record,
    })),
  }
}
