import assert from 'node:assert/strict'
import type { Replica } from '../../demo/balancer/replica.ts'
import { startReplicas } from '../../demo/balancer/replicas.ts'
import type { Replicas } from '../../demo/balancer/replicas.ts'
import { partitionOf } from '../../server/store/postgres/partitions.ts'
import { sharedPostgres } from '../support/databases.ts'
import { openFixtureWith } from './fixture.ts'
import type { Fixture } from './fixture.ts'
import { orderRecord } from './orders.ts'
import { respondOnPhone } from './phone.ts'
import { scenario } from './scenario.ts'
import { Shopper } from './shopper.ts'
import { waitFor } from './wait-for.ts'

export function replicaScenarios(): void {
  scenario(
    'a shopper sees nothing but the payment while the server that asks about it is killed',
    () =>
      withThree(async (fixture, replicas) => {
        const shopper = await Shopper.arrive(fixture)
        await shopper.putInCart('lopapeysa')
        const order = await shopper.checkOut()
        await shopper.sendRequestTo('822 3281')
        await shopper.seesStatus('awaiting_shopper')

        const owner = await ownerOfOnly(replicas)
        await owner.end('SIGKILL')
        await respondOnPhone(fixture, order, 'Samþykkja')

        await shopper.seesStatus('paid')
        assert.deepEqual(await eventsOf(shopper), [
          'status awaiting_shopper',
          'status paid',
          'paid paid',
        ])
        await shopper.arrivesAt(`/orders/${order}`)
        await shopper.reads('Takk fyrir!')
        assert.deepEqual(await orderRecord(fixture, order), {
          status: 'paid',
          notices: ['checkout.paid'],
        })
        assert.deepEqual(await callsWithEffect(fixture), [{ InsertCart: 1, ConfirmCart: 1 }])
        await shopper.leave()
      }),
  )
}

async function withThree(
  run: (fixture: Fixture, replicas: Replicas) => Promise<void>,
): Promise<void> {
  const databaseUrl = await (await sharedPostgres()).newDatabase()
  // Built, because three loaders of TypeScript take longer to start than everything else.
  const program = ['server/dist/main.js']
  const started: Replicas[] = []
  const fixture = await openFixtureWith(async (env) => {
    const replicas = await startReplicas(env, { count: 3, databaseUrl, program, log: () => {} })
    started.push(replicas)
    return replicas
  })
  try {
    for (const replicas of started) {
      await untilShared(replicas)
      await run(fixture, replicas)
    }
  } finally {
    await fixture.close()
  }
}

const query = async ({ databaseUrl }: Replicas, statement: string) =>
  (await sharedPostgres()).query(statement, databaseUrl)

/** Until each of them owns partitions. */
const untilShared = (replicas: Replicas): Promise<void> =>
  waitFor('every server has its share of the partitions', async () => {
    const [row] = await query(replicas, 'select count(distinct owner)::int as count from leases')
    return row?.['count'] === replicas.all.length
  })

/** The server that owns the only checkout. They have joined in the order in which they are numbered. */
async function ownerOfOnly(replicas: Replicas): Promise<Replica> {
  const [checkout] = await query(replicas, 'select id from checkouts')
  const partition = partitionOf(String(checkout?.['id']))
  const [lease] = await query(replicas, `select owner from leases where "partition" = ${partition}`)
  const joined = await query(replicas, 'select id from replicas order by joined_at')
  const index = joined.findIndex(({ id }) => id === lease?.['owner'])
  const owner = replicas.all[index]
  assert.ok(owner, 'the checkout has no owner')
  return owner
}

/** The events of the element that the page lists, but for those that a shopper may or may not see. */
async function eventsOf({ page }: Shopper): Promise<readonly string[]> {
  const texts = await page.$$eval('[data-events] li', (items) =>
    items.map(({ textContent }) => textContent.replace('netgiro-', '')),
  )
  const told = texts.filter((text) => !/^(before-start|help)|starting|confirming/.test(text))
  // The page listens in time for the state that it began with, or too late.
  return told[0] === 'status open' ? told.slice(1) : told
}

/** How often the provider was asked for what a shopper would notice, for each of its carts. */
async function callsWithEffect({ demo }: Fixture) {
  const response = await fetch(new URL('/simulator/carts', demo.customerUrl))
  const { carts } = (await response.json()) as {
    readonly carts: readonly { readonly calls: Readonly<Record<string, number>> }[]
  }
  return carts.map(({ calls: { InsertCart, ConfirmCart } }) => ({ InsertCart, ConfirmCart }))
}
