import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { MerchantDirectory } from '../core/store.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** Whose something in the database is, behind the port of the core. */
export function merchantDirectory({ db }: Database): MerchantDirectory {
  return {
    ofSession: (hash) => ofSession(db, hash),
    ofCallback: (token) => ofCallback(db, token),
    ofCheckout: (id) => ofCheckout(db, id),
    ofEvent: (id) => ofEvent(db, id),
    withOpenWork: () => withOpenWork(db),
  }
}

async function ofSession(db: Kysely<Tables>, hash: string): Promise<string | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('checkouts', 'checkouts.id', 'sessions.checkout_id')
    .select('checkouts.merchant_id')
    .where('sessions.hash', '=', hash)
    .executeTakeFirst()
  return row?.merchant_id ?? null
}

async function ofCallback(db: Kysely<Tables>, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('attempts')
    .select('merchant_id')
    .where('token', '=', token)
    .executeTakeFirst()
  return row?.merchant_id ?? null
}

async function ofCheckout(db: Kysely<Tables>, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('checkouts')
    .select('merchant_id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.merchant_id ?? null
}

async function ofEvent(db: Kysely<Tables>, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('events')
    .select('merchant_id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.merchant_id ?? null
}

async function withOpenWork(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select merchant_id as id from attempts where ended_at is null
    union select merchant_id from checkouts where status = 'open'
    union select merchant_id from checkouts where refunding = 1
    union select merchant_id from events where next_try_at is not null
    order by id`.execute(db)
  return rows.map(({ id }) => id)
}
