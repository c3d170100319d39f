import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import {
  browser,
  merchant,
  merchantKey,
  onlyCart,
  read,
  secretKey,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openStream } from '../support/stream.ts'

let testServer: TestServer
afterEach(() => testServer.close())

const phone = '7719943'

it('keeps phone, session, keys and secrets out of logs, responses, streams and the merchant view', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock, env: { LOG_LEVEL: 'trace' } })
  const { session, id } = await testServer.create({ description: 'canary-description' })
  const stream = await openStream(testServer, session)
  const said: string[] = []
  const keep = async (response: Promise<Response>) => said.push(await (await response).text())

  for (const kind of ['bad_signature', 'http_500', 'html', 'drop_after_effect'] as const) {
    testServer.simulator.fault({ call: 'CheckCart', kind })
  }
  testServer.simulator.fault({ call: 'ConfirmCart', kind: 'drop_before_effect' })
  testServer.simulator.fault({ call: 'Callback', kind: 'forged' })
  await keep(
    browser(testServer, session, 'POST', '/v1/session/start', { body: { phone, extra: phone } }),
  )
  await keep(
    browser(testServer, session, 'POST', '/v1/session/start', { body: `{"phone":"${phone}` }),
  )
  await keep(
    browser(testServer, session, 'POST', '/v1/session/start', { body: { [phone]: session } }),
  )
  await keep(
    browser(testServer, session, 'POST', '/v1/session/start', {
      body: { phone: `${phone}${phone}` },
    }),
  )
  await keep(browser(testServer, session, 'POST', '/v1/session/start', { body: { phone } }))
  await keep(
    browser(testServer, session, 'POST', '/v1/session/start', { body: { phone: '6000000' } }),
  )
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => {
      clock.advance(1_000)
      return read(testServer, session)
    },
    ({ status }) => status === 'paid',
  )
  await keep(browser(testServer, `${session}x`, 'GET', '/v1/session'))
  await keep(merchant(testServer, 'GET', `/v1/checkouts/${id}`))
  await keep(merchant(testServer, 'GET', '/v1/events'))
  await stream.ended
  said.push(stream.text())

  expect(testServer.logged()).toContain('changed')
  for (const canary of [phone, session, secretKey, merchantKey, 'canary-description']) {
    expect(testServer.logged(), canary).not.toContain(canary)
  }
  for (const canary of [phone, session, secretKey, merchantKey]) {
    for (const text of said) expect(text).not.toContain(canary)
  }
})

it('stores a session only as a hash, and of the phone its last four digits', async () => {
  testServer = await startTestServer()
  const { session } = await testServer.create()
  const database = () =>
    ['', '-wal']
      .map((end) => readFileSync(`${testServer.databasePath}${end}`).toString('latin1'))
      .join('')
  await start(testServer, session, phone)
  expect(await read(testServer, session)).toMatchObject({
    status: 'awaiting_shopper',
    phone: '•••9943',
  })
  expect(database()).toContain('att_')
  expect(database()).not.toContain(session)
  expect(database()).not.toContain(phone)
})

it('deletes the payer after a month, and keeps the payment', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  const { session, id } = await testServer.create()
  await start(testServer, session, phone)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  const view = async () =>
    (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as {
      status: string
      amount: number
      attempts: { payer: { masked: string } }[]
    }
  clock.advance(29 * 24 * 3_600_000)
  await testServer.restart()
  expect((await view()).attempts[0]?.payer.masked).toBe('•••9943')
  clock.advance(2 * 24 * 3_600_000)
  await until(async () => {
    clock.advance(3_600_000)
    await testServer.restart()
    return (await view()).attempts[0]?.payer.masked === '•••'
  })
  expect(await view()).toMatchObject({ status: 'paid', amount: 12990 })
})
