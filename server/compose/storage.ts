import type { Config } from '../config.ts'
import { toTime } from '../core/clock.ts'
import type { Clock } from '../core/clock.ts'
import { createCipher, createSecrets } from '../crypto.ts'
import { hashKeysOf } from '../hash-key.ts'
import type { Log } from '../log.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { openDatabase } from '../store/database.ts'
import type { Database } from '../store/database.ts'
import { outboxStore } from '../store/outbox-store.ts'

/** @param signal - ends the wait for another server that has the database */
export async function openStorage(config: Config, clock: Clock, log: Log, signal?: AbortSignal) {
  const database = await open(config, clock, log, signal)
  // The key of the hashes may lie beside the database, whose folder is there by now.
  const { current, former } = hashKeysOf(config)
  return {
    database,
    store: checkoutStore(database, { sendsWebhooks: config.webhook !== null }),
    outbox: outboxStore(database),
    secrets: createSecrets(current, () => clock.now(), former),
    cipher: createCipher(current, former),
  }
}

export type Storage = Awaited<ReturnType<typeof openStorage>>

async function open(
  { databaseUrl, databaseListenUrl: listenUrl, databaseWaitMs: waitMs }: Config,
  clock: Clock,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<Database> {
  const onWait = () => log.warn('another server has the database: waiting for it to stop')
  const database = await openDatabase(databaseUrl, {
    owner: { waitMs, onWait, signal, listenUrl, now: () => clock.now() },
    onDamage: (message) => log.error({ message }, 'the database is damaged: restore a backup'),
  })
  if (database.loss) {
    const { changes, knownAt } = database.loss
    log.error(
      { changes, since: knownAt === null ? null : toTime(knownAt) },
      'the database holds less than it did: run netgiro-checkout reconcile, and check whether it was replaced by a backup or a disk is failing',
    )
  }
  return database
}
