import { parseArgs } from 'node:util'
import { readDatabaseConfig } from '../config.ts'
import { audit as auditCheckouts } from '../ops/audit.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { outboxStore } from '../store/outbox-store.ts'
import type { CliContext } from './command.ts'
import { withExisting } from './database.ts'

/** Settled events are deleted 30 days after they happened; a day more, for clocks that differ. */
const eventsKeptForMs = 29 * 24 * 60 * 60 * 1_000

/**
 * Replays the stored history of every checkout and prints those whose stored state it does not explain. Nothing is changed and
 * no provider is asked. Exit code 1 if there is one.
 */
export async function audit(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  return withExisting(readDatabaseConfig(env), async (database) => {
    const storesOf = (merchantId: string) => ({
      store: checkoutStore(database, { merchantId }),
      outbox: outboxStore(database, merchantId),
    })
    const deps = { database, storesOf }
    const tally = { audited: 0, unexplained: 0 }
    for await (const { checkoutId, problem } of auditCheckouts(
      deps,
      clock.now() - eventsKeptForMs,
    )) {
      tally.audited++
      if (problem === null) continue
      tally.unexplained++
      say(`! ${checkoutId}: ${problem}`)
    }
    say(`Replayed ${tally.audited}: ${tally.unexplained} not explained by their history.`)
    return tally.unexplained === 0 ? 0 : 1
  })
}
