import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import {
  browser,
  merchant,
  onlyCart,
  read,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

const nationalId = '1111111119'
const appCode = '5000041234'

let testServer: TestServer
afterEach(() => testServer.close())

const till = (confirmation = 'manual', env: Record<string, string> = {}) =>
  startTestServer({ env: { NETGIRO_CONFIRMATION: confirmation, ...env } }).then((started) => {
    testServer = started
    return testServer.create({ channel: 'pos', locationId: 'Laugavegur', registerId: '2' })
  })

const startWith = async (session: string, body: object) => {
  const response = await browser(testServer, session, 'POST', '/v1/session/start', { body })
  return { status: response.status, body: (await response.json()) as Snapshot & { code: string } }
}
const give = async (session: string, code: string, key?: string) => {
  const response = await browser(testServer, session, 'POST', '/v1/session/code', {
    body: { code },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  })
  return { status: response.status, body: (await response.json()) as Snapshot }
}
const reach = (session: string, status: string) =>
  until(
    () => read(testServer, session),
    (snapshot) => snapshot.status === status,
  )
const smsCode = () => String(onlyCart(testServer)['smsCode'])
const wrongCode = () => (smsCode() === '0000' ? '1111' : '0000')

describe.each(['manual', 'automatic', 'callback'])(
  'a point of sale with confirmation %s',
  (confirmation) => {
    it('accepts a kennitala and the SMS code', async () => {
      const { session } = await till(confirmation)
      expect((await startWith(session, { nationalId: '111111-1119' })).status).toBe(202)
      expect(await reach(session, 'awaiting_code')).toMatchObject({
        phone: null,
        payer: { kind: 'national_id', masked: '••••••1119' },
        code: { refused: false, triesLeft: 3 },
      })
      expect((await give(session, smsCode())).status).toBe(202)
      await reach(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({
        captures: 1,
        LocationId: 'Laugavegur',
        RegisterId: '2',
      })
      const twice = confirmation === 'automatic' ? 1 : 2
      expect(onlyCart(testServer).calls.ConfirmCart).toBe(twice)
    })

    it('accepts a code from the app without approval', async () => {
      const { session } = await till(confirmation)
      await startWith(session, { appCode })
      await reach(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures: 1, CustomerId: appCode })
    })

    it('accepts a phone number as a web shop does', async () => {
      const { session } = await till(confirmation)
      await startWith(session, { phone: '8223281' })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await reach(session, 'paid')
      expect(onlyCart(testServer).captures).toBe(1)
    })
  },
)

it('reports a wrong code, and accepts the right one after it', async () => {
  const { session } = await till()
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  expect(await give(session, wrongCode())).toMatchObject({
    status: 202,
    body: { status: 'awaiting_code', code: { refused: true, triesLeft: 2 } },
  })
  await give(session, smsCode())
  await reach(session, 'paid')
})

it('cancels the request after the last wrong code, so that the next customer can pay', async () => {
  const { session, id } = await till('manual', { POS_CODE_TRIES: '2' })
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  await give(session, wrongCode())
  await give(session, wrongCode())
  expect(await reach(session, 'open')).toMatchObject({
    lastAttempt: { outcome: 'failed', reason: 'wrong_code' },
  })
  expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', captures: 0 })
  expect(await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()).toMatchObject({
    attempts: [{ payer: { kind: 'national_id', masked: '••••••1119' } }],
  })
})

it('sends no code twice, and polls for the result when the answer was lost', async () => {
  for (const kind of ['drop_before_effect', 'drop_after_effect'] as const) {
    const clock = new ManualClock()
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'automatic' } })
    const { session } = await testServer.create({ channel: 'pos' })
    await startWith(session, { nationalId })
    await until(
      () => {
        clock.advance(50)
        return read(testServer, session)
      },
      ({ status }) => status === 'awaiting_code',
    )
    testServer.simulator.fault({ call: 'ConfirmCart', kind })
    void give(session, smsCode())
    const after = await until(
      () => {
        clock.advance(500)
        return read(testServer, session)
      },
      ({ status, code }) => status === 'paid' || code?.refused === true,
    )
    expect(after.status).toBe(kind === 'drop_after_effect' ? 'paid' : 'awaiting_code')
    expect(onlyCart(testServer).calls.ConfirmCart).toBe(1)
    if (kind === 'drop_before_effect') await testServer.close()
  }
})

it('sends a code once when it is submitted twice, because the second would capture the money', async () => {
  const { session } = await till()
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 3 })
  const code = smsCode()
  await Promise.all([give(session, code), give(session, code), give(session, code)])
  await reach(session, 'review')
  expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 1 } })
})

it('accepts no second code while the result of the first is unknown', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  const { session } = await testServer.create({ channel: 'pos' })
  await startWith(session, { nationalId })
  await until(
    () => {
      clock.advance(50)
      return read(testServer, session)
    },
    ({ status }) => status === 'awaiting_code',
  )
  testServer.simulator.fault({ call: 'CheckCart', kind: 'http_500', times: 2 })
  testServer.simulator.fault({ call: 'ConfirmCart', kind: 'drop_after_effect' })
  expect(await give(session, smsCode())).toMatchObject({ body: { uncertain: true } })
  expect(await give(session, smsCode())).toMatchObject({
    status: 409,
    body: { code: 'code_not_expected' },
  })
  expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 1 } })
})

it('sends another code only to what still waits for one, whatever the refusal of the first says', async () => {
  const { session } = await till()
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  testServer.simulator.fault({ call: 'ConfirmCart', kind: 'code', code: 400, effect: true })
  testServer.simulator.fault({ call: 'CheckCart', kind: 'wrong_amount', times: 3 })
  const code = smsCode()
  await give(session, code)
  expect(await give(session, code)).toMatchObject({ status: 409 })
  await reach(session, 'review')
  expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 1 } })
})

