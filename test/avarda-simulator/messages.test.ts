import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { rules, unreachable } from '../../demo/avarda-simulator/rules.ts'
import { openSite, order, type OpenSite } from './site.ts'

const x = (length: number) => 'x'.repeat(length)
const [guitar, piano] = order.Items as [(typeof order.Items)[0], (typeof order.Items)[0]]
const item = (change: object) => ({ Items: [guitar, { ...piano, ...change }] })

/** What the strict site requires; the rows below remove one field. */
const complete = {
  Phone: '0745 94 17 52',
  InvoicingFirstName: 'Anna',
  InvoicingLastName: 'Berg',
  InvoicingAddressLine1: 'Storgatan 1',
  InvoicingZip: '60359',
  InvoicingCity: 'Norrköping',
  SSN: '197901121181',
}
const without = (change: object) => ({ changes: { ...complete, ...change }, at: 'SimulatorStrict' })

interface Row {
  readonly changes: object
  /** The site code. */
  readonly at?: string
  /** Messages that are reported together with it. */
  readonly also?: readonly string[]
}

const notTheSum = 'Total price is not equal to sum of item prices'
const price =
  'Price must be either 0 (in case of no items), or greater than or equal to 0 and greater than or equal to sum of item prices.'

/** The documents' table "Error messages", row by row; `null` for messages that no input causes. */
const table: readonly (readonly [message: string, row: Row | null])[] = [
  [
    'Address (in delivery address) must be between 0 and 40 characters.',
    { changes: { DeliveryAddressLine2: x(41) } },
  ],
  [
    'Address (in invoicing address) must be between 0 and 40 characters.',
    { changes: { InvoicingAddressLine1: x(41) } },
  ],
  [
    'Address (in invoicing address) should not be empty.',
    without({ InvoicingAddressLine1: undefined }),
  ],
  ['Amount can’t be empty!', null],
  ['Checkout site is not allowed to work with B2b.', without({ CustomerType: 2 })],
  [
    'City (in delivery address) must be between 0 and 30 characters.',
    { changes: { DeliveryCity: x(31) } },
  ],
  [
    'City (in invoicing address) must be between 0 and 30 characters.',
    { changes: { InvoicingCity: x(31) } },
  ],
  ['City (in invoicing address) should not be empty.', without({ InvoicingCity: '' })],
  ['Customer Token is not valid.', { changes: { CustomerToken: 'of nobody' } }],
  ['Description must be between 0 and 4000 characters.', { changes: { Description: x(4001) } }],
  ['E-mail is not a valid email address.', { changes: { Mail: 'anna at example' } }],
  ['E-mail must be between 0 and 60 characters.', { changes: { Mail: `${x(50)}@example.se` } }],
  ['E-mail should not be empty.', without({ Mail: null })],
  ['EmailInvoice must be equal 0, 1 or empty', { changes: { EmailInvoice: 2 } }],
  ['Identification Number should not be empty.', without({ SSN: '' })],
  ['Invalid or not supported UserLanguageCode.', { changes: { UserLanguageCode: 'is-IS' } }],
  ['Item Amount must be specified.', { changes: item({ Amount: undefined }) }],
  [
    'Item description must be specified and must not be longer than 35 characters or empty.',
    { changes: item({ Description: x(36) }) },
  ],
  ['Item notes must not be longer than 35 characters.', { changes: item({ Notes: x(36) }) }],
  ['Items List must contain at least one item.', { changes: { Items: [] } }],
  [
    'Name (in delivery address) must be between 0 and 40 characters.',
    { changes: { DeliveryLastName: x(41) } },
  ],
  [
    'Name (in invoicing address) must be between 0 and 100 characters.',
    { changes: { CompanyName: x(101) } },
  ],
  [
    'Name (in invoicing address) must be between 0 and 40 characters.',
    { changes: { InvoicingFirstName: x(41) } },
  ],
  ['Name (in invoicing address) should not be empty.', without({ InvoicingLastName: '' })],
  ['Number of notes characters exceeded', null],
  ['Order Reference should not be empty.', without({ OrderReference: '' })],
  ['Payment Terms should not be empty.', null],
  [
    'Phone Number must be between 0 and 15 characters.',
    { changes: { Phone: '+46 123 456 789 012 34' } },
  ],
  ['Phone should not be empty.', without({ Phone: '' })],
  [price, { changes: { Price: 99.99 }, also: [notTheSum] }],
  ['Price should not be empty.', { changes: { Price: undefined } }],
  [
    'Site has no invoice account class associated.',
    { changes: { DefaultPaymentMethod: 0 }, at: 'SimulatorNoInvoice' },
  ],
  ['SSN is invalid.', { changes: { SSN: '080286-073A' } }],
  [
    'TermsAndConditionsUrl is not in valid format',
    { changes: { TermsAndConditionsUrl: 'www.example.com/terms' } },
  ],
  [
    'The items amount can have a maximum of 2 decimal places.',
    { changes: item({ Amount: 9.995 }), also: [notTheSum] },
  ],
  [
    'The items tax amount can have a maximum of 2 decimal places.',
    { changes: item({ TaxAmount: 1.123 }) },
  ],
  ['The payment term is invalid.', null],
  ['The price can have a maximum of 2 decimal places.', { changes: { Price: 100.001 } }],
  [notTheSum, { changes: { Price: 100.01 } }],
  [
    'ZIP (in delivery address) must be between 0 and 10 characters.',
    { changes: { DeliveryZip: '1234567' } },
  ],
  [
    'ZIP (in invoicing address) must be between 0 and 10 characters.',
    { changes: { InvoicingZip: '1234567' } },
  ],
  ['ZIP (in invoicing address) should not be empty.', without({ InvoicingZip: '' })],
]

