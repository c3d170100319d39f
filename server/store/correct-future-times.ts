import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import { nextRecheck } from '../core/recheck-delays.ts'
import type { Tables } from './schema.ts'

/** Rows of the first version have no `approvedAt`. */
type Details = Pick<Attempt, 'approvalExpiresAt'> & Partial<Pick<Attempt, 'approvedAt'>>

/** Longer than the time between any two late checks. */
const maxLateCheckDelayMs = 25 * 3_600_000

/**
 * Moves times that a clock which was ahead has put into the future back to now: approval timeouts, lifetimes, late checks and
 * logged payment requests. Otherwise they would be waited for as long as the clock was wrong. Changes nothing if the clock
 * was right.
 */
export async function correctFutureTimes(trx: Transaction<Tables>, now: number): Promise<void> {
  await trx.updateTable('payment_requests').set({ at: now }).where('at', '>', now).execute()
  const createdAhead = await trx
    .selectFrom('checkouts')
    .select('id')
    .where('created_at', '>', now)
    .where('status', 'not in', ['paid', 'canceled', 'expired', 'review'])
    .execute()
  await trx
    .updateTable('checkouts')
    .set({ created_at: now, expires_at: sql<number>`expires_at - (created_at - ${now})` })
    .where('created_at', '>', now)
    .where('status', 'not in', ['paid', 'canceled', 'expired', 'review'])
    .execute()
  const startedAhead = await correctOpenAttempts(trx, now)
  await correctLateChecks(trx, now)
  for (const id of new Set([...createdAhead.map(({ id }) => id), ...startedAhead]))
    await recordCorrection(trx, id, now)
}

/** Browsers see these times, so the correction is a new version with an entry in the history. */
async function recordCorrection(trx: Transaction<Tables>, id: string, now: number): Promise<void> {
  const { version } = await trx
    .updateTable('checkouts')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirstOrThrow()
  const entry = { version, at: now, type: 'clock_corrected', attempt_id: null, evidence: null }
  await trx
    .insertInto('history')
    .values({ ...entry, checkout_id: id })
    .execute()
}

/** Returns the ids of their checkouts. */
async function correctOpenAttempts(trx: Transaction<Tables>, now: number): Promise<string[]> {
  const open = await trx
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'started_at', 'details'])
    .where('ended_at', 'is', null)
    .execute()
  const ahead = open
    .map((row) => ({ ...row, details: JSON.parse(row.details) as Details }))
    .filter(({ started_at, details }) => started_at > now || (details.approvedAt ?? 0) > now)
  for (const { id, started_at, details } of ahead) {
    const { approvedAt } = details
    const aheadMs = Math.max(started_at - now, 0)
    const corrected: Details = {
      ...details,
      approvalExpiresAt: details.approvalExpiresAt - aheadMs,
      approvedAt: approvedAt == null ? null : Math.min(approvedAt, now),
    }
    await trx
      .updateTable('attempts')
      .set({ started_at: started_at - aheadMs, details: JSON.stringify(corrected) })
      .where('id', '=', id)
      .execute()
  }
  return ahead.map(({ checkout_id }) => checkout_id)
}

async function correctLateChecks(trx: Transaction<Tables>, now: number): Promise<void> {
  const tracked = await trx
    .selectFrom('attempts')
    .select(['id', 'ended_at'])
    .where('late_check_at', 'is not', null)
    .where((where) =>
      where.or([
        where('ended_at', '>', now),
        where('late_check_at', '>', now + maxLateCheckDelayMs),
      ]),
    )
    .execute()
  for (const { id, ended_at } of tracked) {
    const endedAt = Math.min(ended_at ?? now, now)
    await trx
      .updateTable('attempts')
      .set({ ended_at: endedAt, late_check_at: nextRecheck(endedAt, now) })
      .where('id', '=', id)
      .execute()
  }
}