it("accepts the kennitala of the sandbox's customer without credit, and ends when the provider declines", async () => {
  const { session } = await till()
  await startWith(session, { nationalId: '2222222229' })
  expect(await reach(session, 'open')).toMatchObject({ lastAttempt: { outcome: 'failed' } })
})

it('frees a customer whom a sale without a till keeps waiting, however the customer is identified', async () => {
  const former = await till()
  await startWith(former.session, { nationalId })
  await reach(former.session, 'awaiting_code')
  const { session } = await testServer.create({ channel: 'pos' })
  expect(await startWith(session, { nationalId })).toMatchObject({
    status: 429,
    body: { code: 'phone_busy', canCancelWaiting: true },
  })
  const freed = await startWith(session, { nationalId, cancelWaiting: true })
  expect(freed).toMatchObject({ status: 202 })
  await reach(session, 'awaiting_code')
  expect(await read(testServer, former.session)).toMatchObject({ status: 'open' })
  const other = await testServer.create({ channel: 'pos' })
  expect(await startWith(other.session, { appCode, cancelWaiting: true })).toMatchObject({
    status: 202,
  })
})

describe('a code that is sent again under its key, because the answer was lost', () => {
  const calls = () => onlyCart(testServer).calls.ConfirmCart
  const tried = { status: 202, body: { code: { refused: true, triesLeft: 2 } } }

  it('uses one try when it is wrong, while the provider thinks and afterwards', async () => {
    const { session } = await till()
    await startWith(session, { nationalId })
    await reach(session, 'awaiting_code')
    testServer.simulator.fault({ call: 'ConfirmCart', kind: 'delay', ms: 300, times: 1 })
    const first = give(session, wrongCode(), 'key-1')
    await until(() => calls() === 1)
    expect(await give(session, wrongCode(), 'key-1')).toMatchObject(tried)
    expect(await first).toMatchObject(tried)
    expect(await give(session, wrongCode(), 'key-1')).toMatchObject(tried)
    expect(calls()).toBe(1)
    expect((await give(session, wrongCode(), 'key-2')).body.code?.triesLeft).toBe(1)
    expect(calls()).toBe(2)
  })

  it('a right code that is sent again is answered with the payment', async () => {
    const { session } = await till('automatic')
    await startWith(session, { nationalId })
    await reach(session, 'awaiting_code')
    await give(session, smsCode(), 'key-1')
    await reach(session, 'paid')
    expect(await give(session, smsCode(), 'key-1')).toMatchObject({
      ...{ status: 202, body: { status: 'paid' } },
    })
    expect((await give(session, smsCode(), 'key-2')).status).toBe(409)
  })
})

it('refuses a kennitala, an app code and an SMS code in a web shop', async () => {
  testServer = await startTestServer()
  const { session } = await testServer.create()
  for (const body of [{ nationalId }, { appCode }])
    expect(await startWith(session, body)).toMatchObject({
      status: 422,
      body: { code: 'not_supported' },
    })
  expect(await give(session, '1234')).toMatchObject({
    status: 409,
    body: { code: 'code_not_expected' },
  })
  expect(testServer.simulator.inspect().carts).toEqual([])
})

it.each([
  [{ nationalId: '3213111119' }, 'invalid_national_id'],
  [{ nationalId: '111111111' }, 'invalid_national_id'],
  [{ appCode: '400004abcd' }, 'invalid_app_code'],
  [{ appCode: '500004abc' }, 'invalid_app_code'],
  [{ phone: '5551234' }, 'invalid_phone'],
])('refuses %j at a point of sale', async (body, code) => {
  const { session } = await till()
  expect(await startWith(session, body)).toMatchObject({ status: 422, body: { code } })
})

it("accepts a kennitala without a check digit, and a company's", async () => {
  const { session } = await till()
  // Unknown to the simulator, which is its business: the form is right.
  expect((await startWith(session, { nationalId: '1203751110' })).status).toBe(202)
  const another = await testServer.create({ channel: 'pos' })
  expect((await startWith(another.session, { nationalId: '5101222830' })).status).toBe(202)
})

it('cancels in time, or reports that it was too late and paid', async () => {
  const { session } = await till()
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  await browser(testServer, session, 'POST', '/v1/session/cancel', { body: {} })
  expect(await reach(session, 'open')).toMatchObject({ lastAttempt: { outcome: 'canceled' } })

  const other = await testServer.create({ channel: 'pos' })
  await startWith(other.session, { phone: '8223281' })
  const cart = testServer.simulator.inspect().carts.find(({ state }) => state === 'waiting')
  testServer.simulator.approve(String(cart?.TransactionId))
  await browser(testServer, other.session, 'POST', '/v1/session/cancel', { body: {} })
  await reach(other.session, 'paid')
})

it('keeps kennitala and codes out of the database and the log', async () => {
  const { session } = await till()
  await startWith(session, { nationalId: '2508851119' })
  await startWith(session, { nationalId })
  await reach(session, 'awaiting_code')
  const code = smsCode()
  await give(session, code)
  await reach(session, 'paid')
  const database = ['', '-wal']
    .map((end) => readFileSync(`${testServer.databasePath}${end}`).toString('latin1'))
    .join('')
  for (const canary of [nationalId, '2508851119', session]) {
    expect(database).not.toContain(canary)
    expect(testServer.logged()).not.toContain(canary)
  }
  expect(testServer.logged()).not.toMatch(new RegExp(`[^\\d]${code}[^\\d]`))
})
