import { afterEach, beforeEach, expect, it } from 'vitest'
import { reconcile } from '../../server/cli/reconcile.ts'
import { AvardaTestServer } from '../support/avarda.ts'
import { settingsFor } from '../support/process.ts'
import { until } from '../support/test-server.ts'
import { run } from './run-cli.ts'

let shop: AvardaTestServer
beforeEach(async () => {
  shop = await AvardaTestServer.open()
})
afterEach(() => shop.close())

const reconciled = () => {
  const { testServer, env, clock } = shop
  const settings = {
    ...{ ...settingsFor(testServer.simulator), ...env, PUBLIC_URL: testServer.url },
    DATABASE_URL: `file:${testServer.databasePath}`,
  }
  return run(reconcile, settings, ['--since', '2020-01-01'], clock)
}

it('takes an order that the shop canceled at Avarda after its payment for no contradiction', async () => {
  const { id, session, reference } = await shop.create()
  const { purchaseId } = await shop.showForm(session)
  shop.simulator.approve(purchaseId)
  await shop.awaitStatus(session, 'paid')
  shop.simulator.advance(purchaseId, 8)
  expect(await reconciled()).toEqual({
    code: 0,
    text: [
      `* ${reference} (${id}): paid, and canceled at Avarda by the shop (8)`,
      'Asked about 1: 0 changed, 0 without an answer.',
    ].join('\n'),
  })
})

it('still reports a paid order that Avarda says was never paid', async () => {
  const { id, session, reference } = await shop.create()
  const { purchaseId } = await shop.showForm(session)
  shop.simulator.approve(purchaseId)
  await shop.awaitStatus(session, 'paid')
  shop.simulator.advance(purchaseId, 3, { force: true })
  const { code, text } = await reconciled()
  expect(text).toContain(`! ${reference} (${id}): recorded as paid, but not by Avarda (3)`)
  expect(code).toBe(1)
})

it('lists an order that was paid twice until the shop has canceled one of the purchases', async () => {
  const { id, session } = await shop.create()
  const first = await shop.showForm(session)
  shop.simulator.handOver(first.purchaseId)
  await shop.awaitStatus(session, 'open')
  const second = await shop.showForm(session)
  shop.simulator.approve(second.purchaseId)
  await shop.awaitStatus(session, 'paid')
  // No way that Avarda documents, and none that it rules out.
  shop.simulator.advance(first.purchaseId, 2, { force: true })
  await until(async () => {
    shop.clock.advance(30_000)
    const { history } = await shop.view(id)
    return history.filter(({ type }) => type === 'paid').length === 2
  })
  const found = await reconciled()
  expect(found.text).toContain('paid twice: SEK 280.00 by ')
  expect(found.code).toBe(1)
  shop.simulator.advance(second.purchaseId, 8)
  const after = await reconciled()
  expect(after.text).not.toContain('paid twice')
  expect(after.code).toBe(0)
})
