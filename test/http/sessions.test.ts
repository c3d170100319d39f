import { afterEach, describe, expect, it } from 'vitest'
import {
  browser,
  merchant,
  onlyCart,
  read,
  start,
  startTestServer,
  until,
} from '../support/test-server.ts'
import type { Created, TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openStream } from '../support/stream.ts'

const hours = 3_600_000

let testServer: TestServer
let clock: ManualClock
afterEach(() => testServer.close())

const open = async () => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock })
}
const again = async ({ reference }: Created) => (await testServer.create({ reference })).session
const statusOf = async (session: string) =>
  (await browser(testServer, session, 'GET', '/v1/session')).status
const streamOf = async (session: string) => {
  const stream = await openStream(testServer, session)
  stream.leave()
  return stream.response.statusCode
}
const revoke = (id: string, headers = {}) =>
  merchant(testServer, 'DELETE', `/v1/checkouts/${id}/sessions`, { headers })

const pay = async (created: Created) => {
  await start(testServer, created.session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => read(testServer, created.session),
    ({ status }) => status === 'paid',
  )
}

describe('a session', () => {
  it('a session ends a day after its checkout was paid, on every route and after a restart', async () => {
    await open()
    const created = await testServer.create()
    await pay(created)
    clock.advance(24 * hours - 1)
    expect(await read(testServer, created.session)).toMatchObject({ status: 'paid' })
    expect(await streamOf(created.session)).toBe(200)
    clock.advance(1)
    for (let restarts = 0; restarts < 2; restarts++) {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/start'],
        ['POST', '/cancel'],
      ] as const) {
        const body = method === 'POST' ? { body: {} } : {}
        const answer = await browser(
          testServer,
          created.session,
          method,
          `/v1/session${path}`,
          body,
        )
        expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
          404,
          'unknown_session',
        ])
      }
      expect(await streamOf(created.session)).toBe(404)
      await testServer.restart()
    }
  })

  it('a session has ended when the server starts again two years later', async () => {
    await open()
    const created = await testServer.create()
    await pay(created)
    await testServer.restart()
    clock.advance(2 * 365 * 24 * hours)
    expect(await statusOf(created.session)).toBe(404)
  })

  it('a session ends a day after its checkout was canceled or has expired', async () => {
    await open()
    const [canceled, expired] = [
      await testServer.create(),
      await testServer.create({ expiresInSeconds: 3_600 }),
    ]
    await merchant(testServer, 'POST', `/v1/checkouts/${canceled.id}/cancel`)
    clock.advance(hours)
    await until(
      () => read(testServer, expired.session),
      ({ status }) => status === 'expired',
    )
    clock.advance(23 * hours - 1)
    expect([await statusOf(canceled.session), await statusOf(expired.session)]).toEqual([200, 200])
    clock.advance(1)
    expect([await statusOf(canceled.session), await statusOf(expired.session)]).toEqual([404, 200])
    clock.advance(hours)
    expect(await statusOf(expired.session)).toBe(404)
  })

  it('a session lasts as long as its checkout is open', async () => {
    await open()
    const { session } = await testServer.create({ expiresInSeconds: 2_592_000 })
    clock.advance(29 * 24 * hours)
    expect(await statusOf(session)).toBe(200)
  })

  it('replaces the oldest of five sessions, however often the page is loaded', async () => {
    await open()
    const created = await testServer.create()
    const sessions = [created.session]
    for (let reloads = 0; reloads < 50; reloads++) sessions.push(await again(created))
    const statuses = async () => Promise.all(sessions.map(statusOf))
    const expected = sessions.map((_, index) => (index < 46 ? 404 : 200))
    expect(await statuses()).toEqual(expected)
    await testServer.restart()
    expect(await statuses()).toEqual(expected)
    expect((await Promise.all(sessions.map(streamOf))).map((status) => status ?? 0)).toEqual(
      expect.arrayContaining([404, 200]),
    )
  })

  it('a session stays valid when another checkout has too many', async () => {
    await open()
    const [one, other] = [await testServer.create(), await testServer.create()]
    for (let reloads = 0; reloads < 6; reloads++) await again(one)
    expect([await statusOf(one.session), await statusOf(other.session)]).toEqual([404, 200])
  })
})

describe('the sessions of a shop', () => {
  it('the shop revokes every session of a checkout, and creates a new one', async () => {
    await open()
    const [created, other] = [await testServer.create(), await testServer.create()]
    const second = await again(created)
    expect((await revoke(created.id)).status).toBe(204)
    expect(await Promise.all([created.session, second].map(statusOf))).toEqual([404, 404])
    expect(await Promise.all([created.session, second].map(streamOf))).toEqual([404, 404])
    expect(await statusOf(other.session)).toBe(200)
    const third = await again(created)
    expect(await statusOf(third)).toBe(200)
    await testServer.restart()
    expect(await Promise.all([created.session, second, third].map(statusOf))).toEqual([
      404, 404, 200,
    ])
    expect((await revoke(created.id)).status).toBe(204)
    expect((await revoke(created.id)).status).toBe(204)
  })

  it('ends the open streams when the shop revokes the sessions, and changes nothing else', async () => {
    await open()
    const created = await testServer.create()
    const stream = await openStream(testServer, created.session)
    await revoke(created.id)
    await until(() => stream.response.complete)
    const checkout = await merchant(testServer, 'GET', `/v1/checkouts/${created.id}`)
    expect(await checkout.json()).toMatchObject({ status: 'open', version: 1 })
  })

  it('revokes no session without the merchant key, or of an unknown checkout', async () => {
    await open()
    const created = await testServer.create()
    expect((await revoke(created.id, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await revoke('chk_nothing')).status).toBe(404)
    expect(await statusOf(created.session)).toBe(200)
  })
})
