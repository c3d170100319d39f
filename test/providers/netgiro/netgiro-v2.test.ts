import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { listen } from '../../../server/listening.ts'
import type { FaultSpec } from '../../../demo/simulator/simulator.ts'
import type { Snapshot } from '../../../server/protocol/index.ts'
import {
  browser,
  merchant,
  onlyCart,
  read,
  secretKey,
  start,
  startTestServer,
} from '../../support/test-server.ts'
import { until } from '../../support/test-server.ts'
import type { TestServer } from '../../support/test-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
afterEach(() => testServer.close())

const open = async (confirmation = 'manual', env: Record<string, string> = {}) => {
  clock = new ManualClock()
  testServer = await startTestServer({
    clock,
    envOf: ({ v2Url }) => ({
      ...{ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url, NETGIRO_CONFIRMATION: confirmation },
      ...env,
    }),
  })
}
const fault = (call: FaultSpec['call'], kind: FaultSpec['kind'], more: Partial<FaultSpec> = {}) => {
  testServer.simulator.fault({ call, kind, ...more })
}
const approve = () => testServer.simulator.approve(onlyCart(testServer).TransactionId)

/** Turns the clock, a poll at a time, until the browser sees it. */
const reach = (session: string, isSo: Snapshot['status'] | ((snapshot: Snapshot) => boolean)) =>
  until(
    () => {
      clock.advance(500)
      return read(testServer, session)
    },
    (snapshot) => (typeof isSo === 'string' ? snapshot.status === isSo : isSo(snapshot)),
  )
const cancel = (session: string) =>
  browser(testServer, session, 'POST', '/v1/session/cancel', { body: {} })

