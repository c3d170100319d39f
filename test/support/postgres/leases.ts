import { expect } from 'vitest'
import type { CallOut } from '../../../server/core/ownership.ts'
import type { Database } from '../../../server/store/database.ts'
import type { Leases } from '../../../server/store/postgres/leases.ts'
import { partitionOf } from '../../../server/store/postgres/partitions.ts'
import type { Store } from './store.ts'

export const aboutOne = { checkoutId: 'chk_one' }

/** Begins to take partitions; nothing is done about their checkouts. */
export async function begin(database: Database, callsOut: () => readonly CallOut[] = () => []) {
  const lost: ((checkoutId: string) => boolean)[] = []
  /** How many partitions were acted on each time. */
  const resumed: number[] = []
  const leases = database.cluster?.leases
  if (!leases) throw new Error('it has no leases')
  await leases.start(['key'], {
    gained: () => Promise.resolve(),
    onResumed: () => void resumed.push(leases.partitions.length),
    lost(isGone) {
      lost.push(isGone)
      return callsOut().filter(({ checkoutId }) => isGone(checkoutId))
    },
    onError: () => {},
  })
  return { leases, lost, resumed }
}

/** A checkout of this partition. */
export function checkoutOf(partition: number | undefined): string {
  for (let index = 0; ; index++)
    if (partitionOf(`chk_${index}`) === partition) return `chk_${index}`
}

/** Resolves when this server has looked at least once from now on, as it does between two renewals. */
export async function hasLooked({ postgres, url }: Store, server: string): Promise<void> {
  const alive = `select count(*) from replicas where id = '${server}' and expires_at >`
  const [{ at } = {}] = await postgres.query('select clock_timestamp()::text as at', url)
  const isRenewed = `${alive} timestamptz '${String(at)}' + interval '9 seconds'`
  await expect
    .poll(() => postgres.query(isRenewed, url), { timeout: 60_000 })
    .toEqual([{ count: '1' }])
}

/** A call about one of these checkouts each, until all of them end. */
export function callsAbout(...checkoutIds: readonly string[]) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { calls: checkoutIds.map((checkoutId) => ({ checkoutId, ended })), end }
}

/** The others take a server for dead that has a call out. */
export async function takeForDead({ postgres, url }: Store, leases: Leases, out: CallOut[]) {
  const { owner: before, partitions } = leases
  const { calls, end } = callsAbout(checkoutOf(partitions[0]))
  out.push(...calls)
  await postgres.query(`delete from replicas where id = '${before}'`, url)
  return { before, end }
}
