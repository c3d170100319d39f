import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/**
 * How often support has had an event of a merchant sent again. A sender that has stopped because the endpoint answered 410 sees
 * in it that it is to go on, whichever process was asked.
 */
export const resends: Migration = {
  async up(db: Db) {
    // A server of the version before knows nothing of it: what is resent there, it sends itself.
    await db.schema
      .createTable('resends')
      .addColumn('merchant_id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .execute()
  },
}
