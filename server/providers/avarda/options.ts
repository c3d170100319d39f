import * as v from 'valibot'

/** What the shop gives for Avarda alone. */
export type Options = Readonly<Record<string, unknown>>

const text = v.pipe(
  v.string('must be text'),
  v.check((value) => value.isWellFormed(), 'must be well-formed Unicode'),
)
const flag = v.boolean('must be true or false')
/** .NET counts as JavaScript does: in UTF-16. */
const upTo = (longest: number, message: string) => v.pipe(text, v.maxLength(longest, message))

type Address = 'invoicing' | 'delivery'
const name = (address: Address) =>
  upTo(40, `Name (in ${address} address) must be between 0 and 40 characters.`)
/** [avarda] the field of a delivery address says 50 and its message 40: the smaller one is taken by both. */
const street = (address: Address) =>
  upTo(40, `Address (in ${address} address) must be between 0 and 40 characters.`)
const city = (address: Address) =>
  upTo(30, `City (in ${address} address) must be between 0 and 30 characters.`)
/** [avarda] the field says 6 and its message 10. */
function zip(address: Address) {
  const message = `ZIP (in ${address} address) must be between 0 and 10 characters.`
  return v.pipe(
    upTo(10, message),
    v.check(({ length }) => length <= 6 || length > 10, `${message} Its field takes 6.`),
  )
}

const isMail = (value: string) => value === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)

/** [avarda] "example FI: 080286-073A example SE: 197901121181"; what no Nordic country's looks like is no number. */
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
 * [avarda] initialize-payment, "Input Parameters": every one that the order does not give already, with its type, its limit
 * and the words that Avarda itself would refuse it with.
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
  // Two lengths in the messages for one name: the longer one can only be a company's.
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

/** What Avarda would not take of them: the place and never the value, which may be somebody's number. */
export function optionErrors(options: Options | null): readonly string[] {
  const { issues = [] } = v.safeParse(schema, options ?? {})
  return issues.map((issue) => {
    const name = v.getDotPath(issue) ?? ''
    // A name that is none of ours may be anything, also somebody's number.
    const place = /^[A-Za-z]\w{0,40}$/.test(name) ? `providerOptions.${name}` : 'providerOptions'
    return `${place}: ${issue.message}`
  })
}

/** [avarda] PascalCase, and one name that is an abbreviation. */
const wireName = (name: string): string =>
  name === 'ssn' ? 'SSN' : name.charAt(0).toUpperCase() + name.slice(1)

/** As InitializePayment is told them. */
export const toWire = (options: Options | null): Options =>
  Object.fromEntries(
    Object.entries(options ?? {})
      .filter(([name, value]) => Object.hasOwn(fields, name) && value !== null)
      .map(([name, value]) => [wireName(name), value]),
  )
