import { array, boolean, getDotPath, integer, maxLength, minValue, nullish } from 'valibot'
import { nullable, number, object, optional, picklist, pipe, safeParse, string } from 'valibot'
import { type InferOutput } from 'valibot'

/** [avarda] enumerations: PaymentMethod; the list has no 10. */
export const PaymentMethod = {
  Invoice: 0,
  Loan: 1,
  Card: 2,
  DirectPayment: 3,
  PartPayment: 4,
  Swish: 5,
  HighLoanAmount: 6,
  PayPal: 7,
  PayOnDelivery: 8,
  B2BInvoice: 9,
  MasterPass: 11,
  MobilePay: 12,
  Vipps: 13,
  Unknown: 99,
} as const

const text = nullish(string(), '')
const flag = (otherwise: boolean) => nullish(boolean(), otherwise)

const itemSchema = object({
  Description: text,
  Notes: text,
  Amount: nullish(number(), null),
  TaxCode: text,
  // [avarda] initialize-payment: "can be zero or positive", "max. 50 characters"; no message of the list says either.
  TaxAmount: nullish(pipe(number(), minValue(0)), 0),
  ProductGroup: nullish(pipe(string(), maxLength(50)), ''),
})

/** [avarda] initialize-payment, "Input Parameters": types and default values; the other rules are in rules.ts. */
const orderSchema = object({
  Description: text,
  Phone: text,
  Mail: text,
  IsPhoneAndMailEditable: flag(true),
  Price: nullish(number(), null),
  Items: nullish(array(itemSchema), []),
  InvoicingFirstName: text,
  InvoicingLastName: text,
  InvoicingAddressLine1: text,
  InvoicingAddressLine2: text,
  InvoicingZip: text,
  InvoicingCity: text,
  IsInvoicingEditable: flag(false),
  DeliveryFirstName: text,
  DeliveryLastName: text,
  DeliveryAddressLine1: text,
  DeliveryAddressLine2: text,
  DeliveryZip: text,
  DeliveryCity: text,
  IsDeliveryEditable: flag(false),
  UseDifferentDeliveryAddress: flag(false),
  UserLanguageCode: nullish(string(), 'en-US'),
  ProductGroup: text,
  LoyaltyNumber: text,
  OrderReference: text,
  ReleasedByName: text,
  DefaultPaymentMethod: nullish(picklist(Object.values(PaymentMethod)), PaymentMethod.Invoice),
  PreSelectRecPmt: flag(false),
  OfferRecPmt: flag(false),
  HideCustomerDetails: flag(false),
  CompanyName: text,
  CustomerToken: text,
  EmailInvoice: nullish(pipe(number(), integer()), null),
  OfferNewsLetter: flag(false),
  PreSelectNewsLetter: flag(true),
  OfferNewsLetterSMS: flag(false),
  PreSelectNewsLetterSMS: flag(true),
  DisableFocus: flag(false),
  OrganizationNumber: text,
  CustomerType: nullish(picklist([0, 1, 2]), 0),
  TermsAndConditionsUrl: text,
  Attachment: nullish(string(), null),
  SSN: text,
  PosID: text,
})

export type Order = InferOutput<typeof orderSchema>

/** What UpdateItems may change; what it leaves out stays. */
const changeSchema = object({
  Price: nullish(number(), null),
  Items: nullish(array(itemSchema), []),
  OrderReference: optional(string()),
  Attachment: optional(nullable(string())),
})

type ReadResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; invalidFields: string }

/** The request in its types; names are PascalCase and nothing else. `invalidFields` names the fields that do not fit. */
export const readOrder = (fields: unknown): ReadResult<Order> =>
  toReadResult(safeParse(orderSchema, fields))

/** The order as it would be after UpdateItems. */
export function readChange(order: Order, fields: unknown): ReadResult<Order> {
  const read = toReadResult(safeParse(changeSchema, fields))
  if (!read.ok) return read
  const { OrderReference = order.OrderReference, Attachment = order.Attachment } = read.value
  return { ok: true, value: { ...order, ...read.value, OrderReference, Attachment } }
}

type Parsed<T> =
  | { readonly success: true; readonly output: T }
  | { readonly success: false; readonly issues: readonly Parameters<typeof getDotPath>[0][] }

function toReadResult<T>(parsed: Parsed<T>): ReadResult<T> {
  if (parsed.success) return { ok: true, value: parsed.output }
  return {
    ok: false,
    invalidFields: parsed.issues.map((issue) => getDotPath(issue) ?? '').join(', '),
  }
}

/** Hundredths, so that no sum is ever made of floats. */
export const inHundredths = (decimal: number): number => Math.round(decimal * 100)