interface Seen {
  readonly attempts: readonly { readonly providerCode: string | null; readonly outcome: string }[]
  readonly history: readonly { type: string; call: string | null; code: string | null }[]
}
const seen = async (id: string) =>
  (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as Seen
const evidence = async (id: string) =>
  (await seen(id)).history.map(({ type, call, code }) => `${type} ${call ?? ''} ${code ?? ''}`)

describe('a payment by V2', () => {
  it('a V2 payment goes from the phone number to paid, and is captured once', async () => {
    await open('manual')
    const { session, id } = await testServer.create()
    expect(await start(testServer, session, '+354 822-3281')).toMatchObject({
      status: 'awaiting_shopper',
      phone: '•••3281',
    })
    approve()
    await reach(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({
      ...{ api: 'v2', state: 'paid', captures: 1, captured: 12_990, CustomerId: '8223281' },
      ...{ ManualCapture: true, CallbackUrl: expect.stringMatching(/^http.*\/cs_[\w-]{43}$/) },
      calls: { payment: 1, capture: 1, cancel: 0 },
    })
    expect(await evidence(id)).toEqual([
      'created  ',
      'started  ',
      'requested payment success',
      'approved details Authorized/reservation',
      'capture_requested  ',
      'paid details Confirmed/paid',
    ])
  })

  it('the approval alone completes a V2 payment, without a callback, when confirmation is automatic', async () => {
    await open('automatic')
    const { session } = await testServer.create()
    await start(testServer, session)
    approve()
    await reach(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({
      ...{ captures: 1, ManualCapture: false, CallbackUrl: null, calls: { capture: 0 } },
      CallbackCancelUrl: expect.stringMatching(/\/cancel$/),
    })
  })

  it('our answer to the callback completes a V2 payment in callback mode', async () => {
    await open('callback')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    approve()
    await until(
      () => onlyCart(testServer),
      ({ state }) => state === 'paid',
    )
    expect(onlyCart(testServer).callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
    // The approval was on disk before the 200 that took the money.
    expect(await evidence(id)).toContain('approved details Authorized/reservation')
    await reach(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { capture: 0 } })
  })

  it.each(['manual', 'automatic'])(
    'accepts a code of the app at a point of sale, %s',
    async (confirmation) => {
      await open(confirmation)
      const { session } = await testServer.create({ channel: 'pos' })
      const body = { appCode: '5000041234' }
      await browser(testServer, session, 'POST', '/v1/session/start', { body })
      await until(
        () => read(testServer, session),
        ({ status }) => status === 'paid',
      )
      expect(onlyCart(testServer)).toMatchObject({ captures: 1, CustomerId: '5000041234' })
    },
  )

  it('accepts no kennitala, and no app code when the shop approves captures', async () => {
    await open('callback')
    const { session } = await testServer.create({ channel: 'pos' })
    for (const body of [{ nationalId: '1111111119' }, { appCode: '5000041234' }]) {
      const response = await browser(testServer, session, 'POST', '/v1/session/start', { body })
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ code: 'not_supported' })
    }
    expect(testServer.simulator.inspect().carts).toEqual([])
  })

  it('a V2 payment ends when the shopper declines or time runs out, and may be retried', async () => {
    await open()
    const { session, id } = await testServer.create()
    await start(testServer, session)
    testServer.simulator.reject(onlyCart(testServer).TransactionId)
    expect((await reach(session, 'open')).lastAttempt).toEqual({
      // By whom, V2 does not say.
      ...{ outcome: 'canceled', reason: 'ended_by_provider' },
    })
    await start(testServer, session)
    clock.advance(170_000)
    expect((await reach(session, 'open')).lastAttempt).toMatchObject({ outcome: 'expired' })
    expect((await seen(id)).attempts).toHaveLength(2)
    expect(testServer.simulator.inspect().carts.map(({ captures }) => captures)).toEqual([0, 0])
  })

  it('a refused V2 payment has one reason for the browser and a specific code for the shop', async () => {
    await open()
    for (const [phone, code] of [
      ['6610302', 'customer_blacklisted'],
      ['6610306', 'customer_not_verified'],
    ] as const) {
      const { session, id } = await testServer.create()
      expect(await start(testServer, session, phone)).toMatchObject({
        status: 'open',
        lastAttempt: { outcome: 'failed', reason: 'request_not_sent' },
      })
      expect((await seen(id)).attempts).toMatchObject([{ providerCode: code }])
    }
    expect(testServer.logged()).not.toMatch(/blacklisted"|not verified/)
  })

  it('a V2 payment is not sent when our API key is wrong, and no key is shown', async () => {
    const wrongKey = '00000000-1111-2222-3333-444444444444'
    await open('manual', { NETGIRO_APP_ID: wrongKey })
    const { session, id } = await testServer.create()
    expect(await start(testServer, session)).toMatchObject({
      lastAttempt: { outcome: 'failed', reason: 'provider_unavailable' },
    })
    expect((await seen(id)).attempts).toMatchObject([{ providerCode: 'credentials_refused' }])
    expect(testServer.logged()).not.toContain(wrongKey)
    expect(testServer.logged()).not.toContain(secretKey)
  })
})

describe('canceling a V2 payment', () => {
  it('a V2 cancellation succeeds while the shopper has not answered', async () => {
    await open()
    const { session } = await testServer.create()
    await start(testServer, session)
    await cancel(session)
    expect(await reach(session, 'open')).toMatchObject({
      lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shopper' },
    })
    expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', captures: 0 })
  })

  it('a V2 cancellation is too late when the payment is made, and refunds nothing', async () => {
    await open('automatic')
    const { session } = await testServer.create()
    await start(testServer, session)
    approve()
    await cancel(session)
    await reach(session, 'paid')
    // V2 would have canceled the payment itself.
    expect(onlyCart(testServer)).toMatchObject({
      ...{ state: 'paid', captures: 1, paymentCanceled: false, calls: { cancel: 0 } },
    })
  })

  it('a V2 cancellation succeeds while the money is only reserved', async () => {
    await open('manual')
    const { session } = await testServer.create()
    fault('Callback', 'never')
    await start(testServer, session)
    approve()
    await cancel(session)
    const after = await reach(session, ({ status }) => status === 'open' || status === 'paid')
    expect(after.lastAttempt).toMatchObject({ outcome: 'canceled' })
    expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', captures: 0 })
  })

  it.each(['drop_before_effect', 'drop_after_effect', 'html', 'bad_json'] as const)(
    'polls before it retries a V2 cancellation whose response is lost: %s',
    async (kind) => {
      await open()
      const { session } = await testServer.create()
      await start(testServer, session)
      fault('v2.cancel', kind)
      void cancel(session)
      await reach(session, 'open')
      expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', captures: 0 })
      // Also where it had its effect: the status alone, which may lag behind, does not end it.
      await until(() => {
        clock.advance(500)
        return onlyCart(testServer).calls.cancel === 2
      })
    },
  )

  it('retries a V2 cancellation slowly when the provider refuses it', async () => {
    await open()
    const { session } = await testServer.create()
    await start(testServer, session)
    fault('v2.cancel', 'refuse', { times: 1_000 })
    void cancel(session)
    await until(() => onlyCart(testServer).calls.cancel === 1)
    for (let look = 0; look < 50; look++) await read(testServer, session)
    expect(onlyCart(testServer).calls.cancel).toBe(1)
    approve()
    await reach(session, 'paid')
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it.each([1, 4])(
    'never reports a payment as paid that was just canceled, %s views late',
    async (times) => {
      await open('automatic')
      const { session } = await testServer.create()
      await start(testServer, session)
      // The shopper is faster than the cancellation, and the answers that follow it are old ones.
      fault('v2.cancel', 'delay_before_effect', { ms: 1_000 })
      fault('v2.status', 'stale', { times })
      fault('v2.details', 'stale', { times })
      void cancel(session)
      await until(() => onlyCart(testServer).calls.cancel === 1)
      approve()
      const after = await reach(session, ({ status }) => status === 'open' || status === 'paid')
      expect(after.status).toBe('open')
      expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', paymentCanceled: true })
    },
  )
})

describe('a V2 response that is lost or wrong', () => {
  it.each(['manual', 'callback'])(
    'the callback, which has the payment id, makes up for a lost response to a V2 start, %s',
    async (confirmation) => {
      await open(confirmation)
      const { session } = await testServer.create()
      fault('v2.payment', 'drop_after_effect')
      const snapshot = await start(testServer, session)
      expect(snapshot).toMatchObject({ status: 'starting', uncertain: true })
      approve()
      await reach(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { payment: 1 } })
    },
  )

  it('a V2 start that did not arrive ends at its timeout, and nothing is sent twice', async () => {
    await open()
    const { session } = await testServer.create()
    fault('v2.payment', 'drop_before_effect')
    expect(await start(testServer, session)).toMatchObject({ uncertain: true })
    await until(async () => {
      clock.advance(5_000)
      return (await read(testServer, session)).status === 'open'
    })
    expect(testServer.simulator.inspect().calls.payment).toBe(1)
  })

  it('a lost response to a V2 start that may have taken money leads to a review', async () => {
    await open('automatic')
    const { session } = await testServer.create({ expiresInSeconds: 300 })
    fault('v2.payment', 'drop_after_effect')
    await start(testServer, session)
    approve()
    await until(async () => {
      clock.advance(10_000)
      return (await read(testServer, session)).status === 'review'
    })
    expect(testServer.simulator.inspect().calls.payment).toBe(1)
  })

  it.each(['drop_before_effect', 'drop_after_effect', 'http_500', 'html', 'bad_json'] as const)(
    'polls after a lost response to a V2 capture, and takes the money once: %s',
    async (kind) => {
      await open()
      const { session } = await testServer.create()
      await start(testServer, session)
      fault('v2.capture', kind)
      approve()
      await reach(session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ state: 'paid', captures: 1 })
    },
  )

  it('polls again after a lost response to the poll that follows a V2 capture', async () => {
    await open()
    const { session } = await testServer.create()
    fault('Callback', 'never')
    await start(testServer, session)
    approve()
    fault('v2.capture', 'delay', { ms: 400 })
    await until(() => {
      clock.advance(100)
      return onlyCart(testServer).calls.capture === 1
    })
    fault('v2.status', 'drop_before_effect')
    // The money may have been taken: nobody is told to go on as if it had not.
    await reach(session, ({ status, uncertain }) => status === 'confirming' && uncertain)
    await reach(session, 'paid')
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('a V2 response that refuses the capture is not final', async () => {
    await open()
    const { session } = await testServer.create()
    await start(testServer, session)
    fault('v2.capture', 'refuse', { times: 2 })
    approve()
    await reach(session, ({ status, uncertain }) => status === 'confirming' && uncertain)
    await reach(session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { capture: 3 } })
  })

  it('a V2 response with another amount leads to a review, and nothing is captured', async () => {
    await open()
    const { session } = await testServer.create()
    fault('v2.details', 'wrong_amount', { times: 10 })
    await start(testServer, session)
    approve()
    await reach(session, 'review')
    expect(onlyCart(testServer)).toMatchObject({
      state: 'reserved',
      captures: 0,
      calls: { capture: 0 },
    })
  })

  it('ignores a V2 response that contradicts itself, and polls again', async () => {
    await open('automatic')
    const { session, id } = await testServer.create()
    await start(testServer, session)
    fault('v2.details', 'stale', { times: 2 })
    approve()
    await reach(session, 'paid')
    expect(await evidence(id)).toContain('paid details Confirmed/paid')
    expect(onlyCart(testServer).calls.details).toBe(3)
  })
})

describe('the V2 callback', () => {
  const knock = (path: string, body: object, signature: string) =>
    fetch(testServer.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-netgiro-signature': signature },
      body: JSON.stringify(body),
    })
  const pathOf = (url: string | null) => new URL(String(url)).pathname

  it('a V2 callback triggers a poll long before the next one is due, and a repetition changes nothing', async () => {
    await open()
    const { session } = await testServer.create()
    fault('Callback', 'duplicate')
    await start(testServer, session)
    approve()
    await until(
      () => read(testServer, session),
      ({ status }) => status === 'paid',
    )
    await until(() => onlyCart(testServer).callbacks.length === 2)
    expect(onlyCart(testServer)).toMatchObject({
      ...{ captures: 1, callbacks: [{ status: 200 }, { status: 200 }] },
    })
  })

  it('refuses a forged V2 callback, and accepts the real one that follows', async () => {
    await open('callback')
    const { session } = await testServer.create()
    fault('Callback', 'forged')
    await start(testServer, session)
    approve()
    await reach(session, 'paid')
    expect(onlyCart(testServer).callbacks).toMatchObject([
      { forged: true, status: 401 },
      { forged: false, status: 200 },
    ])
    expect(onlyCart(testServer).captures).toBe(1)
  })

  it('a V2 callback decides nothing by itself', async () => {
    await open()
    const { session } = await testServer.create()
    await start(testServer, session)
    const { TransactionId, Amount, Reference, CallbackUrl } = onlyCart(testServer)
    const sign = (amount: number) =>
      createHash('sha256').update(`${secretKey}${TransactionId}${amount}`).digest('hex')
    const notice = { Success: true, Message: 'Success', TransactionId, TotalAmount: Amount }
    const said = { ...notice, ReferenceNumber: Reference }
    const path = pathOf(CallbackUrl)
    expect((await knock(path, said, sign(Amount))).status).toBe(200)
    expect((await knock(path, { ...said, TotalAmount: 1 }, sign(1))).status).toBe(200)
    expect((await knock(path, { ...said, ReferenceNumber: 'X' }, sign(Amount))).status).toBe(200)
    // What is not proven decides nothing either; where our answer completes nothing, it is asked about anyway.
    expect((await knock(path, said, sign(Amount + 1))).status).toBe(200)
    expect((await knock(path, said, '')).status).toBe(200)
    expect((await knock(`${path}/cancel`, said, sign(Amount))).status).toBe(200)
    expect(await read(testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
  })

  it('denies a V2 callback when the shopper has canceled, and releases the reservation', async () => {
    await open('callback')
    const { session } = await testServer.create()
    fault('Callback', 'delay', { ms: 2_000 })
    await start(testServer, session)
    approve()
    void cancel(session)
    await reach(session, 'open')
    clock.advance(20_000)
    await until(() => onlyCart(testServer).state === 'canceled')
    expect(onlyCart(testServer).captures).toBe(0)
  })
})

it.each(['manual', 'callback'])(
  'releases a reservation that the shop denies, %s',
  async (confirmation) => {
    const shop = createServer((request, response) => {
      request.resume().on('end', () => response.end('{"approve":false}'))
    })
    const { url, close } = await listen(shop)
    await open(confirmation, {
      ...{ AUTHORIZE_URL: url, WEBHOOK_URL: url },
      WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`,
    })
    const { session } = await testServer.create()
    await start(testServer, session)
    approve()
    expect((await reach(session, 'open')).lastAttempt).toMatchObject({ reason: 'canceled_by_shop' })
    expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', captures: 0 })
    await close()
  },
)

it('a V2 attempt survives a restart while it is open', async () => {
  await open()
  const { session } = await testServer.create()
  await start(testServer, session)
  fault('Callback', 'never')
  await testServer.restart()
  approve()
  await reach(session, 'paid')
  expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { payment: 1 } })
})
