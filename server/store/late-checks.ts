import type { Kysely, Transaction } from 'kysely'
import type { LateCheck } from '../core/store.ts'
import { compiled } from './compiled.ts'
import type { Tables } from './schema.ts'

// Attempts that were given up, and are polled now and then in case they were paid late.

const selectDue = compiled((db, { now, limit }: { now: number; limit: number }) =>
  db
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'ended_at'])
    .where('late_check_at', '<=', now)
    .orderBy('late_check_at')
    .limit(limit),
)

export async function due(
  db: Kysely<Tables>,
  now: number,
  limit: number,
): Promise<readonly LateCheck[]> {
  const { rows } = await selectDue(db, { now, limit })
  return rows.flatMap(({ id, checkout_id, ended_at }) =>
    ended_at === null ? [] : [{ attemptId: id, checkoutId: checkout_id, endedAt: ended_at }],
  )
}

export async function countDue(db: Kysely<Tables>, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('attempts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('late_check_at', '<=', now)
    .executeTakeFirstOrThrow()
  return count
}

/** Null: the attempt is not checked any more. */
export async function schedule(
  trx: Transaction<Tables>,
  attemptId: string,
  at: number | null,
): Promise<void> {
  await trx.updateTable('attempts').set({ late_check_at: at }).where('id', '=', attemptId).execute()
}
