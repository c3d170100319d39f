import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { UnusableDatabase } from '../failure.ts'
import type { OwnerOptions } from '../owner-lock.ts'
import type { Tables } from '../schema.ts'
import { nameOf } from './connection.ts'

/** How long a lease is good for without being renewed, by the clock of the database. */
const leaseSeconds = 6
const renewEveryMs = 2_000
const retryDelayMs = 500
/** A server that was killed leaves its lease behind: its successor waits for the end of it, whatever else it is told. */
const patienceMs = (leaseSeconds + 2) * 1_000

/** There is one server at a time, so that one lease is for everything. */
const partition = 0

/** Another server has taken the database over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** Makes this server the only one on the database. Every write confirms it in its own transaction. */
export class Lease {
  readonly #db: Kysely<Tables>
  readonly #owner: string
  readonly #epoch: number
  readonly #timer: NodeJS.Timeout

  private constructor(db: Kysely<Tables>, owner: string, epoch: number) {
    this.#db = db
    this.#owner = owner
    this.#epoch = epoch
    // A renewal that fails is repeated; while the database is away nobody else can take the lease.
    this.#timer = setInterval(() => void this.#renew().catch(() => {}), renewEveryMs)
    this.#timer.unref()
  }

  /** @throws UnusableDatabase if another server still has it after `waitMs` */
  static async acquire(db: Kysely<Tables>, url: string, options: OwnerOptions): Promise<Lease> {
    const owner = randomUUID()
    const waitMs = Math.max(options.waitMs, patienceMs)
    for (let waited = 0; ; waited += retryDelayMs) {
      const epoch = await takeOver(db, owner)
      if (epoch !== null) return new Lease(db, owner, epoch)
      if (waited >= waitMs) throw new UnusableDatabase(inUse(url))
      if (waited === 0) options.onWait()
      await pause(retryDelayMs, undefined, { signal: options.signal })
    }
  }

  /**
   * Call it first in every transaction: whoever takes the lease over has to wait until the transaction has ended.
   *
   * @returns the id of the transaction
   * @throws LeaseLost
   */
  async confirm(trx: Transaction<Tables>): Promise<string> {
    const { rows } = await sql<{ xid: string; mine: boolean }>`
      select pg_current_xact_id()::text as xid, exists (
        select 1 from leases
        where "partition" = ${partition} and owner = ${this.#owner} and epoch = ${this.#epoch}
        for share
      ) as mine`.execute(trx)
    const [row] = rows
    if (!row?.mine) throw new LeaseLost('Another server has taken the database over')
    return row.xid
  }

  /** Lets the next server begin at once. */
  async release(): Promise<void> {
    clearInterval(this.#timer)
    await sql`
      update leases set owner = null, expires_at = clock_timestamp()
      where "partition" = ${partition} and owner = ${this.#owner} and epoch = ${this.#epoch}
    `.execute(this.#db)
  }

  async #renew(): Promise<void> {
    await sql`
      update leases set expires_at = clock_timestamp() + ${`${leaseSeconds} seconds`}::interval
      where "partition" = ${partition} and owner = ${this.#owner} and epoch = ${this.#epoch}
    `.execute(this.#db)
  }
}

/** Returns the new epoch; null while another server has the lease. */
async function takeOver(db: Kysely<Tables>, owner: string): Promise<number | null> {
  const { rows } = await sql<{ epoch: number }>`
    update leases set owner = ${owner}, epoch = epoch + 1,
      expires_at = clock_timestamp() + ${`${leaseSeconds} seconds`}::interval
    where "partition" = ${partition} and (owner is null or expires_at < clock_timestamp())
    returning epoch`.execute(db)
  return rows[0]?.epoch ?? null
}

const inUse = (url: string) =>
  `The database ${nameOf(url)} is in use by another server: only one at a time may have it. Stop that one, or set DATABASE_WAIT_SECONDS to wait for it.`
