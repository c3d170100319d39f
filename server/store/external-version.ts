import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { isPostgres } from './postgres/is-postgres.ts'
import type { Tables } from './schema.ts'

/**
 * A number that changes with every commit of another process, and not with our own. [sqlite] `data_version` is just that; on
 * PostgreSQL, whoever writes without the lease counts it.
 */
export async function externalVersion(db: Kysely<Tables>): Promise<number | undefined> {
  const { rows } = await (
    isPostgres(db)
      ? sql<{ version: number }>`select external_changes as version from leases`
      : sql<{ version: number }>`select data_version as version from pragma_data_version()`
  ).execute(db)
  return rows[0]?.version
}
