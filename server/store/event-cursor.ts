import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { isPostgres } from './postgres/is-postgres.ts'
import type { Tables } from './schema.ts'

/**
 * `<sequence number>-<event id>`. The number alone would mean another event after a backup was restored, because numbers are
 * reused then. Cursors of earlier versions are only the number; 0 is the beginning.
 */
const format = /^(\d{1,15})(?:-([\w-]{1,64}))?$/

export const cursorAt = ({ seq, id }: { readonly seq: number; readonly id: string }): string =>
  `${seq}-${id}`

/** The sequence number to continue after; `foreign` if this database never issued the cursor; null if it is malformed. */
export async function parseCursor(
  db: Kysely<Tables>,
  merchantId: string,
  cursor: string,
): Promise<number | 'foreign' | null> {
  const [, digits, id] = format.exec(cursor) ?? []
  if (digits === undefined) return null
  const seq = Number(digits)
  if (seq === 0) return 0
  const event = await db
    .selectFrom('events')
    .select(['id', 'merchant_id'])
    .where('seq', '=', seq)
    .executeTakeFirst()
  // Another merchant's event is as unknown as none of that id.
  if (event)
    return id === undefined || (id === event.id && event.merchant_id === merchantId)
      ? seq
      : 'foreign'
  // Otherwise the event has been purged, as events are after a month.
  return seq <= (await lastSeq(db)) ? seq : 'foreign'
}

async function lastSeq(db: Kysely<Tables>): Promise<number> {
  const { rows } = await (
    isPostgres(db)
      ? sql<{ seq: number }>`
          select case when is_called then last_value else 0 end as seq from events_seq_seq`
      : sql<{ seq: number }>`select seq from sqlite_sequence where name = 'events'`
  ).execute(db)
  return rows[0]?.seq ?? 0
}
