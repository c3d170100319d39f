import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../../server/listening.ts'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import {
  browser,
  onlyCart,
  read,
  secretKey,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { ManualClock } from '../support/manual-clock.ts'
import {
  awaitStatus,
  closeBy,
  pass,
  sendV1Callback,
  settle,
  toldOf,
  viewOf,
  whilePassing,
} from '../support/later.ts'

const appId = '881E674F-7891-4C20-AFD8-56FE2624C4B5'
const [hashKey, nextHashKey] = [
  'Zk3v9QpX7wLr2TnB8yHc5MdF1sGj6KaE',
  'q8WnR4tYv6UzX2bC9mL1kJ7hG5fD3sAp',
]

let clock: ManualClock
let testServer: TestServer
const closing: (() => Promise<unknown>)[] = []
beforeEach(() => {
  clock = new ManualClock()
})
afterEach(async () => {
  await testServer.close()
  for (const close of closing.splice(0)) await close()
})

const begin = async (env: Record<string, string>) => {
  testServer = await startTestServer({
    clock,
    env: { PHONE_REQUESTS_PER_10_MINUTES: '1000', ...env },
  })
}

/** A shop that is asked before the money is taken, and always says this. */
async function gateSaying(approve: boolean): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ approve }))
    })
  })
  const { url, close } = await listen(server)
  closing.push(close)
  return {
    AUTHORIZE_URL: `${url}/authorize`,
    WEBHOOK_URL: `${url}/hook`,
    WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`,
  }
}

const startAs = async (session: string, phone = '8223281') => {
  const response = await browser(testServer, session, 'POST', '/v1/session/start', {
    body: { phone },
  })
  return { status: response.status, body: (await response.json()) as { code?: string } }
}

const v2 = () => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: testServer.simulator.v2Url })
const v1 = () => ({ NETGIRO_API: 'v1', NETGIRO_API_URL: testServer.simulator.apiUrl })
const keeping = (api: 'v1' | 'v2') => ({
  NETGIRO_PREVIOUS_API: api,
  NETGIRO_PREVIOUS_API_URL: api === 'v1' ? testServer.simulator.apiUrl : testServer.simulator.v2Url,
  NETGIRO_PREVIOUS_APP_ID: appId,
  NETGIRO_PREVIOUS_SECRET_KEY: secretKey,
})
const v2Calls = () => {
  const { payment, status, details, capture, cancel } = testServer.simulator.inspect().calls
  return payment + status + details + capture + cancel
}

const confirmations = ['manual', 'automatic', 'callback'] as const
const changes = confirmations.flatMap((from) =>
  confirmations.filter((to) => to !== from).map((to) => [from, to] as const),
)

describe('a restart with another NETGIRO_CONFIRMATION', () => {
  it.each(changes)(
    'finishes an attempt in the mode it was started with, from %s to %s, and starts the next in the new one',
    async (from, to) => {
      await begin({ NETGIRO_CONFIRMATION: from })
      const { session, id } = await testServer.create()
      await start(testServer, session)
      await testServer.reconfigure({ NETGIRO_CONFIRMATION: to })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
      expect(onlyCart(testServer).calls.ConfirmCart).toBe(from === 'manual' ? 1 : 0)
      expect(await toldOf(testServer, id)).toEqual(['checkout.paid'])

      const next = await testServer.create()
      await start(testServer, next.session)
      const expected = { automatic: 0, callback: 1, manual: 2 }[to]
      expect(testServer.simulator.inspect().carts[1]).toMatchObject({ ConfirmationType: expected })
    },
  )

  it.each([
    ['callback', 'manual'],
    ['manual', 'callback'],
  ])('takes no money when the shop denies, from %s to %s', async (from, to) => {
    await begin({ NETGIRO_CONFIRMATION: from, ...(await gateSaying(false)) })
    const { session } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({ NETGIRO_CONFIRMATION: to })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'open')
    await pass(testServer, clock, 60_000)
    expect(onlyCart(testServer)).toMatchObject({ captures: 0 })
    expect(
      onlyCart(testServer).callbacks.every(
        ({ kind, status }) => kind === 'cancel' || from === 'manual' || status !== 200,
      ),
    ).toBe(true)
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
  })

  it('takes no money after a denial when the shop is no longer asked', async () => {
    await begin({ NETGIRO_CONFIRMATION: 'manual', ...(await gateSaying(false)) })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    // Neither the cancellation nor its answer gets through before the restart.
    testServer.simulator.fault({ call: 'CancelCart', kind: 'drop_before_effect', times: 99 })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await until(async () =>
      (await viewOf(testServer, id)).history.some(({ type }) => type === 'authorized'),
    )
    await testServer.reconfigure({ AUTHORIZE_URL: undefined })
    await pass(testServer, clock, 120_000)
    expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 0 } })
  })

  it.each([
    ['manual', 'automatic'],
    ['manual', 'manual'],
    ['manual', 'callback'],
    ['callback', 'automatic'],
    ['callback', 'manual'],
    ['callback', 'callback'],
  ])(
    'takes no money unasked when the shop can no longer be asked about a request, from %s to %s',
    async (from, to) => {
      await begin({ NETGIRO_CONFIRMATION: from, ...(await gateSaying(false)) })
      const { session, id } = await testServer.create()
      await start(testServer, session)
      await testServer.reconfigure({ NETGIRO_CONFIRMATION: to, AUTHORIZE_URL: undefined })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'open')
      await pass(testServer, clock, 60_000)
      expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 0 } })
      const { history } = await viewOf(testServer, id)
      expect(history.map(({ type }) => type)).not.toContain('capture_requested')
      // The next request is one of the new settings.
      await start(testServer, session)
      const [, next] = testServer.simulator.inspect().carts
      testServer.simulator.approve(next?.TransactionId ?? '')
      await awaitStatus(testServer, clock, session, 'paid')
      expect(testServer.simulator.inspect().carts.map(({ captures }) => captures)).toEqual([0, 1])
    },
  )

  it("takes no money when the shop's decision was lost and the shop is no longer asked", async () => {
    await begin({ NETGIRO_CONFIRMATION: 'manual' })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    // As a process leaves it that dies while the shop thinks.
    const disk = openSecondConnection(testServer.databasePath)
    disk.exec(`update attempts set details = json_set(details, '$.decisionRequestedAt', 1)`)
    disk.close()
    await testServer.restart()
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 30_000)
    expect(onlyCart(testServer)).toMatchObject({ captures: 0, calls: { ConfirmCart: 0 } })
    const { history } = await viewOf(testServer, id)
    expect(history.map(({ type }) => type)).not.toContain('capture_requested')
  })

  it('neither repeats nor forgets a request whose answer was lost, from automatic to manual', async () => {
    await begin({ NETGIRO_CONFIRMATION: 'automatic', CHECKOUT_LIFETIME_SECONDS: '900' })
    const { session, id } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    testServer.simulator.fault({ call: 'Callback', kind: 'never', times: 9 })
    await start(testServer, session)
    await testServer.reconfigure({ NETGIRO_CONFIRMATION: 'manual' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await pass(testServer, clock, 240_000, 5_000)
    expect((await startAs(session, '8223282')).body).toMatchObject({ code: 'attempt_open' })
    expect((await startAs(session)).status).toBe(202)
    await pass(testServer, clock, 900_000, 10_000)
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
    expect(await viewOf(testServer, id)).toMatchObject({
      status: 'review',
      review: 'outcome_unknown',
    })
    expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
  })

  it('lets the shopper try again after a lost request that could only reserve, from manual to automatic', async () => {
    await begin({ NETGIRO_CONFIRMATION: 'manual' })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'drop_after_effect' })
    await start(testServer, session)
    await testServer.reconfigure({ NETGIRO_CONFIRMATION: 'automatic' })
    await pass(testServer, clock, 240_000, 5_000)
    expect(await read(testServer, session)).toMatchObject({ status: 'open' })
    await start(testServer, session)
    const [, second] = testServer.simulator.inspect().carts
    testServer.simulator.approve(second?.TransactionId ?? '')
    await awaitStatus(testServer, clock, session, 'paid')
    expect(testServer.simulator.inspect().carts.map(({ captures }) => captures)).toEqual([0, 1])
  })
})

describe('a restart with another NETGIRO_API', () => {
  it('finishes V1 attempts over V1 while it is still configured, and starts new ones over V2', async () => {
    await begin({})
    const { session, id } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({ ...v2(), ...keeping('v1') })
    await pass(testServer, clock, 10_000)
    expect(v2Calls()).toBe(0)
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { ConfirmCart: 1 } })
    expect(v2Calls()).toBe(0)
    expect(await toldOf(testServer, id)).toEqual(['checkout.paid'])
    const next = await testServer.create()
    await start(testServer, next.session)
    expect(testServer.simulator.inspect().carts[1]).toMatchObject({ api: 'v2' })
  })

  it("carries out the shop's cancellation of a V1 attempt over V1", async () => {
    await begin({})
    const { id, session } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({ ...v2(), ...keeping('v1') })
    await closeBy(testServer, id)
    expect(await read(testServer, session)).toMatchObject({ status: 'canceled' })
    expect(onlyCart(testServer)).toMatchObject({ state: 'canceled', calls: { CancelCart: 1 } })
  })

  it('finishes V2 attempts over V2 while it is still configured', async () => {
    testServer = await startTestServer({
      clock,
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    })
    const { session } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({ ...v1(), ...keeping('v2') })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { capture: 1, CheckCart: 0 } })
  })

  it('finishes attempts of another account with that account, and starts new ones with the new one', async () => {
    await begin({})
    const other = await startSimulator({
      clock,
      appId: 'A-NEW-APPLICATION',
      secretKey: 'its secret',
    })
    closing.push(() => other.close())
    const { session } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({
      ...{ NETGIRO_APP_ID: 'A-NEW-APPLICATION', NETGIRO_SECRET_KEY: 'its-secret' },
      ...{ NETGIRO_API_URL: other.apiUrl, ...keeping('v1') },
    })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'paid')
    expect(onlyCart(testServer).captures).toBe(1)
    expect(other.inspect().rejectedSignatures).toBe(0)
    await start(testServer, (await testServer.create()).session)
    expect(other.inspect().rejectedSignatures).toBe(1)
  })

  it.each(confirmations)(
    'finishes attempts of the same account at the URL that they were started with (%s)',
    async (confirmation) => {
      await begin({ NETGIRO_CONFIRMATION: confirmation })
      const other = await startSimulator({ clock })
      closing.push(() => other.close())
      const { session, id } = await testServer.create()
      await start(testServer, session)
      await testServer.reconfigure({ NETGIRO_API_URL: other.apiUrl, ...keeping('v1') })
      await pass(testServer, clock, 10_000)
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
      expect(await toldOf(testServer, id)).toEqual(['checkout.paid'])
      expect(other.inspect().calls).toMatchObject({ CheckCart: 0, ConfirmCart: 0, CancelCart: 0 })
      await start(testServer, (await testServer.create()).session)
      expect(other.inspect().calls).toMatchObject({ InsertCart: 1 })
    },
  )

  it('puts attempts of a removed provider in review on startup, notifies the shop once and releases the phone', async () => {
    await begin({})
    const { session, id } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure(v2())
    expect(await viewOf(testServer, id)).toMatchObject({
      status: 'review',
      review: 'not_configured',
    })
    expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
    expect((await closeBy(testServer, id)).status).toBe(200)
    const next = await testServer.create()
    expect((await startAs(next.session)).status).toBe(202)
    const calls = onlyV1(testServer).calls.CheckCart
    await pass(testServer, clock, 60_000, 5_000)
    await testServer.restart()
    expect(await toldOf(testServer, id)).toEqual(['checkout.review'])
    expect(onlyV1(testServer)).toMatchObject({
      calls: { CheckCart: calls, status: 0, CancelCart: 0 },
    })
  })

  it('finds what was paid meanwhile when the former account is configured again', async () => {
    await begin({ NETGIRO_CONFIRMATION: 'automatic' })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure(v2())
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'review' })
    await testServer.reconfigure(keeping('v1'))
    await pass(testServer, clock, 360_000, 5_000)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid', late: true })
    expect(await toldOf(testServer, id)).toEqual(['checkout.review', 'checkout.paid'])
  })
})

const onlyV1 = (of: TestServer) => {
  const carts = of.simulator.inspect().carts.filter(({ api }) => api === 'v1')
  if (carts.length !== 1 || !carts[0]) throw new Error('expected one')
  return carts[0]
}

describe('a secret that is rotated while requests are open', () => {
  it('accepts a callback that was signed with the former secret', async () => {
    const former = 'the-former-secret-of-this-account'
    await begin({ NETGIRO_CONFIRMATION: 'callback', NETGIRO_PREVIOUS_SECRET_KEY: former })
    await start(testServer, (await testServer.create()).session)
    const url = onlyCart(testServer).CallbackUrl ?? ''
    // The provider is asked until the answer is due, and nobody has approved: whoever sent it may send it again.
    expect(await whilePassing(clock, sendV1Callback(url, { secret: former }))).toBe(503)
    expect(await whilePassing(clock, sendV1Callback(url))).toBe(503)
    expect(await sendV1Callback(url, { secret: 'a third one' })).toBe(401)
  })

  it('accepts answers that are still signed with the former secret, but with no third one', async () => {
    const next = 'the-next-secret-of-this-account'
    const env = {
      NETGIRO_SECRET_KEY: next,
      NETGIRO_PREVIOUS_SECRET_KEY: 'another-secret-altogether',
    }
    testServer = await startTestServer({
      clock,
      env,
      simulator: { secretKey: next, signingKey: secretKey },
    })
    expect(await start(testServer, (await testServer.create()).session)).toMatchObject({
      ...{ status: 'starting', uncertain: true },
    })
    await testServer.reconfigure({ NETGIRO_PREVIOUS_SECRET_KEY: secretKey })
    const { id, session } = await testServer.create()
    expect(await start(testServer, session, '8223282')).toMatchObject({
      status: 'awaiting_shopper',
    })
    const [, cart] = testServer.simulator.inspect().carts
    testServer.simulator.approve(cart?.TransactionId ?? '')
    await pass(testServer, clock, 10_000)
    expect(await viewOf(testServer, id)).toMatchObject({ status: 'paid' })
  })

  it('recognizes a phone after a rotation, so that the second start joins the open request', async () => {
    await begin({ HASH_KEY: hashKey })
    const [first, second] = [await testServer.create(), await testServer.create()]
    await start(testServer, first.session)
    await testServer.reconfigure({
      HASH_KEY: `${nextHashKey},${hashKey}`,
      NETGIRO_SECRET_KEY: 'a-new-secret',
    })
    expect((await startAs(first.session)).status).toBe(202)
    expect((await startAs(first.session, '8223282')).body).toMatchObject({ code: 'attempt_open' })
    expect((await startAs(second.session)).body).toMatchObject({ code: 'phone_busy' })
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  })

  it('keeps the limit of a phone after a rotation', async () => {
    testServer = await startTestServer({
      clock,
      env: { HASH_KEY: hashKey, PHONE_REQUESTS_PER_10_MINUTES: '1' },
    })
    const first = await testServer.create()
    await start(testServer, first.session)
    await closeBy(testServer, first.id)
    await testServer.reconfigure({ HASH_KEY: `${nextHashKey},${hashKey}` })
    const refused = await startAs((await testServer.create()).session)
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  })
})

describe('a PUBLIC_URL that is changed while requests are open', () => {
  it.each(confirmations)(
    'accepts callbacks to the former PUBLIC_URL as proven, with %s',
    async (mode) => {
      await begin({ NETGIRO_CONFIRMATION: mode })
      const { session } = await testServer.create()
      await start(testServer, session)
      await testServer.reconfigure({ PUBLIC_URL: testServer.url.replace('127.0.0.1', 'localhost') })
      testServer.simulator.approve(onlyCart(testServer).TransactionId)
      await awaitStatus(testServer, clock, session, 'paid')
      expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
      expect(onlyCart(testServer).callbacks).toMatchObject([{ kind: 'payment', status: 200 }])
      expect(testServer.logged()).not.toContain('could not be proven')
      const next = await testServer.create()
      await start(testServer, next.session)
      expect(testServer.simulator.inspect().carts[1]?.CallbackUrl).toContain('localhost')
    },
  )

  it('accepts the callback of a cancellation to the former PUBLIC_URL as proven', async () => {
    await begin({ NETGIRO_CONFIRMATION: 'callback' })
    const { session } = await testServer.create()
    await start(testServer, session)
    await testServer.reconfigure({ PUBLIC_URL: testServer.url.replace('127.0.0.1', 'localhost') })
    clock.advance(10_000)
    await settle(testServer)
    testServer.simulator.reject(onlyCart(testServer).TransactionId)
    await awaitStatus(testServer, clock, session, 'open')
    expect(onlyCart(testServer).callbacks).toMatchObject([{ kind: 'cancel', status: 200 }])
  })
})
