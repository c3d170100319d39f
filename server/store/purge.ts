import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

const days = 24 * 60 * 60 * 1_000

/** A step looks at this many rows, or forgets so many: a few milliseconds, after which others have their turn. */
const rowsAtOnce = 1_000
const deletedAtOnce = 250

/** As long for others as a step takes. */
const pauseMs = 5

interface Step {
  /** The last row that was looked at; null: there are no more. */
  readonly last: number | null
}
/** Once it is told to stop: less than a second, in which a usual round comes to its end. */
const stepsAfterStop = 50

type Sweep = (trx: Transaction<Tables>, after: number) => Promise<Step>

/**
 * What is kept, and how long: requests to phones for a day, idempotency keys for 7 days, told events and what could lead
 * to a person for 30, and so the sessions of what is over. Payments stay; who paid does not. All tables are walked in the order
 * in which their rows were made, so that no index is needed for what is asked once an hour.
 */
export async function purge(database: Database, now: number, signal?: AbortSignal): Promise<void> {
  const monthAgo = now - 30 * days
  const sweeps: readonly Sweep[] = [
    deleteFrom('payment_requests', sql`at < ${now - days}`),
    deleteFrom('idempotency_keys', sql`created_at < ${now - 7 * days}`),
    deleteFrom('events', sql`at < ${monthAgo} and next_try_at is null`),
    deleteFrom(
      'sessions',
      sql`created_at < ${monthAgo} and exists (
        select 1 from checkouts where id = checkout_id and expires_at < ${monthAgo}
        and status in ('paid', 'canceled', 'expired', 'review'))`,
    ),
    forgetPayers(monthAgo),
  ]
  let stepsLeft = stepsAfterStop
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

type Purged = 'payment_requests' | 'idempotency_keys' | 'events' | 'sessions'

const deleteFrom =
  (table: Purged, isOver: RawBuilder<unknown>): Sweep =>
  async (trx, after) => {
    const { rows } = await sql<{ row: number; over: number }>`
      select rowid as row, ${isOver} as over from ${sql.table(table)}
      where rowid > ${after} order by rowid limit ${rowsAtOnce}`.execute(trx)
    const over = rows.filter((row) => row.over === 1).slice(0, deletedAtOnce)
    if (over.length > 0)
      await sql`delete from ${sql.table(table)}
        where rowid in (${sql.join(over.map(({ row }) => row))})`.execute(trx)
    const isCut = over.length === deletedAtOnce
    const last = isCut ? over.at(-1)?.row : rows.length === rowsAtOnce ? rows.at(-1)?.row : null
    return { last: last ?? null }
  }

const forgetPayers =
  (before: number): Sweep =>
  async (trx, after) => {
    const { rows } = await sql<{ row: number; id: string; details: string | null }>`
      select rowid as row, id,
        case when ended_at < ${before} and phone_hash is not null then details end as details
      from attempts where rowid > ${after} order by rowid limit ${deletedAtOnce}`.execute(trx)
    for (const { id, details } of rows) {
      if (details === null) continue
      const { payer, ...rest } = JSON.parse(details) as Pick<Attempt, 'payer'>
      const nobody = { ...rest, payer: { kind: payer.kind, masked: '•••', hash: '' } }
      await trx
        .updateTable('attempts')
        .set({ phone_hash: null, details: JSON.stringify(nobody) })
        .where('id', '=', id)
        .execute()
    }
    return { last: rows.length === deletedAtOnce ? (rows.at(-1)?.row ?? null) : null }
  }
