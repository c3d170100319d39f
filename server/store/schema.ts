import { sql } from 'kysely'
import type { Generated, Kysely, Migration } from 'kysely'

/** Text and whole numbers only: the same on SQLite and PostgreSQL. Times are milliseconds since 1970 UTC. */
export interface Tables {
  checkouts: {
    id: string
    reference: string
    status: string
    version: number
    amount: number
    currency: string
    created_at: number
    expires_at: number
    closing: string | null
    paid_at: number | null
    paid_attempt: string | null
    late: number
    /** Why a person must look. */
    review: string | null
    /** The one of the same reference that had ended before, and the one that came after. */
    replaces: string | null
    replaced_by: string | null
    /** What the shop gave for the provider alone, as JSON; null as soon as nobody needs it. */
    options: string | null
    /** As JSON. */
    refunds: string
    /** 1 while one of them is not settled. */
    refunding: number
    /** The rest of the order, as JSON: written once, never searched. */
    order_details: string
  }
  attempts: {
    id: string
    checkout_id: string
    number: number
    reference: string
    token: string
    provider_ref: string | null
    phone_hash: string | null
    /** When to look once more whether it was paid after all. */
    late_check_at: number | null
    started_at: number
    ended_at: number | null
    outcome: string | null
    /** Everything else about the attempt, as JSON. */
    details: string
  }
  sessions: { hash: string; checkout_id: string; created_at: number }
  history: {
    seq: Generated<number>
    checkout_id: string
    attempt_id: string | null
    version: number
    at: number
    type: string
    /** What support wants to know of it, as JSON: the provider's call, code and reference id. */
    evidence: string | null
    /** How often it was said again, and when last. */
    repeats: Generated<number>
    last_at: number | null
  }
  events: {
    seq: Generated<number>
    id: string
    checkout_id: string
    type: string
    at: number
    body: string
    tries: number
    next_try_at: number | null
    delivered_at: number | null
    /** 1: stored by a version that did not write down whether there was a webhook to send it to. */
    legacy: Generated<number>
  }
  /** Every request that was sent to a phone, for a day: what budgets are counted from. */
  payment_requests: {
    seq: Generated<number>
    attempt_id: string | null
    phone_hash: string
    address_hash: string | null
    at: number
  }
  idempotency_keys: { key: string; fingerprint: string; checkout_id: string; created_at: number }
}

