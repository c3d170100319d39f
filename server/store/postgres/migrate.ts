import { Migrator, sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'
import { notMigrated, UnusableDatabase } from '../failure.ts'
import { migrations } from '../migrations/migrations.ts'
import type { Tables } from '../schema.ts'
import { nameOf } from './connection.ts'
import { currentSchema } from './current-schema.ts'
import { migrationsForServers } from './migrations.ts'
import { baseline } from './schema.ts'
import { assertRights, schemaId, verifyPostgresSchema } from './schema-check.ts'

const baselineName = '005_indexes'

/** The baseline, and every migration after it. */
export const postgresMigrations: Readonly<Record<string, Migration>> = Object.fromEntries([
  [baselineName, baseline],
  ...Object.entries(migrations).filter(([name]) => name > baselineName),
  ...Object.entries(migrationsForServers),
])

interface MigrateOptions {
  /** Refuses a database that would have to be migrated. */
  readonly keepsSchema: boolean
  /** Called before the schema of an earlier version is migrated, after which no server of that version can be started. */
  readonly beforeUpgrade: () => Promise<void>
}

/**
 * Migrates the database to the newest schema. Kysely does so in one transaction, under a lock of the database, so that two
 * servers that start at once do not meet.
 *
 * @throws UnusableDatabase if a newer version or another program has written to the schema, or it is not the expected one
 */
export async function migratePostgres(
  db: Kysely<Tables>,
  url: string,
  { keepsSchema, beforeUpgrade }: MigrateOptions,
): Promise<void> {
  // Read once: meanwhile another server may begin to migrate.
  const tables = await tablesOf(db)
  const hasMigrations = tables.includes('kysely_migration')
  if (hasMigrations) await assertRights(db, url, ['kysely_migration'])
  const executed = hasMigrations ? await executedMigrations(db) : null
  refuseForeign(url, tables, executed)
  if (executed?.length === Object.keys(postgresMigrations).length)
    return verifyPostgresSchema(db, url)
  if (keepsSchema) throw notMigrated(nameOf(url), executed)
  // Empty: another server has only begun to migrate a new database, which is of no version yet.
  if (executed?.length) await beforeUpgrade()
  const migrator = new Migrator({
    db,
    // [kysely] otherwise it takes the tables of any other schema for its own.
    migrationTableSchema: await currentSchema(db),
    provider: { getMigrations: () => Promise.resolve(postgresMigrations) },
  })
  const { error } = await migrator.migrateToLatest()
  // Kysely types it as `unknown`; the drivers throw only errors.
  if (error) throw error as Error
  await verifyPostgresSchema(db, url)
}

async function executedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** `executed`: null where the schema has no list of migrations. */
function refuseForeign(
  url: string,
  tables: readonly string[],
  executed: readonly string[] | null,
): void {
  const unknown = executed?.find((name) => !Object.hasOwn(postgresMigrations, name))
  if (unknown !== undefined)
    throw new UnusableDatabase(
      `The database ${nameOf(url)} was written by a newer version (it has the migration ${unknown}): run that version, or restore a backup made before it.`,
    )
  if (executed) return
  // Another server that migrates may have made the table of its lock, and not yet the list.
  const foreign = tables.find((name) => !name.startsWith('kysely_migration'))
  if (foreign !== undefined)
    throw new UnusableDatabase(
      `The database ${nameOf(url)} belongs to another program: its schema has a table ${foreign} and no list of migrations. Give this server a schema of its own.`,
    )
}

/**
 * Everything that has rows, but for what extensions have brought. [postgresql] the information schema leaves out what this user has no
 * right to.
 */
async function tablesOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = ${schemaId}
      and relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (
        select from pg_depend
        where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
      )
    order by relname`.execute(db)
  return rows.map(({ name }) => name)
}
