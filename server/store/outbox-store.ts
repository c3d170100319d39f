import type { Selectable } from 'kysely'
import type { EventType } from '../checkout/checkout.ts'
import type { OutboxStore, StoredEvent } from '../checkout/ports.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

export function outboxStore(database: Database): OutboxStore {
  const { db } = database
  return {
    async due(now, limit) {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('next_try_at', '<=', now)
        .orderBy('next_try_at')
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(toEvent)
    },
    async nextDueAt(now) {
      const row = await db
        .selectFrom('events')
        .select('next_try_at')
        .where('next_try_at', '>', now)
        .orderBy('next_try_at')
        .limit(1)
        .executeTakeFirst()
      return row?.next_try_at ?? null
    },
    delivered: (id, at) =>
      database.write(async (trx) => {
        await trx
          .updateTable('events')
          .set({ delivered_at: at, next_try_at: null })
          .where('id', '=', id)
          .execute()
      }),
    failed: (id, tries, nextTryAt) =>
      database.write(async (trx) => {
        await trx
          .updateTable('events')
          .set({ tries, next_try_at: nextTryAt })
          .where('id', '=', id)
          .execute()
      }),
    async after(cursor, limit) {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('seq', '>', cursor)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(toEvent)
    },
  }
}

const toEvent = (row: Selectable<Tables['events']>): StoredEvent => ({
  seq: row.seq,
  id: row.id,
  checkoutId: row.checkout_id,
  type: row.type as EventType,
  at: row.at,
  body: row.body,
  tries: row.tries,
})
