import { PostgresAdapter, sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/**
 * Indexes for the searches of the support page. Nothing is copied into columns of their own, so what an earlier version writes
 * beside this one, or deletes about a payer, is right in them as well.
 *
 * [sqlite] none that holds everything begins with the merchant: the planner prefers it to a partial index that does, and then
 * reads all that the merchant ever had instead of what is open.
 */
export const search: Migration = {
  async up(db: Db) {
    await sql`create index checkouts_by_time on checkouts (created_at, merchant_id)`.execute(db)
    await sql`create index checkouts_by_amount
      on checkouts (amount, merchant_id, created_at)`.execute(db)
    await sql`create index checkouts_by_reference_in_lower_case
      on checkouts (lower(reference), merchant_id)`.execute(db)
    await sql`create index late_payments on checkouts (merchant_id, paid_at)
      where late = 1`.execute(db)
    await sql`create index attempts_by_time on attempts (started_at, merchant_id)`.execute(db)
    // Without the open ones, which are few and written several times: each write would read the payer out of the JSON again.
    await sql`create index attempts_by_payer on attempts ((${maskedPayer(db)}), merchant_id)
      where phone_hash is not null and ended_at is not null`.execute(db)
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
