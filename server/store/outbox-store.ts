import type { Selectable } from 'kysely'
import type { EventType } from '../checkout/checkout.ts'
import type { OutboxStore, StoredEvent, TrackedEvent } from '../checkout/ports.ts'
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
    async find(id) {
      const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toTracked(row) : null
    },
    async eventsOf(checkoutId) {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('checkout_id', '=', checkoutId)
        .orderBy('seq')
        .execute()
      return rows.map(toTracked)
    },
    resend: (id, now) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('events')
          .set({ tries: 0, next_try_at: now })
          .where('id', '=', id)
          .executeTakeFirst()
        return numUpdatedRows > 0n
      }),
    async backlog() {
      const { undelivered, oldestAt } = await db
        .selectFrom('events')
        .select(({ fn }) => [fn.countAll<number>().as('undelivered'), fn.min('at').as('oldestAt')])
        .where('next_try_at', 'is not', null)
        .executeTakeFirstOrThrow()
      // An aggregate over nothing is null, whatever the type of its column says.
      return { undelivered, oldestAt: oldestAt }
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

const toTracked = (row: Selectable<Tables['events']>): TrackedEvent => ({
  ...toEvent(row),
  nextTryAt: row.next_try_at,
  deliveredAt: row.delivered_at,
})
