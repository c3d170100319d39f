import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { Attempt } from '../core/checkout.ts'
import { nextRecheck } from '../core/recheck-delays.ts'
import type { Tables } from './schema.ts'

/** Rows of the first version are without the approval. */
type Details = Pick<Attempt, 'approvalExpiresAt'> & Partial<Pick<Attempt, 'approvedAt'>>

/** More than lies between two late checks. */
const maxPauseMs = 25 * 3_600_000

/**
 * Brings back what a clock that was ahead has put into the future, so that nothing waits for a time that is as far away as
 * that clock was wrong: windows, lifetimes, late checks, budgets. Where the clock was right this changes nothing.
 */
export async function bringBack(trx: Transaction<Tables>, now: number): Promise<void> {
  await trx.updateTable('payment_requests').set({ at: now }).where('at', '>', now).execute()
  const expirer = await trx
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
  const windows = await bringBackOpenAttempts(trx, now)
  await bringBackLateChecks(trx, now)
  for (const id of new Set([...expirer.map(({ id }) => id), ...windows]))
    await noteChange(trx, id, now)
}

/** A time that is shown has changed: that is a version of its own, with a line in the history. */
async function noteChange(trx: Transaction<Tables>, id: string, now: number): Promise<void> {
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

/** Answers the checkouts that they belong to. */
async function bringBackOpenAttempts(trx: Transaction<Tables>, now: number): Promise<string[]> {
  const ahead = await trx
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'started_at', 'details'])
    .where('ended_at', 'is', null)
    .where((where) =>
      where.or([
        where('started_at', '>', now),
        where(sql<number>`json_extract(details, '$.approvedAt')`, '>', now),
      ]),
    )
    .execute()
  for (const { id, started_at, details: text } of ahead) {
    const details = JSON.parse(text) as Details
    const { approvedAt } = details
    const by = Math.max(started_at - now, 0)
    const shifted: Details = {
      ...details,
      approvalExpiresAt: details.approvalExpiresAt - by,
      approvedAt: approvedAt == null ? null : Math.min(approvedAt, now),
    }
    await trx
      .updateTable('attempts')
      .set({ started_at: started_at - by, details: JSON.stringify(shifted) })
      .where('id', '=', id)
      .execute()
  }
  return ahead.map(({ checkout_id }) => checkout_id)
}

async function bringBackLateChecks(trx: Transaction<Tables>, now: number): Promise<void> {
  const tracked = await trx
    .selectFrom('attempts')
    .select(['id', 'ended_at'])
    .where('late_check_at', 'is not', null)
    .where((where) =>
      where.or([where('ended_at', '>', now), where('late_check_at', '>', now + maxPauseMs)]),
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
