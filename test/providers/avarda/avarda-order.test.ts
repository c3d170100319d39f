import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDecimal, toHundredths } from '../../../server/providers/avarda/money.ts'
import { optionNames } from '../../../server/providers/avarda/options.ts'
import { initializePayment, orderErrors } from '../../../server/providers/avarda/order.ts'
import type { Item } from '../../../server/core/checkout.ts'
import type { PaymentRequest } from '../../../server/core/provider.ts'

const guitar: Item = { description: 'guitar', quantity: 1, amount: 9_000 }
const piano: Item = { description: 'piano', quantity: 1, amount: 1_000 }
const order = {
  amount: 10_000,
  currency: 'SEK',
  description: 'New standard purchase',
  items: [guitar, piano],
}
interface Wrong {
  readonly order?: Partial<typeof order>
  readonly item?: Partial<Item>
  readonly options?: Record<string, unknown>
}
const objections = ({ order: other, item, options }: Wrong, currency: string | null = null) =>
  orderErrors(
    { ...order, ...(item && { items: [guitar, { ...piano, ...item }] }), ...other },
    options ?? null,
    currency,
  )

const x = (length: number) => 'x'.repeat(length)

/** Avarda's "Error messages" that an order can be held against before the call: what brings each, and where it is. */
const known: Record<string, readonly (readonly [place: string, wrong: Wrong])[]> = {
  'Address (in delivery address) must be between 0 and 40 characters.': [
    ['providerOptions.deliveryAddressLine1', { options: { deliveryAddressLine1: x(41) } }],
    ['providerOptions.deliveryAddressLine2', { options: { deliveryAddressLine2: x(41) } }],
  ],
  'Address (in invoicing address) must be between 0 and 40 characters.': [
    ['providerOptions.invoicingAddressLine1', { options: { invoicingAddressLine1: x(41) } }],
    ['providerOptions.invoicingAddressLine2', { options: { invoicingAddressLine2: x(41) } }],
  ],
  'City (in delivery address) must be between 0 and 30 characters.': [
    ['providerOptions.deliveryCity', { options: { deliveryCity: x(31) } }],
  ],
  'City (in invoicing address) must be between 0 and 30 characters.': [
    ['providerOptions.invoicingCity', { options: { invoicingCity: x(31) } }],
  ],
  'Description must be between 0 and 4000 characters.': [
    ['description', { order: { description: x(4001) } }],
  ],
  'E-mail is not a valid email address.': [
    ['providerOptions.mail', { options: { mail: 'customers.mail.address' } }],
    ['providerOptions.mail', { options: { mail: 'a b@mail.address' } }],
    ['providerOptions.mail', { options: { mail: 'a@mail.address b' } }],
  ],
  'E-mail must be between 0 and 60 characters.': [
    ['providerOptions.mail', { options: { mail: `${x(50)}@mail.address` } }],
  ],
  'EmailInvoice must be equal 0, 1 or empty': [
    ['providerOptions.emailInvoice', { options: { emailInvoice: 2 } }],
    ['providerOptions.emailInvoice', { options: { emailInvoice: '1' } }],
  ],
  'Invalid or not supported UserLanguageCode.': [
    ['providerOptions.userLanguageCode', { options: { userLanguageCode: 'is-IS' } }],
    ['providerOptions.userLanguageCode', { options: { userLanguageCode: 'SV-SE' } }],
  ],
  'Item description must be specified and must not be longer than 35 characters or empty.': [
    ['items.1.description', { item: { description: x(36) } }],
    ['items.1.description', { item: { description: ' ' } }],
  ],
  'Item notes must not be longer than 35 characters.': [
    ['items.1.notes', { item: { notes: x(36) } }],
  ],
  'Items List must contain at least one item.': [['items', { order: { items: [] } }]],
  'Name (in delivery address) must be between 0 and 40 characters.': [
    ['providerOptions.deliveryFirstName', { options: { deliveryFirstName: x(41) } }],
    ['providerOptions.deliveryLastName', { options: { deliveryLastName: x(41) } }],
  ],
  'Name (in invoicing address) must be between 0 and 100 characters.': [
    ['providerOptions.companyName', { options: { companyName: x(101) } }],
  ],
  'Name (in invoicing address) must be between 0 and 40 characters.': [
    ['providerOptions.invoicingFirstName', { options: { invoicingFirstName: x(41) } }],
    ['providerOptions.invoicingLastName', { options: { invoicingLastName: x(41) } }],
  ],
  'Phone Number must be between 0 and 15 characters.': [
    ['providerOptions.phone', { options: { phone: '1234 5678 9012 3456' } }],
  ],
  'Price must be either 0 (in case of no items), or greater than or equal to 0 and greater than or equal to sum of item prices.':
    [
      ['amount', { order: { amount: 9_999 } }],
      ['amount', { order: { amount: -1 } }],
      ['amount', { order: { amount: 0, items: [] } }],
      ['amount', { order: { amount: 0, items: [{ ...piano, amount: 0 }] } }],
    ],
  'SSN is invalid.': [
    ['providerOptions.ssn', { options: { ssn: '080286' } }],
    ['providerOptions.ssn', { options: { ssn: 'Anna Andersson' } }],
    ['providerOptions.ssn', { options: { ssn: '1-080286-073A' } }],
    ['providerOptions.ssn', { options: { ssn: '080286-073A-1' } }],
  ],
  'TermsAndConditionsUrl is not in valid format': [
    [
      'providerOptions.termsAndConditionsUrl',
      { options: { termsAndConditionsUrl: 'shop.se/terms' } },
    ],
    [
      'providerOptions.termsAndConditionsUrl',
      { options: { termsAndConditionsUrl: 'javascript:1' } },
    ],
    [
      'providerOptions.termsAndConditionsUrl',
      { options: { termsAndConditionsUrl: 'x-http://shop.se' } },
    ],
  ],
  'Total price is not equal to sum of item prices': [
    ['amount', { order: { amount: 10_001 } }],
    ['amount', { order: { amount: 9_999 } }],
    ['amount', { item: { amount: -1_000 } }],
  ],
  'ZIP (in delivery address) must be between 0 and 10 characters.': [
    ['providerOptions.deliveryZip', { options: { deliveryZip: x(11) } }],
  ],
  'ZIP (in invoicing address) must be between 0 and 10 characters.': [
    ['providerOptions.invoicingZip', { options: { invoicingZip: x(11) } }],
  ],
}

