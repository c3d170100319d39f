import { sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

/** What came to be looked for after the tables were made; together with `migrations`, by the order of the names. */
export const indexes: Record<string, Migration> = {
  '002_open_checkouts_by_expiry': {
    async up(db: Kysely<unknown>) {
      await sql`create index open_checkouts_by_expiry on checkouts (expires_at) where status = 'open'`.execute(
        db,
      )
    },
  },
}
