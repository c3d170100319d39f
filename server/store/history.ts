import type { Insertable, Kysely, Transaction } from 'kysely'
import type { Evidence } from '../core/checkout.ts'
import type { HistoryEntry } from '../core/store.ts'
import { compiled } from './compiled.ts'
import type { Tables } from './schema.ts'

const insertRow = compiled((db, row: Insertable<Tables['history']>) =>
  db.insertInto('history').values(row),
)

export const insertHistory = (trx: Transaction<Tables>, checkoutId: string, entry: HistoryEntry) =>
  insertRow(trx, toRow(checkoutId, entry))

export async function isInHistory(
  trx: Transaction<Tables>,
  checkoutId: string,
  entry: HistoryEntry,
): Promise<boolean> {
  const { attempt_id, evidence, ...row } = toRow(checkoutId, entry)
  const found = await trx
    .selectFrom('history')
    .select('seq')
    .where((eb) => eb.and(row))
    .where('attempt_id', 'is not distinct from', attempt_id)
    .where('evidence', 'is not distinct from', evidence)
    .executeTakeFirst()
  return found !== undefined
}

const toRow = (checkoutId: string, entry: HistoryEntry) => ({
  checkout_id: checkoutId,
  attempt_id: entry.attemptId,
  version: entry.version,
  at: entry.at,
  type: entry.type,
  evidence: entry.evidence && JSON.stringify(entry.evidence),
})

export async function historyOf(
  db: Kysely<Tables>,
  checkoutId: string,
): Promise<readonly HistoryEntry[]> {
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('checkout_id', '=', checkoutId)
    .orderBy('version')
    .execute()
  return rows.map((row) => ({
    attemptId: row.attempt_id,
    version: row.version,
    at: row.at,
    type: row.type,
    evidence: row.evidence === null ? null : (JSON.parse(row.evidence) as Evidence),
    repeats: row.repeats,
    lastAt: row.last_at,
  }))
}

export async function lastChangeAt(db: Kysely<Tables>, checkoutId: string): Promise<number | null> {
  const row = await db
    .selectFrom('history')
    .select('at')
    .where('checkout_id', '=', checkoutId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Counts a repetition of the newest entry of this type. */
export async function countRepeat(
  trx: Transaction<Tables>,
  checkoutId: string,
  type: string,
  at: number,
): Promise<void> {
  const newest = trx
    .selectFrom('history')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('checkout_id', '=', checkoutId)
    .where('type', '=', type)
  await trx
    .updateTable('history')
    .set(({ eb }) => ({ repeats: eb('repeats', '+', 1), last_at: at }))
    .where('seq', '=', newest)
    .execute()
}
