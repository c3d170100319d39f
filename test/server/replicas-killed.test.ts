import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { partitionOf } from '../../server/store/postgres/partitions.ts'
import { sharedPostgres } from '../support/databases.ts'
import { runServer, settingsFor } from '../support/process.ts'
import { call, hashKey } from '../support/replicas.ts'
import { merchantKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'

interface Running {
  readonly url: string
  readonly child: Awaited<ReturnType<typeof runServer>>['child']
  readonly ended: Promise<number | null>
}

/** For a machine that does other things meanwhile. */
const slack = 10_000

let simulator: Simulator
let databaseUrl: string
let running: Running[] = []
beforeEach(async () => {
  simulator = await startSimulator()
  databaseUrl = await (await sharedPostgres()).newDatabase()
  // One after the other: who joins later is told apart by the partitions that it has.
  running = []
  for (let count = 0; count < 2; count++) running.push(await run())
  await until(async () => (await owners()).size === 2)
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await ended
  }
  await simulator.close()
})

async function run(): Promise<Running> {
  const { child, ended, ready } = await runServer({
    ...settingsFor(simulator),
    DATABASE_URL: databaseUrl,
    HASH_KEY: hashKey,
  })
  return { url: await ready, child, ended }
}

const query = async (statement: string) => (await sharedPostgres()).query(statement, databaseUrl)

/** The owner of each partition that has one, by how many they own. */
async function owners(): Promise<Map<string, number>> {
  const rows = await query(
    'select owner, count(*)::int as count from leases where owner is not null group by owner',
  )
  return new Map(rows.map(({ owner, count }) => [String(owner), Number(count)]))
}

/** The server that owns the checkout. The first to join is the first of those that run. */
async function ownerOf(checkoutId: string): Promise<{ owner: Running; other: Running }> {
  const [lease] = await query(
    `select owner from leases where "partition" = ${partitionOf(checkoutId)}`,
  )
  const [first] = await query('select id from replicas order by joined_at limit 1')
  const [one, another] = running
  if (!lease || !first || !one || !another) throw new Error('nobody owns it')
  return lease['owner'] === first['id']
    ? { owner: one, other: another }
    : { owner: another, other: one }
}

const statusAt = async (server: Running, session: string) =>
  ((await call(server, 'GET', '/v1/session', session)).body as Snapshot).status

let orders = 0
/** A checkout whose request waits on the phone. */
async function waiting() {
  const [server] = running
  if (!server) throw new Error('none runs')
  const order = { reference: `KILL-${++orders}`, amount: 12_990, currency: 'ISK' }
  const { body } = await call(server, 'POST', '/v1/checkouts', merchantKey, order)
  const created = body as Created
  await call(server, 'POST', '/v1/session/start', created.session, { phone: '8223281' })
  expect(await statusAt(server, created.session)).toBe('awaiting_shopper')
  return created
}

const cart = () => {
  const [only, another] = simulator.inspect().carts
  if (!only || another) throw new Error('expected one cart')
  return only
}

describe('a payment whose server is lost while the shopper decides', () => {
  it('a payment is polled by the other server within seconds of a kill, and captured once', async () => {
    const { id, session } = await waiting()
    const { owner, other } = await ownerOf(id)
    owner.child.kill('SIGKILL')
    await owner.ended
    const killedAt = performance.now()
    const before = cart().calls.CheckCart
    await until(() => cart().calls.CheckCart > before)
    expect(performance.now() - killedAt).toBeLessThan(8_000 + slack)
    simulator.approve(cart().TransactionId)
    await until(async () => (await statusAt(other, session)) === 'paid')
    expect(cart().calls).toMatchObject({ ConfirmCart: 1, CancelCart: 0 })
  })

  it('a payment is captured once although the server that was lost wakes up again', async () => {
    const { id, session } = await waiting()
    const { owner, other } = await ownerOf(id)
    owner.child.kill('SIGSTOP')
    simulator.approve(cart().TransactionId)
    await until(async () => (await statusAt(other, session)) === 'paid')
    const { calls } = cart()
    owner.child.kill('SIGCONT')
    // It finds out, joins anew and takes its share.
    await until(async () => [...(await owners()).values()].every((count) => count === 128))
    expect(await statusAt(owner, session)).toBe('paid')
    const { ConfirmCart, CancelCart } = cart().calls
    expect({ ConfirmCart, CancelCart }).toEqual({
      ConfirmCart: calls.ConfirmCart,
      CancelCart: calls.CancelCart,
    })
    expect(ConfirmCart).toBe(1)
  })

  it('a payment goes to the other server as soon as its own is told to stop', async () => {
    const { id } = await waiting()
    const { owner } = await ownerOf(id)
    const stoppedAt = performance.now()
    owner.child.kill('SIGTERM')
    await until(
      async () => (await owners()).size === 1 && [...(await owners()).values()][0] === 256,
    )
    expect(performance.now() - stoppedAt).toBeLessThan(1_000 + slack)
    expect(await owner.ended).toBe(0)
  })
})
