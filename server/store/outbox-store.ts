import { defaultMerchantId } from '../core/checkout.ts'
import type { OutboxStore } from '../core/store.ts'
import * as backlog from './event-backlog.ts'
import * as list from './event-list.ts'
import * as schedule from './event-schedule.ts'
import type { Database } from './database.ts'

/** The response of the shop is kept until it is on disk: otherwise the event would be delivered twice. */
const untilWritten = { mustPersist: true } as const

/** The events of one merchant in the database, behind the port of the core. */
export function outboxStore(database: Database, merchantId = defaultMerchantId): OutboxStore {
  const { db } = database
  const own = () => database.cluster?.leases.partitions ?? null
  return {
    due: (now, limit) => schedule.due(db, merchantId, now, limit, own()),
    dueOutcomes: (now, limit) => schedule.dueOutcomes(db, merchantId, now, limit, own()),
    nextDueAt: (now) => schedule.nextDueAt(db, merchantId, now, own()),
    correctFutureTimes: (now, maxDelays) =>
      database.write((trx) => schedule.correctFutureTimes(trx, merchantId, now, maxDelays)),
    delivered: (id, at) => database.write((trx) => schedule.delivered(trx, id, at), untilWritten),
    failed: (event, nextTryAt) =>
      database.write((trx) => schedule.failed(trx, event, nextTryAt), untilWritten),
    resend: (id, now) => database.write((trx) => schedule.resend(trx, merchantId, id, now)),
    countResends: () => schedule.countResends(db, merchantId),

    after: (seq, limit) => list.after(db, merchantId, seq, limit),
    page: (cursor, limit) => list.page(db, merchantId, cursor, limit),
    find: (id) => list.find(db, merchantId, id),
    eventsOf: (checkoutId) => list.eventsOf(db, merchantId, checkoutId),
    unaccepted: (limit, withUntried) => backlog.unaccepted(db, merchantId, limit, withUntried),

    skipLegacy: (before) => database.write((trx) => backlog.skipLegacy(trx, merchantId, before)),
    countSkipped: () => backlog.countSkipped(db, merchantId),
    hasTried: () => backlog.hasTried(db, merchantId),
    backlog: () => backlog.undelivered(db, merchantId),
  }
}
