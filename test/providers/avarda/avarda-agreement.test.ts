import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAvardaSimulator } from '../../../demo/avarda-simulator/simulator.ts'
import type { AvardaSimulator } from '../../../demo/avarda-simulator/simulator.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { avarda } from '../../../server/providers/avarda/adapter.ts'
import type { Order } from '../../../server/core/checkout.ts'
import type { Provider } from '../../../server/core/provider.ts'

let simulator: AvardaSimulator
let provider: Provider
beforeAll(async () => {
  simulator = await startAvardaSimulator()
  const { apiUrl, scriptUrl } = simulator
  const site = { siteCode: 'SimulatorSweden', sitePassword: 'simulator', currency: 'SEK' }
  provider = avarda({ apiUrl, scriptUrl, ...site }, () => soleOwner.permit())
})
afterAll(async () => {
  await provider.close()
  await simulator.close()
})

/** Right in most cases, and now and then a little too long. */
const text = (limit: number) =>
  fc
    .oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: limit }) }, fc.constant(limit + 1))
    .map((length) => 'ö'.repeat(length))
const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values)

const options = fc.record(
  {
    phone: oneOf('', '+46 12 345 678 901', '0123456789012345', '1'.repeat(15)),
    mail: oneOf(
      '',
      'a@b.se',
      'a@b',
      'a b@c.se',
      `${'x'.repeat(56)}@b.se`,
      `${'x'.repeat(55)}@b.se`,
    ),
    isPhoneAndMailEditable: fc.boolean(),
    invoicingFirstName: text(40),
    invoicingLastName: text(40),
    invoicingAddressLine1: text(40),
    invoicingAddressLine2: text(40),
    invoicingZip: text(6),
    invoicingCity: text(30),
    deliveryFirstName: text(40),
    deliveryLastName: text(40),
    deliveryAddressLine1: text(40),
    deliveryAddressLine2: text(40),
    deliveryZip: text(6),
    deliveryCity: text(30),
    useDifferentDeliveryAddress: fc.boolean(),
    userLanguageCode: oneOf('en-US', 'sv-SE', 'fi-FI', 'da-DK', 'nb-NO', 'is-IS'),
    companyName: text(100),
    customerType: oneOf(null, 0, 1, 2),
    emailInvoice: oneOf(null, 0, 1),
    defaultPaymentMethod: oneOf(0, 2, 5, 9, 11, 13),
    termsAndConditionsUrl: oneOf('', 'https://shop.se/terms', 'shop.se/terms'),
    attachment: oneOf(null, 'anything'),
    ssn: oneOf(null, '', '197901121181', 'nobody'),
    posID: oneOf(null, '7'),
  },
  { requiredKeys: [] },
)

const item = fc.record(
  {
    description: text(35),
    quantity: fc.integer({ min: 1, max: 9 }),
    amount: fc.integer({ min: -500_000, max: 5_000_000 }),
    notes: text(35),
    taxCode: oneOf('25', '12.5'),
    taxAmount: fc.integer({ min: 0, max: 10_000 }),
    productGroup: text(50),
  },
  { requiredKeys: ['description', 'quantity', 'amount'] },
)

it('rejects exactly the orders that the independently written simulator refuses', async () => {
  let taken = 0
  const order = fc.record({
    items: fc.array(item, { maxLength: 4 }),
    off: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, oneOf(-1, 1)),
    options: fc.oneof(fc.constant(null), options),
  })
  await fc.assert(
    fc.asyncProperty(order, async ({ items, off, options }) => {
      const amount = items.reduce((sum, one) => sum + one.amount, off)
      const asked = {
        ...{ amount, currency: 'SEK', reference: 'WEB-1', description: null, items },
        ...{ locationId: null, registerId: null },
      }
      const order: Order = { ...asked, provider: 'avarda', channel: 'web', metadata: {} }
      const objections = provider.validateOrder(order, options)
      const fact = await provider.start({
        ...{ ...asked, options, payer: { kind: 'provider_form' } },
        ...{ callbackUrl: 'https://pay.shop.is/cb', cancelCallbackUrl: 'https://pay.shop.is/c' },
      })
      expect(fact.type, objections.join()).toBe(objections.length > 0 ? 'refused' : 'requested')
      if (fact.type === 'requested') {
        taken++
        expect(simulator.purchase(fact.providerRef)?.Price).toBe(Number((amount / 100).toFixed(2)))
      }
    }),
    { numRuns: 1_000 },
  )
  expect(taken).toBeGreaterThan(50)
})
