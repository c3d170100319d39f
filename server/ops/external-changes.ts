import { PeriodicTask } from '../core/jobs/periodic-task.ts'
import type { Clock } from '../core/clock.ts'
import type { Service } from '../core/service.ts'
import type { Database } from '../store/database.ts'

const intervalMs = 1_000
/** [postgresql] entries are numbered before they are committed: one with a lower number may become visible later. */
const checksBack = { file: 1, server: 20 }

interface ExternalChangesDeps {
  readonly database: Database
  readonly clock: Clock
  /** Called with the checkouts that changed since the last check, by any process, by their merchants. */
  readonly onExternalChange: (checkoutIds: ReadonlyMap<string, readonly string[]>) => Promise<void>
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
  /** The newest entry of the history at each of the last checks. */
  const seqs: number[] = []

  async function check(): Promise<void> {
    const { version, newestEntry } = await database.externalVersion()
    if (lastVersion !== undefined && version !== lastVersion)
      await onExternalChange(await changedSince(seqs[0] ?? 0))
    lastVersion = version
    seqs.push(newestEntry)
    if (seqs.length > checksBack[database.kind]) seqs.shift()
  }

  const changedSince = async (seq: number) => {
    const rows = await db
      .selectFrom('history')
      .innerJoin('checkouts', 'checkouts.id', 'history.checkout_id')
      .select(['checkouts.id', 'checkouts.merchant_id'])
      .distinct()
      .where('history.seq', '>', seq)
      .execute()
    const ids = new Map<string, string[]>()
    for (const { id, merchant_id } of rows) {
      const ofMerchant = ids.get(merchant_id)
      if (ofMerchant) ofMerchant.push(id)
      else ids.set(merchant_id, [id])
    }
    return ids
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
