import { inHundredths, PaymentMethod, type Order } from './order.ts'
import type { Requirement, Site } from './sites.ts'

export interface ValidationContext {
  readonly site: Site
  /** Whether this token was issued to a customer of the site. */
  readonly hasCustomerToken: (token: string) => boolean
  /** Where the field table and the messages contradict each other, the wider limit counts. */
  readonly lenient: boolean
}

type Rule = (order: Order, context: ValidationContext) => boolean
type TextField = { [F in keyof Order]: Order[F] extends string ? F : never }[keyof Order]

const longerThan = (max: number, ...fields: TextField[]): Rule => {
  return (order) => fields.some((field) => order[field].length > max)
}

const missing = (requirement: Requirement, ...fields: TextField[]): Rule => {
  return (order, { site }) =>
    site.requires?.includes(requirement) === true && fields.some((field) => order[field] === '')
}

const widerWhenLenient = (strict: Rule, lenient: Rule): Rule => {
  return (order, context) => (context.lenient ? lenient : strict)(order, context)
}

const anyItem = (rule: (item: Order['Items'][number]) => boolean): Rule => {
  return ({ Items }) => Items.some(rule)
}

const hasTooManyDecimals = (decimal: number | null) =>
  decimal !== null && !/^-?\d+(\.\d{1,2})?$/.test(String(decimal))

const sumOfItems = ({ Items }: Order) =>
  Items.reduce((sum, { Amount }) => sum + inHundredths(Amount ?? 0), 0)

const isWebAddress = (value: string) => /^https?:\/\//i.test(value) && URL.canParse(value)

// [avarda] initialize-payment: "example FI: 080286-073A example SE: 197901121181"; the other countries are not documented.
const identityNumbers = new Map([
  ['SWE', /^\d{12}$/],
  ['FIN', /^\d{6}[-+A]\d{3}[\dA-Y]$/],
])
const anyIdentityNumber = /^[\d-]{10,12}$/

const languages = ['en-US', 'sv-SE', 'fi-FI', 'da-DK', 'nb-NO']

