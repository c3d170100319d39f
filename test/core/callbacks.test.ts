import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sign } from '../../server/providers/netgiro/signature.ts'
import { onlyCart, read, secretKey, start, startTestServer, until } from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
let created: Created
beforeEach(async () => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock })
  created = await testServer.create()
  await start(testServer, created.session)
})
afterEach(() => testServer.close())

const body = () =>
  JSON.stringify({
    Success: true,
    ResultCode: 10200,
    PaymentSuccessful: true,
    PaymentInfo: {
      TransactionId: onlyCart(testServer).TransactionId,
      ReferenceNumber: onlyCart(testServer).Reference,
      TotalAmount: 12990,
    },
  })

interface CallbackOptions {
  readonly url?: string
  readonly body?: string
  readonly signedUrl?: string
  readonly secret?: string
  readonly headers?: Record<string, string>
}

async function sendCallback({
  url,
  body: text = body(),
  signedUrl,
  secret = secretKey,
  headers = {},
}: CallbackOptions = {}) {
  const target = url ?? onlyCart(testServer).CallbackUrl ?? ''
  const signature = sign(secret, '1', signedUrl ?? target, text)
  const response = await fetch(target, {
    method: 'POST',
    body: text,
    headers: { netgiro_nonce: '1', netgiro_signature: signature, ...headers },
  })
  return response.status
}

describe('a callback', () => {
  it('a callback that says "paid" decides nothing when the provider, polled, says otherwise', async () => {
    expect(await sendCallback()).toBe(200)
    await until(() => onlyCart(testServer).calls.CheckCart)
    expect(await read(testServer, created.session)).toMatchObject({ status: 'awaiting_shopper' })
  })

  it('takes an unproven callback as a hint to poll where our response captures nothing', async () => {
    expect(await sendCallback({ secret: 'guessed' })).toBe(200)
    await until(() => onlyCart(testServer).calls.CheckCart)
    expect(await sendCallback({ signedUrl: 'https://evil.example/callback' })).toBe(200)
    expect(await read(testServer, created.session)).toMatchObject({ status: 'awaiting_shopper' })
  })

  it('refuses a callback that is forged, signed for another address or not signed', async () => {
    await testServer.close()
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
    await start(testServer, (await testServer.create()).session)
    expect(await sendCallback({ secret: 'guessed' })).toBe(401)
    expect(await sendCallback({ signedUrl: 'https://evil.example/callback' })).toBe(401)
    expect(await sendCallback({ headers: { netgiro_signature: '' } })).toBe(401)
    expect(
      await sendCallback({
        body: body().replace(onlyCart(testServer).Reference, 'WEB-0-zzzzzzzz'),
      }),
    ).toBe(401)
    expect(onlyCart(testServer).calls.CheckCart).toBe(0)
  })

  it('a callback that comes before the response to its request completes the sale at the first call', async () => {
    await testServer.close()
    testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 15_000 })
    const sent = start(testServer, session)
    await until(() => testServer.simulator.inspect().carts.length)
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    let status = 0
    void sendCallback({
      body: body()
        .replace('10200', '10429')
        .replace('"PaymentSuccessful":true', '"PaymentSuccessful":false'),
    }).then((answer) => (status = answer))
    await until(() => {
      clock.advance(250)
      return status
    })
    expect(status).toBe(200)
    clock.advance(20_000)
    await sent
  })

  it('verifies a callback against the address we gave, whatever host the request names', async () => {
    expect(
      await sendCallback({ headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } }),
    ).toBe(200)
  })

  it('answers 404 to a callback to a URL that we never gave', async () => {
    const { CallbackUrl } = onlyCart(testServer)
    expect(await sendCallback({ url: `${CallbackUrl?.slice(0, -1) ?? ''}~` })).toBe(404)
    expect(await sendCallback({ url: `${testServer.url}/v1/callbacks/netgiro/short` })).toBe(404)
  })

  it('a callback that comes twenty times changes nothing and causes few polls', async () => {
    testServer.simulator.fault({ call: 'Callback', kind: 'never' })
    testServer.simulator.approve(onlyCart(testServer).TransactionId)
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => sendCallback())))).toEqual(
      new Set([200]),
    )
    await until(
      () => read(testServer, created.session),
      ({ status }) => status === 'paid',
    )
    const { version } = await read(testServer, created.session)
    expect(await sendCallback()).toBe(200)
    expect((await read(testServer, created.session)).version).toBe(version)
    expect(onlyCart(testServer)).toMatchObject({ captures: 1 })
    expect(onlyCart(testServer).calls.CheckCart).toBeLessThanOrEqual(3)
  })

  it('a callback without its signature header causes one warning that names the proxy, but a stranger causes none', async () => {
    const warnings = () => testServer.logged().split('underscores_in_headers on').length - 1
    const target = onlyCart(testServer).CallbackUrl ?? ''
    await fetch(`${target.slice(0, -1)}~`, { method: 'POST', body: body() })
    await sendCallback({ secret: 'guessed' })
    expect(warnings()).toBe(0)
    for (let count = 0; count < 3; count++) await fetch(target, { method: 'POST', body: body() })
    expect(warnings()).toBe(1)
    expect(testServer.logged()).toMatch(/"level":40,.*"header":"netgiro_signature"/)
  })

  it('callbacks from a stranger do not fill the log', async () => {
    for (let count = 0; count < 20; count++)
      await fetch(`${testServer.url}/v1/callbacks/netgiro/cs_${'a'.repeat(43)}`, { method: 'POST' })
    const lines = testServer
      .logged()
      .split('\n')
      .filter((line) => /callback/.test(line))
    expect(lines).toEqual([expect.stringContaining('"event":"callback_unknown"')])
  })

  it('takes a callback as a hint only, whatever its body is', async () => {
    for (const text of ['', '{', '[]', '{"ResultCode":10200}', '<xml/>'])
      expect(await sendCallback({ body: text })).toBe(200)
    expect(await read(testServer, created.session)).toMatchObject({ status: 'awaiting_shopper' })
  })

  it('refuses a callback whose body is too large', async () => {
    expect(await sendCallback({ body: 'x'.repeat(70_000) })).toBe(413)
  })

  it('a callback that says that the request has ended makes us poll at once', async () => {
    clock.advance(10_000)
    testServer.simulator.reject(onlyCart(testServer).TransactionId)
    await until(
      () => read(testServer, created.session),
      ({ status }) => status === 'open',
    )
    expect(onlyCart(testServer).callbacks).toMatchObject([{ kind: 'cancel', status: 200 }])
  })
})

it('a callback whose response captures gets no 200 while the provider cannot be polled', async () => {
  await testServer.close()
  testServer = await startTestServer({ clock, env: { NETGIRO_CONFIRMATION: 'callback' } })
  const { session } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.fault({ call: 'CheckCart', kind: 'bad_signature', times: 9 })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  const [first] = await until(
    () => {
      clock.advance(100)
      return onlyCart(testServer).callbacks
    },
    (callbacks) => callbacks.some(({ status }) => status !== null),
  )
  expect(first).toMatchObject({ status: 503 })
  expect(onlyCart(testServer).captures).toBe(0)
})
