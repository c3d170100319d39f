import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import { anonymize } from './anonymize.ts'
import type { Database } from './database.ts'
import { isPostgres } from './postgres/is-postgres.ts'
import { purgePostgres } from './postgres/purge.ts'
import { retentionAt } from './retention.ts'
import type { PurgedTable } from './retention.ts'
import type { Tables } from './schema.ts'

/** One step scans or deletes this many rows. It takes a few milliseconds, then other writes have their turn. */
const maxScanned = 1_000
const maxDeleted = 250

/** Between two steps, about as long as a step takes. */
const pauseMs = 5

interface Step {
  /** The last row that was scanned; null if there are no more. */
  readonly last: number | null
}
/** After an abort: less than a second, which is enough for a usual run to finish. */
const maxStepsAfterAbort = 50

type Sweep = (trx: Transaction<Tables>, after: number) => Promise<Step>

/**
 * Deletes what has been kept long enough; see `retentionAt`. Tables are scanned in insertion order, so that an hourly job needs
 * no index of its own.
 */
export async function purge(database: Database, now: number, signal?: AbortSignal): Promise<void> {
  if (isPostgres(database.db)) return purgePostgres(database, now, signal)
  const { rows, payersUntil } = retentionAt(now)
  const sweeps: readonly Sweep[] = [
    ...rows.map(([table, isOver]) => deleteFrom(table, isOver)),
    anonymizePayers(payersUntil),
  ]
  let stepsLeft = maxStepsAfterAbort
  for (const sweep of sweeps) {
    let last: number | null = 0
    while (last !== null) {
      if (signal?.aborted && stepsLeft-- <= 0) return
      const after: number = last
      ;({ last } = await database.write((trx) => sweep(trx, after)))
      if (last !== null) await setTimeout(pauseMs)
    }
  }
}

const deleteFrom =
  (table: PurgedTable, isOver: RawBuilder<unknown>): Sweep =>
  async (trx, after) => {
    const { rows } = await sql<{ row: number; over: number }>`
      select rowid as row, ${isOver} as over from ${sql.table(table)}
      where rowid > ${after} order by rowid limit ${maxScanned}`.execute(trx)
    const over = rows.filter((row) => row.over === 1).slice(0, maxDeleted)
    if (over.length > 0)
      await sql`delete from ${sql.table(table)}
        where rowid in (${sql.join(over.map(({ row }) => row))})`.execute(trx)
    const isTruncated = over.length === maxDeleted
    const last = isTruncated
      ? over.at(-1)?.row
      : rows.length === maxScanned
        ? rows.at(-1)?.row
        : null
    return { last: last ?? null }
  }

const anonymizePayers =
  (before: number): Sweep =>
  async (trx, after) => {
    const { rows } = await sql<{ row: number; id: string; details: string | null }>`
      select rowid as row, id,
        case when ended_at < ${before} and phone_hash is not null then details end as details
      from attempts where rowid > ${after} order by rowid limit ${maxDeleted}`.execute(trx)
    for (const { id, details } of rows) {
      if (details === null) continue
      await anonymize(trx, id, details)
    }
    return { last: rows.length === maxDeleted ? (rows.at(-1)?.row ?? null) : null }
  }
