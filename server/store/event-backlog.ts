import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Backlog, TrackedEvent } from '../core/store.ts'
import { toTracked } from './event-list.ts'
import type { Tables } from './schema.ts'

/** Unschedules the events before `before` that an earlier version stored and never tried to send. */
export async function skipLegacy(
  trx: Transaction<Tables>,
  merchantId: string,
  before: number,
): Promise<void> {
  await trx
    .updateTable('events')
    .set({ next_try_at: null })
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', 'is not', null)
    .where('legacy', '=', 1)
    .where('tries', '=', 0)
    .where('delivered_at', 'is', null)
    .where('at', '<', before)
    .execute()
}

/** How many events were never sent and are not scheduled. */
export async function countSkipped(db: Kysely<Tables>, merchantId: string): Promise<number> {
  const { count } = await db
    .selectFrom('events')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', 'is', null)
    .where('delivered_at', 'is', null)
    .where('tries', '=', 0)
    .executeTakeFirstOrThrow()
  return count
}

/** Whether any event was ever sent, successfully or not. */
export async function hasTried(db: Kysely<Tables>, merchantId: string): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('seq')
    .where('merchant_id', '=', merchantId)
    .where((where) => where.or([where('delivered_at', 'is not', null), where('tries', '>', 0)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** How many scheduled events are read to find those that were tried. */
const maxScanned = 500

/** Events that were sent at least once and not accepted since, or that wait to be, the newest first. */
export async function unaccepted(
  db: Kysely<Tables>,
  merchantId: string,
  limit: number,
  withUntried: boolean,
): Promise<readonly TrackedEvent[]> {
  const scheduled = await db
    .selectFrom('events')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', 'is not', null)
    .orderBy('next_try_at')
    .limit(maxScanned)
    .execute()
  const abandoned = await db
    .selectFrom('events')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    // [sqlite] a partial index is used only if its condition appears literally in the query.
    .where('next_try_at', 'is', null)
    .where('delivered_at', 'is', null)
    .where('tries', '>', sql.lit(0))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return [...abandoned, ...scheduled.filter(({ tries }) => withUntried || tries > 0)]
    .sort((one, other) => other.at - one.at)
    .slice(0, limit)
    .map(toTracked)
}

/** The scheduled events, by type. One that is sent again has been waited for by nobody since it was delivered. */
export async function undelivered(db: Kysely<Tables>, merchantId: string): Promise<Backlog> {
  const rows = await db
    .selectFrom('events')
    .select(({ fn }) => [
      'type',
      fn.countAll<number>().as('undelivered'),
      fn
        .min<number | null>(sql`case when delivered_at is null then ${sql.ref('at')} end`)
        .as('oldestAt'),
    ])
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', 'is not', null)
    .groupBy('type')
    .execute()
  const oldestByType = new Map(
    rows.flatMap(({ type, oldestAt }) => (oldestAt === null ? [] : [[type, oldestAt] as const])),
  )
  return {
    undelivered: rows.reduce((sum, row) => sum + row.undelivered, 0),
    oldestAt: oldestByType.size === 0 ? null : Math.min(...oldestByType.values()),
    oldestByType,
  }
}
