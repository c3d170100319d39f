import type { Kysely } from 'kysely'
import type { OwnerOptions } from './owner-lock.ts'
import type { Cluster } from './postgres/cluster.ts'
import type { Tables } from './schema.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import type { Job, WriteOptions } from './write-queue.ts'

export type { Job, WriteOptions } from './write-queue.ts'

export interface OpenOptions {
  /** Makes this the only server on a file, or one of those on PostgreSQL; without it, the database is opened beside its owner. */
  readonly owner?: OwnerOptions
  /** Refuses an empty database, and one of an earlier version, instead of migrating it: a server of that version may be running. */
  readonly keepsSchema?: boolean
  /** Called with SQLite's message if the check some time after the start finds the file damaged. */
  readonly onDamage?: (message: string) => void
  /** PostgreSQL: called with each setting of the database by which a crash may lose what is committed, in words. */
  readonly onRisk?: (message: string) => void
  /** How the write queue waits between attempts. Default: `setTimeout`. */
  readonly pause?: (ms: number) => Promise<unknown>
}

/** The database has lost changes: it was replaced by a backup, or its log was damaged. */
export interface Loss {
  /** How many changes are missing from the history; null: unknown. */
  readonly changes: number | null
  /** Changes after this time may be missing; null: unknown. */
  readonly knownAt: number | null
}

export interface ExternalVersion {
  /** Another number after every commit of another process, and the same after our own. */
  readonly version: number | undefined
  /** The newest entry of the history, no later than at that version. */
  readonly newestEntry: number
}

/** The database, migrated to the newest schema. Reads use `db`; all writes go through `write`. */
export interface Database {
  /** `file`: queries run on this thread. `server`: they run beside it. */
  readonly kind: 'file' | 'server'
  readonly db: Kysely<Tables>
  /** Changes that are missing; null as a rule, and always without an owner. */
  readonly loss: Loss | null
  /** By which several servers share their work; null where there is one, and for commands beside it. */
  readonly cluster: Cluster | null
  /** How many jobs failed, or were refused after waiting, for any reason. */
  readonly failures: number
  /**
   * Runs the job in a transaction, which is on disk when the promise resolves. The job may run several times, of which one
   * takes effect. While the database is locked or away it waits without blocking the event loop.
   *
   * @throws CheckoutError `temporarily_unavailable` after a while, unless `mustPersist` is set
   */
  write<T>(job: Job<T>, options?: WriteOptions): Promise<T>
  /** Whether the error says that the database cannot be reached or written to, and the same may work later. */
  isAway(error: unknown): boolean
  /** What the database says is wrong, as an `UnusableDatabase`; any other error is returned as it is. */
  readonly explain: (error: unknown) => unknown
  /** To notice what other processes write. */
  externalVersion(): Promise<ExternalVersion>
  /** Limits how long writes may still wait, because the process is about to end. */
  limitWaiting(ms: number): void
  /** Removes what a log of the database still holds of deleted personal data. */
  emptyLog(): Promise<void>
  /** Settles the writes that wait, and closes the database. */
  close(): Promise<void>
}

export const isPostgresUrl = (url: string): boolean => /^postgres(?:ql)?:/.test(url)

/**
 * @param url - `file:./data/checkout.db`, `file::memory:` for one that ends with the process, or `postgres://user@host/name`
 * @throws UnusableDatabase, with a message for the operator
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  if (!isPostgresUrl(url)) return SqliteDatabase.open(url, options)
  // Loaded only where it is used.
  const { PostgresDatabase } = await import('./postgres/database.ts')
  return PostgresDatabase.open(url, options)
}

/** For a look at the servers on a PostgreSQL database from outside. Loaded only where it is used. */
export const inspectReplicas = () => import('./postgres/list-replicas.ts')
