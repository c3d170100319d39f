import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapStatus, states, statusFields } from '../../../server/providers/avarda/status.ts'
import { mapStart } from '../../../server/providers/avarda/start.ts'

/** Written from Avarda's page once more, so that a slip in the table is seen. */
const expected = [
  '0 → pending awaiting_shopper',
  '1 → pending awaiting_shopper',
  '2 → paid 11111 SEK 45612',
  '3 → ended failure',
  '4 → pending awaiting_shopper',
  '5 → ended expiry',
  '6 → pending awaiting_shopper',
  '7 → pending awaiting_shopper',
  '8 → ended shop',
  '9 → pending awaiting_shopper',
  '10 → pending awaiting_shopper',
  '11 → ended decline',
  '12 → pending awaiting_shopper',
  '13 → ended paid_elsewhere',
]

const id = '19ac0d1ee909c302d212b4324d9194b5'

/** The page's own sample. */
const sample = {
  AccountNumber: '191234567890',
  InvoicingFirstName: 'FirstName',
  InvoicingLastName: 'LastName',
  InvoicingAddressLine1: 'Invoicing address line',
  InvoicingAddressLine2: null,
  InvoicingZip: '60359',
  InvoicingCity: 'City',
  AccountClassCode: '7',
  PurchaseId: id,
  State: 2,
  Description: 'Blue ball',
  Price: 111.11,
  Created: '2017-04-12T14:19:31.19',
  BeingProcessed: '2017-04-12T14:19:34.007',
  Completed: '2017-04-12T14:19:58.117',
  Cancelled: null,
  SiteCode: 'TestSweden1',
  CountryCode: 'SWE',
  CurrencyCode: 'SEK',
  Phone: '074594175',
  Mail: 'email@email.em',
  DeliveryFirstName: null,
  DeliveryLastName: null,
  DeliveryAddressLine1: null,
  DeliveryAddressLine2: null,
  DeliveryZip: null,
  DeliveryCity: null,
  DeliveryCountry: null,
  OrderReference: '45612',
  AuthenticationType: 0,
  PaymentMethod: 2,
  IsRecurringPayment: false,
  RecPmtToken: '49872728d3bef6fe3203c7678b4ecc56',
  CardExpirationDate: null,
  MaskedCardNumber: null,
  CardBrand: null,
  IsOrganization: true,
  ReferenceName: 'string',
  CompanyName: 'string',
  B2BAdditionalInfo: 'Second contact person is Stefan',
  NewsLetterValue: true,
  OfferedNewsLetterSettings: true,
  NewsLetterSMSValue: true,
  CustomerBalance: 150.11,
  OfferedNewsLetterSMSSettings: true,
}
/** In the page's table, and not in its sample. */
const unsampled = [
  'InvoicingCountry',
  'CustomerToken',
  'OrganizationNumber',
  'CustomerType',
  'Attachment',
]

const read = (patch: object = {}, status = 200) =>
  mapStatus({ status, body: JSON.stringify({ ...sample, ...patch }) }, id)

function inWords(state: unknown): string {
  const fact = read({ State: state })
  const words: unknown[] = [state, '→', fact.type]
  if (fact.type === 'pending') words.push(fact.next)
  if (fact.type === 'paid')
    words.push(fact.payment.amount, fact.payment.currency, fact.payment.reference)
  if (fact.type === 'ended') words.push(fact.by, ...(fact.isFinal ? [] : ['not yet final']))
  return words.join(' ')
}

const isUnknown = { type: 'unknown', effect: false }

