import { sql } from 'kysely'
import type { Kysely, Migration } from 'kysely'

type Db = Kysely<unknown>

/** Standard names, and a mark on events that are older than the record of whether there was a webhook. */
export const standardNames: Migration = {
  async up(db: Db) {
    await markLegacyEvents(db)
    await renameSendings(db)
    await renameAttemptDetails(db)
    await renameConnectionDetails(db)
  },
}

async function markLegacyEvents(db: Db): Promise<void> {
  await db.schema
    .alterTable('events')
    .addColumn('legacy', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`update events set legacy = 1 where tries = 0 and delivered_at is null`.execute(db)
}

async function renameSendings(db: Db): Promise<void> {
  for (const suffix of ['phone_hash_and_at', 'address_hash_and_at', 'at', 'attempt'])
    await db.schema.dropIndex(`sendings_by_${suffix}`).execute()
  await db.schema.alterTable('sendings').renameTo('payment_requests').execute()
  for (const columns of [['phone_hash', 'at'], ['address_hash', 'at'], ['at'], ['attempt_id']])
    await db.schema
      .createIndex(`payment_requests_by_${columns.join('_and_')}`)
      .on('payment_requests')
      .columns(columns)
      .execute()
}

async function renameAttemptDetails(db: Db): Promise<void> {
  await sql`
    update attempts set details = json_set(
      json_remove(details, '$.windowEndsAt', '$.paceMs', '$.authorized'),
      '$.approvalExpiresAt', json_extract(details, '$.windowEndsAt'),
      '$.pollIntervalMs', json_extract(details, '$.paceMs'),
      '$.shopDecision', case json_extract(details, '$.authorized')
        when 1 then 'approve' when 0 then 'deny' end,
      '$.cancelRequested', case json_extract(details, '$.cancelRequested')
        when 'window' then 'approval_timeout'
        else json_extract(details, '$.cancelRequested') end
    )`.execute(db)
}

async function renameConnectionDetails(db: Db): Promise<void> {
  await sql`
    update attempts set details = json_set(
      details, '$.connection.captureMethod', case json_extract(details, '$.connection.approval')
        when 'takes_money' then 'automatic'
        when 'awaits_confirm' then 'manual'
        else 'callback' end
    )
    where json_extract(details, '$.connection.approval') is not null`.execute(db)
  await sql`
    update attempts set details = json_remove(details, '$.connection.approval')
    where json_extract(details, '$.connection.approval') is not null`.execute(db)
}
