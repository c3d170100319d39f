import { Writable } from 'node:stream'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { sharedPostgres } from './databases.ts'
import { freePort } from './free-port.ts'
import { settingsFor } from './process.ts'
import { until } from './test-server.ts'

export const hashKey = 'mFqk1wY7J0T9b3xRZsVhDq2L8uGcPn5eXiAoKt6fWyE='

export type Replica = Awaited<ReturnType<typeof startServer>>

export interface Replicas {
  readonly simulator: Simulator
  readonly databaseUrl: string
  /** Those that run. */
  readonly servers: readonly Replica[]
  readonly logged: () => string
  /** The server that owns the checkout, and one that does not. */
  ownerOf(checkoutId: string): { owner: Replica; other: Replica }
  stop(server: Replica): Promise<void>
  add(): Promise<Replica>
  close(): Promise<void>
}

/** How many partitions a server acts on. */
export const shareOf = ({ parts }: Replica) => parts.partitions().length

/** Real servers in this process that share a real PostgreSQL database; callbacks go to the first one. */
export async function startReplicas(
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Replicas> {
  const simulator = await startSimulator()
  const databaseUrl = await (await sharedPostgres()).newDatabase()
  const publicPort = await freePort()
  let logged = ''
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString()
      done()
    },
  })
  const servers: Replica[] = []
  const add = async () => {
    const settings = {
      ...settingsFor(simulator),
      PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
      PORT: servers.length === 0 ? String(publicPort) : '0',
      DATABASE_URL: databaseUrl,
      HASH_KEY: hashKey,
      ...env,
    }
    const server = await startServer(settings, { log: createLog('info', sink) })
    servers.push(server)
    return server
  }
  for (let started = 0; started < count; started++) await add()
  await until(() => servers.every((server) => shareOf(server) >= Math.floor(256 / count) - 1))
  await until(() => servers.reduce((sum, server) => sum + shareOf(server), 0) === 256)

  return {
    ...{ simulator, databaseUrl, servers, add },
    logged: () => logged,
    ownerOf(checkoutId) {
      const owner = servers.find(({ parts }) => parts.owns(checkoutId))
      const other = servers.find(({ parts }) => !parts.owns(checkoutId))
      if (!owner || !other) throw new Error(`No owner of ${checkoutId}`)
      return { owner, other }
    },
    async stop(server) {
      servers.splice(servers.indexOf(server), 1)
      await server.close()
    },
    async close() {
      await Promise.all(servers.splice(0).map((server) => server.close()))
      await simulator.close()
    },
  }
}