describe('the result of GetPaymentStatus', () => {
  it('the status of a purchase is as documented for each of the 14 states', () => {
    expect([...states.keys()].sort((a, b) => a - b).map(inWords)).toEqual(expected)
    expect(states.size).toBe(14)
  })

  it('a purchase whose form has not been shown is unseen, and any other is not', () => {
    expect(read({ State: 0 })).toMatchObject({ isUnseen: true })
    expect(read({ State: 1 })).not.toHaveProperty('isUnseen')
  })

  it('the status of a purchase is unknown for every other state', () => {
    const other = fc.oneof(fc.integer(), fc.constantFrom(14, 42, 99, -1, 2 ** 31))
    fc.assert(
      fc.property(
        other.filter((state) => !states.has(state)),
        (state) => {
          expect(read({ State: state })).toMatchObject({
            ...isUnknown,
            evidence: { code: String(state) },
          })
        },
      ),
    )
  })

  it.each(['2', 'Completed', '', null, undefined, 2.5, true, [2], { value: 2 }])(
    'the status of a purchase is unknown for the state %j',
    (state) => {
      expect(read({ State: state })).toMatchObject(isUnknown)
    },
  )

  it('the status is unknown for another purchase id, but not for a missing one', () => {
    expect(read({ PurchaseId: `${id.slice(1)}0` })).toMatchObject(isUnknown)
    expect(read({ PurchaseId: '' })).toMatchObject(isUnknown)
    expect(read({ PurchaseId: null })).toMatchObject({ type: 'paid', proof: 'unproven' })
    for (const name of [id.toUpperCase(), `${id} `])
      expect(read({ PurchaseId: name })).toMatchObject({ type: 'paid', proof: 'proven' })
  })

  it('an end without a purchase id may be that of another purchase, and ends nothing', () => {
    for (const State of [3, 5, 8, 11, 13])
      for (const PurchaseId of [undefined, null, 7, {}])
        expect(read({ State, PurchaseId }), String(State)).toMatchObject({
          ...isUnknown,
          evidence: { code: 'unnamed_purchase' },
        })
    expect(read({ State: 1, PurchaseId: null })).toMatchObject({ type: 'pending' })
  })

  it('a status proves no payment when the price is missing or has fractions of a hundredth', () => {
    for (const price of [111.111, 0.001, 1e16, null, undefined, '111.11', NaN])
      expect(read({ Price: price }), String(price)).toMatchObject({
        ...{ type: 'paid', proof: 'unproven', payment: { amount: null } },
        evidence: { code: 'unreadable_price' },
      })
  })

  it('a status proves a payment only with purchase id, reference, price and currency', () => {
    expect(read()).toMatchObject({ type: 'paid', proof: 'proven' })
    for (const field of ['PurchaseId', 'OrderReference', 'CurrencyCode'])
      for (const value of [undefined, null, 7, true, ['SEK'], {}])
        expect(read({ [field]: value }), field).toMatchObject({ type: 'paid', proof: 'unproven' })
  })

  it('a status proves a payment without a currency when the site’s is configured', () => {
    const body = JSON.stringify({ ...sample, CurrencyCode: null })
    const proof = (currency: string | null) => mapStatus({ status: 200, body }, id, currency)
    expect(proof('SEK')).toMatchObject({ proof: 'proven', payment: { currency: 'SEK' } })
    expect(proof(null)).toMatchObject({ proof: 'unproven' })
  })

  it('a blank currency or reference is as good as a missing one', () => {
    for (const blank of ['', ' ', '\u00a0'])
      for (const field of ['CurrencyCode', 'OrderReference']) {
        const body = (value: string | null) => JSON.stringify({ ...sample, [field]: value })
        const read = (value: string | null) =>
          mapStatus({ status: 200, body: body(value) }, id, 'SEK')
        expect(read(blank), field).toEqual(read(null))
      }
  })

  it('a currency is the same one in small letters', () => {
    for (const CurrencyCode of ['sek', 'Sek', 'SEK '])
      expect(read({ CurrencyCode })).toMatchObject({ payment: { currency: 'SEK' } })
    expect(read({ CurrencyCode: ' ' })).toMatchObject({ proof: 'unproven' })
  })

  it('the status is unknown when a field appears twice', () => {
    const twice = JSON.stringify(sample).replace('{', '{"State":1,')
    expect(mapStatus({ status: 200, body: twice }, id)).toMatchObject(isUnknown)
  })

  it('a status has neither currency nor reference when they are missing', () => {
    expect(read({ CurrencyCode: null, OrderReference: undefined })).toMatchObject({
      type: 'paid',
      payment: { amount: 11_111, currency: null, reference: null },
    })
  })

  it('the fields of a status are those of the documented table and sample, and no other', () => {
    expect([...statusFields].sort()).toEqual([...Object.keys(sample), ...unsampled].sort())
  })

  it('a status is a payment whatever the ignored fields contain', () => {
    const needed = ['PurchaseId', 'State', 'Price', 'CurrencyCode', 'OrderReference']
    for (const field of statusFields.filter((name) => !needed.includes(name)))
      for (const value of [undefined, null, '', 7, true, {}, [[]]])
        expect(read({ [field]: value }), field).toEqual(read())
  })

  it('a status has state, price, currency and reference, and nothing about the payer', () => {
    expect(read()).toEqual({
      type: 'paid',
      payment: { amount: 11_111, currency: 'SEK', reference: '45612' },
      proof: 'proven',
      evidence: { call: 'GetPaymentStatus', code: '2', referenceId: null },
    })
  })

  it('the status is unknown for every error with any HTTP status', () => {
    for (const status of [200, 301, 400, 401, 404, 429, 500, 503])
      for (const error of errors)
        expect(mapStatus({ status, body: error }, id)).toMatchObject(isUnknown)
    for (const status of [199, 300]) expect(read({}, status)).toMatchObject(isUnknown)
  })

  it('a status has the short code of an error, and never its text', () => {
    const code = (body: string, status = 400) => mapStatus({ status, body }, id).evidence.code
    expect(code('[{"ErrorCode":"10005","ErrorMessage":"Invalid or missing external ID."}]')).toBe(
      '10005',
    )
    expect(code('[{"ErrorCode":"10005"}]', 200)).toBe('10005')
    expect(code('{"CheckOutErrorCode":7,"Errors":["a"]}')).toBe('7')
    expect(code('{"CheckOutErrorCode":"Anna Andersson","Errors":["a"]}')).toBe('http_400')
    expect(code('[{"ErrorCode":"197901121181"}]')).toBe('http_400')
    expect(code('"Anna"', 401)).toBe('http_401')
    expect(code('[{"ErrorCode":true}]')).toBe('http_400')
  })

  it('an unknown status says in its evidence what was wrong with the response', () => {
    const evidence = (patch: object) => read(patch).evidence
    const said = { call: 'GetPaymentStatus', referenceId: null }
    expect(evidence({ Price: 111.111 })).toEqual({ ...said, code: 'unreadable_price' })
    expect(evidence({ State: null })).toEqual({ ...said, code: 'unreadable_answer' })
    expect(evidence({ PurchaseId: 'another' })).toEqual({ ...said, code: 'another_purchase' })
    const page = mapStatus({ status: 200, body: '<html>' }, id)
    expect(page.evidence).toEqual({ ...said, code: 'unreadable_answer' })
  })
})

