import { sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/** Runs with foreign keys off: SQLite cannot drop a constraint, so the table is recreated under its name. */
export const reviewsAndReplacements: Migration = {
  async up(db: Db) {
    await recreateCheckouts(db)
    await indexCheckouts(db)
    await changeAttempts(db)
    await countRepeats(db)
    await linkSendingsToAttempts(db)
  },
}

async function recreateCheckouts(db: Db): Promise<void> {
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
}

async function indexCheckouts(db: Db): Promise<void> {
  for (const [name, column, where, operator, value] of [
    ['open_checkouts_by_expiry', 'expires_at', 'status', '=', 'open'],
    ['refunding_checkouts', 'id', 'refunding', '=', 1],
    ['replacing_checkouts', 'replaces', 'replaces', 'is not', null],
  ] as const) {
    const index = db.schema.createIndex(name).on('checkouts').column(column)
    await index.where(where as never, operator, value).execute()
  }
  // The database itself refuses a second live checkout of one reference, in case the code fails to.
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
}

async function changeAttempts(db: Db): Promise<void> {
  // A provider's id of a request belongs to one attempt.
  await db.schema
    .createIndex('one_attempt_per_provider_ref')
    .unique()
    .on('attempts')
    .column('provider_ref')
    .where('provider_ref' as never, 'is not', null)
    .execute()
  // From now on a paid attempt holds the payment itself.
  await sql`
    update attempts set details = json_set(
      details,
      '$.paidAt', (select paid_at from checkouts where paid_attempt = attempts.id),
      '$.paidAmount', (select amount from checkouts where paid_attempt = attempts.id)
    )
    where id in (select paid_attempt from checkouts)`.execute(db)
}

async function countRepeats(db: Db): Promise<void> {
  await db.schema
    .alterTable('history')
    .addColumn('repeats', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('history').addColumn('last_at', 'bigint').execute()
}

async function linkSendingsToAttempts(db: Db): Promise<void> {
  await db.schema.alterTable('sendings').addColumn('attempt_id', 'text').execute()
  await db.schema.createIndex('sendings_by_attempt').on('sendings').column('attempt_id').execute()
}
