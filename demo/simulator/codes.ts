/** [netgiro] result-codes: the codes of the V1 API. */
export const ResultCode = {
  Success: 200,
  GenericError: 400,
  PaymentConfirmed: 10200,
  PaymentCanceled: 10201,
  PaymentAlreadyCanceled: 10202,
  PaymentAlreadyConfirmed: 10203,
  CustomerDeclined: 10302,
  MinimumAmount: 10305,
  CustomerDoesNotExist: 10306,
  CartNotFound: 10424,
  PendingCustomerConfirmation: 10425,
  ReservedAwaitingConfirmCart: 10426,
  ConfirmationTypeNotValid: 10427,
  AdditionalConfirmationNeeded: 10428,
  ReservedAwaitingCallback: 10429,
} as const

/** Why a call was refused; `message` is Netgíró's own text, not meant for shoppers. */
export interface ApiError {
  readonly code: number
  readonly message: string
}

export const apiError = (code: number, message: string): ApiError => ({ code, message })

export const isApiError = (value: object): value is ApiError =>
  'code' in value && 'message' in value
