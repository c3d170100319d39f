import { sql } from 'kysely'
import { connectPostgres, explainPostgres } from './connection.ts'
import { durabilityRisks } from './durability.ts'
import { Notifications } from './notifications.ts'

/** What the servers on a database say of themselves. */
export interface ReplicaList {
  readonly servers: readonly {
    readonly partitions: number
    /** How far its clock is ahead of the database's, in milliseconds. */
    readonly clockAheadMs: number
  }[]
  /** Partitions that no live server owns. */
  readonly unowned: number
}

/** Settings of the database by which a crash may lose what is committed, in words. */
export async function listRisks(url: string): Promise<readonly string[]> {
  const { db } = connectPostgres(url, { max: 1 })
  try {
    return await durabilityRisks(db)
  } finally {
    await db.destroy()
  }
}

/** Reads and changes nothing. Null: the database has no tables yet. */
export async function listReplicas(url: string): Promise<ReplicaList | null> {
  const { db } = connectPostgres(url, { max: 1 })
  try {
    const { rows: tables } = await sql<{ there: boolean }>`
      select to_regclass('leases') is not null and to_regclass('replicas') is not null as there
    `.execute(db)
    if (!tables[0]?.there) return null
    const { rows: servers } = await sql<{ partitions: number; clockAheadMs: number }>`
      select count(leases.*) as partitions, replicas.clock_ahead_ms as "clockAheadMs"
      from replicas left join leases on leases.owner = replicas.id
      where replicas.expires_at > clock_timestamp()
      group by replicas.id order by replicas.joined_at`.execute(db)
    const { rows: all } = await sql<{ count: number }>`
      select count(*) as count from leases`.execute(db)
    const owned = servers.reduce((sum, { partitions }) => sum + partitions, 0)
    return { servers, unowned: (all[0]?.count ?? 0) - owned }
  } finally {
    await db.destroy()
  }
}

/** @throws UnusableDatabase if notifications do not arrive, or cannot be sent */
export async function tryNotifications(url: string, listenUrl: string): Promise<void> {
  const { db } = connectPostgres(url, { max: 1 })
  const notifications = new Notifications({ db, url: listenUrl })
  try {
    await notifications.start({ onHint: () => {}, onGap: () => {} })
  } catch (error) {
    throw explainPostgres(error, url)
  } finally {
    await notifications.stop()
    await db.destroy()
  }
}
