import { afterEach, beforeEach, expect, it } from 'vitest'
import { AvardaTestServer } from '../../support/avarda.ts'
import { onlyCart, start, until } from '../../support/test-server.ts'

/** More than may be polled at once. */
const forms = 192 + 32

let shop: AvardaTestServer
beforeEach(async () => {
  shop = await AvardaTestServer.open()
})
afterEach(async () => {
  // What is out to Avarda would be waited for.
  await shop.simulator.close()
  await shop.close()
})

it('a payment with Netgíró waits for no poll of an Avarda that does not answer', async () => {
  while (shop.simulator.purchases().length < forms)
    await Promise.all(
      Array.from({ length: 32 }, async () => shop.start((await shop.create()).session)),
    )
  const polls = () => shop.simulator.inspect().calls.GetPaymentStatus
  const before = polls()
  const ms = 3_600_000
  shop.simulator.fault({ call: 'GetPaymentStatus', kind: 'delay', times: 10 * forms, ms })
  await until(() => {
    shop.clock.advance(500)
    return polls() >= before + 192
  })

  const { session } = await shop.testServer.create()
  await start(shop.testServer, session)
  shop.testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
  shop.testServer.simulator.approve(onlyCart(shop.testServer).TransactionId)
  const approvedAt = shop.clock.now()
  await shop.awaitStatus(session, 'paid')
  // By the server's clock, which stands still while a poll is waited for.
  expect(shop.clock.now() - approvedAt).toBeLessThan(10_000)
  expect(onlyCart(shop.testServer).captures).toBe(1)
})
