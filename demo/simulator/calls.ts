import type { CartRecord } from './cart-record.ts'
import type { Carts } from './carts.ts'
import { apiError, isApiError, ResultCode } from './codes.ts'
import { resolveCustomer } from './customers.ts'
import type { V1Call } from './faults.ts'
import { readOrder, type Fields } from './order.ts'
import * as responses from './responses.ts'

export interface CallResult {
  readonly response: responses.CartResponse
  readonly record?: CartRecord | undefined
}

export type Calls = Readonly<
  Record<V1Call, (fields: Fields, record: CartRecord | undefined) => CallResult>
>

const idMissing = (fields: Fields) => {
  const id = fields['TransactionId']
  if (typeof id === 'string' && id !== '') return undefined
  return {
    response: responses.failure(apiError(ResultCode.GenericError, 'TransactionId is required.')),
  }
}

/** What the four calls do, apart from HTTP, signatures and faults. */
export const createCalls = (carts: Carts, pollIntervalMs: number | null): Calls => ({
  InsertCart(fields) {
    const order = readOrder(fields)
    if (isApiError(order)) return { response: responses.insertFailed(order) }
    const persona = resolveCustomer(order, carts.isAppCodeUsed)
    if (isApiError(persona)) return { response: responses.insertFailed(persona) }
    // No document says that a Reference is unique: the same order sent twice makes two requests on the phone.
    const record = carts.insert(order, persona)
    return { response: responses.inserted(record.cart, pollIntervalMs), record }
  },

  CheckCart(fields, record) {
    const missing = idMissing(fields)
    if (missing) return missing
    // [netgiro] check-cart: 10201 when the cart is cancelled "or doesn't exist".
    if (!record) return { response: responses.payment(ResultCode.PaymentCanceled, null) }
    return { response: responses.cartStatus(record.cart), record }
  },

  ConfirmCart(fields, record) {
    const missing = idMissing(fields)
    if (missing) return missing
    // [netgiro] confirm-cart: a failure is Success true, PaymentSuccessful false, "400 or other".
    if (!record)
      return { response: responses.payment(ResultCode.CartNotFound, null, 'Cart not found.') }
    if (record.cart.state === 'awaiting_code')
      return { response: codeEntered(carts, record, fields['Identifier']), record }
    if (carts.capture(record)) return { response: responses.cartStatus(record.cart), record }
    return { response: notConfirmed(record), record }
  },

  CancelCart(fields, record) {
    const missing = idMissing(fields)
    if (missing) return missing
    if (!record)
      return { response: responses.failure(apiError(ResultCode.CartNotFound, 'Cart not found.')) }
    const { cart } = record
    // [netgiro] cancel-cart: 10201 when it comes in time.
    if (carts.cancel(record))
      return { response: responses.canceled(cart, true, ResultCode.PaymentCanceled), record }
    // The response to a second CancelCart is not documented; the name of 10202 fits, and the cart is canceled.
    if (cart.state === 'canceled')
      return { response: responses.canceled(cart, true, ResultCode.PaymentAlreadyCanceled), record }
    // [netgiro] cancel-cart: Success false and 10200 when the customer approved first; a reservation counts as an approval.
    return { response: responses.canceled(cart, false, ResultCode.PaymentConfirmed), record }
  },
})

/** [netgiro] flow picture of SSN: the code makes the payment, or a reservation with manual confirmation. */
function codeEntered(carts: Carts, record: CartRecord, code: unknown): responses.CartResponse {
  if (typeof code !== 'string' || !carts.submitCode(record, code))
    return responses.payment(ResultCode.GenericError, null, 'Code is not valid.')
  const { cart } = record
  if (cart.state === 'paid') return responses.cartStatus(cart)
  // The picture has an unlabelled arrow here: the content of the response is not documented.
  return responses.payment(ResultCode.ReservedAwaitingConfirmCart, null)
}

function notConfirmed({ cart }: CartRecord): responses.CartResponse {
  const { PaymentInfo: info = null } = responses.cartStatus(cart)
  switch (cart.state) {
    // The response to a second ConfirmCart is not documented; the names of 10203 and 10202 fit.
    case 'paid':
      return responses.payment(ResultCode.PaymentAlreadyConfirmed, info, 'Already confirmed.')
    case 'canceled':
      return responses.payment(ResultCode.PaymentAlreadyCanceled, info, 'Already canceled.')
    default:
      return responses.payment(ResultCode.GenericError, info, 'Cart cannot be confirmed.')
  }
}
