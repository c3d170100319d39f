import { PeriodicTask } from '../core/jobs/periodic-task.ts'
import type { Clock } from '../core/clock.ts'
import type { Service } from '../core/service.ts'
import { compiled } from '../store/compiled.ts'
import type { Database } from '../store/database.ts'

const intervalMs = 1_000

const selectNewest = compiled((db) =>
  db.selectFrom('history').select('seq').orderBy('seq', 'desc').limit(1),
)

interface ExternalChangesDeps {
  readonly database: Database
  readonly clock: Clock
  /** Called with the checkouts that changed since the last check, by any process. */
  readonly onExternalChange: (checkoutIds: readonly string[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Detects that another process wrote to the database: `netgiro-checkout resend` and `reconcile` work beside a running server,
 * which keeps checkouts in memory.
 */
export function watchExternalChanges({
  database,
  clock,
  onExternalChange,
  onError,
}: ExternalChangesDeps): Service {
  const { db } = database
  let lastVersion: number | undefined
  let lastSeq = 0

  async function check(): Promise<void> {
    // In this order, a change between the two queries is found by the next check.
    const { rows } = await selectNewest(db, {})
    const version = await database.externalVersion()
    if (lastVersion !== undefined && version !== lastVersion)
      await onExternalChange(await changedSince(lastSeq))
    lastVersion = version
    lastSeq = rows[0]?.seq ?? 0
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

  const task = new PeriodicTask({ clock, onError, intervalMs, run: check })
  return {
    async start(): Promise<void> {
      await check()
      task.start()
    },
    stop: () => task.stop(),
  }
}
