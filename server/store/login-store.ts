import type { LoginStore } from '../core/store.ts'
import type { Database } from './database.ts'

/** Logins to the support page, behind the port of the core. */
export function loginStore(database: Database): LoginStore {
  return {
    async add({ hash, sealedToken, expiresAt }) {
      const row = { hash, sealed_token: sealedToken, expires_at: expiresAt }
      await database.write((trx) => trx.insertInto('logins').values(row).execute())
    },
    async sealedTokenOf(hash, now) {
      const row = await database.db
        .selectFrom('logins')
        .select('sealed_token')
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row?.sealed_token ?? null
    },
    async remove(hash) {
      await database.write((trx) => trx.deleteFrom('logins').where('hash', '=', hash).execute())
    },
  }
}
