import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/** Reviews that a person has dealt with. */
export const closedReviews: Migration = {
  async up(db: Db) {
    // A server of the version before knows nothing of it, and lists them still.
    await db.schema.alterTable('checkouts').addColumn('review_closed_at', 'bigint').execute()
  },
}
