import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../../core/clock.ts'
import { UnusableDatabase } from '../failure.ts'
import { compiled } from '../compiled.ts'
import type { Tables } from '../schema.ts'
import { upSince } from './up-since.ts'

/** How long a server counts as alive without a renewal, by the clock of the database. */
export const leaseMs = 6_000

const leaseInterval = sql`${`${leaseMs} milliseconds`}::interval`
/** Any number that is not used for another purpose. */
const takeoverLock = 4_815_162_342

const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

interface Wanted {
  readonly owner: string
  readonly partitions: readonly number[]
  readonly epochs: readonly number[]
}

/** Compiled once: each transaction begins with it. */
const selectConfirmed = compiled(
  (_, { owner, partitions, epochs }: Wanted) => sql<{ xid: string; held: number }>`
    select pg_current_xact_id()::text as xid, (
      select count(1) from (
        select 1 from leases join unnest(
          ${partitions}::int[], ${epochs}::bigint[]
        ) as wanted (partition, epoch) using (partition, epoch)
        where owner = ${owner} for share of leases
      ) as confirmed
    ) as held`,
)

/** The right to write about the checkouts of one partition, as it was when the write was asked for. */
export interface Fence {
  readonly partition: number
  readonly epoch: number
}

/** One of the leases that were renewed; null: there are none. */
export interface Renewed {
  readonly partition: number | null
  readonly epoch: number | null
  /** The time of the database. */
  readonly at: number
  readonly upSince: string
}

/** The servers as the database sees them, the one that asks among them. */
export interface Others {
  readonly live: number
  /** Of those, the ones that take their share. */
  readonly staying: number
  /** Partitions without a live owner. */
  readonly free: number
  /** Until the first of the other servers counts as dead unless it renews its lease; null: there is no other one. */
  readonly expiresInMs: number | null
}

/** What the servers of one database know of each other: one row for each server and one for each partition. */
export class LeaseTable {
  readonly #db: Kysely<Tables>
  readonly #clock: Pick<Clock, 'now'>

  constructor(db: Kysely<Tables>, clock: Pick<Clock, 'now'>) {
    this.#db = db
    this.#clock = clock
  }

