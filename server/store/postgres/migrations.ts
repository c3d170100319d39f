import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/** What only servers that share a database need. */
export const migrationsForServers: Readonly<Record<string, Migration>> = {
  '008_leaving_servers': {
    async up(db: Db) {
      // A server of the version before knows nothing of it, and is counted as one that stays.
      await db.schema
        .alterTable('replicas')
        .addColumn('is_leaving', 'boolean', (c) => c.notNull().defaultTo(false))
        .execute()
    },
  },
  '010_repeatable_commands': {
    async up(db: Db) {
      await db.schema
        .alterTable('handed_commands')
        .addColumn('is_repeatable', 'boolean', (c) => c.notNull().defaultTo(false))
        .execute()
    },
  },
  '013_hash_key_checks': {
    async up(db: Db) {
      // Null: a server of the version before, which says nothing of its keys.
      await db.schema.alterTable('replicas').addColumn('hash_key_checks', 'text').execute()
    },
  },
}