const errors = [
  '',
  'null',
  '{}',
  '[]',
  '"text"',
  '<html>',
  '{"Message":"An error has occurred."}',
  '{"CheckOutErrorCode":10001,"Errors":["SSN is invalid."]}',
  '[{"ErrorCode":"10005","ErrorMessage":"Invalid or missing external ID."}]',
  '["one","two"]',
  '{"State":',
]

describe('the result of InitializePayment', () => {
  const form = { script: 'https://s/CheckOutClient.js', callbackUrl: 'https://pay.shop.is/cb' }
  const start = (status: number, body: string) => {
    const fact = mapStart({ status, body }, form)
    return fact.type === 'unknown' ? `unknown ${String(fact.effect)}` : fact.type
  }

  it('reads a bare JSON string of letters and digits as a purchase', () => {
    expect(mapStart({ status: 200, body: JSON.stringify(id) }, form)).toMatchObject({
      type: 'requested',
      providerRef: id,
      pollIntervalMs: 3_000,
      form: {
        script: form.script,
        settings: { purchaseId: id, purchaseCompletedCallbackUrl: form.callbackUrl },
      },
    })
    expect(start(200, '"AVT3gn"')).toBe('requested')
    expect(start(200, id)).toBe('unknown true')
    // A word is the text of an error; the name of a purchase contradicts the status.
    expect(start(400, '"AVT3gn"')).toBe('refused')
    for (const status of [199, 300, 400, 404, 503])
      expect(start(status, `"${id}"`)).toBe('unknown true')
    for (const odd of ['a b', 'a/../b', 'é', 'a'.repeat(65), `${id}\n`])
      expect(start(200, JSON.stringify(odd)), odd).toBe('refused')
  })

  it.each([
    [
      'E2, whose status is not documented',
      '{"CheckOutErrorCode":1,"Errors":["x"]}',
      [200, 400, 500],
    ],
    ['E1', '[{"ErrorCode":"10005","ErrorMessage":"x"}]', [200, 400]],
    ['E3', '{"Message":"x"}', [200, 400, 404]],
    ['E4, a text', '"Something is wrong"', [200, 400]],
    ['E4, a list', '["Something is wrong"]', [200, 400]],
    ['unknown credentials', '', [401, 403]],
    ['a page', '<html>', [400, 404]],
  ])('InitializePayment is refused by %s', (_, body, statuses) => {
    for (const status of statuses) expect(start(status, body), String(status)).toBe('refused')
  })

  it.each([
    ['a failure of its own', '{"Message":"An error has occurred."}', [500, 502, 503]],
    ['a failure of its own with a code', '[{"ErrorCode":"10005"}]', [500, 502, 503]],
    ['too many requests', '', [408, 429]],
    ['a redirect', '', [301, 302, 307]],
    ['a page with a successful status', '<html>', [200, 204]],
    ['an empty object', '{}', [200]],
    ['an empty text', '""', [200]],
    ['half an answer', '"19ac0d1ee9', [200]],
  ])('the result of InitializePayment is unknown for %s', (_, body, statuses) => {
    for (const status of statuses) expect(start(status, body), String(status)).toBe('unknown true')
  })
})

