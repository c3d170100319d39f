import type { Config, Configuration } from '../config.ts'
import { defaultMerchantId } from '../core/checkout.ts'
import { toTime } from '../core/clock.ts'
import type { Clock } from '../core/clock.ts'
import { createCipher, createSecrets } from '../crypto.ts'
import { hashKeysOf } from '../hash-key.ts'
import type { HashKeys } from '../hash-key.ts'
import type { Log } from '../log.ts'
import { ReadinessProbe } from '../ops/readiness-probe.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { openDatabase } from '../store/database.ts'
import type { Database } from '../store/database.ts'
import { merchantDirectory } from '../store/merchant-directory.ts'
import { outboxStore } from '../store/outbox-store.ts'

/**
 * The database of all merchants.
 *
 * @param signal - ends the wait for another server that has the database
 */
export async function openStorage(
  { server, merchants }: Configuration,
  clock: Clock,
  log: Log,
  signal?: AbortSignal,
) {
  const database = await open(server, clock, log, signal)
  // The key of the hashes may lie beside the database, whose folder is there by now.
  const first = merchants.find(({ merchantId }) => merchantId === defaultMerchantId)
  const hashKeys: HashKeys = hashKeysOf(server, first)
  const readinessProbe = new ReadinessProbe(database, clock, (error) =>
    log.error({ err: error }, 'database is not writable'),
  )
  const cipher = createCipher(hashKeys.current, hashKeys.former)
  return { database, readinessProbe, hashKeys, cipher, directory: merchantDirectory(database) }
}

export type SharedStorage = Awaited<ReturnType<typeof openStorage>>

/** What of the database is one merchant's. */
export function storageFor(
  { database, hashKeys: { current, former } }: SharedStorage,
  { merchantId, webhook }: Pick<Config, 'merchantId' | 'webhook'>,
  clock: Clock,
) {
  return {
    database,
    store: checkoutStore(database, { sendsWebhooks: webhook !== null, merchantId }),
    outbox: outboxStore(database, merchantId),
    secrets: createSecrets(current, () => clock.now(), former, merchantId),
  }
}

export type Storage = ReturnType<typeof storageFor>

async function open(
  { databaseUrl, databaseListenUrl: listenUrl, databaseWaitMs: waitMs }: Configuration['server'],
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
