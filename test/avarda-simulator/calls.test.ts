import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { State } from '../../demo/avarda-simulator/simulator.ts'
import { openSite, order, siteAt, type OpenSite } from './site.ts'

let site: OpenSite
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.simulator.close())

const notFound = [{ ErrorCode: '10005', ErrorMessage: 'Invalid or missing external ID.' }]

describe('InitializePayment', () => {
  it('InitializePayment returns 32 hex digits as a JSON string', async () => {
    const { status, text, headers } = await site.call('InitializePayment', order)
    expect(status).toBe(200)
    expect(text).toMatch(/^"[\da-f]{32}"$/)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('creates a second purchase for the same order', async () => {
    expect(await site.initialize()).not.toBe(await site.initialize())
    expect(site.simulator.purchases().map((one) => one.OrderReference)).toEqual([
      ...['WEB-123', 'WEB-123'],
    ])
  })

  it('InitializePayment accepts PascalCase only, as documented', async () => {
    const { json } = await site.call('InitializePayment', {
      ...order,
      Price: undefined,
      price: 100,
    })
    expect(json).toMatchObject({ Errors: ['Price should not be empty.'] })
  })

  it('keeps every received field for tests', async () => {
    const id = await site.initialize({ Attachment: '{"a":1}', PosID: '7', Surprise: true })
    expect(site.simulator.purchase(id)).toMatchObject({
      ...order,
      ...{ Attachment: '{"a":1}', PosID: '7', Surprise: true, SiteCode: 'SimulatorSweden' },
    })
  })
})

describe('the API over HTTP', () => {
  it.each([
    ['none', {}],
    ['another scheme', { authorization: 'Bearer SimulatorSweden' }],
    ['a wrong password', { authorization: `Basic ${btoa('SimulatorSweden:wrong')}` }],
    [
      'another site’s code in other letters',
      { authorization: `Basic ${btoa('simulatorsweden:simulator')}` },
    ],
  ])('returns 401 without a body for credentials: %s', async (_, headers) => {
    const response = await fetch(`${site.simulator.apiUrl}/CheckOut2Api/InitializePayment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(order),
    })
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('')
    expect(site.simulator.inspect()).toMatchObject({
      ...{ purchases: [], rejectedCredentials: 1, calls: { InitializePayment: 0 } },
    })
  })

  it('takes paths in any case', async () => {
    const call = siteAt(`${site.simulator.url}/checkout2`)
    expect((await call('initializePAYMENT', order)).status).toBe(200)
  })

  it.each([
    ['an unknown call', 404, 'GetPaymentForm', order, {}],
    ['a body of another type', 415, 'InitializePayment', order, { 'content-type': 'text/plain' }],
    ['no JSON', 400, 'InitializePayment', '{"Price":', {}],
    ['no object', 400, 'InitializePayment', [order], {}],
  ])('refuses %s with %d', async (_, expected, path, body, headers) => {
    const { status, json } = await site.call(path, body, { headers })
    expect(status).toBe(expected)
    expect(json).toEqual({ Message: expect.any(String) })
  })

  it('refuses every method but POST', async () => {
    const { status } = await fetch(`${site.simulator.apiUrl}/CheckOut2Api/GetPaymentStatus`)
    expect(status).toBe(405)
  })
})

describe('GetPaymentStatus', () => {
  it('returns every documented field for a new purchase', async () => {
    const id = await site.initialize()
    expect(await site.status(id)).toEqual({
      ...{ AccountNumber: null, InvoicingFirstName: null, InvoicingLastName: null },
      ...{ InvoicingAddressLine1: null, InvoicingAddressLine2: null, InvoicingZip: null },
      ...{ InvoicingCity: null, InvoicingCountry: null, AccountClassCode: '7', PurchaseId: id },
      ...{ State: 0, Description: 'New standard purchase', Price: 100 },
      // Noon in Greenwich, in November.
      ...{ Created: '2026-11-20T13:00:00', BeingProcessed: null, Completed: null, Cancelled: null },
      ...{ SiteCode: 'SimulatorSweden', CountryCode: 'SWE', CurrencyCode: 'SEK', Phone: null },
      ...{ Mail: 'Customers@mail.adddress', DeliveryFirstName: null, DeliveryLastName: null },
      ...{ DeliveryAddressLine1: null, DeliveryAddressLine2: null, DeliveryZip: null },
      ...{ DeliveryCity: null, DeliveryCountry: null, OrderReference: 'WEB-123' },
      ...{ AuthenticationType: 0, PaymentMethod: null, IsRecurringPayment: false },
      ...{ RecPmtToken: null, CardExpirationDate: null, MaskedCardNumber: null, CardBrand: null },
      ...{ CustomerToken: null, IsOrganization: false, ReferenceName: null, CompanyName: null },
      ...{ OrganizationNumber: null, B2BAdditionalInfo: null, CustomerType: 0 },
      ...{ NewsLetterValue: false, OfferedNewsLetterSettings: false, NewsLetterSMSValue: false },
      ...{ OfferedNewsLetterSMSSettings: false, Attachment: null, CustomerBalance: 0 },
    })
  })

  it('returns local times without an offset, with fractions of any length', async () => {
    const id = await site.initialize()
    site.clock.advance(1190)
    site.simulator.open(id)
    site.clock.advance(17)
    site.simulator.approve(id)
    expect(await site.status(id)).toMatchObject({
      ...{
        State: 2,
        BeingProcessed: '2026-11-20T13:00:01.19',
        Completed: '2026-11-20T13:00:01.207',
      },
    })
  })

  it('returns the fields of the order, and a balance that differs from the price', async () => {
    const id = await site.initialize({
      ...{ InvoicingFirstName: 'Anna', InvoicingZip: '60359', DeliveryZip: '11122' },
      ...{ Phone: '074594175', Attachment: 'x', CustomerType: 2, CompanyName: 'AB', Price: 100 },
      ...{ OfferNewsLetter: true, OfferNewsLetterSMS: true, PreSelectNewsLetterSMS: false },
      ...{ OfferRecPmt: true, PreSelectRecPmt: true },
    })
    site.simulator.approve(id)
    expect(await site.status(id)).toMatchObject({
      ...{ InvoicingFirstName: 'Anna', InvoicingZip: '60359', InvoicingCountry: 'Sweden' },
      ...{ DeliveryZip: '11122', DeliveryCountry: 'Sweden', Phone: '074594175', Attachment: 'x' },
      ...{ CustomerType: 2, IsOrganization: true, CompanyName: 'AB', CustomerBalance: 139 },
      ...{ NewsLetterValue: true, OfferedNewsLetterSettings: true },
      ...{ NewsLetterSMSValue: false, OfferedNewsLetterSMSSettings: true },
      ...{ PaymentMethod: 0, AccountNumber: '191234567890', IsRecurringPayment: true },
      ...{ RecPmtToken: expect.stringMatching(/^[\da-f]{32}$/), MaskedCardNumber: null },
      CustomerToken: expect.stringMatching(/^[\da-f]{32}$/),
    })
  })

  it('returns the card of a card payment', async () => {
    const id = await site.initialize()
    site.simulator.open(id)
    site.simulator.advance(id, State.WaitingForCardPayments)
    site.simulator.approve(id)
    expect(await site.status(id)).toMatchObject({
      ...{ PaymentMethod: 2, MaskedCardNumber: '411111******1111', CardBrand: 'VISA' },
      ...{ CardExpirationDate: '2912', AccountNumber: null },
    })
  })

  it.each([
    ['SimulatorSweden', 'SWE', 'SEK'],
    ['SimulatorFinland', 'FIN', 'EUR'],
    ['SimulatorDenmark', 'DNK', 'DKK'],
    ['SimulatorNorway', 'NOR', 'NOK'],
  ])('takes country and currency from the site code: %s', async (siteCode, country, currency) => {
    const PurchaseId = await site.initialize({}, { siteCode })
    const { json } = await site.call('GetPaymentStatus', { PurchaseId }, { siteCode })
    expect(json).toMatchObject({
      ...{ SiteCode: siteCode, CountryCode: country, CurrencyCode: currency },
    })
  })

  it('finds neither an unknown purchase nor one of another site', async () => {
    const PurchaseId = await site.initialize()
    const siteCode = 'SimulatorNorway'
    for (const reply of [
      await site.call('GetPaymentStatus', { PurchaseId: '0'.repeat(32) }),
      await site.call('GetPaymentStatus', {}),
      await site.call('GetPaymentStatus', { PurchaseId }, { siteCode }),
    ])
      expect(reply).toMatchObject({ status: 400, json: notFound })
  })
})

describe('UpdateItems', () => {
  const Items = [{ Amount: 55.5, Description: 'harp' }]

  it('changes the cart of an open session, and returns no content', async () => {
    const PurchaseId = await site.initialize({ Attachment: 'a' })
    const { status, text } = await site.call('UpdateItems', { PurchaseId, Price: 55.5, Items })
    expect([status, text]).toEqual([200, ''])
    expect(await site.status(PurchaseId)).toMatchObject({
      ...{ Price: 55.5, OrderReference: 'WEB-123', Attachment: 'a' },
    })
  })

  it('validates UpdateItems by the same rules', async () => {
    const PurchaseId = await site.initialize()
    const { status, json } = await site.call('UpdateItems', { PurchaseId, Price: 60, Items })
    expect(status).toBe(400)
    expect(json).toMatchObject({ Errors: ['Total price is not equal to sum of item prices'] })
    expect(await site.status(PurchaseId)).toMatchObject({ Price: 100 })
  })

  it('refuses UpdateItems after the payer has continued', async () => {
    const PurchaseId = await site.initialize()
    site.simulator.approve(PurchaseId)
    const { status } = await site.call('UpdateItems', { PurchaseId, Price: 55.5, Items })
    expect(status).toBe(400)
    expect(await site.status(PurchaseId)).toMatchObject({ Price: 100 })
  })
})

describe('CancelPayment', () => {
  const cancel = (ExternalId: string) =>
    site.call('Commerce/CancelPayment', { ExternalId, Reason: 'sold out' })

  it('cancels an approved purchase once', async () => {
    const id = await site.initialize()
    site.simulator.approve(id)
    expect(await cancel(id)).toMatchObject({ status: 200, text: '' })
    expect(await site.status(id)).toMatchObject({
      ...{ State: 8, Cancelled: '2026-11-20T13:00:00', CustomerBalance: 0 },
    })
    expect(await cancel(id)).toMatchObject({ status: 400 })
  })

  it('CancelPayment reports no authorization before the approval', async () => {
    const id = await site.initialize()
    expect(await cancel(id)).toMatchObject({
      ...{ status: 400, json: [{ ErrorMessage: 'No authorization found' }] },
    })
    expect(await site.status(id)).toMatchObject({ State: 0 })
  })

  it('CancelPayment requires a purchase and a reason', async () => {
    expect(await cancel('nothing')).toMatchObject({ status: 400, json: notFound })
    const ExternalId = await site.initialize()
    site.simulator.approve(ExternalId)
    expect(await site.call('Commerce/CancelPayment', { ExternalId })).toMatchObject({
      ...{ status: 400, json: [{ ErrorMessage: 'Invalid or missing reason.' }] },
    })
  })
})

it('the simulator counts calls, in total and for each purchase', async () => {
  const id = await site.initialize()
  await site.initialize()
  await site.status(id)
  await site.status(id)
  await site.status('nothing')
  expect(site.simulator.purchase(id)!.calls).toEqual({
    ...{ InitializePayment: 1, GetPaymentStatus: 2, UpdateItems: 0, CancelPayment: 0 },
  })
  expect(site.simulator.inspect().calls).toEqual({
    ...{ InitializePayment: 2, GetPaymentStatus: 3, UpdateItems: 0, CancelPayment: 0 },
  })
})