let site: OpenSite
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.simulator.close())

const errors = async (changes: object, siteCode = 'SimulatorSweden') => {
  const { status, json } = await site.call(
    'InitializePayment',
    { ...order, ...changes },
    { siteCode },
  )
  return { status, ...(json as { CheckOutErrorCode?: number; Errors?: string[] }) }
}

describe('the table of error messages', () => {
  it('each message has a rule, or a reason why no order breaks it', () => {
    const messages = table.map(([message]) => message)
    expect([...Object.keys(rules), ...Object.keys(unreachable)].sort()).toEqual(messages.sort())
    const nulls = table.filter(([, row]) => !row).map(([message]) => message)
    expect(Object.keys(unreachable).sort()).toEqual(nulls.sort())
  })

  const provoked = table.flatMap(([message, row]) => (row ? [[message, row] as const] : []))
  it.each(provoked)('%s', async (message, { changes, at, also = [] }) => {
    const before = site.simulator.purchases().length
    const { status, CheckOutErrorCode, Errors = [] } = await errors(changes, at)
    expect(status).toBe(400)
    expect(CheckOutErrorCode).toBe(99_000)
    expect(Errors.toSorted()).toEqual([message, ...also].sort())
    expect(site.simulator.purchases()).toHaveLength(before)
  })

  it.each(Object.keys(unreachable))('%s: is sent by a fault only', async (message) => {
    site.simulator.fault({ call: 'InitializePayment', kind: 'e2', messages: [message] })
    expect(await errors({})).toMatchObject({ status: 400, Errors: [message] })
  })
})

