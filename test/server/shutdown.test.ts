import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openSecondConnection } from '../support/second-connection.ts'
import { browser, onlyCart, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { viewOf } from '../support/later.ts'
import { openStream } from '../support/stream.ts'

let testServer: TestServer
afterEach(() => testServer.close())

it('ends streams with a retry time, finishes the call in flight, and loses nothing', async () => {
  testServer = await startTestServer()
  const streams = await Promise.all(
    Array.from({ length: 100 }, async () =>
      openStream(testServer, (await testServer.create()).session),
    ),
  )
  const { session } = await testServer.create()
  testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
  const answer = start(testServer, session)
  await until(() => testServer.simulator.inspect().carts.length)

  const restarted = testServer.restart()
  await Promise.all(streams.map(({ ended }) => ended))
  for (const { retries } of streams) {
    expect(retries).toHaveLength(1)
    expect(retries[0]).toBeGreaterThanOrEqual(200)
    expect(retries[0]).toBeLessThanOrEqual(800)
  }
  expect(new Set(streams.map(({ retries }) => retries[0])).size).toBeGreaterThan(10)
  expect(await answer).toMatchObject({ status: 'awaiting_shopper', uncertain: false })
  await restarted
  expect(await read(testServer, session)).toMatchObject({
    status: 'awaiting_shopper',
    uncertain: false,
  })
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, session),
    ({ status }) => status === 'paid',
  )
  expect(onlyCart(testServer)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
})

it('the server is not ready and starts nothing new while it shuts down', async () => {
  testServer = await startTestServer()
  const { session } = await testServer.create()
  const other = await testServer.create()
  testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
  // A connection that is open already: new ones are refused by then.
  const agentless = start(testServer, session)
  await until(() => testServer.simulator.inspect().carts.length)
  const restarted = testServer.restart()
  const refused = await browser(testServer, other.session, 'POST', '/v1/session/start', {
    body: { phone: '8223281' },
  }).then(
    ({ status }) => status,
    () => 'not reached',
  )
  expect([503, 'not reached']).toContain(refused)
  await agentless
  await restarted
  expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
})

describe('a request that had not left before the shutdown', () => {
  /** Known not to have been sent, and so in nobody's way. */
  const expectUnsent = async ({ id, session }: { id: string; session: string }, code: string) => {
    const { history } = await viewOf(testServer, id)
    expect(history.slice(1)).toMatchObject([{ type: 'started' }, { type: 'not_sent', code }])
    expect(await read(testServer, session)).toMatchObject({
      ...{ status: 'open', uncertain: false },
      lastAttempt: { outcome: 'failed', reason: 'provider_unavailable' },
    })
    const other = await testServer.create()
    expect(await start(testServer, other.session)).toMatchObject({ status: 'awaiting_shopper' })
    expect(testServer.simulator.inspect().calls.InsertCart).toBe(1)
  }

  it('a request is not sent when the server stops after recording it', async () => {
    testServer = await startTestServer()
    const created = await testServer.create()
    const beside = openSecondConnection(testServer.databasePath)
    beside.exec('begin immediate')
    const answer = start(testServer, created.session)
    // It waits for the lock when everything else has had its turn; what came too late for that would find no `started`.
    for (let look = 0; look < 20; look++) await read(testServer, created.session)
    const restarted = testServer.restart()
    beside.exec('commit')
    beside.close()
    expect(await answer).toMatchObject({ status: 'open' })
    await restarted
    await expectUnsent(created, 'shutting_down')
  })

  it('a request is not sent when the server stops before it is connected to the provider', async () => {
    const held: Socket[] = []
    const mute = createServer((socket) => held.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    testServer = await startTestServer({ env: { NETGIRO_API_URL: `https://127.0.0.1:${port}/v1` } })
    const created = await testServer.create()
    const answer = start(testServer, created.session)
    await until(() => held.length)
    const restarted = testServer.reconfigure({ NETGIRO_API_URL: testServer.simulator.apiUrl })
    for (const socket of held) socket.destroy()
    mute.close()
    expect(await answer).toMatchObject({ status: 'open' })
    await restarted
    await expectUnsent(created, 'ECONNRESET')
  })
})
