import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { Status } from '../protocol/index.ts'
import type { Database } from '../store/database.ts'

type Counts = ReadonlyMap<Status, number>

/** SQLite runs on this thread: a batch takes about a millisecond, then other work gets its turn. */
const batchSize = 2_000
/** Prometheus may scrape more often than the counts are needed. */
const cacheTtlMs = 15_000

/** PostgreSQL counts beside this thread. */
async function countAtOnce(db: Database['db']): Promise<Counts> {
  const rows = await db
    .selectFrom('checkouts')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  return new Map(rows.map(({ status, count }) => [status as Status, count]))
}

/** Counts the checkouts by status, in batches so that no request waits for it. */
export function checkoutCounts({ db, kind }: Database, clock: Clock): () => Promise<Counts> {
  let latest: { readonly at: number; readonly counts: Promise<Counts> } | null = null

  async function count(): Promise<Counts> {
    if (kind === 'server') return countAtOnce(db)
    const counts = new Map<Status, number>()
    const newest = await sql<{ id: number | null }>`select max(rowid) as id from checkouts`.execute(
      db,
    )
    const last = newest.rows[0]?.id ?? 0
    for (let from = 0; from < last; from += batchSize) {
      const { rows } = await sql<{ status: Status; count: number }>`
        select status, count(*) as count from checkouts
        where rowid > ${from} and rowid <= ${from + batchSize} group by status`.execute(db)
      for (const row of rows) counts.set(row.status, (counts.get(row.status) ?? 0) + row.count)
      await setImmediate()
    }
    return counts
  }

  return () => {
    if (!latest || clock.now() - latest.at >= cacheTtlMs) {
      const counts = count()
      counts.catch(() => (latest = null))
      latest = { at: clock.now(), counts }
    }
    return latest.counts
  }
}
