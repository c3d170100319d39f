import { sql } from 'kysely'
import type { CreateTableBuilder, Kysely, Migration } from 'kysely'
import { partitionCount } from './partitions.ts'

type Db = Kysely<unknown>

/**
 * The whole schema as the migrations of a SQLite file have made it by 005. A PostgreSQL database begins here; later
 * migrations are the same for both.
 */
export const baseline: Migration = {
  async up(db: Db) {
    await createCheckouts(db)
    await createAttempts(db)
    await createHistory(db)
    await createEvents(db)
    await createSmallTables(db)
    await createReplicas(db)
  },
}

async function createCheckouts(db: Db): Promise<void> {
  await db.schema
    .createTable('checkouts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('reference', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('version', 'bigint', (c) => c.notNull())
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
  await sql`create index open_checkouts_by_expiry on checkouts (expires_at)
    where status = 'open'`.execute(db)
  await sql`create index refunding_checkouts on checkouts (id) where refunding = 1`.execute(db)
  await sql`create index replacing_checkouts on checkouts (replaces)
    where replaces is not null`.execute(db)
  // The database itself refuses a second live checkout of one reference, in case the code fails to.
  await sql`create unique index one_checkout_per_reference on checkouts (reference)
    where replaced_by is null`.execute(db)
  await sql`create index checkouts_by_reference on checkouts (reference)`.execute(db)
  await sql`create index paid_predecessors on checkouts (reference)
    where replaced_by is not null and status in ('paid', 'review')`.execute(db)
  await sql`create index checkouts_in_review on checkouts (created_at)
    where review is not null`.execute(db)
}

async function createAttempts(db: Db): Promise<void> {
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
  // The database itself refuses a second open attempt, in case the code fails to.
  await sql`create unique index one_open_attempt on attempts (checkout_id)
    where ended_at is null`.execute(db)
  await sql`create index open_attempts_by_phone on attempts (phone_hash)
    where ended_at is null`.execute(db)
  await sql`create index late_checks on attempts (late_check_at)
    where late_check_at is not null`.execute(db)
  // A provider's id of a request belongs to one attempt.
  await sql`create unique index one_attempt_per_provider_ref on attempts (provider_ref)
    where provider_ref is not null`.execute(db)
}

async function createHistory(db: Db): Promise<void> {
  await withSequence(db.schema.createTable('history'))
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('attempt_id', 'text')
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('evidence', 'text')
    .addColumn('repeats', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('last_at', 'bigint')
    .addUniqueConstraint('history_version', ['checkout_id', 'version'])
    .execute()
}

async function createEvents(db: Db): Promise<void> {
  await withSequence(db.schema.createTable('events'))
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', 'bigint')
    .addColumn('delivered_at', 'bigint')
    .addColumn('legacy', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`create index undelivered_events on events (next_try_at)
    where next_try_at is not null`.execute(db)
  await sql`create index events_by_checkout on events (checkout_id)`.execute(db)
}

async function createSmallTables(db: Db): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await sql`create index sessions_by_checkout on sessions (checkout_id, created_at)`.execute(db)
  await withSequence(db.schema.createTable('payment_requests'))
    .addColumn('phone_hash', 'text', (c) => c.notNull())
    .addColumn('address_hash', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('attempt_id', 'text')
    .execute()
  for (const columns of [['phone_hash', 'at'], ['address_hash', 'at'], ['at'], ['attempt_id']])
    await db.schema
      .createIndex(`payment_requests_by_${columns.join('_and_')}`)
      .on('payment_requests')
      .columns(columns)
      .execute()
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
}

/** What several servers on this database tell each other; see `Leases` and `HandedCommands`. */
async function createReplicas(db: Db): Promise<void> {
  await db.schema
    .createTable('replicas')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
    .addColumn('joined_at', 'timestamptz', (c) => c.notNull())
    /** How far its clock was ahead of the database's when it joined, in milliseconds. */
    .addColumn('clock_ahead_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('leases')
    .addColumn('partition', 'integer', (c) => c.primaryKey())
    .addColumn('owner', 'text')
    .addColumn('epoch', 'bigint', (c) => c.notNull())
    .execute()
  await sql`insert into leases
    select number, null, 0 from generate_series(0, ${sql.lit(partitionCount - 1)}) as number`.execute(
    db,
  )
  await db.schema
    .createTable('handed_commands')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('partition', 'integer', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
    .addColumn('taken_by', 'text')
    .addColumn('answer', 'text')
    .execute()
  await db.schema.createTable('external_changes').addColumn('count', 'bigint').execute()
  await sql`insert into external_changes values (0)`.execute(db)
}

const withSequence = (table: CreateTableBuilder<string>) =>
  table.addColumn('seq', 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity())
