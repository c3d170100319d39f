import type { Kysely, Transaction } from 'kysely'
import type { LateCheck } from '../core/store.ts'
import { compiled } from './compiled.ts'
import { isInPartitions, valueOf } from './postgres/partitions.ts'
import type { Own, Partitions } from './postgres/partitions.ts'
import type { Tables } from './schema.ts'

// Attempts that were given up, and are polled now and then in case they were paid late.

interface Due extends Own {
  readonly merchantId: string
  readonly now: number
  readonly limit: number
}

const selectDue = compiled((db, { merchantId, now, limit, partitions }: Due) =>
  db
    .selectFrom('attempts')
    .select(['id', 'checkout_id', 'ended_at'])
    .where('merchant_id', '=', merchantId)
    .where('late_check_at', '<=', now)
    .$if(partitions !== undefined, (query) =>
      query.where(isInPartitions('checkout_id', partitions ?? [])),
    )
    .orderBy('late_check_at')
    .limit(limit),
)

export async function due(
  db: Kysely<Tables>,
  merchantId: string,
  now: number,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly LateCheck[]> {
  const { rows } = await selectDue(db, { merchantId, now, limit, ...valueOf(partitions) })
  return rows.flatMap(({ id, checkout_id, ended_at }) =>
    ended_at === null ? [] : [{ attemptId: id, checkoutId: checkout_id, endedAt: ended_at }],
  )
}

export async function countDue(
  db: Kysely<Tables>,
  merchantId: string,
  now: number,
): Promise<number> {
  const { count } = await db
    .selectFrom('attempts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('merchant_id', '=', merchantId)
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
