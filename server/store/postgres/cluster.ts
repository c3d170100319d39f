import type { Kysely } from 'kysely'
import type { OwnerOptions } from '../owner-lock.ts'
import type { Tables } from '../schema.ts'
import { connectPostgres } from './connection.ts'
import { HandedCommands } from './handed-commands.ts'
import { Leases } from './leases.ts'
import { Notifications } from './notifications.ts'

/** For renewals and takeovers, which must not wait behind other queries, and for notifications. */
const connections = 2
/** Longer than a write keeps a lease, and short: what takes longer would come too late for a lease. */
const timeoutMs = 5_000

/** The parts by which the servers on one PostgreSQL database share their work. */
export class Cluster {
  readonly leases: Leases
  readonly notifications: Notifications
  readonly commands: HandedCommands
  /**
   * Called with the checkouts about which something turns out to be written that was refused while the database was away: nothing
   * in memory knows of it.
   */
  onLateCommit: (checkoutIds: readonly string[]) => void = () => {}
  readonly #db: Kysely<Tables>

  /** `listenUrl`: where a pooler stands in front of `url`, the direct URL of the same database. */
  constructor(url: string, { listenUrl = null, machineClock, onClock }: OwnerOptions) {
    const { db } = connectPostgres(url, {
      max: connections,
      timeoutMs,
      keepsStatements: listenUrl === null,
    })
    this.#db = db
    this.leases = new Leases(db, {
      ...(machineClock && { clock: machineClock }),
      ...(onClock && { onClock }),
      tellOthers: () => this.notifications.send({ free: true }),
    })
    this.notifications = new Notifications({ db, url: listenUrl ?? url })
    this.commands = new HandedCommands({ db, tell: (hint) => this.notifications.send(hint) })
  }

  /** Gives the partitions back and tells the others. */
  async release(): Promise<void> {
    // While the database is away, the leases end by themselves.
    await this.leases.release().catch(() => {})
    this.notifications.send({ free: true })
  }

  async close(): Promise<void> {
    await this.release()
    await this.notifications.stop()
    await this.#db.destroy()
  }
}
