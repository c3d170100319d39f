import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import { anonymize } from '../anonymize.ts'
import type { Database } from '../database.ts'
import { retentionAt } from '../retention.ts'
import type { Tables } from '../schema.ts'

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
  const { rows, payersUntil } = retentionAt(now)
  const steps: readonly Step[] = [
    ...rows.map(([table, isOver]) => deleteFrom(table, isOver)),
    anonymizePayers(payersUntil),
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
