import { Kysely, Migrator, sql } from 'kysely'
import { storeDialect } from './dialect.ts'
import { UnusableDatabase } from './failure.ts'
import { describeSchema, difference } from './schema-check.ts'
import type { Schema } from './schema-check.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Brings the database to the newest schema: all of it in one transaction, or nothing. Refuses, in a sentence, what a newer
 * version or another program has written, and a schema that is not the one that the code was written for.
 */
export async function migrate(db: Kysely<Tables>, path: string): Promise<void> {
  const executed = await executedMigrations(db)
  await refuseForeign(db, path, executed)
  // To begin a migration takes the lock for writing, which another program may hold just now.
  if (executed?.length !== Object.keys(migrations).length) await migrateToLatest(db)
  await verifySchema(db, path)
}

async function migrateToLatest(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  // [sqlite] "It is not possible to enable or disable foreign key constraints in the middle of a multi-statement
  // transaction", and a migration may have to make a table anew that others refer to.
  await sql`pragma foreign_keys = off`.execute(db)
  try {
    const { error } = await migrator.migrateToLatest()
    // Kysely answers it as `unknown`; the drivers throw nothing else.
    if (error) throw error as Error
  } finally {
    await sql`pragma foreign_keys = on`.execute(db)
  }
}

/** The names of what has run; null where there is no list of them. */
export async function executedMigrations(db: Kysely<Tables>): Promise<string[] | null> {
  const { rows: tables } = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'table' and name = 'kysely_migration'`.execute(db)
  if (tables.length === 0) return null
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** `executed`: the names of the migrations that have run on it. */
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

export async function verifySchema(db: Kysely<Tables>, path: string): Promise<void> {
  const wrong = difference(await describeSchema(db), await (expected ??= expectedSchema()))
  if (wrong === null) return
  throw new UnusableDatabase(
    `The database ${path} does not have the schema that this version needs (${wrong}): an unreleased version made it. Start with a new file, or restore a backup.`,
  )
}

let expected: Promise<Schema> | null = null

/** What the migrations make of an empty database: there is no second list to keep. */
async function expectedSchema(): Promise<Schema> {
  const db = new Kysely<Tables>({ dialect: storeDialect(openSqlite(':memory:')) })
  for (const migration of Object.values(migrations)) await migration.up(db)
  const schema = await describeSchema(db)
  await db.destroy()
  return schema
}
