import type { Config, Configuration } from '../config.ts'
import { defaultMerchantId } from '../core/checkout.ts'
import { toTime } from '../core/clock.ts'
import type { Clock, ClockDifference } from '../core/clock.ts'
import { createCipher, createSecrets, keyCheckOf } from '../crypto.ts'
import type { Purpose } from '../crypto.ts'
import { hashKeysOf } from '../hash-key.ts'
import type { HashKeys } from '../hash-key.ts'
import type { Log } from '../log.ts'
import { ReadinessProbe } from '../ops/readiness-probe.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { openDatabase } from '../store/database.ts'
import type { Database } from '../store/database.ts'
import { loginStore } from '../store/login-store.ts'
import { merchantDirectory } from '../store/merchant-directory.ts'
import { outboxStore } from '../store/outbox-store.ts'

interface StorageDeps {
  readonly clock: Clock
  /** The machine's own. */
  readonly machineClock: Clock
  /** Called with how far that is ahead of the clock of a database that servers share, before `clock` is asked. */
  readonly onClock: (ahead: ClockDifference) => void
  readonly log: Log
  /** Ends the wait for another server that has the database. */
  readonly signal?: AbortSignal | undefined
}

/** The database of all merchants. */
export async function openStorage({ server, merchants }: Configuration, deps: StorageDeps) {
  const { clock, log } = deps
  const hashKeyChecks = server.hashKeys.map(keyCheckOf)
  const database = await open(server, hashKeyChecks, deps)
  // The key of the hashes may lie beside the database, whose folder is there by now.
  const first = merchants.find(({ merchantId }) => merchantId === defaultMerchantId)
  let hashKeys: HashKeys
  try {
    hashKeys = hashKeysOf(server, first)
  } catch (error) {
    // The next start may be in this process.
    await database.close()
    throw error
  }
  const readinessProbe = new ReadinessProbe(database, clock, (error) =>
    log.error({ err: error }, 'database is not writable'),
  )
  return {
    ...{ database, readinessProbe, hashKeys },
    /** For the other servers on the database, all of which have keys that are configured. */
    hashKeyChecks,
    cipherFor: (purpose: Purpose) => createCipher(purpose, hashKeys.current, hashKeys.former),
    directory: merchantDirectory(database),
    logins: loginStore(database),
  }
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
  hashKeyChecks: readonly string[],
  { clock, machineClock, onClock, log, signal }: StorageDeps,
): Promise<Database> {
  const onWait = () => log.warn('another server has the database: waiting for it to stop')
  const database = await openDatabase(databaseUrl, {
    owner: {
      ...{ waitMs, onWait, signal, listenUrl, hashKeyChecks, machineClock, onClock },
      now: () => clock.now(),
    },
    onRisk: (message) => log.warn(message),
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
