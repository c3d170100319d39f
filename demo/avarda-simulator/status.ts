import type { LocalTime } from './local-time.ts'
import { inHundredths, PaymentMethod, type Order } from './order.ts'
import type { Purchase } from './purchase.ts'
import { countryName } from './sites.ts'
import { State } from './states.ts'

export type PaymentStatus = ReturnType<typeof paymentStatus>

/** [avarda] get-payment-status: every output parameter, in the sample's order; null where a value is unknown. */
export function paymentStatus(purchase: Purchase, localTime: LocalTime) {
  const { order, site, paymentDetails, formInput } = purchase
  const at = (state: State) => when(purchase.reachedAt(state), localTime)
  const invoice = paymentDetails?.method === PaymentMethod.Invoice
  const card = paymentDetails?.method === PaymentMethod.Card
  const zip = formInput.zip ?? orNull(order.InvoicingZip)
  const country = countryName(site.country)
  return {
    AccountNumber: invoice ? '191234567890' : null,
    InvoicingFirstName: orNull(order.InvoicingFirstName),
    InvoicingLastName: orNull(order.InvoicingLastName),
    InvoicingAddressLine1: orNull(order.InvoicingAddressLine1),
    InvoicingAddressLine2: orNull(order.InvoicingAddressLine2),
    InvoicingZip: zip,
    InvoicingCity: orNull(order.InvoicingCity),
    InvoicingCountry: zip === null ? null : country,
    AccountClassCode: site.accountClass === undefined ? '7' : site.accountClass,
    PurchaseId: purchase.id,
    State: purchase.state as number,
    Description: orNull(order.Description),
    Price: order.Price,
    Created: localTime(purchase.createdAt),
    BeingProcessed: at(State.BeingProcessed),
    Completed: at(State.Completed),
    Cancelled: at(State.Cancelled),
    SiteCode: site.code,
    CountryCode: site.country,
    CurrencyCode: site.currency,
    Phone: orNull(order.Phone),
    Mail: formInput.mail ?? orNull(order.Mail),
    DeliveryFirstName: orNull(order.DeliveryFirstName),
    DeliveryLastName: orNull(order.DeliveryLastName),
    DeliveryAddressLine1: orNull(order.DeliveryAddressLine1),
    DeliveryAddressLine2: orNull(order.DeliveryAddressLine2),
    DeliveryZip: orNull(order.DeliveryZip),
    DeliveryCity: orNull(order.DeliveryCity),
    DeliveryCountry: order.DeliveryZip === '' ? null : country,
    OrderReference: orNull(order.OrderReference),
    AuthenticationType: authentication(purchase),
    PaymentMethod: paymentDetails?.method ?? null,
    IsRecurringPayment: paymentDetails?.recurringToken != null,
    RecPmtToken: paymentDetails?.recurringToken ?? null,
    // "YYMM"
    CardExpirationDate: card ? '2912' : null,
    MaskedCardNumber: card ? '411111******1111' : null,
    CardBrand: card ? 'VISA' : null,
    CustomerToken: paymentDetails?.customerToken ?? null,
    IsOrganization: order.CustomerType === 2 || order.OrganizationNumber !== '',
    ReferenceName: null,
    CompanyName: orNull(order.CompanyName),
    OrganizationNumber: orNull(order.OrganizationNumber),
    B2BAdditionalInfo: null,
    CustomerType: order.CustomerType,
    NewsLetterValue: order.OfferNewsLetter && order.PreSelectNewsLetter,
    OfferedNewsLetterSettings: order.OfferNewsLetter,
    NewsLetterSMSValue: order.OfferNewsLetterSMS && order.PreSelectNewsLetterSMS,
    OfferedNewsLetterSMSSettings: order.OfferNewsLetterSMS,
    Attachment: order.Attachment,
    CustomerBalance: purchase.state === State.Completed ? balance(order) : 0,
  }
}

const orNull = (text: string) => (text === '' ? null : text)

const when = (ms: number | null, localTime: LocalTime) => (ms === null ? null : localTime(ms))

// "includes eventual tolerance": 150.11 against 111.11 in the sample, so it differs from the price.
const balance = ({ Price }: Order) => (inHundredths(Price ?? 0) + 3900) / 100

/** [avarda] enumerations: 0 none, 1 BankID, 2 Tupas. */
function authentication(purchase: Purchase): number {
  if (purchase.reachedAt(State.WaitingForBankId) !== null) return 1
  if (purchase.reachedAt(State.WaitingForSignicat) === null) return 0
  return purchase.site.country === 'FIN' ? 2 : 1
}
