import { sql } from 'kysely'
import type { Insertable, Transaction, Updateable } from 'kysely'
import { openAttempt } from '../core/checkout.ts'
import type { Checkout, Evidence } from '../core/checkout.ts'
import type { Usage } from '../core/rate-limits.ts'
import { lookbackMs } from '../core/rate-limits.ts'
import type {
  Begun,
  CheckoutStore,
  Created,
  HistoryEntry,
  IdempotencyKey,
  OutboxEvent,
  Saved,
  PaymentRequestLog,
} from '../core/store.ts'
import { bringBack } from './bring-back.ts'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import { purge } from './purge.ts'
import { fromAttemptRow, fromRows, toAttemptRow, toCheckoutRow } from './rows.ts'
import type { Tables } from './schema.ts'

interface StoreOptions {
  /** False: nobody is to be told of what happens; it is stored for the list of events alone. */
  readonly tellsShop?: boolean
}

interface EventToStore extends OutboxEvent {
  /** Null: it is in the list of events, and told to nobody. */
  readonly nextTryAt: number | null
}

export function checkoutStore(
  database: Database,
  { tellsShop = true }: StoreOptions = {},
): CheckoutStore {
  const { db } = database
  const toStore = (event: OutboxEvent): EventToStore => ({
    ...event,
    nextTryAt: tellsShop ? event.at : null,
  })

  async function loadWhere(column: 'id' | 'reference', value: string): Promise<Checkout | null> {
    const row = await db
      .selectFrom('checkouts')
      .selectAll()
      .where(column, '=', value)
      // Of several under one reference, the one that no other has replaced.
      .orderBy('replaced_by', (order) => order.asc().nullsFirst())
      .limit(1)
      .executeTakeFirst()
    if (!row) return null
    const attempts = await db
      .selectFrom('attempts')
      .selectAll()
      .where('checkout_id', '=', row.id)
      .orderBy('number')
      .execute()
    return fromRows(row, attempts)
  }

  return {
    create: (checkout, sessionHash, idempotency) =>
      database.write(async (trx): Promise<Created> => {
        const known = idempotency ? await keyInUse(trx, idempotency) : undefined
        if (known && known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }

        const found = await trx
          .selectFrom('checkouts')
          .selectAll()
          .where((where) =>
            known
              ? where('id', '=', known.checkout_id)
              : where.and([
                  where('reference', '=', checkout.reference),
                  where('replaced_by', 'is', null),
                ]),
          )
          .executeTakeFirst()
        // A reference belongs to one living checkout: what ended without a payment makes room for another.
        const isOver = found?.status === 'canceled' || found?.status === 'expired'
        const replaces = found && isOver && !known ? found.id : null
        const same = replaces === null ? found : undefined
        if (same && (same.amount !== checkout.amount || same.currency !== checkout.currency)) {
          return { kind: 'reference_taken', checkoutId: same.id }
        }
        if (!same) {
          if (replaces !== null)
            await trx
              .updateTable('checkouts')
              .set({ replaced_by: checkout.id })
              .where('id', '=', replaces)
              .execute()
          await trx
            .insertInto('checkouts')
            .values({ ...toCheckoutRow(checkout), replaces })
            .execute()
          await note(trx, checkout.id, {
            attemptId: null,
            version: checkout.version,
            at: checkout.createdAt,
            type: 'created',
            evidence: null,
          })
        }
        const id = same?.id ?? checkout.id
        const created_at = checkout.createdAt
        const { endedSessions, sessionAt } = same
          ? await roomForSession(trx, id, created_at)
          : { endedSessions: [], sessionAt: created_at }
        if (idempotency && !known) {
          await trx
            .insertInto('idempotency_keys')
            .values({
              key: idempotency.key,
              fingerprint: idempotency.fingerprint,
              checkout_id: id,
              created_at,
            })
            .execute()
        }
        await trx
          .insertInto('sessions')
          .values({ hash: sessionHash, checkout_id: id, created_at: sessionAt })
          .execute()
        if (!same) return { kind: 'created', checkout: { ...checkout, replaces }, endedSessions }
        const attempts = await trx
          .selectFrom('attempts')
          .selectAll()
          .where('checkout_id', '=', id)
          .orderBy('number')
          .execute()
        return { kind: 'repeated', checkout: fromRows(same, attempts), endedSessions }
      }),

    load: (id) => loadWhere('id', id),
    findByReference: (reference) => loadWhere('reference', reference),

    async findBySession(hash) {
      const row = await db
        .selectFrom('sessions')
        .select('checkout_id')
        .where('hash', '=', hash)
        .executeTakeFirst()
      return row?.checkout_id ?? null
    },

    revokeSessions: (checkoutId) =>
      database.write(async (trx) => {
        const revoked = await trx
          .deleteFrom('sessions')
          .where('checkout_id', '=', checkoutId)
          .returning('hash')
          .execute()
        return revoked.map(({ hash }) => hash)
      }),

    async lastChangeAt(checkoutId) {
      const row = await db
        .selectFrom('history')
        .select('at')
        .where('checkout_id', '=', checkoutId)
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.at ?? null
    },

    async findByToken(token) {
      const row = await db
        .selectFrom('attempts')
        .selectAll()
        .where('token', '=', token)
        .executeTakeFirst()
      return row ? { checkoutId: row.checkout_id, attempt: fromAttemptRow(row) } : null
    },

    async history(id) {
      const rows = await db
        .selectFrom('history')
        .selectAll()
        .where('checkout_id', '=', id)
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
    },

    save: (checkout, entries, events, before, { mustLand = entries.some(hasEvidence) } = {}) =>
      database.write(
        async (trx): Promise<Saved> => {
          const isCurrent = !before?.refunds.length || (await hasRefundsOf(trx, before))
          return isCurrent ? saveChange(trx, checkout, entries, events.map(toStore)) : 'stale'
        },
        { mustLand },
      ),

    begin: (checkout, entry, paymentRequest, judge) =>
      database.write(async (trx): Promise<Begun> => {
        const usage = await usageOf(trx, checkout, paymentRequest)
        const refusal = judge(usage)
        if (refusal !== null) {
          const { id, version } = checkout
          const before = await selectVersion(trx, { id, version: version - 1 })
          return before.rows.length === 0 ? 'stale' : refusal
        }
        if ((await saveChange(trx, checkout, [entry], [])) !== 'saved') return 'stale'
        const { attemptId, phone, address, at } = paymentRequest
        await insertPaymentRequest(trx, {
          attempt_id: attemptId,
          phone_hash: phone,
          address_hash: address,
          at,
        })
        return 'begun'
      }),

    countRepeat: (checkoutId, type, at) =>
      database.write(async (trx) => {
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
      }),

    async openToPhone(phones) {
      const rows = await db
        .selectFrom('attempts')
        .select(['id', 'checkout_id'])
        .where('phone_hash', 'in', phones)
        .where('ended_at', 'is', null)
        .execute()
      return rows.map(({ id, checkout_id }) => ({ checkoutId: checkout_id, attemptId: id }))
    },

    async overtaken(limit) {
      const isPayable = sql<boolean>`newer.closing is null and newer.status not in
        ('paid', 'canceled', 'expired', 'review')`
      // Its own end may have been too late: then both are paid, and whoever called it off has to know.
      const isUntold = sql<boolean>`older.status = 'paid' and newer.status = 'paid'
        and newer.review is null
        and (newer.replaced_by is null or older.created_at <= newer.created_at)`
      const rows = await db
        .selectFrom('checkouts as newer')
        // Not only the one that it replaced: that may have replaced another.
        .innerJoin('checkouts as older', (join) =>
          join.onRef('older.reference', '=', 'newer.reference').onRef('older.id', '!=', 'newer.id'),
        )
        .select('newer.id')
        .distinct()
        .where('newer.replaces', 'is not', null)
        .where('older.replaced_by', 'is not', null)
        .where('older.status', 'in', ['paid', 'review'])
        .where((where) => where.or([isPayable, isUntold]))
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },

    bringBack: (now) => database.write((trx) => bringBack(trx, now)),

    async countLateChecks(now) {
      const { count } = await db
        .selectFrom('attempts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('late_check_at', '<=', now)
        .executeTakeFirstOrThrow()
      return count
    },

    async lateChecks(now, limit) {
      const rows = await db
        .selectFrom('attempts')
        .select(['id', 'checkout_id', 'ended_at'])
        .where('late_check_at', '<=', now)
        .orderBy('late_check_at')
        .limit(limit)
        .execute()
      return rows.flatMap(({ id, checkout_id, ended_at }) =>
        ended_at === null ? [] : [{ attemptId: id, checkoutId: checkout_id, endedAt: ended_at }],
      )
    },

    setLateCheck: (attemptId, at) =>
      database.write(async (trx) => {
        await trx
          .updateTable('attempts')
          .set({ late_check_at: at })
          .where('id', '=', attemptId)
          .execute()
      }),

    async purge(now, signal) {
      await purge(database, now, signal)
      await database.emptyLog()
    },

    async refunding(after, limit) {
      const rows = await db
        .selectFrom('checkouts')
        .select('id')
        .where('refunding', '=', 1)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      const checkouts = await Promise.all(rows.map(({ id }) => loadWhere('id', id)))
      return checkouts.filter((checkout) => checkout !== null)
    },

    async unfinished() {
      const withOpenAttempt = db
        .selectFrom('attempts')
        .select('checkout_id')
        .where('ended_at', 'is', null)
      const rows = await db
        .selectFrom('checkouts')
        .selectAll()
        .where('id', 'in', withOpenAttempt)
        .execute()
      const attempts = await db
        .selectFrom('attempts')
        .selectAll()
        .where('checkout_id', 'in', withOpenAttempt)
        .orderBy('number')
        .execute()
      const byCheckout = new Map<string, typeof attempts>()
      for (const attempt of attempts) {
        const siblings = byCheckout.get(attempt.checkout_id)
        if (siblings) siblings.push(attempt)
        else byCheckout.set(attempt.checkout_id, [attempt])
      }
      return rows.map((row) => fromRows(row, byCheckout.get(row.id) ?? []))
    },

    async firstToExpire(limit) {
      const rows = await db
        .selectFrom('checkouts')
        .select(['id', 'expires_at'])
        // [sqlite] a partial index is used where its own words stand in the query.
        .where('status', '=', sql.lit('open'))
        .orderBy('expires_at')
        .limit(limit)
        .execute()
      return rows.map(({ id, expires_at }) => ({ id, expiresAt: expires_at }))
    },
  }
}

/** What is known of the key; what was made of the same body with a former key of the fingerprints counts as today's. */
async function keyInUse(
  trx: Transaction<Tables>,
  { key, fingerprint, formerFingerprints = [] }: IdempotencyKey,
) {
  const row = await trx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirst()
  return row && formerFingerprints.includes(row.fingerprint) ? { ...row, fingerprint } : row
}

/** It came of what a provider has said. */
const hasEvidence = ({ evidence }: HistoryEntry) => evidence !== null

type CheckoutChange = Updateable<Tables['checkouts']> & { id: string; before: number }

// Those of every start and every change, and thus between a shopper, the provider's word, and the shopper who waits for it.

const selectVersion = compiled((db, { id, version }: { id: string; version: number }) =>
  db.selectFrom('checkouts').select('id').where('id', '=', id).where('version', '=', version),
)

const openToPhone = compiled((db, { phone }: { phone: string }) =>
  db
    .selectFrom('attempts')
    .select('id')
    .where('phone_hash', '=', phone)
    .where('ended_at', 'is', null),
)

const attemptsNamed = compiled((db, { ref }: { ref: string }) =>
  db.selectFrom('attempts').select('id').where('provider_ref', '=', ref),
)

const sentToPhone = compiled((db, { phone, after }: { phone: string; after: number }) =>
  db
    .selectFrom('payment_requests')
    .select('at')
    .where('phone_hash', '=', phone)
    .where('at', '>', after),
)

const sentFromAddress = compiled((db, { address, after }: { address: string; after: number }) =>
  db
    .selectFrom('payment_requests')
    .select(['phone_hash', 'at'])
    .where('address_hash', '=', address)
    .where('at', '>', after)
    .orderBy('at'),
)

const insertPaymentRequest = compiled((db, row: Insertable<Tables['payment_requests']>) =>
  db.insertInto('payment_requests').values(row),
)

const updateCheckout = compiled((db, { id, before, ...change }: CheckoutChange) =>
  db.updateTable('checkouts').set(change).where('id', '=', id).where('version', '=', before),
)

const upsertAttempt = compiled((db, row: Insertable<Tables['attempts']>) => {
  const { provider_ref, late_check_at, ended_at, outcome, details } = row
  return db
    .insertInto('attempts')
    .values(row)
    .onConflict((on) =>
      on.column('id').doUpdateSet({ provider_ref, late_check_at, ended_at, outcome, details }),
    )
})

const insertHistory = compiled((db, row: Insertable<Tables['history']>) =>
  db.insertInto('history').values(row),
)

/** Tries of refunds are counted without a new version: a change made from an older count would lose them. */
async function hasRefundsOf(trx: Transaction<Tables>, before: Checkout): Promise<boolean> {
  const row = await trx
    .selectFrom('checkouts')
    .select('refunds')
    .where('id', '=', before.id)
    .executeTakeFirst()
  return JSON.stringify(JSON.parse(row?.refunds ?? '[]')) === JSON.stringify(before.refunds)
}

async function saveChange(
  trx: Transaction<Tables>,
  checkout: Checkout,
  entries: readonly HistoryEntry[],
  events: readonly EventToStore[],
): Promise<Saved> {
  const { id, status, version, closing, options, ...row } = toCheckoutRow(checkout)
  const { paid_at, paid_attempt, late, review, refunds, refunding } = row
  const change = {
    ...{ status, version, closing, options },
    ...{ paid_at, paid_attempt, late, review, refunds, refunding },
  }
  const attemptId = entries[0]?.attemptId ?? null
  const isNamed = entries.some(({ type }) => type === 'requested' || type === 'refused')
  if (isNamed && (await isRefTaken(trx, checkout, attemptId))) return 'ref_taken'
  const updated = await updateCheckout(trx, { ...change, id, before: version - entries.length })
  if (!updated.numAffectedRows) return 'stale'
  await saveAttempts(trx, checkout, attemptId)
  for (const entry of entries) await note(trx, id, entry)
  for (const event of events) await remember(trx, event)
  // What did not leave costs nothing of the budget.
  if (attemptId !== null && entries.some(({ type }) => type === 'not_sent'))
    await trx.deleteFrom('payment_requests').where('attempt_id', '=', attemptId).execute()
  return 'saved'
}

/** A provider's name for a request belongs to one attempt. The database holds it too; here it is known in time. */
async function isRefTaken(
  trx: Transaction<Tables>,
  { attempts }: Checkout,
  attemptId: string | null,
): Promise<boolean> {
  const ref = attempts.find(({ id }) => id === attemptId)?.providerRef
  if (!ref) return false
  const { rows } = await attemptsNamed(trx, { ref })
  return rows.some(({ id }) => id !== attemptId)
}

/** Reloads of the shop's page, tabs and devices of one shopper. */
const maxSessions = 5

/** Ends the oldest sessions, so that there is room for one more, and says when that one is made: after all others. */
async function roomForSession(trx: Transaction<Tables>, checkoutId: string, now: number) {
  const sessions = await trx
    .selectFrom('sessions')
    .select(['hash', 'created_at'])
    .where('checkout_id', '=', checkoutId)
    .orderBy('created_at', 'desc')
    .execute()
  const endedSessions = sessions.slice(maxSessions - 1).map(({ hash }) => hash)
  if (endedSessions.length > 0)
    await trx.deleteFrom('sessions').where('hash', 'in', endedSessions).execute()
  return { endedSessions, sessionAt: Math.max(now, (sessions[0]?.created_at ?? 0) + 1) }
}

/** What was sent to this phone and from this address, read where nobody can write in between. */
async function usageOf(
  trx: Transaction<Tables>,
  checkout: Checkout,
  { phone, phones, address, at }: PaymentRequestLog,
): Promise<Usage> {
  let openToPhones = 0
  const toPhone: number[] = []
  for (const one of phones) {
    openToPhones += (await openToPhone(trx, { phone: one })).rows.length
    const { rows } = await sentToPhone(trx, { phone: one, after: at - lookbackMs.phone })
    for (const row of rows) toPhone.push(row.at)
  }
  const fromAddress =
    address && (await sentFromAddress(trx, { address, after: at - lookbackMs.address }))
  return {
    openToPhone: openToPhones,
    toPhone,
    fromAddress: fromAddress
      ? new Map(fromAddress.rows.map((row) => [row.phone_hash, row.at]))
      : null,
    phone,
    // The new attempt is in it already; what did not leave does not count.
    ofCheckout:
      checkout.attempts.filter(({ reason }) => reason !== 'provider_unavailable').length - 1,
  }
}

/** A fact is about one attempt, and a late payment about the open one as well; the others are as they were. */
async function saveAttempts(
  trx: Transaction<Tables>,
  checkout: Checkout,
  attemptId: string | null,
): Promise<void> {
  for (const [index, attempt] of checkout.attempts.entries()) {
    if (attempt.id !== attemptId && attempt !== openAttempt(checkout)) continue
    await upsertAttempt(trx, toAttemptRow(checkout.id, index + 1, attempt))
  }
}

const note = (trx: Transaction<Tables>, checkoutId: string, entry: HistoryEntry) =>
  insertHistory(trx, {
    checkout_id: checkoutId,
    attempt_id: entry.attemptId,
    version: entry.version,
    at: entry.at,
    type: entry.type,
    evidence: entry.evidence && JSON.stringify(entry.evidence),
  })

const remember = (trx: Transaction<Tables>, event: EventToStore) =>
  trx
    .insertInto('events')
    .values({
      id: event.id,
      checkout_id: event.checkoutId,
      type: event.type,
      at: event.at,
      body: event.body,
      tries: 0,
      next_try_at: event.nextTryAt,
      delivered_at: null,
    })
    .execute()
