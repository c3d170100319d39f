import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import type { PurgeOptions } from '../core/store.ts'
import { anonymize } from './anonymize.ts'
import type { Database } from './database.ts'
import { isPostgres } from './postgres/is-postgres.ts'
import { retentionAt } from './retention.ts'
import type { PurgedTable } from './retention.ts'
import type { Tables } from './schema.ts'

/** One step reads this many rows, or changes this many. It takes a few milliseconds, then other writes have their turn. */
const maxScanned = 1_000
const maxChanged = 250

/** Between two steps, about as long as a step takes. */
const pauseMs = 5

/** After an abort: less than a second, which is enough for a usual run to finish. */
const maxStepsAfterAbort = 50

type Key = string | number

interface Sweep {
  readonly table: keyof typeof keys
  /** Whether something is to be done about a row. */
  readonly isDue: RawBuilder<unknown>
  /** Does it; the row may have changed since it was read. Returns the types of events that were deleted without being accepted. */
  readonly change: (
    trx: Transaction<Tables>,
    isStillDue: RawBuilder<unknown>,
  ) => Promise<readonly string[]>
}

/** By which PostgreSQL reads a table in order; a SQLite file has a number for every row. */
const keys = {
  ...{ payment_requests: 'seq', events: 'seq', attempts: 'id' },
  ...{ idempotency_keys: 'key', sessions: 'hash', logins: 'hash' },
} satisfies Record<PurgedTable | 'attempts', string>

/**
 * Deletes what has been kept long enough; see `retentionAt`. Tables are read by their key, a page at a time, so that an hourly job
 * needs no index of its own, and no write waits for it.
 */
export async function purge(
  database: Database,
  now: number,
  { signal, onUndelivered = () => {} }: PurgeOptions = {},
): Promise<void> {
  const { rows, payersUntil } = retentionAt(now)
  const sweeps = [
    ...rows.map(([table, isOver]) =>
      table === 'events' ? deletionOfEvents(isOver) : deletion(table, isOver),
    ),
    anonymization(payersUntil),
  ]
  const failures: unknown[] = []
  let stepsLeft = maxStepsAfterAbort
  for (const sweep of sweeps) {
    try {
      for (let last: Key | null = null; ;) {
        if (signal?.aborted && stepsLeft-- <= 0) return
        last = await step(database, sweep, last, onUndelivered)
        if (last === null) break
        await setTimeout(pauseMs)
      }
    } catch (error) {
      // What cannot be done about one table keeps nothing in the others.
      failures.push(error)
      if (signal?.aborted) break
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** @returns the key of the last row that was examined; null: there are no more */
async function step(
  database: Database,
  { table, isDue, change }: Sweep,
  after: Key | null,
  onUndelivered: (types: readonly string[]) => void,
): Promise<Key | null> {
  const key = sql.ref(isPostgres(database.db) ? keys[table] : 'rowid')
  const { rows } = await sql<{ key: Key; is_due: boolean | number | null }>`
    select ${key} as key, ${isDue} as is_due from ${sql.table(table)}
    ${after === null ? sql`` : sql`where ${key} > ${after}`}
    order by ${key} limit ${maxScanned}`.execute(database.db)
  const due = rows.filter(({ is_due }) => is_due).slice(0, maxChanged)
  if (due.length > 0) {
    const isStillDue = sql`${key} in (${sql.join(due.map((row) => row.key))}) and ${isDue}`
    const undelivered = await database.write((trx) => change(trx, isStillDue))
    if (undelivered.length > 0) onUndelivered(undelivered)
  }
  const isTruncated = due.length === maxChanged
  return (isTruncated ? due : rows.length === maxScanned ? rows : []).at(-1)?.key ?? null
}

const deletion = (table: PurgedTable, isDue: RawBuilder<unknown>): Sweep => ({
  ...{ table, isDue },
  async change(trx, isStillDue) {
    await sql`delete from ${sql.table(table)} where ${isStillDue}`.execute(trx)
    return []
  },
})

const deletionOfEvents = (isDue: RawBuilder<unknown>): Sweep => ({
  ...{ table: 'events', isDue },
  async change(trx, isStillDue) {
    const { rows } = await sql<{ type: string; is_undelivered: boolean | number }>`
      delete from events where ${isStillDue}
      returning type, next_try_at is not null and delivered_at is null as is_undelivered`.execute(
      trx,
    )
    return rows.filter(({ is_undelivered }) => is_undelivered).map(({ type }) => type)
  },
})

const anonymization = (before: number): Sweep => ({
  table: 'attempts',
  isDue: sql`ended_at < ${before} and phone_hash is not null`,
  async change(trx, isStillDue) {
    // A late payment that is written meanwhile must not be overwritten.
    const lock = isPostgres(trx) ? sql`for update` : sql``
    const { rows } = await sql<{ id: string; details: string }>`
      select id, details from attempts where ${isStillDue} ${lock}`.execute(trx)
    for (const { id, details } of rows) await anonymize(trx, id, details)
    return []
  },
})
