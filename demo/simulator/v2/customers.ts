import { apiError, isApiError, ResultCode, type ApiError } from '../codes.ts'
import { resolveCustomer } from '../customers.ts'
import type { Order } from '../order.ts'
import type { Persona } from '../personas.ts'

/** [netgiro] V2: a phone number, or the access code or barcode, "10 numeric digits"; not an SSN. */
const formats = /^([678]\d{6}|500004\d{4})$/

/** @returns the customer, or V2's message: one for blacklisted customers, another for every other reason */
export function resolveCustomerV2(
  order: Order,
  isAppCodeUsed: (appCode: string) => boolean,
): Persona | ApiError {
  const customer = formats.test(order.customerId) ? resolveCustomer(order, isAppCodeUsed) : unknown
  if (!isApiError(customer)) return customer
  return customer.code === ResultCode.CustomerDeclined ? blacklisted : unknown
}

// [netgiro] validation-errors: "Invalid customer identifier" and "Customer blacklisted". 10302 once had this name.
const unknown = apiError(ResultCode.CustomerDoesNotExist, 'Customer not verified.')
const blacklisted = apiError(ResultCode.CustomerDeclined, 'Customer is blacklisted')
