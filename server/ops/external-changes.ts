import { sql } from 'kysely'
import { PeriodicTask } from '../core/jobs/periodic-task.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../store/database.ts'

const intervalMs = 1_000

interface ExternalChangesDeps {
  readonly database: Database
  readonly clock: Clock
  /** Told of the checkouts that changed since the last look, by whatever hand. */
  readonly onExternalChange: (checkoutIds: readonly string[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Notices that another process wrote to the database: `netgiro-checkout resend` and `reconcile` work beside a running
 * server, which keeps checkouts in memory. [sqlite] `data_version` changes with the commits of others, not with our own.
 */
export function watchExternalChanges({
  database,
  clock,
  onExternalChange,
  onError,
}: ExternalChangesDeps) {
  const { db } = database
  let known: number | undefined
  let seen = 0

  async function look(): Promise<void> {
    // In this order: what others write in between is then found at the next look.
    const newest = await db
      .selectFrom('history')
      .select('seq')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(db)
    const version = rows[0]?.data_version
    if (known !== undefined && version !== known) await onExternalChange(await changedSince(seen))
    known = version
    seen = newest?.seq ?? 0
  }

  const changedSince = async (seq: number) => {
    const rows = await db
      .selectFrom('history')
      .select('checkout_id')
      .distinct()
      .where('seq', '>', seq)
      .execute()
    return rows.map(({ checkout_id }) => checkout_id)
  }

  const task = new PeriodicTask({ clock, onError, intervalMs: intervalMs, run: look })
  return {
    async begin(): Promise<void> {
      await look()
      task.start()
    },
    stop: () => task.stop(),
  }
}
