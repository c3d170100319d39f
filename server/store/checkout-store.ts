import type { Transaction } from 'kysely'
import type { Checkout, Evidence } from '../checkout/checkout.ts'
import type { CheckoutStore, Created, HistoryEntry, OutboxEvent } from '../checkout/ports.ts'
import type { Database } from './database.ts'
import { fromAttemptRow, fromRows, toAttemptRow, toCheckoutRow } from './rows.ts'
import type { Tables } from './schema.ts'

export function checkoutStore(database: Database): CheckoutStore {
  const { db } = database

  async function loadWhere(column: 'id' | 'reference', value: string): Promise<Checkout | null> {
    const row = await db
      .selectFrom('checkouts')
      .selectAll()
      .where(column, '=', value)
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
        const known = idempotency
          ? await trx
              .selectFrom('idempotency_keys')
              .selectAll()
              .where('key', '=', idempotency.key)
              .executeTakeFirst()
          : undefined
        if (known && known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }

        const same = await trx
          .selectFrom('checkouts')
          .selectAll()
          .where((where) =>
            known
              ? where('id', '=', known.checkout_id)
              : where('reference', '=', checkout.reference),
          )
          .executeTakeFirst()
        if (same && (same.amount !== checkout.amount || same.currency !== checkout.currency)) {
          return { kind: 'reference_taken', checkoutId: same.id }
        }
        if (!same) {
          await trx.insertInto('checkouts').values(toCheckoutRow(checkout)).execute()
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
        if (idempotency && !known) {
          await trx
            .insertInto('idempotency_keys')
            .values({ ...idempotency, checkout_id: id, created_at })
            .execute()
        }
        await trx
          .insertInto('sessions')
          .values({ hash: sessionHash, checkout_id: id, created_at })
          .execute()
        if (!same) return { kind: 'created', checkout }
        const attempts = await trx
          .selectFrom('attempts')
          .selectAll()
          .where('checkout_id', '=', id)
          .orderBy('number')
          .execute()
        return { kind: 'repeated', checkout: fromRows(same, attempts) }
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
      }))
    },

    save: (checkout, entry, events) =>
      database.write(async (trx) => {
        const { id, status, version, unfinished, closing, paid_at } = toCheckoutRow(checkout)
        const updated = await trx
          .updateTable('checkouts')
          .set({ status, version, unfinished, closing, paid_at })
          .where('id', '=', id)
          .where('version', '=', checkout.version - 1)
          .executeTakeFirst()
        if (updated.numUpdatedRows === 0n) return false
        await saveAttempt(trx, checkout, entry.attemptId)
        await note(trx, id, entry)
        for (const event of events) await remember(trx, event)
        return true
      }),

    async unfinished() {
      const rows = await db
        .selectFrom('checkouts')
        .selectAll()
        .where('unfinished', '=', 1)
        .execute()
      const attempts = await db
        .selectFrom('attempts')
        .innerJoin('checkouts', 'checkouts.id', 'attempts.checkout_id')
        .selectAll('attempts')
        .where('checkouts.unfinished', '=', 1)
        .orderBy('attempts.number')
        .execute()
      const byCheckout = new Map<string, typeof attempts>()
      for (const attempt of attempts) {
        const siblings = byCheckout.get(attempt.checkout_id)
        if (siblings) siblings.push(attempt)
        else byCheckout.set(attempt.checkout_id, [attempt])
      }
      return rows.map((row) => fromRows(row, byCheckout.get(row.id) ?? []))
    },
  }
}

/** A fact is about one attempt at most; the others are as they were. */
async function saveAttempt(
  trx: Transaction<Tables>,
  checkout: Checkout,
  attemptId: string | null,
): Promise<void> {
  const index = checkout.attempts.findIndex(({ id }) => id === attemptId)
  const attempt = checkout.attempts[index]
  if (!attempt) return
  const row = toAttemptRow(checkout.id, index + 1, attempt)
  const { provider_ref, ended_at, outcome, details } = row
  await trx
    .insertInto('attempts')
    .values(row)
    .onConflict((on) => on.column('id').doUpdateSet({ provider_ref, ended_at, outcome, details }))
    .execute()
}

const note = (trx: Transaction<Tables>, checkoutId: string, entry: HistoryEntry) =>
  trx
    .insertInto('history')
    .values({
      checkout_id: checkoutId,
      attempt_id: entry.attemptId,
      version: entry.version,
      at: entry.at,
      type: entry.type,
      evidence: entry.evidence && JSON.stringify(entry.evidence),
    })
    .execute()

const remember = (trx: Transaction<Tables>, event: OutboxEvent) =>
  trx
    .insertInto('events')
    .values({
      id: event.id,
      checkout_id: event.checkoutId,
      type: event.type,
      at: event.at,
      body: event.body,
      tries: 0,
      next_try_at: event.at,
      delivered_at: null,
    })
    .execute()
