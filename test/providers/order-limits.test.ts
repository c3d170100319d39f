import { afterEach, describe, expect, it } from 'vitest'
import { soleOwner } from '../../server/core/ownership.ts'
import { netgiro } from '../../server/providers/netgiro/v1/adapter.ts'
import { orderErrors } from '../../server/providers/netgiro/order.ts'
import { AvardaTestServer, avardaOrder } from '../support/avarda.ts'
import { merchant, onlyCart, start, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

let testServer: TestServer
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const open = async () => {
  testServer = await startTestServer()
  closing.push(() => testServer.close())
}
let orders = 0
const create = async (order: object) => {
  const body = { reference: `LIMIT-${++orders}`, amount: 12_990, currency: 'ISK', ...order }
  const response = await merchant(testServer, 'POST', '/v1/checkouts', { body })
  const { detail } = (await response.json()) as { detail?: string }
  return { status: response.status, detail }
}
const item = (quantity: unknown) => ({ items: [{ description: 'Garn', quantity, amount: 12_990 }] })

describe('a quantity', () => {
  it('sends a quantity in thousandths, as Netgíró counts', async () => {
    await open()
    const quantities = [1.5, 0.001, 2, 1.005, 4.35, 0.29, 1_234.567]
    const items = quantities.map((quantity) => ({ ...item(quantity).items[0], amount: 1 }))
    const { session } = await testServer.create({ items })
    await start(testServer, session)
    const sent = onlyCart(testServer)['CartItemRequests'] as readonly {
      readonly Quantity: number
    }[]
    expect(sent.map(({ Quantity }) => Quantity)).toEqual([
      ...[1_500, 1, 2_000, 1_005, 4_350, 290, 1_234_567],
    ])
  })

  it('refuses a quantity that is not above zero, has more than three decimals or is not a number', async () => {
    await open()
    for (const odd of [0, -1, -0.5, 0.0001, 1.0005, '1.5', null, true, [1], 1e300])
      expect(await create(item(odd)), JSON.stringify(odd)).toMatchObject({ status: 400 })
  })
})

it('refuses another currency than ISK, and options, for Netgíró', () => {
  const order = { currency: 'ISK', description: null, items: [] }
  expect(orderErrors(order, null)).toEqual([])
  expect(orderErrors({ ...order, currency: 'SEK' }, null)).toEqual(['currency: must be ISK'])
  expect(orderErrors(order, {})).toEqual(['providerOptions: there are none for netgiro'])
})

describe('a description', () => {
  const long = 'a'.repeat(256)

  it('refuses a description for Netgíró that is longer than one line of 255 characters', async () => {
    await open()
    expect(await create({ description: 'þ'.repeat(255) })).toMatchObject({ status: 201 })
    for (const description of [long, 'one\ntwo', 'one\r\ntwo'])
      expect(await create({ description })).toMatchObject({
        ...{
          status: 400,
          detail: expect.stringMatching(/^description: .* for netgiro$/) as string,
        },
      })
  })

  it('sends a description of up to 4,000 characters and several lines to Avarda unchanged', async () => {
    const shop = await AvardaTestServer.open()
    closing.push(() => shop.close())
    testServer = shop.testServer
    for (const description of [long, 'one\ntwo', 'one\r\n\r\ntwo', `a${'\n'.repeat(3_998)}b`]) {
      const { session } = await shop.create({ description })
      const { form } = await shop.start(session)
      expect(shop.purchase(form?.settings['purchaseId'] ?? '')['Description']).toBe(description)
    }
    for (const description of ['a'.repeat(4_001), 'a\u0007b', 'a\rb', 'a\u2028b', '\n', ''])
      expect(await create({ ...avardaOrder, description })).toMatchObject({ status: 400 })
  })
})

it('refuses a quantity that is too large to keep its thousandths apart', () => {
  const credentials = { appId: 'app', secretKey: 'secret', apiUrl: 'http://127.0.0.1:9/v1' }
  const provider = netgiro(
    credentials,
    'manual',
    () => 0,
    () => soleOwner.permit(),
  )
  const order = (quantity: number) => ({
    ...{ reference: 'A', amount: 1, currency: 'ISK', description: null, provider: 'netgiro' },
    ...({ channel: 'web', locationId: null, registerId: null, metadata: {} } as const),
    items: [{ description: 'a', quantity, amount: 1 }],
  })
  expect(provider.validateOrder(order(9e12), null)).toEqual([])
  expect(provider.validateOrder(order(9_007_199_254_741), null)).toEqual([
    'items.0.quantity: is too large',
  ])
})
