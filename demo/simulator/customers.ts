import { apiError, ResultCode, type ApiError } from './codes.ts'
import { ConfirmationType, type Order } from './order.ts'
import { findPersona, isScripted, unknownCustomer } from './personas.ts'
import type { CustomerKind, Persona } from './personas.ts'

/** The documented format of each kind of CustomerId, without country codes, spaces and hyphens. */
const formats: readonly (readonly [CustomerKind, (id: string) => boolean])[] = [
  ['gsm', (id) => /^[678]\d{6}$/.test(id)],
  // [netgiro] api-pos: the number under the barcode in the app is 500004 and a token of four.
  ['app_code', (id) => /^500004[0-9a-z]{4}$/i.test(id)],
  ['ssn', (id) => /^\d{10}$/.test(id) && (isScripted(id) || startsWithDate(id))],
]

/** DDMMYY; a company's day has 40 added. No check digit: numbers issued since February 2026 have none. */
function startsWithDate(ssn: string): boolean {
  const [day, month, year] = [ssn.slice(0, 2), ssn.slice(2, 4), ssn.slice(4, 6)].map(Number)
  if (day === undefined || month === undefined || year === undefined) return false
  // The century is unknown; 2000 to 2099 has every leap day that the other centuries have.
  const date = new Date(Date.UTC(2000 + year, month - 1, day > 40 ? day - 40 : day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === (day > 40 ? day - 40 : day)
}

export const customerKind = (customerId: string): CustomerKind | undefined =>
  formats.find(([, matches]) => matches(customerId))?.[0]

/** @returns the customer, or the reason why InsertCart refuses */
export function resolveCustomer(
  order: Order,
  isAppCodeUsed: (appCode: string) => boolean,
): Persona | ApiError {
  const kind = customerKind(order.customerId)
  if (!kind) return apiError(ResultCode.GenericError, 'CustomerId is not valid.')
  // The flow pictures of SSN and AppCode have automatic and manual confirmation; only that of GSM has the callback.
  if (kind !== 'gsm' && order.confirmationType === ConfirmationType.ServerCallback)
    return apiError(ResultCode.ConfirmationTypeNotValid, 'Confirmation type not valid.')
  if (kind === 'app_code' && isAppCodeUsed(order.customerId)) return unknownCustomer
  const persona = findPersona(kind, order.customerId)
  return persona.error ?? persona
}
