import * as v from 'valibot'

/** The shop's options for Avarda (`providerOptions`). */
export type Options = Readonly<Record<string, unknown>>

const text = v.pipe(
  v.string('must be text'),
  v.check((value) => value.isWellFormed(), 'must be well-formed Unicode'),
)
const flag = v.boolean('must be true or false')
/** .NET counts as JavaScript does: in UTF-16. */
const upTo = (max: number, message: string) => v.pipe(text, v.maxLength(max, message))

type Address = 'invoicing' | 'delivery'
const name = (address: Address) =>
  upTo(40, `Name (in ${address} address) must be between 0 and 40 characters.`)
/** [avarda] the field of a delivery address documents 50 and its error message 40: the smaller one satisfies both. */
const street = (address: Address) =>
  upTo(40, `Address (in ${address} address) must be between 0 and 40 characters.`)
const city = (address: Address) =>
  upTo(30, `City (in ${address} address) must be between 0 and 30 characters.`)
/** [avarda] the field documents 6 and its error message 10. */
function zip(address: Address) {
  const message = `ZIP (in ${address} address) must be between 0 and 10 characters.`
  return v.pipe(
    upTo(10, message),
    v.check(({ length }) => length <= 6 || length > 10, `${message} Its field takes 6.`),
  )
}

const isMail = (value: string) => value === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)

/** [avarda] "example FI: 080286-073A example SE: 197901121181": the formats of the Nordic countries. */
const isIdentityNumber = (value: string) =>
  value === '' || /^\d{6}(?:\d{2})?[-+A-FU-Y]?\d{3,4}[\dA-Y]$/i.test(value)

const isWebAddress = (value: string) =>
  value === '' || (/^https?:\/\//i.test(value) && URL.canParse(value))

const phone = v.pipe(
  text,
  // [avarda] "max. 15 characters not counting white spaces"
  v.check(
    (value) => value.replace(/\s/g, '').length <= 15,
    'Phone Number must be between 0 and 15 characters.',
  ),
)
const mail = v.pipe(
  upTo(60, 'E-mail must be between 0 and 60 characters.'),
  v.check(isMail, 'E-mail is not a valid email address.'),
)

/** [avarda] user-language-code: "Supported values". */
const languages = ['en-US', 'sv-SE', 'fi-FI', 'da-DK', 'nb-NO']
/** [avarda] enumerations: PaymentMethod; there is no 10, and 99 is "Unknown". */
const paymentMethods = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]

/**
 * [avarda] initialize-payment, "Input Parameters": every one that does not come from the order, with its type, its limit
 * and Avarda's own error message.
 */
const fields = {
  phone,
  mail,
  isPhoneAndMailEditable: flag,
  invoicingFirstName: name('invoicing'),
  invoicingLastName: name('invoicing'),
  invoicingAddressLine1: street('invoicing'),
  invoicingAddressLine2: street('invoicing'),
  invoicingZip: zip('invoicing'),
  invoicingCity: city('invoicing'),
  isInvoicingEditable: flag,
  deliveryFirstName: name('delivery'),
  deliveryLastName: name('delivery'),
  deliveryAddressLine1: street('delivery'),
  deliveryAddressLine2: street('delivery'),
  deliveryZip: zip('delivery'),
  deliveryCity: city('delivery'),
  isDeliveryEditable: flag,
  useDifferentDeliveryAddress: flag,
  userLanguageCode: v.picklist(languages, 'Invalid or not supported UserLanguageCode.'),
  productGroup: text,
  loyaltyNumber: text,
  releasedByName: text,
  defaultPaymentMethod: v.picklist(paymentMethods, 'must be the number of a payment method'),
  preSelectRecPmt: flag,
  offerRecPmt: flag,
  hideCustomerDetails: flag,
  // The messages give two lengths for a name; the longer one can only be a company's.
  companyName: upTo(100, 'Name (in invoicing address) must be between 0 and 100 characters.'),
  customerToken: text,
  emailInvoice: v.nullable(v.picklist([0, 1], 'EmailInvoice must be equal 0, 1 or empty')),
  offerNewsLetter: flag,
  preSelectNewsLetter: flag,
  offerNewsLetterSMS: flag,
  preSelectNewsLetterSMS: flag,
  disableFocus: flag,
  organizationNumber: text,
  customerType: v.nullable(v.picklist([0, 1, 2], 'must be 0, 1 or 2')),
  termsAndConditionsUrl: v.pipe(
    text,
    v.check(isWebAddress, 'TermsAndConditionsUrl is not in valid format'),
  ),
  attachment: v.nullable(text),
  ssn: v.nullable(v.pipe(text, v.check(isIdentityNumber, 'SSN is invalid.'))),
  posID: v.nullable(text),
} satisfies Record<string, v.GenericSchema>

/** Every name that `providerOptions` may hold. */
export const optionNames: readonly string[] = Object.keys(fields)

const schema = v.objectWithRest(
  v.partial(v.object(fields)).entries,
  v.never('is not an option of avarda'),
)

/** Validates the options. A message holds the place and never the value, which may be a personal number. */
export function optionErrors(options: Options | null): readonly string[] {
  const { issues = [] } = v.safeParse(schema, options ?? {})
  return issues.map((issue) => {
    const name = v.getDotPath(issue) ?? ''
    // An unknown name may be anything, even a personal number.
    const place = /^[A-Za-z]\w{0,40}$/.test(name) ? `providerOptions.${name}` : 'providerOptions'
    return `${place}: ${issue.message}`
  })
}

/** [avarda] PascalCase, and one name that is an abbreviation. */
const wireName = (name: string): string =>
  name === 'ssn' ? 'SSN' : name.charAt(0).toUpperCase() + name.slice(1)

/** The options as InitializePayment expects them. */
export const toWire = (options: Options | null): Options =>
  Object.fromEntries(
    Object.entries(options ?? {})
      .filter(([name, value]) => Object.hasOwn(fields, name) && value !== null)
      .map(([name, value]) => [wireName(name), value]),
  )
