import { Kysely } from 'kysely'
import { storeDialect } from './dialect.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'

/** Reads the schema that the migrations create in an empty database. */
export async function asMigrated<T>(read: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const db = new Kysely<Tables>({ dialect: storeDialect(openSqlite(':memory:')) })
  try {
    for (const migration of Object.values(migrations)) await migration.up(db)
    return await read(db)
  } finally {
    await db.destroy()
  }
}
