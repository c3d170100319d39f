import { parseJsonObject, type JsonObject } from '../simulator-kit/http.ts'
import { apiError, ResultCode, type ApiError } from './codes.ts'

/** [netgiro] insert-cart: 0 automatic, 1 server callback, 2 manual. */
export const ConfirmationType = { Automatic: 0, ServerCallback: 1, Manual: 2 } as const
export type ConfirmationType = (typeof ConfirmationType)[keyof typeof ConfirmationType]

/** A valid request of InsertCart or of V2's payment. */
export interface Order {
  readonly api: 'v1' | 'v2'
  readonly amount: number
  readonly reference: string
  readonly customerId: string
  readonly confirmationType: ConfirmationType
  readonly callbackUrl: string | null
  readonly callbackCancelUrl: string | null
  /** Every field as received, in PascalCase. */
  readonly received: Fields
}

export type Fields = JsonObject

/** The API documents PascalCase and takes camelCase as well; undefined when the body is not a JSON object. */
export function readFields(body: string): Fields | undefined {
  const object = parseJsonObject(body)
  return object && mapKeys(object, pascal)
}

const mapKeys = (object: Fields, rename: (name: string) => string): Fields =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [rename(name), value]))

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** @returns a non-empty string, or null */
export const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)

const invalid = (message: string) => apiError(ResultCode.GenericError, message)

/** [netgiro] insert-cart: Amount, Reference, CustomerId and ConfirmationType are required. */
export function readOrder(received: Fields): Order | ApiError {
  const reference = text(received['Reference'])
  const customerId = text(received['CustomerId'])
  if (!reference) return invalid('Reference is required.')
  if (!customerId) return invalid('CustomerId is required.')
  const amount = readAmount(received['Amount'])
  if (typeof amount !== 'number') return amount
  const callbackUrl = text(received['CallbackUrl'])
  const confirmationType = readConfirmationType(received['ConfirmationType'])
  if (typeof confirmationType !== 'number') return confirmationType
  // [netgiro] chronology: with ServerCallback "CallbackUrl has to be specified".
  if (confirmationType === ConfirmationType.ServerCallback && !callbackUrl)
    return invalid('CallbackUrl has to be specified for ServerCallback.')
  const callbackCancelUrl = text(received['CallbackCancelUrl'])
  return {
    ...{ api: 'v1', amount, reference, customerId, confirmationType },
    ...{ callbackUrl, callbackCancelUrl, received },
  }
}

function readAmount(value: unknown): number | ApiError {
  if (typeof value !== 'number') return invalid('Amount is required.')
  // [netgiro] amounts are whole krónur: "ISK 1990 → 1990".
  if (!Number.isSafeInteger(value)) return invalid('Amount must be an integer.')
  // The documents name the code, but not the minimum.
  if (value <= 0) return apiError(ResultCode.MinimumAmount, 'Minimum amount error.')
  return value
}

function readConfirmationType(value: unknown): ConfirmationType | ApiError {
  // Netgíró's demo client leaves it out; we follow the page, which says that it is required.
  if (value === undefined || value === null) return invalid('ConfirmationType is required.')
  const type = Object.values(ConfirmationType).find((known) => known === value)
  return type ?? apiError(ResultCode.ConfirmationTypeNotValid, 'Confirmation type not valid.')
}