  /** What the database says of itself. */
  async read(): Promise<Pick<Renewed, 'at' | 'upSince'> | undefined> {
    const { rows } = await sql<Pick<Renewed, 'at' | 'upSince'>>`
      select ${databaseNow} as at, ${upSince} as "upSince"`.execute(this.#db)
    return rows[0]
  }

  /** @returns the id of the transaction, which says later what became of it */
  async begin(trx: Transaction<Tables>): Promise<string> {
    const { rows } = await sql<{ xid: string }>`
      select pg_current_xact_id()::text as xid`.execute(trx)
    return rows[0]?.xid ?? ''
  }

  /** The same; `held` says how many of these leases the owner still has. They stay as they are until the transaction ends. */
  async confirm(
    trx: Transaction<Tables>,
    owner: string,
    fences: readonly Fence[],
  ): Promise<{ xid: string; held: number } | undefined> {
    const { rows } = await selectConfirmed(trx, {
      owner,
      partitions: fences.map(({ partition }) => partition),
      epochs: fences.map(({ epoch }) => epoch),
    })
    return rows[0]
  }

  /**
   * Makes the server count as alive.
   *
   * @param keyChecks - of the keys that it knows, the one that it writes with first
   * @param isLeaving - whether it takes nothing, like one that leaves
   * @returns since when the database is up
   * @throws UnusableDatabase where it and another server could not read what the other writes
   */
  join(
    owner: string,
    keyChecks: readonly string[],
    isLeaving: boolean,
  ): Promise<string | undefined> {
    return this.#oneAtATime(async (trx) => {
      // What goes on after an outage has to join again, and is compared with the one that joined meanwhile.
      await removeDead(trx)
      await refuseOtherKeys(trx, keyChecks)
      const { rows } = await sql<{ upSince: string }>`
        insert into replicas (id, expires_at, joined_at, is_leaving, clock_ahead_ms, hash_key_checks)
        values (
          ${owner}, clock_timestamp() + ${leaseInterval}, clock_timestamp(), ${isLeaving},
          ${this.#clockAhead()}, ${keyChecks.join(' ')}
        )
        returning ${upSince} as "upSince"`.execute(trx)
      return rows[0]?.upSince
    })
  }

  /** @returns its leases, at least one row; none if it was taken for dead */
  async renew(owner: string): Promise<readonly Renewed[]> {
    const { rows } = await sql<Renewed>`
      with renewed as (
        update replicas set expires_at = clock_timestamp() + ${leaseInterval},
          clock_ahead_ms = ${this.#clockAhead()}
        where id = ${owner} returning id
      )
      select leases.partition, leases.epoch, ${databaseNow} as at,
        ${upSince} as "upSince"
      from renewed left join leases on leases.owner = renewed.id`.execute(this.#db)
    return rows
  }

  async countOthers(owner: string): Promise<Others> {
    const { rows } = await sql<Others>`
      with live as (
        select id, is_leaving, expires_at from replicas where expires_at > clock_timestamp()
      )
      select (
          select extract(epoch from min(expires_at) - clock_timestamp()) * 1000
          from live where id <> ${owner}
        ) as "expiresInMs",
        (select count(*) from live) as live,
        (select count(*) from live where not is_leaving) as staying,
        (
          select count(*) from leases where owner is null or owner not in (select id from live)
        ) as free`.execute(this.#db)
    return rows[0] ?? { live: 1, staying: 1, free: 0, expiresInMs: null }
  }

  /** @returns leases of partitions that had no live owner */
  take(owner: string, count: number): Promise<readonly Fence[]> {
    return this.#oneAtATime(async (trx) => {
      await removeDead(trx)
      const { rows } = await sql<Fence>`
        update leases set owner = ${owner}, epoch = epoch + 1
        where partition in (
          select partition from leases
          where owner is null or owner not in (select id from replicas)
          order by random() limit ${count} for update skip locked
        ) and exists (select from replicas where id = ${owner})
        returning partition, epoch`.execute(trx)
      return rows
    })
  }

  async free(owner: string, partitions: readonly number[]): Promise<void> {
    await sql`
      update leases set owner = null
      where owner = ${owner} and partition = any(${[...partitions]}::int[])`.execute(this.#db)
  }

  /** Whether the server takes nothing more: the others then share what would be its. */
  async setLeaving(owner: string, isLeaving: boolean): Promise<void> {
    await sql`update replicas set is_leaving = ${isLeaving} where id = ${owner}`.execute(this.#db)
  }

  /** Whether no other server is alive. */
  async isFirst(owner: string): Promise<boolean> {
    const { rows } = await sql<{ others: number }>`
      select count(*) as others from replicas
      where expires_at > clock_timestamp() and id <> ${owner}`.execute(this.#db)
    return rows[0]?.others === 0
  }

  /** Gives back everything that the server owns, and makes it count as dead. */
  async leave(owner: string): Promise<void> {
    await sql`
      with gone as (delete from replicas where id = ${owner})
      update leases set owner = null where owner = ${owner}`.execute(this.#db)
  }

  /** So that each sees what the one before it wrote, whatever isolation is set for the database. */
  #oneAtATime<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const transaction = this.#db.transaction().setIsolationLevel('read committed')
    return transaction.execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${takeoverLock})`.execute(trx)
      return work(trx)
    })
  }

  /** For `doctor`: nothing is decided by it. It includes the time that the statement takes to arrive. */
  #clockAhead() {
    return sql`${this.#clock.now()}::bigint - ${databaseNow}`
  }
}

/** It waits for a renewal that is under way, and then finds that the server lives. */
async function removeDead(trx: Transaction<Tables>): Promise<void> {
  await sql`delete from replicas where expires_at < clock_timestamp()`.execute(trx)
}

/**
 * Commands are sealed with the key, and phones are known by their hash under it. The schema may be one of an earlier version.
 *
 * @throws UnusableDatabase where this and another live server could not read what the other writes
 */
export async function refuseOtherKeys(db: Kysely<Tables>, ours: readonly string[]): Promise<void> {
  const { rows } = await sql<{ checks: string | null }>`
    select to_jsonb(replicas) ->> 'hash_key_checks' as checks from replicas
    where expires_at > clock_timestamp()`.execute(db)
  for (const { checks } of rows) {
    if (checks === null) continue
    const theirs = checks.split(' ')
    if (!ours.includes(theirs[0] ?? '') || !theirs.includes(ours[0] ?? ''))
      throw new UnusableDatabase(otherKey)
  }
}

const otherKey =
  'A server that runs on this database has another HASH_KEY: set the same one. To change it, set old,new on all servers first, then new,old on all, then new.'
