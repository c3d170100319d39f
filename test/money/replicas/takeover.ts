import { until } from './pause.ts'
import type { CrashReplica } from './replica.ts'
import { lifeOf } from './site.ts'
import type { ReplicaSite } from './site.ts'
import { Story } from './story.ts'

/** So many payments wait in each round, of which a third is the victim's. */
const waitingOrders = 15
const partitions = 256

/**
 * Measures how long payments whose server was killed, or told to stop, are asked about by nobody: payments wait on phones, one
 * server ends, and each of its payments counts from then until another server asks about it.
 *
 * @param nextNumber - numbers the orders
 * @returns milliseconds
 */
export async function measureTakeover(
  site: ReplicaSite,
  how: 'kill' | 'terminate',
  nextNumber: () => number,
): Promise<number[]> {
  await untilShared(site)
  const orders = Array.from(
    { length: waitingOrders },
    () => new Story(site, nextNumber(), 'honest'),
  )
  await Promise.all(orders.map((order) => order.request()))
  const ids = orders.flatMap(({ carts }) => carts.map(({ TransactionId }) => TransactionId))
  await until(() => ids.every((id) => site.monitor.askedBy.has(id)))
  const [victim, its] = busiest(site, ids)
  const former = lifeOf(victim)
  const began = performance.now()
  const asked = its.map((id) =>
    site.monitor.askedByAnother(id, former).then(() => performance.now() - began),
  )
  const ended = how === 'kill' ? (victim.kill(), null) : victim.terminate()
  const gaps = await Promise.all(asked)
  await ended
  await Promise.all([victim.start(), ...orders.map((order) => order.agree())])
  return gaps
}

/** The server that asks about most of these payments, and those. */
function busiest({ replicas, monitor }: ReplicaSite, ids: readonly string[]) {
  const of = (replica: CrashReplica) =>
    ids.filter((id) => monitor.askedBy.get(id) === lifeOf(replica))
  const [first] = [...replicas].sort((one, other) => of(other).length - of(one).length)
  if (!first) throw new Error('no server runs')
  return [first, of(first)] as const
}

/** Until every server has its share of the partitions. */
export async function untilShared(site: ReplicaSite): Promise<void> {
  const least = Math.floor(partitions / site.replicas.length) - 1
  await until(async () => {
    const rows = await site.database.query(
      `select count(*)::int as count from leases join replicas on replicas.id = leases.owner
      where replicas.expires_at > clock_timestamp() group by owner`,
    )
    return rows.length === site.replicas.length && rows.every(({ count }) => Number(count) >= least)
  })
}