describe('the rules', () => {
  it('reports all broken rules at once', async () => {
    const changes = { Price: null, Items: [], Mail: 'nobody', UserLanguageCode: 'xx' }
    expect((await errors(changes)).Errors).toEqual([
      'E-mail is not a valid email address.',
      'Invalid or not supported UserLanguageCode.',
      'Items List must contain at least one item.',
      'Price should not be empty.',
    ])
  })

  it.each([
    [
      'every limit reached and not passed',
      {
        Description: x(4000),
        Phone: '012 345 678 901 234',
        Mail: `${x(49)}@example.se`,
        InvoicingFirstName: x(40),
        InvoicingLastName: x(40),
        InvoicingAddressLine1: x(40),
        InvoicingAddressLine2: x(40),
        InvoicingZip: x(6),
        InvoicingCity: x(30),
        DeliveryFirstName: x(40),
        DeliveryLastName: x(40),
        DeliveryAddressLine1: x(40),
        DeliveryAddressLine2: x(40),
        DeliveryZip: x(6),
        DeliveryCity: x(30),
        CompanyName: x(100),
        EmailInvoice: 1,
        CustomerType: 2,
        OrganizationNumber: '556677-8899',
        SSN: '197901121181',
        Items: [
          {
            Description: x(35),
            Notes: x(35),
            Amount: 100,
            TaxAmount: 20.25,
            TaxCode: '25',
            ProductGroup: x(50),
          },
        ],
      },
    ],
    ['a discount', { Price: 80, Items: [guitar, { Amount: -10, Description: 'discount' }] }],
    [
      'sums that floats get wrong',
      {
        Price: 0.3,
        Items: [
          { Amount: 0.1, Description: 'a' },
          { Amount: 0.2, Description: 'b' },
        ],
      },
    ],
    ['what is null or unknown', { Phone: null, PosID: null, Attachment: null, Surprise: 1 }],
  ])('accepts %s', async (_, changes) => {
    expect(await errors(changes)).toMatchObject({ status: 200 })
  })

  it.each([
    [{ Price: 0, Items: [{ Amount: 0, Description: 'free' }] }],
    [{ Price: -10, Items: [{ Amount: -10, Description: 'a gift to us' }] }],
  ])('requires a price above zero, as in the field table: %j', async (changes) => {
    expect((await errors(changes)).Errors).toEqual([price])
  })

  it.each([
    ['Price', { Price: '100' }],
    ['IsDeliveryEditable', { IsDeliveryEditable: 'true' }],
    ['Items.1.TaxAmount', item({ TaxAmount: -1 })],
    ['Items.1.ProductGroup', item({ ProductGroup: x(51) })],
    ['DefaultPaymentMethod', { DefaultPaymentMethod: 10 }],
    ['CustomerType', { CustomerType: 3 }],
  ])('the simulator has no message for %s of a wrong type', async (field, changes) => {
    const reply = await site.call('InitializePayment', { ...order, ...changes })
    expect(reply).toMatchObject({
      ...{ status: 400, json: { Message: `The request is invalid: ${field}` } },
    })
  })

  it('accepts a customer token at the site that issued it only', async () => {
    const id = await site.initialize()
    site.simulator.approve(id)
    const { CustomerToken } = await site.status(id)
    expect(await errors({ CustomerToken })).toMatchObject({ status: 200 })
    expect((await errors({ CustomerToken }, 'SimulatorNorway')).Errors).toEqual([
      'Customer Token is not valid.',
    ])
  })

  it('accepts the Finnish format of identity numbers in Finland', async () => {
    const finland = 'SimulatorFinland'
    expect(await errors({ SSN: '080286-073A' }, finland)).toMatchObject({ status: 200 })
    expect((await errors({ SSN: '197901121181' }, finland)).Errors).toEqual(['SSN is invalid.'])
  })

  it('uses the wider of two contradicting limits with the option lenient', async () => {
    const lenient = await openSite({ lenient: true })
    const wide = { DeliveryAddressLine1: x(50), DeliveryZip: x(10), InvoicingZip: x(10) }
    const free = { Price: 0, Items: [{ Amount: 0, Description: 'free' }] }
    for (const changes of [wide, free])
      expect((await lenient.call('InitializePayment', { ...order, ...changes })).status).toBe(200)
    await lenient.simulator.close()
  })
})