const ofTheSite =
  'whether the field may be empty is in the contract of the site, which no call tells'
const schema =
  'an amount is a whole number of hundredths by the schema of POST /v1/checkouts, and never missing'

/** The rest of the list, and why it is Avarda's to say. */
const notKnown: Record<string, string> = {
  'Address (in invoicing address) should not be empty.': ofTheSite,
  'Amount can’t be empty!': schema,
  'Checkout site is not allowed to work with B2b.': 'it is in the contract of the site',
  'City (in invoicing address) should not be empty.': ofTheSite,
  'Customer Token is not valid.': 'Avarda alone knows the tokens that it gave out',
  'E-mail should not be empty.': ofTheSite,
  'Identification Number should not be empty.': ofTheSite,
  'Item Amount must be specified.': schema,
  'Name (in invoicing address) should not be empty.': ofTheSite,
  'Number of notes characters exceeded':
    'there are no notes but an item’s, which have a message of their own',
  'Order Reference should not be empty.': 'the reference of the attempt is always sent',
  'Payment Terms should not be empty.': 'there is no such input',
  'Phone should not be empty.': ofTheSite,
  'Price should not be empty.': schema,
  'Site has no invoice account class associated.': 'it is in the contract of the site',
  'The items amount can have a maximum of 2 decimal places.': schema,
  'The items tax amount can have a maximum of 2 decimal places.': schema,
  'The payment term is invalid.': 'there is no such input',
  'The price can have a maximum of 2 decimal places.': schema,
  'ZIP (in invoicing address) should not be empty.': ofTheSite,
}

