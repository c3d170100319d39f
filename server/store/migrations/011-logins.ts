import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/** Operators who are logged in to the support page, whichever server they reach. */
export const logins: Migration = {
  async up(db: Db) {
    // A server of the version before knows nothing of it: what is logged in there, it keeps to itself.
    await db.schema
      .createTable('logins')
      .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
      .addColumn('sealed_token', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
  },
}
