import type { Insertable, Kysely, Transaction } from 'kysely'
import { compiled } from './compiled.ts'
import type { Tables } from './schema.ts'

/** One shopper reloads the shop's page, and uses several tabs and devices. */
const maxSessions = 5

/**
 * Ends the oldest sessions of the checkout, so that there is room for a new one. Returns their hashes, and a time for the
 * new session that is after all others.
 */
export async function makeRoomForSession(
  trx: Transaction<Tables>,
  checkoutId: string,
  now: number,
): Promise<{ readonly endedSessions: readonly string[]; readonly sessionAt: number }> {
  const sessions = await trx
    .selectFrom('sessions')
    .select(['hash', 'created_at'])
    .where('checkout_id', '=', checkoutId)
    .orderBy('created_at', 'desc')
    .execute()
  const endedSessions = sessions.slice(maxSessions - 1).map(({ hash }) => hash)
  if (endedSessions.length > 0)
    await trx.deleteFrom('sessions').where('hash', 'in', endedSessions).execute()
  return { endedSessions, sessionAt: Math.max(now, (sessions[0]?.created_at ?? 0) + 1) }
}

export const insertSession = compiled((db, session: Insertable<Tables['sessions']>) =>
  db.insertInto('sessions').values(session),
)

/** Ends every session of the checkout. Returns their hashes. */
export async function revokeSessions(
  trx: Transaction<Tables>,
  checkoutId: string,
): Promise<readonly string[]> {
  const revoked = await trx
    .deleteFrom('sessions')
    .where('checkout_id', '=', checkoutId)
    .returning('hash')
    .execute()
  return revoked.map(({ hash }) => hash)
}

/** The id of the session's checkout; null if there is no such session. */
export async function findBySession(db: Kysely<Tables>, hash: string): Promise<string | null> {
  const { rows } = await selectSession(db, { hash })
  return rows[0]?.checkout_id ?? null
}

/** Compiled once: where servers share a database, each request of a browser asks this. */
const selectSession = compiled((db, { hash }: { hash: string }) =>
  db.selectFrom('sessions').select('checkout_id').where('hash', '=', hash),
)
