import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { Attempt } from '../checkout/checkout.ts'
import { nextLateCheck } from '../checkout/late.ts'
import type { Tables } from './schema.ts'

/** Rows of the first version are without the approval. */
type Details = Pick<Attempt, 'windowEndsAt'> & Partial<Pick<Attempt, 'approvedAt'>>

/** More than lies between two late checks. */
const longestPause = 25 * 3_600_000

/**
 * Brings back what a clock that was ahead has put into the future, so that nothing waits for a time that is as far away as
 * that clock was wrong: windows, lifetimes, late checks, budgets. Where the clock was right this changes nothing.
 */
export async function bringBack(trx: Transaction<Tables>, now: number): Promise<void> {
  await trx.updateTable('sendings').set({ at: now }).where('at', '>', now).execute()
  await trx
    .updateTable('checkouts')
    .set({ created_at: now, expires_at: sql<number>`expires_at - (created_at - ${now})` })
    .where('created_at', '>', now)
    .where('status', 'not in', ['paid', 'canceled', 'expired', 'review'])
    .execute()
  await bringBackOpenAttempts(trx, now)
  await bringBackLateChecks(trx, now)
}

async function bringBackOpenAttempts(trx: Transaction<Tables>, now: number): Promise<void> {
  const open = await trx
    .selectFrom('attempts')
    .select(['id', 'started_at', 'details'])
    .where('ended_at', 'is', null)
    .execute()
  for (const { id, started_at, details: text } of open) {
    const details = JSON.parse(text) as Details
    const { approvedAt } = details
    const ahead = Math.max(started_at - now, 0)
    if (ahead === 0 && (approvedAt ?? 0) <= now) continue
    const shifted: Details = {
      ...details,
      windowEndsAt: details.windowEndsAt - ahead,
      approvedAt: approvedAt == null ? null : Math.min(approvedAt, now),
    }
    await trx
      .updateTable('attempts')
      .set({ started_at: started_at - ahead, details: JSON.stringify(shifted) })
      .where('id', '=', id)
      .execute()
  }
}

async function bringBackLateChecks(trx: Transaction<Tables>, now: number): Promise<void> {
  const watched = await trx
    .selectFrom('attempts')
    .select(['id', 'ended_at'])
    .where('late_check_at', 'is not', null)
    .where((where) =>
      where.or([where('ended_at', '>', now), where('late_check_at', '>', now + longestPause)]),
    )
    .execute()
  for (const { id, ended_at } of watched) {
    const endedAt = Math.min(ended_at ?? now, now)
    await trx
      .updateTable('attempts')
      .set({ ended_at: endedAt, late_check_at: nextLateCheck(endedAt, now) })
      .where('id', '=', id)
      .execute()
  }
}
