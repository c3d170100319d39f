import { sql } from 'kysely'
import type { Kysely, Selectable } from 'kysely'
import type { EventType } from '../core/checkout.ts'
import type { EventPage, StoredEvent, TrackedEvent } from '../core/store.ts'
import { cursorAt, parseCursor } from './event-cursor.ts'
import type { Tables } from './schema.ts'

type Db = Kysely<Tables>

export async function after(
  db: Db,
  merchantId: string,
  seq: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(toEvent)
}

/** The events after a cursor; null if the cursor is malformed. */
export async function page(
  db: Db,
  merchantId: string,
  cursor: string,
  limit: number,
): Promise<EventPage | null> {
  const start = await parseCursor(db, merchantId, cursor)
  if (start === null) return null
  const restarted = start === 'foreign'
  const stored = await after(db, merchantId, restarted ? 0 : start, limit + 1)
  const events = stored.slice(0, limit)
  const last = events.at(-1)
  return {
    events,
    cursor: last ? cursorAt(last) : restarted ? '0' : cursor,
    hasMore: stored.length > events.length,
    restarted,
  }
}

export async function find(db: Db, merchantId: string, id: string): Promise<TrackedEvent | null> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? toTracked(row) : null
}

export async function eventsOf(
  db: Db,
  merchantId: string,
  checkoutId: string,
): Promise<readonly TrackedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    // [sqlite] as a column it would have all events of the merchant read, in the order of their numbers.
    .where(sql`merchant_id || ''`, '=', merchantId)
    .where('checkout_id', '=', checkoutId)
    .orderBy('seq')
    .execute()
  return rows.map(toTracked)
}

export const toEvent = (row: Selectable<Tables['events']>): StoredEvent => ({
  seq: row.seq,
  id: row.id,
  checkoutId: row.checkout_id,
  type: row.type as EventType,
  at: row.at,
  body: row.body,
  tries: row.tries,
  nextTryAt: row.next_try_at,
})

export const toTracked = (row: Selectable<Tables['events']>): TrackedEvent => ({
  ...toEvent(row),
  deliveredAt: row.delivered_at,
})
