import type { Selectable } from 'kysely'
import type { EventType } from '../core/checkout.ts'
import type { OutboxStore, StoredEvent, TrackedEvent } from '../core/store.ts'
import type { Database } from './database.ts'
import { cursorAt, placeOf } from './event-cursor.ts'
import type { Tables } from './schema.ts'

/** How many of those that are due are looked at when the latest that matter are wanted. */
const maxScanned = 500

/** What the shop has answered is kept until it is on disk: to tell it again would be for nothing. */
const answered = { mustLand: true } as const

export function outboxStore(database: Database): OutboxStore {
  const { db } = database

  async function eventsAfter(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    const rows = await db
      .selectFrom('events')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map(toEvent)
  }

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
    async dueOutcomes(now, limit) {
      // Walks backwards through the index of what is waiting, and not for longer than a glance.
      const latest = db
        .selectFrom('events')
        .select(['seq', 'type'])
        .where('next_try_at', '<=', now)
        .orderBy('next_try_at', 'desc')
        .orderBy('seq', 'desc')
        .limit(maxScanned)
        .as('latest')
      const outcomes = db
        .selectFrom(latest)
        .select('latest.seq')
        .where((where) =>
          where.or([
            where('latest.type', 'in', ['checkout.paid', 'checkout.review']),
            where('latest.type', 'like', 'checkout.refund%'),
          ]),
        )
        .limit(limit)
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('seq', 'in', outcomes)
        .orderBy('next_try_at', 'desc')
        .orderBy('seq', 'desc')
        .execute()
      return rows.map(toEvent)
    },
    bringBack: (now, longestWaits) =>
      database.write(async (trx) => {
        for (const [tries, wait] of longestWaits.entries()) {
          await trx
            .updateTable('events')
            .set({ next_try_at: now + wait })
            .where('tries', '=', tries)
            .where('next_try_at', '>', now + wait)
            .execute()
        }
      }),
    setAside: (before) =>
      database.write(async (trx) => {
        await trx
          .updateTable('events')
          .set({ next_try_at: null })
          .where('next_try_at', 'is not', null)
          .where('legacy', '=', 1)
          .where('tries', '=', 0)
          .where('delivered_at', 'is', null)
          .where('at', '<', before)
          .execute()
      }),
    async countAside() {
      const { count } = await db
        .selectFrom('events')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('next_try_at', 'is', null)
        .where('delivered_at', 'is', null)
        .where('tries', '=', 0)
        .executeTakeFirstOrThrow()
      return count
    },
    async hasTried() {
      const row = await db
        .selectFrom('events')
        .select('seq')
        .where((where) => where.or([where('delivered_at', 'is not', null), where('tries', '>', 0)]))
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
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
      }, answered),
    failed: (id, tries, nextTryAt) =>
      database.write(async (trx) => {
        await trx
          .updateTable('events')
          .set({ tries, next_try_at: nextTryAt })
          .where('id', '=', id)
          .execute()
      }, answered),
    after: eventsAfter,
    async page(cursor, limit) {
      const place = await placeOf(db, cursor)
      if (place === null) return null
      const restarted = place === 'foreign'
      const stored = await eventsAfter(restarted ? 0 : place, limit + 1)
      const events = stored.slice(0, limit)
      const last = events.at(-1)
      return {
        events,
        cursor: last ? cursorAt(last) : restarted ? '0' : cursor,
        hasMore: stored.length > events.length,
        restarted,
      }
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
      const rows = await db
        .selectFrom('events')
        .select(({ fn }) => [
          'type',
          fn.countAll<number>().as('undelivered'),
          fn.min('at').as('oldestAt'),
        ])
        .where('next_try_at', 'is not', null)
        .groupBy('type')
        .execute()
      const oldestByType = new Map(rows.map(({ type, oldestAt }) => [type, oldestAt]))
      return {
        undelivered: rows.reduce((sum, { undelivered }) => sum + undelivered, 0),
        oldestAt: rows.length === 0 ? null : Math.min(...oldestByType.values()),
        oldestByType,
      }
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
