import { isRefusal, refusal, ResultCode, type Refusal } from '../codes.ts'
import { admit } from '../customers.ts'
import type { Order } from '../order.ts'
import type { Persona } from '../personas.ts'

/** [netgiro] V2: a phone number, or the access code or barcode, "10 numeric digits"; an SSN is none of these. */
const forms = /^([678]\d{6}|500004\d{4})$/

/** The customer who is to be asked, or the Message of V2: one text for whoever is blacklisted, another for the rest. */
export function admitV2(order: Order, isUsed: (appCode: string) => boolean): Persona | Refusal {
  const customer = forms.test(order.customerId) ? admit(order, isUsed) : unknown
  if (!isRefusal(customer)) return customer
  return customer.code === ResultCode.CustomerDeclined ? blacklisted : unknown
}

// [netgiro] validation-errors: "Invalid customer identifier" and "Customer blacklisted". 10302 once had this name.
const unknown = refusal(ResultCode.CustomerDoesNotExist, 'Customer not verified.')
const blacklisted = refusal(ResultCode.CustomerDeclined, 'Customer is blacklisted')