/** [avarda] initialize-payment, "Error messages": each message, verbatim, and the orders that break its rule. */
export const rules: Readonly<Record<string, Rule>> = {
  // The field table has 50 for the delivery address, and 6 for each ZIP.
  'Address (in delivery address) must be between 0 and 40 characters.': widerWhenLenient(
    longerThan(40, 'DeliveryAddressLine1', 'DeliveryAddressLine2'),
    longerThan(50, 'DeliveryAddressLine1', 'DeliveryAddressLine2'),
  ),
  'Address (in invoicing address) must be between 0 and 40 characters.': longerThan(
    40,
    'InvoicingAddressLine1',
    'InvoicingAddressLine2',
  ),
  'Address (in invoicing address) should not be empty.': missing(
    'address',
    'InvoicingAddressLine1',
  ),
  'Checkout site is not allowed to work with B2b.': (order, { site }) =>
    site.b2b === false && (order.CustomerType === 2 || order.OrganizationNumber !== ''),
  'City (in delivery address) must be between 0 and 30 characters.': longerThan(30, 'DeliveryCity'),
  'City (in invoicing address) must be between 0 and 30 characters.': longerThan(
    30,
    'InvoicingCity',
  ),
  'City (in invoicing address) should not be empty.': missing('city', 'InvoicingCity'),
  'Customer Token is not valid.': ({ CustomerToken }, { hasCustomerToken }) =>
    CustomerToken !== '' && !hasCustomerToken(CustomerToken),
  'Description must be between 0 and 4000 characters.': longerThan(4000, 'Description'),
  'E-mail is not a valid email address.': ({ Mail }) =>
    Mail !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(Mail),
  'E-mail must be between 0 and 60 characters.': longerThan(60, 'Mail'),
  'E-mail should not be empty.': missing('mail', 'Mail'),
  'EmailInvoice must be equal 0, 1 or empty': ({ EmailInvoice }) =>
    ![null, 0, 1].includes(EmailInvoice),
  'Identification Number should not be empty.': (order, { site }) =>
    site.requires?.includes('identificationNumber') === true &&
    order.SSN + order.OrganizationNumber === '',
  'Invalid or not supported UserLanguageCode.': ({ UserLanguageCode }) =>
    !languages.includes(UserLanguageCode),
  'Item Amount must be specified.': anyItem(({ Amount }) => Amount === null),
  'Item description must be specified and must not be longer than 35 characters or empty.': anyItem(
    ({ Description }) => Description.trim() === '' || Description.length > 35,
  ),
  'Item notes must not be longer than 35 characters.': anyItem(({ Notes }) => Notes.length > 35),
  'Items List must contain at least one item.': ({ Items }) => Items.length === 0,
  'Name (in delivery address) must be between 0 and 40 characters.': longerThan(
    40,
    'DeliveryFirstName',
    'DeliveryLastName',
  ),
  // Two messages with two lengths for one name; the company's is the only other name.
  'Name (in invoicing address) must be between 0 and 100 characters.': longerThan(
    100,
    'CompanyName',
  ),
  'Name (in invoicing address) must be between 0 and 40 characters.': longerThan(
    40,
    'InvoicingFirstName',
    'InvoicingLastName',
  ),
  'Name (in invoicing address) should not be empty.': missing(
    'name',
    'InvoicingFirstName',
    'InvoicingLastName',
  ),
  'Order Reference should not be empty.': missing('orderReference', 'OrderReference'),
  // "max. 15 characters not counting white spaces"
  'Phone Number must be between 0 and 15 characters.': ({ Phone }) =>
    Phone.replace(/\s/g, '').length > 15,
  'Phone should not be empty.': missing('phone', 'Phone'),
  'Price must be either 0 (in case of no items), or greater than or equal to 0 and greater than or equal to sum of item prices.':
    (order, { lenient }) => {
      if (order.Price === null) return false
      // The field table: "Must be greater than 0."
      const tooLow = lenient ? order.Price < 0 : order.Price <= 0
      return tooLow || inHundredths(order.Price) < sumOfItems(order)
    },
  'Price should not be empty.': ({ Price }) => Price === null,
  'Site has no invoice account class associated.': ({ DefaultPaymentMethod }, { site }) =>
    site.accountClass === null && DefaultPaymentMethod === PaymentMethod.Invoice,
  'SSN is invalid.': ({ SSN }, { site }) =>
    SSN !== '' && !(identityNumbers.get(site.country) ?? anyIdentityNumber).test(SSN),
  'TermsAndConditionsUrl is not in valid format': ({ TermsAndConditionsUrl: url }) =>
    url !== '' && !isWebAddress(url),
  'The items amount can have a maximum of 2 decimal places.': anyItem(({ Amount }) =>
    hasTooManyDecimals(Amount),
  ),
  'The items tax amount can have a maximum of 2 decimal places.': anyItem(({ TaxAmount }) =>
    hasTooManyDecimals(TaxAmount),
  ),
  'The price can have a maximum of 2 decimal places.': ({ Price }) => hasTooManyDecimals(Price),
  'Total price is not equal to sum of item prices': (order) =>
    order.Price !== null &&
    order.Items.length > 0 &&
    order.Items.every(({ Amount }) => Amount !== null) &&
    inHundredths(order.Price) !== sumOfItems(order),
  'ZIP (in delivery address) must be between 0 and 10 characters.': widerWhenLenient(
    longerThan(6, 'DeliveryZip'),
    longerThan(10, 'DeliveryZip'),
  ),
  'ZIP (in invoicing address) must be between 0 and 10 characters.': widerWhenLenient(
    longerThan(6, 'InvoicingZip'),
    longerThan(10, 'InvoicingZip'),
  ),
  'ZIP (in invoicing address) should not be empty.': missing('zip', 'InvoicingZip'),
}

/** Messages of the same list that no input of InitializePayment causes; the fault `e2` can send them. */
export const unreachable: Readonly<Record<string, string>> = {
  'Amount can’t be empty!':
    'InitializePayment has no Amount; an item without one has its own message',
  'Number of notes characters exceeded': 'it has no Notes; those of an item have their own message',
  'Payment Terms should not be empty.': 'it has no payment terms',
  'The payment term is invalid.': 'it has no payment terms',
}

/** @returns the messages of all broken rules, in the order of the list */
export const validate = (order: Order, context: ValidationContext): readonly string[] =>
  Object.keys(rules).filter((message) => rules[message]?.(order, context))