describe('the validation of Avarda’s orders', () => {
  it.each(Object.entries(known))('reports before the call: %s', (message, cases) => {
    for (const [place, wrong] of cases) expect(objections(wrong)).toContain(`${place}: ${message}`)
  })

  it('knows the complete list of 42 messages: those to report before the call, and the others', () => {
    expect(Object.keys(known)).toHaveLength(22)
    expect(Object.keys(notKnown)).toHaveLength(20)
    expect(Object.keys(known).filter((message) => message in notKnown)).toEqual([])
  })

  it('accepts the example of the page, with and without options at their limits', () => {
    expect(objections({})).toEqual([])
    expect(objections({ options: atTheirLimits })).toEqual([])
    expect(Object.keys(atTheirLimits).sort()).toEqual([...optionNames].sort())
    expect(
      objections({ item: { description: x(35), notes: x(35), productGroup: x(50), taxAmount: 0 } }),
    ).toEqual([])
    expect(objections({ order: { description: x(4000) } })).toEqual([])
    expect(orderErrors({ ...order, description: null }, null, null)).toEqual([])
    const amount = 999_999_999_999_999
    const item = { ...piano, amount, taxAmount: amount }
    expect(objections({ order: { amount, items: [item] } })).toEqual([])
    for (const userLanguageCode of ['en-US', 'sv-SE', 'fi-FI', 'da-DK', 'nb-NO'])
      expect(objections({ options: { userLanguageCode } })).toEqual([])
    expect(objections({ options: { termsAndConditionsUrl: 'http://shop.se' } })).toEqual([])
  })

  it('says what an option must be', () => {
    const wrong = { releasedByName: '\ud800', disableFocus: 1 }
    expect(objections({ options: wrong }).toSorted()).toEqual([
      'providerOptions.disableFocus: must be true or false',
      'providerOptions.releasedByName: must be well-formed Unicode',
    ])
    expect(
      objections({ options: { defaultPaymentMethod: 10, customerType: 3 } }).toSorted(),
    ).toEqual([
      'providerOptions.customerType: must be 0, 1 or 2',
      'providerOptions.defaultPaymentMethod: must be the number of a payment method',
    ])
  })

  it('accepts fields that are empty by default, or null where documented', () => {
    const empty = { mail: '', ssn: '', termsAndConditionsUrl: '', phone: '', invoicingZip: '' }
    expect(objections({ options: empty })).toEqual([])
    const nothing = {
      emailInvoice: null,
      customerType: null,
      attachment: null,
      ssn: null,
      posID: null,
    }
    expect(objections({ options: nothing })).toEqual([])
    expect(objections({ options: { mail: null } })).toEqual(['providerOptions.mail: must be text'])
  })

  it.each([
    '080286-073A',
    '197901121181',
    '7901121181',
    '790112-1181',
    '19790112-1181',
    '01017012345',
    '010170-1234',
  ])('accepts the identity number %s', (ssn) => {
    expect(objections({ options: { ssn } })).toEqual([])
  })

  it('rejects a ZIP that is longer than its field, although the message allows ten characters', () => {
    const message = 'ZIP (in delivery address) must be between 0 and 10 characters.'
    for (const length of [7, 10])
      expect(objections({ options: { deliveryZip: x(length) } })).toEqual([
        `providerOptions.deliveryZip: ${message} Its field takes 6.`,
      ])
    expect(objections({ options: { deliveryZip: x(11) } })).toEqual([
      `providerOptions.deliveryZip: ${message}`,
    ])
  })

  it('rejects a negative tax, a product group that is too long, and an amount that JSON cannot represent', () => {
    expect(objections({ item: { taxAmount: -1 } })).toEqual([
      'items.1.taxAmount: must not be negative',
    ])
    expect(objections({ item: { productGroup: x(51) } })).toEqual([
      'items.1.productGroup: must have at most 50 characters',
    ])
    expect(objections({ item: { taxAmount: 1e15 } })).toEqual([
      'items.1.taxAmount: must have at most 15 digits',
    ])
    const amount = 1e15
    expect(objections({ order: { amount, items: [{ ...piano, amount }] } })).toEqual([
      'amount: must have at most 15 digits',
      'items.0.amount: must have at most 15 digits',
    ])
  })

  it('rejects a currency other than the site’s, or than those of any Avarda site', () => {
    for (const currency of ['SEK', 'NOK', 'DKK', 'EUR'])
      expect(objections({ order: { currency } })).toEqual([])
    expect(objections({ order: { currency: 'ISK' } })).toEqual([
      'currency: must be one of SEK, NOK, DKK, EUR',
    ])
    expect(objections({ order: { currency: 'EUR' } }, 'SEK')).toEqual(['currency: must be SEK'])
    expect(objections({}, 'SEK')).toEqual([])
  })

  it('rejects an unknown option by its name, unless the name may be a personal number', () => {
    const options = { Mail: 'a@b.se', ssN: '1', 'Anna Andersson': '' }
    expect(objections({ options })).toEqual([
      'providerOptions.Mail: is not an option of avarda',
      'providerOptions.ssN: is not an option of avarda',
      'providerOptions: is not an option of avarda',
    ])
  })

  it('never repeats a value', () => {
    const canary = 'canary'
    fc.assert(
      fc.property(fc.constantFrom(...optionNames), fc.jsonValue(), (name, value) => {
        for (const objection of objections({
          options: { [name]: [canary, value], [`!${canary}`]: 1 },
        }))
          expect(objection).not.toContain(canary)
      }),
    )
  })

  it('compares the sum of the items to the hundredth', () => {
    const amounts = fc.array(fc.integer({ min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(amounts, fc.constantFrom(-1, 0, 1), (each, off) => {
        const sum = each.reduce((total, one) => total + one, 0)
        fc.pre(sum + off > 0)
        const items = each.map((amount) => ({ ...piano, amount }))
        expect(objections({ order: { amount: sum + off, items } }).length > 0).toBe(off !== 0)
      }),
    )
  })
})

const atTheirLimits: Record<string, unknown> = {
  phone: '+46 12 345 678 9012',
  mail: `${x(47)}@mail.address`,
  isPhoneAndMailEditable: false,
  invoicingFirstName: x(40),
  invoicingLastName: x(40),
  invoicingAddressLine1: x(40),
  invoicingAddressLine2: x(40),
  invoicingZip: x(6),
  invoicingCity: x(30),
  isInvoicingEditable: true,
  deliveryFirstName: x(40),
  deliveryLastName: x(40),
  deliveryAddressLine1: x(40),
  deliveryAddressLine2: x(40),
  deliveryZip: x(6),
  deliveryCity: x(30),
  isDeliveryEditable: true,
  useDifferentDeliveryAddress: true,
  userLanguageCode: 'nb-NO',
  productGroup: 'instruments',
  loyaltyNumber: '1',
  releasedByName: 'Stefan',
  defaultPaymentMethod: 13,
  preSelectRecPmt: true,
  offerRecPmt: true,
  hideCustomerDetails: true,
  companyName: x(100),
  customerToken: 'token',
  emailInvoice: 1,
  offerNewsLetter: true,
  preSelectNewsLetter: false,
  offerNewsLetterSMS: true,
  preSelectNewsLetterSMS: false,
  disableFocus: true,
  organizationNumber: '556000-0000',
  customerType: 2,
  termsAndConditionsUrl: 'https://shop.se/terms',
  attachment: '{"any":"thing"}',
  ssn: '197901121181',
  posID: '7',
}

/** [avarda] initialize-payment, "Input Parameters", in their order. */
const inputs =
  `Description Phone Mail IsPhoneAndMailEditable Price Items InvoicingFirstName InvoicingLastName
  InvoicingAddressLine1 InvoicingAddressLine2 InvoicingZip InvoicingCity IsInvoicingEditable DeliveryFirstName
  DeliveryLastName DeliveryAddressLine1 DeliveryAddressLine2 DeliveryZip DeliveryCity IsDeliveryEditable
  UseDifferentDeliveryAddress UserLanguageCode ProductGroup LoyaltyNumber OrderReference ReleasedByName
  DefaultPaymentMethod PreSelectRecPmt OfferRecPmt HideCustomerDetails CompanyName CustomerToken EmailInvoice
  OfferNewsLetter PreSelectNewsLetter OfferNewsLetterSMS PreSelectNewsLetterSMS DisableFocus OrganizationNumber
  CustomerType TermsAndConditionsUrl Attachment SSN PosID`.split(/\s+/)

const request: PaymentRequest = {
  ...order,
  reference: 'WEB-1-abc',
  locationId: null,
  registerId: null,
  payer: { kind: 'provider_form' },
  options: null,
  callbackUrl: 'https://pay.shop.is/cb',
  cancelCallbackUrl: 'https://pay.shop.is/cb/cancel',
}

describe('the body of InitializePayment', () => {
  it('the body of InitializePayment has every input of the page, and no other', () => {
    const body = initializePayment({ ...request, options: atTheirLimits })
    expect(Object.keys(body).sort()).toEqual([...inputs].sort())
    expect(body).toMatchObject({ SSN: '197901121181', PosID: '7', OfferNewsLetterSMS: true })
  })

  it('the body of InitializePayment is as minimal as the page’s example when the shop gives as little', () => {
    expect(
      initializePayment({ ...request, options: { mail: 'Customers@mail.adddress', ssn: null } }),
    ).toStrictEqual({
      Mail: 'Customers@mail.adddress',
      Description: 'New standard purchase',
      Price: 100,
      OrderReference: 'WEB-1-abc',
      Items: [
        { Amount: 90, Description: 'guitar' },
        { Amount: 10, Description: 'piano' },
      ],
    })
  })

  it('the body of InitializePayment has the amount of the whole row and every field of an item', () => {
    const item = {
      ...{ description: 'Discount', quantity: 3, amount: -1_999, notes: 'spring' },
      ...{ taxCode: '25', taxAmount: 1, productGroup: 'other' },
    }
    expect(initializePayment({ ...request, items: [item] }).Items).toEqual([
      {
        ...{ Description: 'Discount', Notes: 'spring', Amount: -19.99 },
        ...{ TaxCode: '25', TaxAmount: 0.01, ProductGroup: 'other' },
      },
    ])
  })

  it('takes the order’s fields from the order even when options have the same names', () => {
    const options = { price: 1, items: [], orderReference: 'x', description: 'y', toString: 'z' }
    expect(initializePayment({ ...request, options })).toEqual(initializePayment(request))
  })
})

describe('amounts for Avarda', () => {
  const hundredths = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 })
  /** By hand, without a fraction anywhere. */
  const written = (amount: number) => {
    const digits = String(Math.abs(amount)).padStart(3, '0')
    const sign = amount < 0 ? '-' : ''
    return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
  }
  const withoutZeros = (decimal: string) => decimal.replace(/\.?0+$/, '')

  it('serializes an amount as an exact decimal and reads it back as the same hundredths', () => {
    fc.assert(
      fc.property(hundredths, (amount) => {
        const json = JSON.stringify(toDecimal(amount))
        expect(json).toBe(amount === 0 ? '0' : withoutZeros(written(amount)))
        expect(toHundredths(JSON.parse(json) as number)).toBe(amount)
        expect(toHundredths(Number(written(amount)))).toBe(amount)
      }),
      { numRuns: 2_000, examples: [[10_010], [111_11], [1], [-1], [999_999_999_999_999], [0]] },
    )
  })

  it('refuses an amount with a third decimal place, or that is not a number', () => {
    const third = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), third, (amount, place) => {
        expect(toHundredths(Number(`${written(amount)}${place}`))).toBeNull()
      }),
    )
    for (const odd of [NaN, Infinity, -Infinity, 1e16, 1e300]) expect(toHundredths(odd)).toBeNull()
  })
})
