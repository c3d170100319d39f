import { PostgresAdapter } from 'kysely'
import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/** Whether the queries of a shared module run on PostgreSQL, for the few that both databases word differently. */
export const isPostgres = (db: Kysely<Tables>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter
