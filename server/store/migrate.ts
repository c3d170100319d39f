import { Migrator, sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asMigrated } from './as-migrated.ts'
import { notMigrated, UnusableDatabase } from './failure.ts'
import { describeSchema, difference } from './schema-check.ts'
import type { Schema } from './schema-check.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './schema.ts'

/**
 * Migrates the database to the newest schema, in one transaction.
 *
 * @param keepsSchema - refuses a database that would have to be migrated
 * @throws UnusableDatabase if a newer version or another program wrote the file, or the schema is not the expected one
 */
export async function migrate(
  db: Kysely<Tables>,
  path: string,
  keepsSchema: boolean,
): Promise<void> {
  const executed = await executedMigrations(db)
  await refuseForeign(db, path, executed)
  if (executed?.length !== Object.keys(migrations).length) {
    if (keepsSchema) throw notMigrated(path, executed)
    // Starting the migrator takes the write lock, which another program may hold.
    await migrateToLatest(db)
  }
  await verifySchema(db, path)
}

async function migrateToLatest(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  // [sqlite] "It is not possible to enable or disable foreign key constraints in the middle of a multi-statement
  // transaction", and a migration may have to recreate a table that others refer to.
  await sql`pragma foreign_keys = off`.execute(db)
  try {
    const { error } = await migrator.migrateToLatest()
    // Kysely types it as `unknown`; the drivers throw only errors.
    if (error) throw error as Error
  } finally {
    await sql`pragma foreign_keys = on`.execute(db)
  }
}

/** The names of the executed migrations; null if the database has no list of them. */
export async function executedMigrations(db: Kysely<Tables>): Promise<string[] | null> {
  const { rows: tables } = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'table' and name = 'kysely_migration'`.execute(db)
  if (tables.length === 0) return null
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** Throws an `UnusableDatabase` if a newer version or another program wrote the file. */
export async function refuseForeign(
  db: Kysely<Tables>,
  path: string,
  executed: readonly string[] | null,
): Promise<void> {
  const unknown = executed?.find((name) => !Object.hasOwn(migrations, name))
  if (unknown !== undefined)
    throw new UnusableDatabase(
      `The database ${path} was written by a newer version (it has the migration ${unknown}): run that version, or restore a backup made before it.`,
    )
  const tables = await tablesOf(db)
  if (executed?.length === 0 && tables.includes('checkouts'))
    throw new UnusableDatabase(
      `The database ${path} was left half made by an early version whose first start was killed: remove the file, it holds nothing.`,
    )
  if (executed) return
  const [table] = tables
  if (table !== undefined)
    throw new UnusableDatabase(
      `The database ${path} belongs to another program: it has a table ${table} and no list of migrations.`,
    )
}

async function tablesOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_schema
    where type = 'table' and name not like 'sqlite\\_%' escape '\\'`.execute(db)
  return rows.map(({ name }) => name)
}

/** The texts of schemas that were found to be as expected: reading the tables takes most of the time that it takes to open a file. */
const verified = new Set<string>()

export async function verifySchema(db: Kysely<Tables>, path: string): Promise<void> {
  const text = await schemaText(db)
  if (verified.has(text)) return
  const found = difference(
    await describeSchema(db),
    await (expected ??= asMigrated(describeSchema)),
  )
  if (found === null) {
    verified.add(text)
    return
  }
  throw new UnusableDatabase(
    `The database ${path} does not have the schema that this version needs (${found}): an unreleased version made it. Start with a new file, or restore a backup.`,
  )
}

async function schemaText(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ sql: string | null }>`
    select sql from sqlite_schema order by type, name`.execute(db)
  return rows.map(({ sql }) => sql).join(';')
}

let expected: Promise<Schema> | null = null
