import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { sharedPostgres } from '../support/databases.ts'
import { apiKeyOf, merchantEntry, originOf } from '../support/merchants.ts'
import { runServer, settingsFor } from '../support/process.ts'
import { hashKey } from '../support/replicas.ts'
import { until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

type Running = Awaited<ReturnType<typeof runServer>>

let simulator: Simulator
let file: string
let databaseUrl: string
let running: Running[]

const describeMerchants = (ids: readonly string[]) => {
  const entries = ids.map((id) => [id, merchantEntry(id, simulator.apiUrl)] as const)
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(entries)))
  renameSync(`${file}.new`, file)
}

beforeEach(async () => {
  simulator = await startSimulator()
  file = join(mkdtempSync(join(tmpdir(), 'replicas-')), 'merchants.json')
  describeMerchants(['a', 'b', 'c'])
  databaseUrl = await (await sharedPostgres()).newDatabase()
  const { PUBLIC_URL, PORT } = settingsFor(simulator)
  const env = { PUBLIC_URL, PORT, DATABASE_URL: databaseUrl, HASH_KEY: hashKey }
  running = []
  for (let count = 0; count < 2; count++)
    running.push(await runServer({ ...env, MERCHANTS_FILE: file }))
  await Promise.all(running.map(({ ready }) => ready))
  await until(
    () => shares(),
    (list) => list.length === 2 && list.every((share) => share === 128),
  )
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  await simulator.close()
})

/** How many partitions each server owns that is taken to be alive. */
const shares = async () => {
  const rows = await (
    await sharedPostgres()
  ).query(
    'select count(*)::int as count from leases join replicas on replicas.id = owner group by owner',
    databaseUrl,
  )
  return rows.map(({ count }) => Number(count))
}

const call = async (server: Running, path: string, headers: object, body?: object) => {
  const response = await fetch((await server.ready) + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

const asShop = (server: Running, id: string, path: string, body?: object) =>
  call(server, path, { authorization: `Bearer ${apiKeyOf(id)}` }, body)

const asShopper = (server: Running, id: string, session: string, path = '', body?: object) =>
  call(
    server,
    `/v1/session${path}`,
    { authorization: `Bearer ${session}`, origin: originOf(id) },
    body,
  )

let orders = 0
/** A checkout of the merchant whose request waits on the phone. */
async function waiting(server: Running, id: string) {
  const order = { reference: `LOST-${++orders}`, amount: 500, currency: 'ISK' }
  const created = (await asShop(server, id, '/v1/checkouts', order)).body as Created
  const phone = `775${String(orders).padStart(4, '0')}`
  const started = await asShopper(server, id, created.session, '/start', { phone })
  expect(started.status).toBe(202)
  await until(
    () => asShopper(server, id, created.session),
    ({ body }) => (body as { status?: string }).status === 'awaiting_shopper',
  )
  return { ...created, merchant: id }
}

describe('servers for several merchants that are killed and reloaded', () => {
  it('servers see every merchant’s payments to their end after one of them was killed', async () => {
    const [first, second] = running
    if (!first || !second) throw new Error('two were started')
    const all = []
    for (const id of ['a', 'b', 'c'])
      for (const server of running) all.push(await waiting(server, id))
    first.child.kill('SIGKILL')
    await first.ended
    for (const { TransactionId } of simulator.inspect().carts) simulator.approve(TransactionId)
    for (const { merchant, session } of all)
      await until(
        () => asShopper(second, merchant, session),
        ({ body }) => (body as { status?: string }).status === 'paid',
      )
    expect(simulator.inspect().carts.map(({ calls }) => calls.ConfirmCart)).toEqual(
      all.map(() => 1),
    )
    // Whoever wakes up as the owner of all has them under their own merchants alone.
    for (const { merchant, id } of all)
      for (const one of ['a', 'b', 'c'])
        expect((await asShop(second, one, `/v1/checkouts/${id}`)).status).toBe(
          one === merchant ? 200 : 404,
        )
  })

  it('servers take up a merchant one after the other, and what one has begun is carried out by the others once they know it', async () => {
    const [first, second] = running
    if (!first || !second) throw new Error('two were started')
    describeMerchants(['a', 'b', 'c', 'd'])
    first.child.kill('SIGHUP')
    await first.says(/"merchants reloaded"/)
    // The second one may not know the merchant yet: it refuses what it owns, and loses nothing.
    const order = { reference: 'NEW-1', amount: 500, currency: 'ISK' }
    const created = (await asShop(first, 'd', '/v1/checkouts', order)).body as Created
    second.child.kill('SIGHUP')
    await second.says(/"merchants reloaded"/)
    for (const server of running) {
      expect((await asShop(server, 'd', `/v1/checkouts/${created.id}`)).status).toBe(200)
      expect((await asShop(server, 'a', `/v1/checkouts/${created.id}`)).status).toBe(404)
      const { session } = await waiting(server, 'd')
      simulator.approve(simulator.inspect().carts.at(-1)?.TransactionId ?? '')
      for (const one of running)
        await until(
          () => asShopper(one, 'd', session),
          ({ body }) => (body as { status?: string }).status === 'paid',
        )
    }
  })
})
