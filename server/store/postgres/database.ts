import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { tryAgainShortly } from '../../core/errors.ts'
import type { Database, ExternalVersion, OpenOptions } from '../database.ts'
import type { Failure } from '../failure.ts'
import type { Tables } from '../schema.ts'
import { UnknownCommit, WriteQueue } from '../write-queue.ts'
import type { Job, WriteOptions } from '../write-queue.ts'
import { assertUsable, connectPostgres, explainPostgres } from './connection.ts'
import { durabilityRisks } from './durability.ts'
import { postgresFailureOf } from './failure.ts'
import { Cluster } from './cluster.ts'
import { refuseOtherKeys } from './lease-table.ts'
import type { Fence } from './lease-table.ts'
import { LeaseLost } from './leases.ts'
import { tryNotifications } from './list-replicas.ts'
import { migratePostgres } from './migrate.ts'
import { partitionOf } from './partitions.ts'
import { pipelined } from './pipelined.ts'
import { upSince } from './up-since.ts'

/** Between two questions what became of a transaction, while the database is away. */
const outcomeRetryMs = 200
/** A conflict that is left after all retries is none that passes. */
const passing: readonly Failure[] = ['storage', 'busy']
/** How many transactions may run at a time: one that waits for an answer, or a lock, does not hold up the others. */
const queueCount = 4

/** A schema of a PostgreSQL database, migrated to the newest version, and shared by any number of servers; see `Leases`. */
export class PostgresDatabase implements Database {
  readonly kind = 'server'
  readonly db: Kysely<Tables>
  /** PostgreSQL does not lose what it has committed; a restored backup cannot be told from here. */
  readonly loss = null
  readonly cluster: Cluster | null
  readonly explain: (error: unknown) => unknown
  readonly #queues: readonly [WriteQueue<Fence>, ...WriteQueue<Fence>[]]
  readonly #pause: (ms: number) => Promise<unknown>
  #isClosing = false

  private constructor(
    db: Kysely<Tables>,
    url: string,
    cluster: Cluster | null,
    { pause }: OpenOptions,
  ) {
    this.db = db
    this.explain = (error) => explainPostgres(error, url)
    this.cluster = cluster
    this.#pause = pause ?? setTimeout
    const openQueue = () =>
      new WriteQueue<Fence>({
        failureOf: postgresFailureOf,
        isPipelined: true,
        transact: (job, fences, onDoubt) => this.#transact(job, fences, onDoubt),
        ...(cluster && { fenceOf: (checkoutId) => cluster.leases.fenceOf(checkoutId) }),
        // The pool replaces a connection that broke by itself.
        reopen: () => {},
        onCommit: () => {},
        ...(cluster && { onLateCommit: (checkoutIds) => cluster.onLateCommit(checkoutIds) }),
        ...(pause && { pause }),
      })
    this.#queues = [openQueue(), ...Array.from({ length: queueCount - 1 }, openQueue)]
  }

  /** @throws UnusableDatabase, with a message for the operator that quotes nothing of the URL but host and database */
  static async open(url: string, options: OpenOptions = {}): Promise<PostgresDatabase> {
    const { keepsSchema = false, owner, onRisk } = options
    const connection = connectPostgres(url, {
      // Where a server listens at the same URL, no pooler of transactions lies before it.
      keepsStatements: owner !== undefined && !owner.listenUrl,
    })
    const { db } = connection
    try {
      await assertUsable(connection, url)
      if (onRisk) (await durabilityRisks(db)).forEach(onRisk)
      await migratePostgres(db, url, {
        keepsSchema,
        // What would refuse this server later refuses it while the servers of the version before can still be started.
        async beforeUpgrade() {
          if (!owner) return
          await tryNotifications(url, owner.listenUrl ?? url)
          if (owner.hashKeyChecks) await refuseOtherKeys(db, owner.hashKeyChecks)
        },
      })
      const cluster = owner ? new Cluster(url, owner) : null
      await cluster?.leases.compareClocks()
      return new PostgresDatabase(db, url, cluster, options)
    } catch (error) {
      await db.destroy()
      throw explainPostgres(error, url)
    }
  }

  get failures(): number {
    return this.#queues.reduce((sum, { failures }) => sum + failures, 0)
  }

