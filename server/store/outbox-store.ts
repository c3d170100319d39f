import type { OutboxStore } from '../core/store.ts'
import * as backlog from './event-backlog.ts'
import * as list from './event-list.ts'
import * as schedule from './event-schedule.ts'
import type { Database } from './database.ts'

/** The response of the shop is kept until it is on disk: otherwise the event would be delivered twice. */
const untilWritten = { mustPersist: true } as const

/** The events in the database, behind the port of the core. */
export function outboxStore(database: Database): OutboxStore {
  const { db } = database
  const own = () => database.cluster?.leases.partitions ?? null
  return {
    due: (now, limit) => schedule.due(db, now, limit, own()),
    dueOutcomes: (now, limit) => schedule.dueOutcomes(db, now, limit, own()),
    nextDueAt: (now) => schedule.nextDueAt(db, now, own()),
    correctFutureTimes: (now, maxDelays) =>
      database.write((trx) => schedule.correctFutureTimes(trx, now, maxDelays)),
    delivered: (id, at) => database.write((trx) => schedule.delivered(trx, id, at), untilWritten),
    failed: (id, tries, nextTryAt) =>
      database.write((trx) => schedule.failed(trx, id, tries, nextTryAt), untilWritten),
    resend: (id, now) => database.write((trx) => schedule.resend(trx, id, now)),

    after: (seq, limit) => list.after(db, seq, limit),
    page: (cursor, limit) => list.page(db, cursor, limit),
    find: (id) => list.find(db, id),
    eventsOf: (checkoutId) => list.eventsOf(db, checkoutId),

    skipLegacy: (before) => database.write((trx) => backlog.skipLegacy(trx, before)),
    countSkipped: () => backlog.countSkipped(db),
    hasTried: () => backlog.hasTried(db),
    backlog: () => backlog.undelivered(db),
  }
}
