import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import { anonymize } from '../anonymize.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../schema.ts'

const days = 24 * 60 * 60 * 1_000

/** One step deletes this many rows: other writes have their turn between two of them. */
const batchSize = 250

/** Returns how many rows it found. */
type Step = (trx: Transaction<Tables>) => Promise<number>

/** Deletes the same as the purge of a SQLite file. The database searches the tables itself, beside our event loop. */
export async function purgePostgres(
  database: Database,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const monthAgo = now - 30 * days
  const steps: readonly Step[] = [
    deleteFrom('payment_requests', sql`at < ${now - days}`),
    deleteFrom('idempotency_keys', sql`created_at < ${now - 7 * days}`),
    deleteFrom('events', sql`at < ${monthAgo} and next_try_at is null`),
    deleteFrom(
      'sessions',
      sql`created_at < ${monthAgo} and exists (
        select 1 from checkouts where id = checkout_id and expires_at < ${monthAgo}
        and status in ('paid', 'canceled', 'expired', 'review'))`,
    ),
    anonymizePayers(monthAgo),
  ]
  for (const step of steps) while (!signal?.aborted && (await database.write(step)) === batchSize);
}

const deleteFrom =
  (table: string, isOver: RawBuilder<unknown>): Step =>
  async (trx) => {
    const { rows } = await sql`
      delete from ${sql.table(table)} where ctid in (
        select ctid from ${sql.table(table)} where ${isOver} limit ${batchSize}
      ) returning 1`.execute(trx)
    return rows.length
  }

const anonymizePayers =
  (before: number): Step =>
  async (trx) => {
    const rows = await trx
      .selectFrom('attempts')
      .select(['id', 'details'])
      .where('ended_at', '<', before)
      .where('phone_hash', 'is not', null)
      .limit(batchSize)
      .execute()
    for (const { id, details } of rows) await anonymize(trx, id, details)
    return rows.length
  }
