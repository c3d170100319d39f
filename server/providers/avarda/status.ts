import * as v from 'valibot'
import type { EndedBy, Evidence, ProviderFact } from '../../checkout/checkout.ts'
import type { HttpAnswer } from '../http.ts'
import { parseJson, readError } from './errors.ts'
import { toHundredths } from './money.ts'

const call = 'GetPaymentStatus'

/** Nothing depends on these: whatever they hold, it must not keep a payment from being seen. */
const text = v.fallback(v.nullish(v.string(), null), null)
const flag = v.fallback(v.nullish(v.boolean(), null), null)
const number = v.fallback(v.nullish(v.number(), null), null)
/** [avarda] local time without an offset, of a zone that nobody names: no time is ever computed from it. */
const localTime = text

/** [avarda] get-payment-status, "Output parameters": all of them, for who we are told of is to be seen in one place. */
const status = v.object({
  PurchaseId: v.nullish(v.string(), null),
  State: v.pipe(v.number(), v.integer()),
  Price: v.nullish(v.number(), null),
  CurrencyCode: v.nullish(v.string(), null),
  OrderReference: v.nullish(v.string(), null),

  AccountNumber: text,
  AccountClassCode: text,
  InvoicingFirstName: text,
  InvoicingLastName: text,
  InvoicingAddressLine1: text,
  InvoicingAddressLine2: text,
  InvoicingZip: text,
  InvoicingCity: text,
  InvoicingCountry: text,
  DeliveryFirstName: text,
  DeliveryLastName: text,
  DeliveryAddressLine1: text,
  DeliveryAddressLine2: text,
  DeliveryZip: text,
  DeliveryCity: text,
  DeliveryCountry: text,
  Phone: text,
  Mail: text,
  Description: text,
  Attachment: text,
  Created: localTime,
  BeingProcessed: localTime,
  Completed: localTime,
  Cancelled: localTime,
  SiteCode: text,
  CountryCode: text,
  AuthenticationType: number,
  PaymentMethod: number,
  IsRecurringPayment: flag,
  RecPmtToken: text,
  CardExpirationDate: text,
  MaskedCardNumber: text,
  CardBrand: text,
  CustomerToken: text,
  CustomerType: number,
  CustomerBalance: number,
  IsOrganization: flag,
  OrganizationNumber: text,
  CompanyName: text,
  ReferenceName: text,
  B2BAdditionalInfo: text,
  NewsLetterValue: flag,
  OfferedNewsLetterSettings: flag,
  NewsLetterSMSValue: flag,
  OfferedNewsLetterSMSSettings: flag,
})

/** Every field that GetPaymentStatus may tell. */
export const statusFields: readonly string[] = Object.keys(status.entries)

/** All that goes further: of whoever pays, nothing does. */
const purchase = v.pipe(
  status,
  v.transform(({ PurchaseId, State, Price, CurrencyCode, OrderReference }) => ({
    ...{ id: PurchaseId, state: State, price: Price },
    ...{ currency: CurrencyCode, reference: OrderReference },
  })),
)
type Purchase = v.InferOutput<typeof purchase>

/** Hostile input to a purchase, or null. */
export function readPurchase(body: string): Purchase | null {
  const parsed = v.safeParse(purchase, parseJson(body))
  return parsed.success ? parsed.output : null
}

type Meaning = (purchase: Purchase, evidence: Evidence) => ProviderFact

const unknown = (evidence: Evidence): ProviderFact => ({ type: 'unknown', effect: false, evidence })
const pending: Meaning = (_, evidence) => ({ type: 'pending', next: 'awaiting_shopper', evidence })
const unseen: Meaning = (_, evidence) => ({
  type: 'pending',
  next: 'awaiting_shopper',
  isUnseen: true,
  evidence,
})
const ended =
  (by: EndedBy): Meaning =>
  (_, evidence) => ({ type: 'ended', by, isFinal: true, evidence })
/** Approved, and so far as the shopper goes it is paid; the money follows when the shop delivers. */
const paid: Meaning = ({ price, currency, reference }, evidence) => {
  const amount = price === null ? null : toHundredths(price)
  return amount === null
    ? unknown({ ...evidence, code: 'unreadable_price' })
    : { type: 'paid', payment: { amount, currency, reference }, proof: 'proven', evidence }
}

/**
 * [avarda] get-payment-status, "Enumeration States", the whole of it. The enumeration has grown before: a number that is
 * not here ends nothing, and is never a payment.
 */
export const states: ReadonlyMap<number, Meaning> = new Map([
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
  [13, ended('hand_over')], // PaymentHandledByMerchant: "The customer has started External payment method"
])

/** What GetPaymentStatus tells of the purchase that it was asked for. */
export function meaningOfStatus(
  { status, body }: Pick<HttpAnswer, 'status' | 'body'>,
  providerRef: string,
): ProviderFact {
  const because = (code: string) => unknown({ call, code, referenceId: null })
  if (status < 200 || status >= 300)
    return because(readError(parseJson(body))?.code ?? `http_${status}`)
  const found = readPurchase(body)
  if (!found) return because(readError(parseJson(body))?.code ?? 'unreadable_answer')
  if (found.id !== null && found.id !== providerRef) return because('another_purchase')
  const code = String(found.state)
  const meaning = states.get(found.state)
  return meaning ? meaning(found, { call, code, referenceId: null }) : because(code)
}
