import { spawnSync } from 'node:child_process'
import { sql } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import { compose } from '../../server/compose.ts'
import { configurationOf, readConfig } from '../../server/config.ts'
import { createLog } from '../../server/log.ts'
import { openDatabase } from '../../server/store/database.ts'
import { fillDisk, lockDatabase } from '../money/disk.ts'
import { merchant, onlyCart, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { runServer, settingsFor } from '../support/process.ts'

let testServer: TestServer | null = null
afterEach(async () => {
  await testServer?.close()
  testServer = null
})

const ready = [200, { status: 'ready' }]
const notReady = (reason: string) => [503, { status: 'not_ready', reason }]
const full = notReady('database_not_writable')

const ask = async (url: string) => {
  const response = await fetch(`${url}/readyz`)
  return [response.status, (await response.json()) as unknown]
}

it('the server is not ready while the disk is full, and ready again when there is room', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  expect(await ask(testServer.url)).toEqual(ready)
  const makeRoom = fillDisk(testServer.databasePath)
  clock.advance(1_000)
  expect(await ask(testServer.url)).toEqual(full)
  expect((await fetch(`${testServer.url}/healthz`)).status).toBe(200)
  makeRoom(testServer.databasePath)
  clock.advance(1_000)
  expect(await ask(testServer.url)).toEqual(ready)
})

it('the liveness probe waits for nothing: not for the database, a write, the provider or the readiness check', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  const { session } = await testServer.create()
  testServer.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 60_000 })
  const starting = start(testServer, session)
  await until(() => testServer?.simulator.inspect().carts.length)
  const release = lockDatabase(testServer.databasePath)
  const order = { reference: 'WEB-locked', amount: 1_990, currency: 'ISK' }
  const creating = merchant(testServer, 'POST', '/v1/checkouts', { body: order })
  const asking = ask(testServer.url)
  let ended = 0
  for (const stuck of [starting, creating, asking]) void stuck.then(() => ended++)
  const { app } = testServer.parts()
  const probe = Promise.resolve(app.request('/healthz')).then(({ status }) => status)
  // Whatever is waited for outside of this process comes in a later turn of the event loop.
  const nextTurn = new Promise((resolve) => setImmediate(resolve, 'not in this turn'))
  expect(await Promise.race([probe, nextTurn])).toBe(200)
  expect(ended).toBe(0)
  release()
  expect((await creating).status).toBe(201)
  expect(onlyCart(testServer).state).toBe('waiting')
  clock.advance(60_000)
  await Promise.all([starting, asking])
})

it('the server is not ready as soon as a payment could not be written', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  expect(await ask(testServer.url)).toEqual(ready)
  const makeRoom = fillDisk(testServer.databasePath)
  const order = { reference: 'WEB-full', amount: 1_990, currency: 'ISK' }
  expect((await merchant(testServer, 'POST', '/v1/checkouts', { body: order })).status).toBe(503)
  expect(await ask(testServer.url)).toEqual(full)
  makeRoom(testServer.databasePath)
})

it('the readiness check writes at most once a second, however often it is asked', async () => {
  const clock = new ManualClock()
  testServer = await startTestServer({ clock })
  const { url, databasePath } = testServer
  const askOften = () => Promise.all(Array.from({ length: 50 }, () => ask(url)))
  for (const answer of await askOften()) expect(answer).toEqual(ready)
  await askOften()
  clock.advance(1_000)
  await askOften()
  const database = await openDatabase(`file:${databasePath}`)
  const { rows } = await sql<{ seq: number }>`
    select seq from sqlite_sequence where name = 'payment_requests'`.execute(database.db)
  expect(rows).toEqual([{ seq: 2 }])
  expect(await database.db.selectFrom('payment_requests').selectAll().execute()).toEqual([])
  await database.close()
})

it('the server is ready when earlier attempts are resumed, and not ready when it stops', async () => {
  const simulator = await startSimulator()
  const config = readConfig(settingsFor(simulator))
  const assets = new URL('file:///nowhere/')
  const parts = await compose(
    configurationOf(config),
    new ManualClock(),
    createLog('silent'),
    assets,
  )
  const look = async () => {
    const response = await parts.app.request('/readyz')
    return [response.status, (await response.json()) as unknown]
  }
  expect(await look()).toEqual(notReady('starting'))
  await parts.resume()
  expect(await look()).toEqual(ready)
  const drained = parts.drain()
  expect(await look()).toEqual(notReady('shutting_down'))
  await drained
  await parts.close()
  await simulator.close()
})

/** The operating system itself refuses every write of that process to a file; `unlimited` ends it. */
const limitFiles = (pid: number, bytes: string) =>
  spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'ignore' }).status ===
  0

it('the server is not ready when the system refuses writes, and reveals no path or error', async (context) => {
  if (!limitFiles(process.pid, 'unlimited')) {
    const lack = 'no prlimit here, so no write was refused by the system itself'
    console.warn(`\n⚠ NOT CHECKED: ${lack}\n`)
    context.skip(lack)
  }
  const simulator = await startSimulator()
  const server = await runServer(settingsFor(simulator))
  const url = await server.ready
  await until(async () => (await ask(url))[0] === 200)
  expect(limitFiles(server.child.pid ?? 0, '0')).toBe(true)
  expect(
    await until(
      () => ask(url),
      ([status]) => status === 503,
    ),
  ).toEqual(full)
  expect(limitFiles(server.child.pid ?? 0, 'unlimited')).toBe(true)
  expect(
    await until(
      () => ask(url),
      ([status]) => status === 200,
    ),
  ).toEqual(ready)
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.said()).toContain('database is not writable')
  await simulator.close()
})
