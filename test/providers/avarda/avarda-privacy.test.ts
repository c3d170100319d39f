import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AvardaTestServer, avardaOrder } from '../../support/avarda.ts'
import { browser, merchant, read, until } from '../../support/test-server.ts'
import { openStream } from '../../support/stream.ts'

let shop: AvardaTestServer
beforeEach(async () => {
  shop = await AvardaTestServer.open({ LOG_LEVEL: 'trace' })
})
afterEach(() => shop.close())

/** Of one person; the simulator says it all again in every GetPaymentStatus. */
const person = {
  ssn: '197901121181',
  mail: 'kanarifugl@canary.example',
  phone: '0745941750',
  invoicingFirstName: 'Kanarifornamn',
  invoicingLastName: 'Kanariefternamn',
  invoicingAddressLine1: 'Kanarigatan 17',
  invoicingZip: '60359',
  invoicingCity: 'Kanaristad',
  deliveryAddressLine1: 'Kanarivägen 4',
  attachment: 'canary-attachment',
  customerType: 1,
}
const canaries = Object.values(person).filter((value) => typeof value === 'string')
const password = 'simulator'

/** The file and what lies beside it. */
const database = () =>
  ['', '-wal']
    .map((end) => {
      try {
        return readFileSync(shop.testServer.databasePath + end)
      } catch {
        return Buffer.alloc(0)
      }
    })
    .map((bytes) => bytes.toString('utf8'))
    .join('')

const hits = (text: string) => canaries.filter((canary) => text.includes(canary))

describe('personal data in the shop’s options for Avarda', () => {
  it('personal data is sent to Avarda, and appears in no response, stream, event, log or history', async () => {
    const said: string[] = []
    const keep = async (response: Promise<Response>) => said.push(await (await response).text())
    const body = { ...avardaOrder, reference: 'WEB-canary', providerOptions: person }
    const response = await merchant(shop.testServer, 'POST', '/v1/checkouts', { body })
    const text = await response.text()
    said.push(text)
    const { id, session } = JSON.parse(text) as { id: string; session: string }
    await keep(merchant(shop.testServer, 'POST', '/v1/checkouts', { body }))
    const stream = await openStream(shop.testServer, session)

    for (const kind of ['e1', 'e2', 'e3', 'e4'] as const)
      shop.simulator.fault({ call: 'GetPaymentStatus', kind, messages: canaries })
    shop.simulator.fault({ call: 'InitializePayment', kind: 'e2', messages: canaries })
    await keep(browser(shop.testServer, session, 'POST', '/v1/session/start', { body: {} }))
    const { purchaseId, notifyUrl } = await shop.showForm(session)
    expect(shop.purchase(purchaseId)).toMatchObject({ SSN: person.ssn, Mail: person.mail })
    await keep(fetch(notifyUrl, { method: 'POST', body: JSON.stringify(person) }))
    await keep(
      fetch(notifyUrl, { method: 'POST', body: JSON.stringify({ purchaseId: person.ssn }) }),
    )
    await shop.asked(purchaseId, 6)
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(session, 'paid')
    await keep(merchant(shop.testServer, 'GET', `/v1/checkouts/${id}`))
    await keep(merchant(shop.testServer, 'GET', '/v1/events'))
    await keep(browser(shop.testServer, session, 'GET', '/v1/session'))
    await stream.ended
    said.push(stream.text())

    expect(said.join('\n')).toContain('checkout.paid')
    for (const one of said) expect(hits(one)).toEqual([])
    expect(shop.testServer.logged()).toContain('callback')
    expect(hits(shop.testServer.logged())).toEqual([])
    for (const secret of [password, btoa(`SimulatorSweden:${password}`)])
      expect([...said, shop.testServer.logged()].join('\n')).not.toContain(secret)
  })

  it('reports invalid personal data only by its place', async () => {
    const wrong = {
      ssn: `${person.ssn}-${person.ssn}`,
      mail: person.mail.replace('@', ' '),
      phone: person.phone.repeat(2),
      invoicingAddressLine1: person.invoicingAddressLine1.repeat(4),
      invoicingZip: person.invoicingZip.repeat(3),
      userLanguageCode: person.invoicingCity,
      emailInvoice: person.ssn,
      customerType: person.ssn,
      defaultPaymentMethod: person.ssn,
      termsAndConditionsUrl: person.mail,
      [person.ssn]: person.ssn,
      [person.mail]: 1,
    }
    const body = { ...avardaOrder, reference: 'WEB-wrong', providerOptions: wrong }
    const response = await merchant(shop.testServer, 'POST', '/v1/checkouts', { body })
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid_request' })
    for (const name of ['ssn', 'mail', 'phone', 'invoicingAddressLine1', 'invoicingZip'])
      expect(text).toContain(`providerOptions.${name}: `)
    expect(hits(text)).toEqual([])
    expect(hits(shop.testServer.logged())).toEqual([])
  })

  it.each(['paid', 'canceled', 'expired', 'review'] as const)(
    'deletes personal data from the database when the checkout is %s',
    async (end) => {
      const told = { ...person, phone: '0700000001' }
      const { id, session } = await shop.create({ providerOptions: told, expiresInSeconds: 600 })
      const { purchaseId } = await shop.showForm(session)
      expect(database()).toContain(told.ssn)
      if (end === 'review')
        shop.simulator.fault({ call: 'GetPaymentStatus', kind: 'wrong_amount', times: 3 })
      if (end === 'paid' || end === 'review') shop.simulator.approve(purchaseId)
      else shop.simulator.timeOut(purchaseId)
      if (end === 'canceled') {
        await shop.awaitStatus(session, 'open')
        await merchant(shop.testServer, 'POST', `/v1/checkouts/${id}/cancel`)
      }
      await until(
        () => {
          shop.clock.advance(end === 'expired' ? 60_000 : 500)
          return read(shop.testServer, session)
        },
        ({ status }) => status === end,
      )
      await shop.testServer.restart()
      expect((await read(shop.testServer, session)).status).toBe(end)
      expect(hits(database())).toEqual([])
    },
  )

  it('deletes personal data from the files within an hour while the server runs', async () => {
    const { session } = await shop.create({ providerOptions: person })
    const { purchaseId } = await shop.showForm(session)
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(session, 'paid')
    shop.clock.advance(60 * 60_000)
    await until(() => hits(database()).length === 0)
  })
})
