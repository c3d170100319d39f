import type { Kysely, Migration } from 'kysely'

export const sessionsByCheckout: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('sessions_by_checkout')
      .on('sessions')
      .columns(['checkout_id', 'created_at'])
      .execute()
  },
}
