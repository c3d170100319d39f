import type { EndedBy, Evidence, Proof, ProviderResult } from '../../core/checkout.ts'
import { isSameName } from '../../core/same-name.ts'
import { readJson } from '../../json.ts'
import { decimal, readFields, readOr, text, whole } from '../fields.ts'
import type { Field, FieldsOf, Read } from '../fields.ts'
import type { HttpResponse } from '../http-client.ts'
import { readError } from './errors.ts'
import { toHundredths } from './money.ts'

const call = 'GetPaymentStatus'

/** [avarda] get-payment-status, "Output parameters": those that are read, none of them about the payer. */
const fields = {
  /** First, because without it the response may be about any purchase. */
  PurchaseId: text,
  State: whole,
  Price: decimal,
  CurrencyCode: text,
  OrderReference: text,
} satisfies Record<string, Field<unknown>>
type Purchase = FieldsOf<typeof fields>

/** The other parameters of the table: no value of theirs may hide a payment. */
const ignoredFields = [
  'AccountNumber',
  'AccountClassCode',
  'InvoicingFirstName',
  'InvoicingLastName',
  'InvoicingAddressLine1',
  'InvoicingAddressLine2',
  'InvoicingZip',
  'InvoicingCity',
  'InvoicingCountry',
  'DeliveryFirstName',
  'DeliveryLastName',
  'DeliveryAddressLine1',
  'DeliveryAddressLine2',
  'DeliveryZip',
  'DeliveryCity',
  'DeliveryCountry',
  'Phone',
  'Mail',
  'Description',
  'Attachment',
  'Created',
  'BeingProcessed',
  'Completed',
  'Cancelled',
  'SiteCode',
  'CountryCode',
  'AuthenticationType',
  'PaymentMethod',
  'IsRecurringPayment',
  'RecPmtToken',
  'CardExpirationDate',
  'MaskedCardNumber',
  'CardBrand',
  'CustomerToken',
  'CustomerType',
  'CustomerBalance',
  'IsOrganization',
  'OrganizationNumber',
  'CompanyName',
  'ReferenceName',
  'B2BAdditionalInfo',
  'NewsLetterValue',
  'OfferedNewsLetterSettings',
  'NewsLetterSMSValue',
  'OfferedNewsLetterSMSSettings',
] as const

/** Every field that GetPaymentStatus may return. */
export const statusFields: readonly string[] = [...Object.keys(fields), ...ignoredFields]

/** Parses an untrusted body; null if it is not an object. */
export function readPurchase(body: string): Purchase | null {
  const json = readJson(body)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  return readFields(fields, json as Readonly<Record<string, unknown>>)
}

type StatusMapper = (
  purchase: Purchase,
  evidence: Evidence,
  /** The site's currency, if configured. */
  currency: string | null,
) => ProviderResult

const unknown = (evidence: Evidence): ProviderResult => ({
  type: 'unknown',
  effect: false,
  evidence,
})
const pending: StatusMapper = (_, evidence) => ({
  type: 'pending',
  next: 'awaiting_shopper',
  evidence,
})
const notShown: StatusMapper = (_, evidence) => ({
  type: 'pending',
  next: 'awaiting_shopper',
  isUnseen: true,
  evidence,
})
const ended =
  (by: EndedBy): StatusMapper =>
  (_, evidence) => ({ type: 'ended', by, isFinal: true, evidence })
/** A text that says nothing is as good as absent: it contradicts nothing, and proves nothing. */
const filled = (field: Read<string>): string | null => {
  const value = readOr(field)
  return value?.trim() ? value : null
}

/** Approved; for the shopper it is paid. The money follows when the shop delivers. */
const paid: StatusMapper = (purchase, evidence, siteCurrency) => {
  const amount = toHundredths(readOr(purchase.Price) ?? NaN)
  // [avarda] get-payment-status: "associated with the partner's site", so the configured one may replace it.
  const currency = filled(purchase.CurrencyCode)?.trim().toUpperCase() ?? siteCurrency
  const reference = filled(purchase.OrderReference)
  /** One response is proof if it has the PurchaseId, our OrderReference, the Price and the currency. */
  const isComplete = readOr(purchase.PurchaseId) && reference && currency && amount !== null
  const proof: Proof = isComplete ? 'proven' : 'unproven'
  const said = amount === null ? { ...evidence, code: 'unreadable_price' } : evidence
  return { type: 'paid', payment: { amount, currency, reference }, proof, evidence: said }
}

/**
 * [avarda] get-payment-status, "Enumeration States", complete. The enumeration has grown before: any other number ends
 * nothing, and is never a payment.
 */
export const states: ReadonlyMap<number, StatusMapper> = new Map([
  [0, notShown], // New: "the Check-Out form hasn’t been shown in a browser yet"
  [1, pending], // BeingProcessed
  [2, paid], // Completed: "successfully completed"
  [3, ended('failure')], // Error: "canceled either by the user or due to an error"
  [4, pending], // WaitingForSignicat
  [5, ended('expiry')], // SessionTimedOut
  [6, pending], // WaitingForCardPayments
  [7, pending], // WaitingForBankId
  [8, ended('shop')], // Cancelled: "When merchant calls CancelPayment method"
  [9, pending], // WaitingForFinnishDirectPayment
  [10, pending], // WaitingCreditApproval: the merchant decides, in Avarda's back office
  [11, ended('decline')], // CreditNotApproved
  [12, pending], // WaitingForSwishPayment
  [13, ended('paid_elsewhere')], // PaymentHandledByMerchant: "The customer has started External payment method"
])

/** Maps the response of GetPaymentStatus about the purchase `providerRef`. */
export function mapStatus(
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  providerRef: string,
  currency: string | null = null,
): ProviderResult {
  const unknownWith = (code: string) => unknown({ call, code, referenceId: null })
  const error = () => readError(readJson(body))?.code
  if (status < 200 || status >= 300) return unknownWith(error() ?? `http_${status}`)
  const purchase = readPurchase(body)
  const state = purchase && readOr(purchase.State)
  if (!purchase || state === null) return unknownWith(error() ?? 'unreadable_answer')
  const id = readOr(purchase.PurchaseId)
  if (id !== null && !isSameName(id, providerRef)) return unknownWith('another_purchase')
  const code = String(state)
  const result = states.get(state)?.(purchase, { call, code, referenceId: null }, currency)
  // It may be the end of another purchase, and the form of this one may still be open.
  if (result?.type === 'ended' && id === null) return unknownWith('unnamed_purchase')
  return result ?? unknownWith(code)
}
