import { sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/**
 * Every checkout belongs to a merchant, and a reference to one checkout of each merchant. What is stored belongs to the merchant
 * `default`, and so does what an earlier version still writes beside this one.
 */
export const merchants: Migration = {
  async up(db: Db) {
    for (const table of ['checkouts', 'attempts', 'events'])
      await db.schema
        .alterTable(table)
        .addColumn('merchant_id', 'text', (c) => c.notNull().defaultTo('default'))
        .execute()
    await indexCheckouts(db)
    await indexAttemptsAndEvents(db)
  },
}

async function indexCheckouts(db: Db): Promise<void> {
  for (const name of [
    ...['one_checkout_per_reference', 'checkouts_by_reference', 'paid_predecessors'],
    ...['open_checkouts_by_expiry', 'refunding_checkouts', 'checkouts_in_review'],
  ])
    await db.schema.dropIndex(name).execute()
  // The database itself refuses a second live checkout of one reference, in case the code fails to.
  await sql`create unique index one_checkout_per_reference on checkouts (merchant_id, reference)
    where replaced_by is null`.execute(db)
  await sql`create index checkouts_by_reference on checkouts (merchant_id, reference)`.execute(db)
  await sql`create index paid_predecessors on checkouts (merchant_id, reference)
    where replaced_by is not null and status in ('paid', 'review')`.execute(db)
  await sql`create index open_checkouts_by_expiry on checkouts (merchant_id, expires_at)
    where status = 'open'`.execute(db)
  await sql`create index refunding_checkouts on checkouts (merchant_id, id)
    where refunding = 1`.execute(db)
  await sql`create index checkouts_in_review on checkouts (merchant_id, created_at)
    where review is not null`.execute(db)
}

async function indexAttemptsAndEvents(db: Db): Promise<void> {
  for (const name of ['late_checks', 'undelivered_events'])
    await db.schema.dropIndex(name).execute()
  await sql`create index late_checks on attempts (merchant_id, late_check_at)
    where late_check_at is not null`.execute(db)
  await sql`create index open_attempts_by_merchant on attempts (merchant_id)
    where ended_at is null`.execute(db)
  await sql`create index undelivered_events on events (merchant_id, next_try_at)
    where next_try_at is not null`.execute(db)
  await sql`create index events_by_merchant on events (merchant_id, seq)`.execute(db)
}