/** Forward only; a released migration is never edited. */
export const migrations: Record<string, Migration> = {
  '001_checkouts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('checkouts')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('reference', 'text', (c) => c.notNull().unique())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('amount', 'bigint', (c) => c.notNull())
        .addColumn('currency', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('closing', 'text')
        .addColumn('paid_at', 'bigint')
        .addColumn('paid_attempt', 'text')
        .addColumn('late', 'integer', (c) => c.notNull())
        .addColumn('options', 'text')
        .addColumn('refunds', 'text', (c) => c.notNull())
        .addColumn('refunding', 'integer', (c) => c.notNull())
        .addColumn('order_details', 'text', (c) => c.notNull())
        .execute()
      await db.schema
        .createIndex('open_checkouts_by_expiry')
        .on('checkouts')
        .column('expires_at')
        .where('status' as never, '=', 'open')
        .execute()
      await db.schema
        .createIndex('refunding_checkouts')
        .on('checkouts')
        .column('id')
        .where('refunding' as never, '=', 1)
        .execute()
      await db.schema
        .createTable('attempts')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
        .addColumn('number', 'integer', (c) => c.notNull())
        .addColumn('reference', 'text', (c) => c.notNull().unique())
        .addColumn('token', 'text', (c) => c.notNull().unique())
        .addColumn('provider_ref', 'text')
        .addColumn('phone_hash', 'text')
        .addColumn('late_check_at', 'bigint')
        .addColumn('started_at', 'bigint', (c) => c.notNull())
        .addColumn('ended_at', 'bigint')
        .addColumn('outcome', 'text')
        .addColumn('details', 'text', (c) => c.notNull())
        .addUniqueConstraint('attempt_number', ['checkout_id', 'number'])
        .execute()
      // The database itself refuses a second open attempt, whatever the code above it believes.
      await db.schema
        .createIndex('one_open_attempt')
        .unique()
        .on('attempts')
        .column('checkout_id')
        .where('ended_at' as never, 'is', null)
        .execute()
      await db.schema
        .createIndex('open_attempts_by_phone')
        .on('attempts')
        .column('phone_hash')
        .where('ended_at' as never, 'is', null)
        .execute()
      await db.schema
        .createIndex('late_checks')
        .on('attempts')
        .column('late_check_at')
        .where('late_check_at' as never, 'is not', null)
        .execute()
      await withSequence(db, 'sendings')
        .addColumn('phone_hash', 'text', (c) => c.notNull())
        .addColumn('address_hash', 'text')
        .addColumn('at', 'bigint', (c) => c.notNull())
        .execute()
      for (const columns of [['phone_hash', 'at'], ['address_hash', 'at'], ['at']]) {
        const name = `sendings_by_${columns.join('_and_')}`
        await db.schema.createIndex(name).on('sendings').columns(columns).execute()
      }
      await db.schema
        .createTable('sessions')
        .addColumn('hash', 'text', (c) => c.primaryKey())
        .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute()
      await withSequence(db, 'history')
        .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
        .addColumn('attempt_id', 'text')
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('evidence', 'text')
        .addUniqueConstraint('history_version', ['checkout_id', 'version'])
        .execute()
      await withSequence(db, 'events')
        .addColumn('id', 'text', (c) => c.notNull().unique())
        .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('tries', 'integer', (c) => c.notNull())
        .addColumn('next_try_at', 'bigint')
        .addColumn('delivered_at', 'bigint')
        .execute()
      await db.schema
        .createIndex('undelivered_events')
        .on('events')
        .column('next_try_at')
        .where('next_try_at' as never, 'is not', null)
        .execute()
      await db.schema
        .createTable('idempotency_keys')
        .addColumn('key', 'text', (c) => c.primaryKey())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute()
    },
  },
  /** Runs with foreign keys off: SQLite cannot drop a constraint, so the table is made anew under its name. */
  '002_reviews_and_replacements': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('checkouts_002')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('reference', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('amount', 'bigint', (c) => c.notNull())
        .addColumn('currency', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('closing', 'text')
        .addColumn('paid_at', 'bigint')
        .addColumn('paid_attempt', 'text')
        .addColumn('late', 'integer', (c) => c.notNull())
        .addColumn('options', 'text')
        .addColumn('refunds', 'text', (c) => c.notNull())
        .addColumn('refunding', 'integer', (c) => c.notNull())
        .addColumn('order_details', 'text', (c) => c.notNull())
        .addColumn('review', 'text')
        .addColumn('replaces', 'text')
        .addColumn('replaced_by', 'text')
        .execute()
      await sql`
        insert into checkouts_002 (
          id, reference, status, version, amount, currency, created_at, expires_at, closing,
          paid_at, paid_attempt, late, options, refunds, refunding, order_details
        )
        select
          id, reference, status, version, amount, currency, created_at, expires_at, closing,
          paid_at, paid_attempt, late, options, refunds, refunding, order_details
        from checkouts`.execute(db)
      await db.schema.dropTable('checkouts').execute()
      await db.schema.alterTable('checkouts_002').renameTo('checkouts').execute()
      for (const [name, column, where, operator, value] of [
        ['open_checkouts_by_expiry', 'expires_at', 'status', '=', 'open'],
        ['refunding_checkouts', 'id', 'refunding', '=', 1],
        ['replacing_checkouts', 'replaces', 'replaces', 'is not', null],
      ] as const) {
        const index = db.schema.createIndex(name).on('checkouts').column(column)
        await index.where(where as never, operator, value).execute()
      }
      // A reference belongs to one living checkout, whatever the code above the database believes.
      await db.schema
        .createIndex('one_checkout_per_reference')
        .unique()
        .on('checkouts')
        .column('reference')
        .where('replaced_by' as never, 'is', null)
        .execute()
      await db.schema
        .createIndex('checkouts_by_reference')
        .on('checkouts')
        .column('reference')
        .execute()
      // A provider's name for a request belongs to one attempt.
      await db.schema
        .createIndex('one_attempt_per_provider_ref')
        .unique()
        .on('attempts')
        .column('provider_ref')
        .where('provider_ref' as never, 'is not', null)
        .execute()
      // From now on an attempt says itself that it was paid.
      await sql`
        update attempts set details = json_set(
          details,
          '$.paidAt', (select paid_at from checkouts where paid_attempt = attempts.id),
          '$.paidAmount', (select amount from checkouts where paid_attempt = attempts.id)
        )
        where id in (select paid_attempt from checkouts)`.execute(db)
      await db.schema
        .alterTable('history')
        .addColumn('repeats', 'integer', (c) => c.notNull().defaultTo(0))
        .execute()
      await db.schema.alterTable('history').addColumn('last_at', 'bigint').execute()
      await db.schema.alterTable('sendings').addColumn('attempt_id', 'text').execute()
      await db.schema
        .createIndex('sendings_by_attempt')
        .on('sendings')
        .column('attempt_id')
        .execute()
    },
  },
  '003_sessions_by_checkout': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createIndex('sessions_by_checkout')
        .on('sessions')
        .columns(['checkout_id', 'created_at'])
        .execute()
    },
  },
  /** Standard names, and which events are older than the record of whether there was a webhook. */
  '004_standard_names': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('events')
        .addColumn('legacy', 'integer', (c) => c.notNull().defaultTo(0))
        .execute()
      await sql`update events set legacy = 1 where tries = 0 and delivered_at is null`.execute(db)
      for (const suffix of ['phone_hash_and_at', 'address_hash_and_at', 'at', 'attempt'])
        await db.schema.dropIndex(`sendings_by_${suffix}`).execute()
      await db.schema.alterTable('sendings').renameTo('payment_requests').execute()
      for (const columns of [['phone_hash', 'at'], ['address_hash', 'at'], ['at'], ['attempt_id']])
        await db.schema
          .createIndex(`payment_requests_by_${columns.join('_and_')}`)
          .on('payment_requests')
          .columns(columns)
          .execute()
      await sql`
        update attempts set details = json_set(
          json_remove(details, '$.windowEndsAt', '$.paceMs', '$.authorized'),
          '$.approvalExpiresAt', json_extract(details, '$.windowEndsAt'),
          '$.pollIntervalMs', json_extract(details, '$.paceMs'),
          '$.shopDecision', case json_extract(details, '$.authorized')
            when 1 then 'approve' when 0 then 'deny' end,
          '$.cancelRequested', case json_extract(details, '$.cancelRequested')
            when 'window' then 'approval_timeout'
            else json_extract(details, '$.cancelRequested') end
        )`.execute(db)
      await sql`
        update attempts set details = json_set(
          details, '$.connection.captureMethod', case json_extract(details, '$.connection.approval')
            when 'takes_money' then 'automatic'
            when 'awaits_confirm' then 'manual'
            else 'callback' end
        )
        where json_extract(details, '$.connection.approval') is not null`.execute(db)
      await sql`
        update attempts set details = json_remove(details, '$.connection.approval')
        where json_extract(details, '$.connection.approval') is not null`.execute(db)
    },
  },
}

/** An integer primary key that the database counts up. */
const withSequence = (db: Kysely<unknown>, table: string) =>
  db.schema.createTable(table).addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
