import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { Status } from '../protocol/index.ts'
import type { Database } from '../store/database.ts'

/** How many checkouts have each status, by merchant. */
export type CheckoutCounts = ReadonlyMap<string, ReadonlyMap<Status, number>>

interface CountRow {
  readonly merchant: string
  readonly status: Status
  readonly count: number
}

/** SQLite runs on this thread: a batch takes about a millisecond, then other work gets its turn. */
const batchSize = 2_000
/** Prometheus may scrape more often than the counts are needed. */
const cacheTtlMs = 15_000

/** PostgreSQL counts beside this thread. */
async function countAtOnce(db: Database['db']): Promise<CheckoutCounts> {
  const { rows } = await sql<CountRow>`
    select merchant_id as merchant, status, count(*) as count from checkouts
    group by merchant_id, status`.execute(db)
  return addTo(new Map(), rows)
}

function addTo(counts: Map<string, Map<Status, number>>, rows: readonly CountRow[]) {
  for (const { merchant, status, count } of rows) {
    const ofMerchant = counts.get(merchant) ?? new Map<Status, number>()
    counts.set(merchant, ofMerchant.set(status, (ofMerchant.get(status) ?? 0) + count))
  }
  return counts
}

/** Counts the checkouts by merchant and status, in batches so that no request waits for it. */
export function checkoutCounts(
  { db, kind }: Database,
  clock: Clock,
): () => Promise<CheckoutCounts> {
  let latest: { readonly at: number; readonly counts: Promise<CheckoutCounts> } | null = null

  async function count(): Promise<CheckoutCounts> {
    if (kind === 'server') return countAtOnce(db)
    const counts = new Map<string, Map<Status, number>>()
    const newest = await sql<{ id: number | null }>`select max(rowid) as id from checkouts`.execute(
      db,
    )
    const last = newest.rows[0]?.id ?? 0
    for (let from = 0; from < last; from += batchSize) {
      const { rows } = await sql<CountRow>`
        select merchant_id as merchant, status, count(*) as count from checkouts
        where rowid > ${from} and rowid <= ${from + batchSize}
        group by merchant_id, status`.execute(db)
      addTo(counts, rows)
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