  async write<T>(job: Job<T>, options?: WriteOptions): Promise<T> {
    try {
      return await this.#queueOf(options?.checkoutId).add(job, options)
    } catch (error) {
      if (!this.isAway(error)) throw error
      // That another server owns the checkout by now is nobody's fault.
      const cause = error instanceof LeaseLost ? undefined : { cause: error }
      throw tryAgainShortly(cause)
    }
  }

  async externalVersion(): Promise<ExternalVersion> {
    const { rows } = await sql<ExternalVersion>`
      select count as version, (select coalesce(max(seq), 0) from history) as "newestEntry"
      from external_changes`.execute(this.db)
    return rows[0] ?? { version: undefined, newestEntry: 0 }
  }

  isAway(error: unknown): boolean {
    return error instanceof LeaseLost || passing.includes(postgresFailureOf(error))
  }

  limitWaiting(ms: number): void {
    for (const queue of this.#queues) queue.limitWaiting(ms)
  }

  /** PostgreSQL vacuums by itself. */
  async emptyLog(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#queues.map((queue) => queue.close()))
    await this.cluster?.close()
    await this.db.destroy()
  }

  /** Writes about one checkout follow each other; those about none are in the first queue. */
  #queueOf(checkoutId: string | undefined): WriteQueue<Fence> {
    const index = checkoutId === undefined ? 0 : partitionOf(checkoutId) % queueCount
    return this.#queues[index] ?? this.#queues[0]
  }

  async #transact<T>(job: Job<T>, fences: readonly Fence[], onDoubt: () => void): Promise<T> {
    const leases = this.cluster?.leases
    // Heard before the transaction begins: what is up since then at the end as well was up all the time.
    const upSince = leases?.upSince
    /** What the job returned, once only the answer to COMMIT is missing. */
    let uncommitted: (Begun & { readonly result: T }) | undefined
    try {
      const first = async (trx: Transaction<Tables>) =>
        leases ? { xid: await leases.confirm(trx, fences), upSince } : announceChange(trx)
      return await pipelined(this.db, first, async (trx, begun) => {
        const result = await job(trx)
        uncommitted = { ...begun, result }
        return result
      })
    } catch (error) {
      if (!uncommitted || postgresFailureOf(error) !== 'storage') throw error
      onDoubt()
      // [postgresql] a connection that is lost during COMMIT says nothing about what became of it.
      if (await this.#wasCommitted(uncommitted, error)) return uncommitted.result
      throw error
    }
  }

  /**
   * Asks until the database says so; while it is away, nothing else could be written either.
   *
   * @throws UnknownCommit
   */
  async #wasCommitted({ xid, upSince }: Begun, error: unknown): Promise<boolean> {
    for (;;) {
      try {
        const { status, isUpSince } = await this.#statusOf(xid)
        // [postgresql] ids that were lost with the memory, or with the former primary, are given to others.
        if (status === 'committed' && isUpSince === upSince) return true
        if (status === 'aborted') return false
        if (status !== 'in progress') throw new UnknownCommit(error)
      } catch (again) {
        if (again instanceof UnknownCommit) throw again
        // Another primary may not have got as far: a transaction of its future was not committed there.
        if (postgresFailureOf(again) !== 'storage') return false
      }
      if (this.#isClosing) throw error
      await this.#pause(outcomeRetryMs)
    }
  }

  async #statusOf(xid: string): Promise<{ status: string | null; isUpSince?: string }> {
    // A standby that has not taken over knows only a part.
    const { rows } = await sql<{ status: string | null; isUpSince: string }>`
      select ${upSince} as "isUpSince", case
        when pg_is_in_recovery() then 'in progress' else pg_xact_status(${xid}::xid8)
      end as status`.execute(this.db)
    return rows[0] ?? { status: null }
  }
}

/** By what it can be asked later what became of a transaction. */
interface Begun {
  readonly xid: string
  /** Of the database, no later than the transaction. */
  readonly upSince: string | undefined
}

/** A command writes beside the servers, which have to notice. */
async function announceChange(trx: Kysely<Tables>): Promise<Begun> {
  const { rows } = await sql<Begun>`
    update external_changes set count = count + 1
    returning pg_current_xact_id()::text as xid, ${upSince} as "upSince"`.execute(trx)
  return rows[0] ?? { xid: '', upSince: undefined }
}
