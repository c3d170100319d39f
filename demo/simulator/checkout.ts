import * as answers from './answers.ts'
import { isRefusal, refusal, ResultCode } from './codes.ts'
import { admit } from './customers.ts'
import type { Entry } from './entry.ts'
import type { V1Call } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { readOrder, type Fields } from './order.ts'

export interface Outcome {
  readonly answer: answers.Answer
  readonly entry?: Entry | undefined
}

export type Checkout = Readonly<
  Record<V1Call, (fields: Fields, entry: Entry | undefined) => Outcome>
>

const idMissing = (fields: Fields) => {
  const id = fields['TransactionId']
  if (typeof id === 'string' && id !== '') return undefined
  return {
    answer: answers.failed(refusal(ResultCode.GenericError, 'TransactionId is required.')),
  }
}

/** What the four calls do, apart from HTTP, signatures and faults. */
export const createCheckout = (ledger: Ledger, pollIntervalMs: number | null): Checkout => ({
  InsertCart(fields) {
    const order = readOrder(fields)
    if (isRefusal(order)) return { answer: answers.notInserted(order) }
    const persona = admit(order, ledger.isUsed)
    if (isRefusal(persona)) return { answer: answers.notInserted(persona) }
    // Nothing says that a Reference is unique: the same order sent twice is two requests on the phone.
    const entry = ledger.insert(order, persona)
    return { answer: answers.inserted(entry.cart, pollIntervalMs), entry }
  },

  CheckCart(fields, entry) {
    const missing = idMissing(fields)
    if (missing) return missing
    // [netgiro] check-cart: 10201 when the cart is cancelled "or doesn't exist".
    if (!entry) return { answer: answers.payment(ResultCode.PaymentCanceled, null) }
    return { answer: answers.checked(entry.cart), entry }
  },

  ConfirmCart(fields, entry) {
    const missing = idMissing(fields)
    if (missing) return missing
    // [netgiro] confirm-cart: a failure is Success true, PaymentSuccessful false, "400 or other".
    if (!entry) return { answer: answers.payment(ResultCode.CartNotFound, null, 'Cart not found.') }
    if (entry.cart.state === 'awaiting_code')
      return { answer: codeEntered(ledger, entry, fields['Identifier']), entry }
    if (ledger.confirm(entry)) return { answer: answers.checked(entry.cart), entry }
    return { answer: notConfirmed(entry), entry }
  },

  CancelCart(fields, entry) {
    const missing = idMissing(fields)
    if (missing) return missing
    if (!entry)
      return { answer: answers.failed(refusal(ResultCode.CartNotFound, 'Cart not found.')) }
    const { cart } = entry
    // [netgiro] cancel-cart: 10201 when it was cancelled in time.
    if (ledger.cancel(entry))
      return { answer: answers.canceled(cart, true, ResultCode.PaymentCanceled), entry }
    // Nothing says what a second CancelCart answers; the name of 10202 fits, and what was wished for is so.
    if (cart.state === 'canceled')
      return { answer: answers.canceled(cart, true, ResultCode.PaymentAlreadyCanceled), entry }
    // [netgiro] cancel-cart: Success false and 10200 when the customer was first; a reservation counts as well.
    return { answer: answers.canceled(cart, false, ResultCode.PaymentConfirmed), entry }
  },
})

/** [netgiro] flow picture of SSN: the code makes the payment, with manual confirmation a reservation. */
function codeEntered(ledger: Ledger, entry: Entry, code: unknown): answers.Answer {
  if (typeof code !== 'string' || !ledger.enterCode(entry, code))
    return answers.payment(ResultCode.GenericError, null, 'Code is not valid.')
  const { cart } = entry
  if (cart.state === 'paid') return answers.checked(cart)
  // The picture has an arrow without a word here: nothing says what the answer holds.
  return answers.payment(ResultCode.ReservedAwaitingConfirmCart, null)
}

function notConfirmed({ cart }: Entry): answers.Answer {
  const { PaymentInfo: info = null } = answers.checked(cart)
  switch (cart.state) {
    // Nothing says what a second ConfirmCart answers; the names of 10203 and 10202 fit.
    case 'paid':
      return answers.payment(ResultCode.PaymentAlreadyConfirmed, info, 'Already confirmed.')
    case 'canceled':
      return answers.payment(ResultCode.PaymentAlreadyCanceled, info, 'Already canceled.')
    default:
      return answers.payment(ResultCode.GenericError, info, 'Cart cannot be confirmed.')
  }
}