describe('the evidence of InitializePayment', () => {
  const mapped = (status: number, body: string) =>
    mapStart({ status, body }, { script: 's', callbackUrl: 'c' })
  const evidence = (code: string) => ({ call: 'InitializePayment', code, referenceId: null })

  it('the evidence of InitializePayment has the code of the error, or the HTTP status', () => {
    const refused = { type: 'refused', outcome: 'failed', reason: 'request_not_sent' }
    const error = '[{"ErrorCode":"10005","ErrorMessage":"x"}]'
    expect(mapped(400, error)).toEqual({ ...refused, evidence: evidence('10005') })
    expect(mapped(400, '<html>')).toEqual({ ...refused, evidence: evidence('http_400') })
    expect(mapped(503, '')).toMatchObject({ type: 'unknown', evidence: evidence('http_503') })
    expect(mapped(200, JSON.stringify(id))).toMatchObject({ evidence: evidence('200') })
  })
})

describe('an untrusted Avarda response', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        { State: fc.anything(), Price: fc.anything(), PurchaseId: fc.anything() },
        { requiredKeys: [] },
      )
      .map((value) => stringify(value)),
  )

  it('an untrusted response never throws, and is never a payment without state 2', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 100, max: 599 }), (body, status) => {
        const fact = mapStatus({ status, body }, id)
        expect(['unknown', 'pending', 'paid', 'ended']).toContain(fact.type)
        if (fact.type === 'paid') expect((JSON.parse(body) as { State: unknown }).State).toBe(2)
        mapStart({ status, body }, { script: 's', callbackUrl: 'c' })
      }),
    )
  })

  it('a response that is not a purchase is unknown and ends nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(stringify)), (body) => {
        expect(mapStatus({ status: 200, body }, id)).toMatchObject(isUnknown)
      }),
    )
  })
})

function stringify(value: unknown): string {
  try {
    return JSON.stringify([value]).slice(1, -1)
  } catch {
    return ''
  }
}
