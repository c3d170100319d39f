import type { TestPostgres } from '../../support/postgres/postgres.ts'
import { startChild } from '../harness/child.ts'
import type { Child } from '../harness/child.ts'
import type { LoadPlan } from '../load/plan.ts'
import type { LoadServer } from '../load/server.ts'

export interface ReplicasPlan extends LoadPlan {
  readonly postgres: TestPostgres
}

export type ServerChild = Child<LoadServer>

export interface RunningServer {
  readonly child: ServerChild
  readonly port: number
}

const partitionCount = 256
const pollIntervalMs = 100

/** Starts a server on the shared database. */
export async function startServer(
  { folder, profile }: ReplicasPlan,
  apiUrl: string,
  databaseUrl: string,
): Promise<RunningServer> {
  const child = await startChild<LoadServer>(folder, 'test/bench/load/server.js', {
    core: 'server',
    profile,
  })
  const env = { DATABASE_URL: databaseUrl, HASH_KEY: hashKey }
  return { child, port: await child.ask('start', { apiUrl, databasePath: '', env }) }
}

/** Until every partition has been taken up, and each server has its share. */
export async function untilShared(servers: readonly RunningServer[]): Promise<void> {
  // Shares are rounded up, so that the last server may have fewer.
  const share = partitionCount - (servers.length - 1) * Math.ceil(partitionCount / servers.length)
  for (;;) {
    const owned = await Promise.all(servers.map(({ child }) => child.ask('partitions')))
    const sum = owned.reduce((total, partitions) => total + partitions.length, 0)
    if (sum === partitionCount && owned.every(({ length }) => length >= share)) return
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
  }
}

const hashKey = 'mFqk1wY7J0T9b3xRZsVhDq2L8uGcPn5eXiAoKt6fWyE='
