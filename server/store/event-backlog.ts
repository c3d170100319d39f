import type { Kysely, Transaction } from 'kysely'
import type { Backlog } from '../core/store.ts'
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

/** The scheduled events, by type. */
export async function undelivered(db: Kysely<Tables>, merchantId: string): Promise<Backlog> {
  const rows = await db
    .selectFrom('events')
    .select(({ fn }) => [
      'type',
      fn.countAll<number>().as('undelivered'),
      fn.min('at').as('oldestAt'),
    ])
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', 'is not', null)
    .groupBy('type')
    .execute()
  const oldestByType = new Map(rows.map(({ type, oldestAt }) => [type, oldestAt]))
  return {
    undelivered: rows.reduce((sum, row) => sum + row.undelivered, 0),
    oldestAt: rows.length === 0 ? null : Math.min(...oldestByType.values()),
    oldestByType,
  }
}
