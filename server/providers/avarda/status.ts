import type { EndedBy, Evidence, Proof, ProviderResult } from '../../core/checkout.ts'
import { readJson } from '../../json.ts'
import { decimal, readFields, readOr, text, whole } from '../fields.ts'
import type { Field, FieldsOf } from '../fields.ts'
import type { HttpResponse } from '../json-client.ts'
import { readError } from './errors.ts'
import { toHundredths } from './money.ts'

const call = 'GetPaymentStatus'

/** [avarda] get-payment-status, "Output parameters": those that are read. Of whoever pays, nothing is. */
const fields = {
  /** First, for without it the answer may be about any purchase. */
  PurchaseId: text,
  State: whole,
  Price: decimal,
  CurrencyCode: text,
  OrderReference: text,
} satisfies Record<string, Field<unknown>>
type Purchase = FieldsOf<typeof fields>

/** The others of the table: whatever they hold, it must not keep a payment from being seen. */
const unread = [
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

/** Every field that GetPaymentStatus may tell. */
export const statusFields: readonly string[] = [...Object.keys(fields), ...unread]

/** Hostile input to a purchase, or null. */
export function readPurchase(body: string): Purchase | null {
  const json = readJson(body)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  return readFields(fields, json as Readonly<Record<string, unknown>>)
}

type StatusMapper = (
  purchase: Purchase,
  evidence: Evidence,
  /** The site's, where it is configured. */
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
const unseen: StatusMapper = (_, evidence) => ({
  type: 'pending',
  next: 'awaiting_shopper',
  isUnseen: true,
  evidence,
})
const ended =
  (by: EndedBy): StatusMapper =>
  (_, evidence) => ({ type: 'ended', by, isFinal: true, evidence })
/** Approved, and so far as the shopper goes it is paid; the money follows when the shop delivers. */
const paid: StatusMapper = (purchase, evidence, siteCurrency) => {
  const price = readOr(purchase.Price)
  const amount = price === null ? null : toHundredths(price)
  if (amount === null) return unknown({ ...evidence, code: 'unreadable_price' })
  const [currency, reference] = [readOr(purchase.CurrencyCode), readOr(purchase.OrderReference)]
  /**
   * One answer is proof that tells the purchase that was asked for, our OrderReference, the Price and the currency; that is
   * the site's own ([avarda] get-payment-status: "associated with the partner's site"), so that it may be configured instead.
   */
  const isTold = readOr(purchase.PurchaseId) && reference && (currency ?? siteCurrency)
  const proof: Proof = isTold ? 'proven' : 'unproven'
  return { type: 'paid', payment: { amount, currency, reference }, proof, evidence }
}

/**
 * [avarda] get-payment-status, "Enumeration States", the whole of it. The enumeration has grown before: a number that is
 * not here ends nothing, and is never a payment.
 */
export const states: ReadonlyMap<number, StatusMapper> = new Map([
  [0, unseen], // New: "the Check-Out form hasn’t been shown in a browser yet"
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

/** What GetPaymentStatus tells of the purchase that it was asked for. */
export function mapStatus(
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  providerRef: string,
  currency: string | null = null,
): ProviderResult {
  const because = (code: string) => unknown({ call, code, referenceId: null })
  const error = () => readError(readJson(body))?.code
  if (status < 200 || status >= 300) return because(error() ?? `http_${status}`)
  const found = readPurchase(body)
  const state = found && readOr(found.State)
  if (!found || state === null) return because(error() ?? 'unreadable_answer')
  const id = readOr(found.PurchaseId)
  if (id !== null && id !== providerRef) return because('another_purchase')
  const code = String(state)
  const meaning = states.get(state)
  return meaning ? meaning(found, { call, code, referenceId: null }, currency) : because(code)
}
