import type { Kysely, Transaction } from 'kysely'
import type { StoredEvent } from '../core/store.ts'
import { compiled } from './compiled.ts'
import { toEvent } from './event-list.ts'
import { isInPartitions, valueOf } from './postgres/partitions.ts'
import type { Own, Partitions } from './postgres/partitions.ts'
import type { Tables } from './schema.ts'

type Db = Kysely<Tables>
type Trx = Transaction<Tables>

/** How many due events are scanned for the latest outcomes. */
const maxScanned = 500

interface Due extends Own {
  readonly merchantId: string
  readonly now: number
}

const selectDue = compiled(
  (db, { merchantId, now, limit, partitions }: Due & { readonly limit: number }) =>
    db
      .selectFrom('events')
      .selectAll()
      .where('merchant_id', '=', merchantId)
      .where('next_try_at', '<=', now)
      .$if(partitions !== undefined, (query) =>
        query.where(isInPartitions('checkout_id', partitions ?? [])),
      )
      .orderBy('next_try_at')
      .orderBy('seq')
      .limit(limit),
)

/** The events that are due, longest waiting first. */
export async function due(
  db: Db,
  merchantId: string,
  now: number,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly StoredEvent[]> {
  const { rows } = await selectDue(db, { merchantId, now, limit, ...valueOf(partitions) })
  return rows.map(toEvent)
}

/** The due events about payments, reviews and refunds, latest first. */
export async function dueOutcomes(
  db: Db,
  merchantId: string,
  now: number,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly StoredEvent[]> {
  // Walks backwards through the index of scheduled events, and stops after a bounded number of them.
  const latest = db
    .selectFrom('events')
    .select(['seq', 'type'])
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', '<=', now)
    .$if(partitions !== null, (query) =>
      query.where(isInPartitions('checkout_id', partitions ?? [])),
    )
    .orderBy('next_try_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(maxScanned)
    .as('latest')
  const outcomes = db
    .selectFrom(latest)
    .select('latest.seq')
    .where((where) =>
      where.or([
        where('latest.type', 'in', ['checkout.paid', 'checkout.review']),
        where('latest.type', 'like', 'checkout.refund%'),
      ]),
    )
    .limit(limit)
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('seq', 'in', outcomes)
    .orderBy('next_try_at', 'desc')
    .orderBy('seq', 'desc')
    .execute()
  return rows.map(toEvent)
}

const selectNextDue = compiled((db, { merchantId, now, partitions }: Due) =>
  db
    .selectFrom('events')
    .select('next_try_at')
    .where('merchant_id', '=', merchantId)
    .where('next_try_at', '>', now)
    .$if(partitions !== undefined, (query) =>
      query.where(isInPartitions('checkout_id', partitions ?? [])),
    )
    .orderBy('next_try_at')
    .limit(1),
)

/** When the next event after `now` is due; null if none is scheduled. */
export async function nextDueAt(
  db: Db,
  merchantId: string,
  now: number,
  partitions: Partitions = null,
): Promise<number | null> {
  const { rows } = await selectNextDue(db, { merchantId, now, ...valueOf(partitions) })
  return rows[0]?.next_try_at ?? null
}

export async function delivered(trx: Trx, id: string, at: number): Promise<void> {
  await trx
    .updateTable('events')
    .set({ delivered_at: at, next_try_at: null })
    .where('id', '=', id)
    .execute()
}

/**
 * Changes nothing if the event was resent meanwhile: then it is due, with all its tries. After a correction of the time it is
 * due as well, once more.
 *
 * @param event - as it was when it was sent
 * @param nextTryAt - null to give up
 */
export async function failed(
  trx: Trx,
  event: StoredEvent,
  nextTryAt: number | null,
): Promise<void> {
  await trx
    .updateTable('events')
    .set({ tries: event.tries + 1, next_try_at: nextTryAt })
    .where('id', '=', event.id)
    .where('tries', '=', event.tries)
    // A resend of one that was never tried before leaves the count as it is.
    .where('next_try_at', '=', event.nextTryAt)
    .execute()
}

/** Schedules the event anew. Returns false if there is no such event. */
export async function resend(
  trx: Trx,
  merchantId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('events')
    .set({ tries: 0, next_try_at: now })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx
    .insertInto('resends')
    .values({ merchant_id: merchantId, count: 1 })
    .onConflict((conflict) =>
      conflict.column('merchant_id').doUpdateSet(({ eb }) => ({
        count: eb('resends.count', '+', 1),
      })),
    )
    .execute()
  return true
}

/** How often events of the merchant were scheduled anew. */
export async function countResends(db: Db, merchantId: string): Promise<number> {
  const row = await db
    .selectFrom('resends')
    .select('count')
    .where('merchant_id', '=', merchantId)
    .executeTakeFirst()
  return row?.count ?? 0
}

/** After the clock was set back: makes every event due within `maxDelays[tries]` milliseconds. */
export async function correctFutureTimes(
  trx: Trx,
  merchantId: string,
  now: number,
  maxDelays: readonly number[],
): Promise<void> {
  for (const [tries, delay] of maxDelays.entries()) {
    await trx
      .updateTable('events')
      .set({ next_try_at: now + delay })
      .where('merchant_id', '=', merchantId)
      .where('tries', '=', tries)
      .where('next_try_at', '>', now + delay)
      .execute()
  }
}
