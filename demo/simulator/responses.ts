import type { Cart, CartState } from './cart.ts'
import { ResultCode, type ApiError } from './codes.ts'
import { ConfirmationType } from './order.ts'

/** [netgiro] response: every response has Success, Message and ResultCode. */
export interface CartResponse {
  readonly Success: boolean
  readonly Message: string | null
  readonly ResultCode: number
  readonly PaymentSuccessful?: boolean
  readonly PaymentInfo?: PaymentInfo | null
  readonly TransactionId?: string | null
  readonly RemoteConfirmationAvailable?: boolean
  readonly AnnouncementMessage?: string | null
  /** Spelled with one l in the documents. */
  readonly ProcessCartCheckIntervalMiliseconds?: number | null
}

export type PaymentInfo = Omit<ReturnType<typeof paymentInfo>, 'StatusId'> & {
  readonly StatusId: 1 | 2 | 5
}

/** [netgiro] check-cart, StatusId: 1 unconfirmed, 2 confirmed, 5 canceled. */
const statusIds = { reserved: 1, paid: 2, canceled: 5 } as const

/** The documents show no time zone; Iceland keeps UTC all year. */
export const localTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19)

type PaymentState = keyof typeof statusIds

/** The six documented fields, and others that Netgíró's own demo client reads. */
function paymentInfo(cart: Cart, state: PaymentState) {
  const { order } = cart
  return {
    TransactionId: cart.paymentId,
    InvoiceNumber: cart.invoiceNumber,
    ReferenceNumber: order.reference,
    StatusId: statusIds[state],
    Created: localTime(cart.createdAt),
    TotalAmount: cart.total,
    DiscountAmount: 0,
    ShippingAmount: 0,
    HandlingAmount: 0,
    AccountNumber: null,
    NumberOfInstallments: 1,
    ClientIdentityConfirmed: null,
    LocationId: order.received['LocationId'] ?? null,
    RegisterId: order.received['RegisterId'] ?? null,
  }
}

const paymentInfoOf = (cart: Cart, state = cart.state) =>
  state === 'waiting' || state === 'awaiting_code' ? null : paymentInfo(cart, state)

export const inserted = (cart: Cart, pollIntervalMs: number | null): CartResponse => ({
  TransactionId: cart.transactionId,
  RemoteConfirmationAvailable: true,
  AnnouncementMessage: null,
  ProcessCartCheckIntervalMiliseconds: pollIntervalMs,
  Success: true,
  Message: 'Success',
  ResultCode: ResultCode.Success,
})

/** [netgiro] insert-cart: "not a customer / validation error": Success false, 400 "or any other error code". */
export const insertFailed = ({ code, message }: ApiError): CartResponse => ({
  TransactionId: null,
  RemoteConfirmationAvailable: false,
  AnnouncementMessage: null,
  ProcessCartCheckIntervalMiliseconds: null,
  ...failure({ code, message }),
})

export const failure = ({ code, message }: ApiError): CartResponse => ({
  Success: false,
  Message: message,
  ResultCode: code,
})

/** [netgiro] check-cart: Success is about the call, PaymentSuccessful about the payment. */
export function cartStatus(cart: Cart, state = cart.state): CartResponse {
  return payment(resultCodeOf(cart, state), paymentInfoOf(cart, state))
}

/** The response about a payment; without `info` there is none. */
export const payment = (
  code: number,
  info: PaymentInfo | null,
  message: string | null = null,
): CartResponse => ({
  PaymentSuccessful: info?.StatusId === statusIds.paid,
  PaymentInfo: info,
  Success: true,
  Message: message,
  ResultCode: code,
})

function resultCodeOf(cart: Cart, state: CartState): number {
  switch (state) {
    case 'waiting':
      return ResultCode.PendingCustomerConfirmation
    case 'awaiting_code':
      // [netgiro] check-cart: 10428 "where SMS code needs to be inserted after SSN to confirm cart".
      return ResultCode.AdditionalConfirmationNeeded
    case 'reserved':
      // [netgiro] 10429 waits for the shop's response to the callback, 10426 for ConfirmCart.
      return cart.order.confirmationType === ConfirmationType.ServerCallback
        ? ResultCode.ReservedAwaitingCallback
        : ResultCode.ReservedAwaitingConfirmCart
    case 'paid':
      return ResultCode.PaymentConfirmed
    case 'canceled':
      return ResultCode.PaymentCanceled
  }
}

/** [netgiro] cancel-cart: PaymentInfo is listed, PaymentSuccessful is not. */
export const canceled = (cart: Cart, success: boolean, code: number): CartResponse => ({
  PaymentInfo: paymentInfoOf(cart),
  Success: success,
  Message: null,
  ResultCode: code,
})

/**
 * The bytes to sign and send. .NET prints a decimal as `1990.0`; quotation marks inside strings are escaped, so
 * this pattern matches only names.
 */
export const toJson = (response: CartResponse): string =>
  JSON.stringify(response).replace(/("[A-Z][a-z]+Amount":-?\d+)(?=[,}])/g, '$1.0')
