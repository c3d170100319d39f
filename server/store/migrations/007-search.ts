import { PostgresAdapter, sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/**
 * Indexes for the searches of the support page. Nothing is copied into columns of their own, so what an earlier version writes
 * beside this one, or deletes about a payer, is right in them as well.
 */
export const search: Migration = {
  async up(db: Db) {
    await sql`create index checkouts_by_time on checkouts (merchant_id, created_at)`.execute(db)
    await sql`create index checkouts_by_amount
      on checkouts (merchant_id, amount, created_at)`.execute(db)
    await sql`create index checkouts_by_reference_in_lower_case
      on checkouts (merchant_id, lower(reference))`.execute(db)
    await sql`create index late_payments on checkouts (merchant_id, paid_at)
      where late = 1`.execute(db)
    await sql`create index attempts_by_time on attempts (merchant_id, started_at)`.execute(db)
    await sql`create index attempts_by_payer on attempts (merchant_id, (${maskedPayer(db)}))
      where phone_hash is not null`.execute(db)
    await sql`create index abandoned_events on events (merchant_id, seq)
      where next_try_at is null and delivered_at is null and tries > 0`.execute(db)
  },
}

/**
 * The payer as the support page shows it, `•••3281`; the queries use the same expressions. Details that are damaged stay as
 * they are, for `audit` to report.
 */
const maskedPayer = (db: Db) =>
  db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`details::jsonb #>> '{payer,masked}'`
    : sql`case when json_valid(details) then json_extract(details, '$.payer.masked') end`
