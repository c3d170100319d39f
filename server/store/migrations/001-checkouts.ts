import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

export const checkouts: Migration = {
  async up(db: Db) {
    await createCheckouts(db)
    await createAttempts(db)
    await createSendings(db)
    await createSessions(db)
    await createHistory(db)
    await createEvents(db)
    await createIdempotencyKeys(db)
  },
}

async function createCheckouts(db: Db): Promise<void> {
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
}

async function createSendings(db: Db): Promise<void> {
  await withSequence(db, 'sendings')
    .addColumn('phone_hash', 'text', (c) => c.notNull())
    .addColumn('address_hash', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  for (const columns of [['phone_hash', 'at'], ['address_hash', 'at'], ['at']]) {
    const name = `sendings_by_${columns.join('_and_')}`
    await db.schema.createIndex(name).on('sendings').columns(columns).execute()
  }
}

async function createSessions(db: Db): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
}

async function createHistory(db: Db): Promise<void> {
  await withSequence(db, 'history')
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('attempt_id', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('evidence', 'text')
    .addUniqueConstraint('history_version', ['checkout_id', 'version'])
    .execute()
}

async function createEvents(db: Db): Promise<void> {
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
}

async function createIdempotencyKeys(db: Db): Promise<void> {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('checkout_id', 'text', (c) => c.notNull().references('checkouts.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
}

/** An integer primary key that the database counts up. */
const withSequence = (db: Db, table: string) =>
  db.schema.createTable(table).addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
