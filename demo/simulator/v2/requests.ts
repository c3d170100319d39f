import { ConfirmationType, text, type Fields, type Order } from '../order.ts'
import type { RefundRequest } from '../refunds.ts'

/** A valid request, or the Message that refuses it. */
export type Parsed<T extends object> = T | string

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0

/** [netgiro] validation-errors; only the first error is reported. */
export function readPayment(received: Fields): Parsed<Order> {
  const { Amount: amount, ManualCapture: manual = false } = received
  const reference = text(received['Reference'])
  const customerId = text(received['CustomerIdentifier'])
  // Amount is a decimal on the page, and whole krónur in each of its examples: there is no message for a fraction.
  if (!isAmount(amount)) return "'Amount' must be greater than '0'."
  if (!reference) return "'Reference' must not be empty."
  if (!customerId) return "'CustomerIdentifier' must not be empty."
  if (manual !== null && typeof manual !== 'boolean') return "'ManualCapture' is not valid."
  const callbackUrl = text(received['CallbackUrl'])
  return {
    ...{ api: 'v2', amount, reference, customerId, callbackUrl, received },
    confirmationType: confirmationTypeOf(manual === true, customerId, callbackUrl),
    callbackCancelUrl: text(received['CallbackCancelUrl']),
  }
}

/** [netgiro] flows: ManualCapture holds the amount; a barcode is confirmed at once; a phone with CallbackUrl waits for the shop. */
function confirmationTypeOf(manual: boolean, customerId: string, callbackUrl: string | null) {
  if (manual) return ConfirmationType.Manual
  const asks = callbackUrl !== null && customerId.length === 7
  return asks ? ConfirmationType.ServerCallback : ConfirmationType.Automatic
}

/** [netgiro] capture: Amount may be left out, and may be less than the held amount. */
export function readCapture(received: Fields, held: number): Parsed<{ readonly amount: number }> {
  const amount = received['Amount'] ?? held
  if (!isAmount(amount)) return "'Amount' must be greater than '0'."
  return amount > held ? 'Amount is more than what is held' : { amount }
}

/** [netgiro] refund: RefundAmount is an int ("no decimals") and IdempotencyKey is required. */
export function readRefund(received: Fields): Parsed<RefundRequest> {
  const { RefundAmount: amount } = received
  const idempotencyKey = text(received['IdempotencyKey'])
  if (!isAmount(amount)) return "'RefundAmount' must be greater than '0'."
  if (!idempotencyKey) return "'IdempotencyKey' must not be empty."
  return { amount, idempotencyKey }
}
