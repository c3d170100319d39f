import { sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

/** Lets the server find what it looks up regularly without reading a whole table. */
export const indexes: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create index paid_predecessors on checkouts (reference)
      where replaced_by is not null and status in ('paid', 'review')`.execute(db)
    await db.schema
      .createIndex('checkouts_in_review')
      .on('checkouts')
      .column('created_at')
      .where('review' as never, 'is not', null)
      .execute()
    await db.schema.createIndex('events_by_checkout').on('events').column('checkout_id').execute()
  },
}
