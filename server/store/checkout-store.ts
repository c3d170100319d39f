import { defaultMerchantId } from '../core/checkout.ts'
import type { CheckoutStore, HistoryEntry, OutboxEvent, PaymentRequestLog } from '../core/store.ts'
import { beginAttempt } from './begin-attempt.ts'
import * as queries from './checkout-queries.ts'
import { correctFutureTimes } from './correct-future-times.ts'
import { createCheckout } from './create-checkout.ts'
import type { Database } from './database.ts'
import { countRepeat, historyOf, lastChangeAt } from './history.ts'
import * as lateChecks from './late-checks.ts'
import { purge } from './purge.ts'
import { saveIfCurrent } from './save-checkout.ts'
import type { EventToStore } from './save-checkout.ts'
import * as searches from './search.ts'
import { findBySession, revokeSessions } from './sessions.ts'

interface StoreOptions {
  /** False: events are stored for the list of events only, and not sent. */
  readonly sendsWebhooks?: boolean
  /** Whose checkouts: nothing of another merchant is found or changed. */
  readonly merchantId?: string
}

/** The checkouts of one merchant in the database, behind the port of the core. */
export function checkoutStore(
  database: Database,
  { sendsWebhooks = true, merchantId = defaultMerchantId }: StoreOptions = {},
): CheckoutStore {
  const { db } = database
  /** Of whose checkouts the periodic work is done here; null: all. */
  const own = () => database.cluster?.leases.partitions ?? null
  const toStore = (event: OutboxEvent): EventToStore => ({
    ...event,
    nextTryAt: sendsWebhooks ? event.at : null,
  })

  return {
    create: (checkout, sessionHash, idempotency) =>
      database.write((trx) => createCheckout(trx, merchantId, checkout, sessionHash, idempotency)),
    save: (checkout, entries, events, before, { mustPersist = entries.some(hasEvidence) } = {}) =>
      database.write(
        saveIfCurrent({ merchantId, checkout, entries, events: events.map(toStore) }, before),
        { mustPersist, checkoutId: checkout.id },
      ),
    begin: (before, checkout, entry, paymentRequest, checkLimits) =>
      database.write(
        (trx) =>
          beginAttempt(trx, { merchantId, before, checkout, entry, paymentRequest }, checkLimits),
        { checkoutId: checkout.id, countsBy: countedBy(paymentRequest) },
      ),
    countRepeat: (checkoutId, type, at) =>
      database.write((trx) => countRepeat(trx, checkoutId, type, at), { checkoutId }),

    load: (id) => queries.load(db, merchantId, id),
    versionsOf: (ids) => queries.versionsOf(db, ids),
    withSessions: (ids) => queries.withSessions(db, ids),
    findByReference: (reference) => queries.findByReference(db, merchantId, reference),
    findByToken: (token) => queries.findByToken(db, token),
    openToPhone: (phones) => queries.openToPhone(db, phones),
    overtaken: (limit) => queries.overtaken(db, merchantId, limit, own()),
    refunding: (after, limit, everywhere = false) =>
      queries.refunding(db, merchantId, after, limit, everywhere ? null : own()),
    inReview: (page) => queries.inReview(db, merchantId, page),
    countInReview: () => queries.countInReview(db, merchantId),
    search: (wanted, limit) => searches.search(db, merchantId, wanted, limit),
    withReference: (reference, limit) => searches.withReference(db, merchantId, reference, limit),
    findByProviderRef: (ref) => searches.withProviderRef(db, merchantId, ref),
    paidLate: (since, limit) => searches.paidLate(db, merchantId, since, limit),
    unfinished: (partitions = null) => queries.unfinished(db, merchantId, partitions),
    firstToExpire: (limit) => queries.firstToExpire(db, merchantId, limit, own()),
    history: (id) => historyOf(db, id),
    lastChangeAt: (checkoutId) => lastChangeAt(db, checkoutId),

    findBySession: (hash) => findBySession(db, hash),
    revokeSessions: (checkoutId) => database.write((trx) => revokeSessions(trx, checkoutId)),

    countLateChecks: (now) => lateChecks.countDue(db, merchantId, now),
    lateChecks: (now, limit) => lateChecks.due(db, merchantId, now, limit, own()),
    setLateCheck: (checkoutId, attemptId, at) =>
      database.write((trx) => lateChecks.schedule(trx, attemptId, at), { checkoutId }),

    ...maintenance(database, own),
  }
}

const countedBy = ({ phones, address }: PaymentRequestLog): readonly string[] =>
  address === null ? phones : [...phones, address]

/** The periodic work on the database as a whole, of which there is one for all servers. */
const maintenance = (
  database: Database,
  own: () => readonly number[] | null,
): Pick<CheckoutStore, 'correctFutureTimes' | 'purge'> => ({
  async correctFutureTimes(now) {
    // Where other servers run, the times are theirs, and their clocks may be right.
    if (database.cluster && !(await database.cluster.leases.isFirst())) return
    await database.write((trx) => correctFutureTimes(trx, now))
  },
  async purge(now, options) {
    // By the owner of any partition that all agree on.
    if (own()?.includes(0) === false) return
    await purge(database, now, options)
    await database.emptyLog()
  },
})

/** The entry comes from a response of the provider. */
const hasEvidence = ({ evidence }: HistoryEntry) => evidence !== null
