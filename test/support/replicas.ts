import { Writable } from 'node:stream'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import type { Clock } from '../../server/core/clock.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { newMigratedPostgres } from './databases.ts'
import { freePort } from './free-port.ts'
import { settingsFor } from './process.ts'
import { origin, until } from './test-server.ts'

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
  add(own?: OwnSettings): Promise<Replica>
  close(): Promise<void>
}

/** What one of the servers has for itself. */
export interface OwnSettings {
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

/** How many partitions a server acts on. */
export const shareOf = ({ parts }: Replica) => parts.partitions().length

/** A request with JSON, as of a page of the shop or of its server. */
export async function call(
  { url }: Pick<Replica, 'url'>,
  method: string,
  path: string,
  key: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...{ origin, authorization: `Bearer ${key}` },
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

interface ReplicasOptions {
  /** Of the nth server alone, from 0. */
  readonly own?: (index: number, databaseUrl: string) => OwnSettings | Promise<OwnSettings>
  /** Settings of all servers, for what only the simulator knows. */
  readonly envOf?: (simulator: Simulator) => Readonly<Record<string, string | undefined>>
}

/** Real servers in this process that share a real PostgreSQL database; callbacks go to the first one. */
export async function startReplicas(
  count: number,
  env: Readonly<Record<string, string>> = {},
  { own = () => ({}), envOf = () => ({}) }: ReplicasOptions = {},
): Promise<Replicas> {
  const simulator = await startSimulator()
  const databaseUrl = await newMigratedPostgres()
  const publicPort = await freePort()
  let logged = ''
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString()
      done()
    },
  })
  const servers: Replica[] = []
  const add = async ({ env: ownEnv = {}, clock }: OwnSettings = {}) => {
    const settings = {
      ...settingsFor(simulator),
      PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
      PORT: servers.length === 0 ? String(publicPort) : '0',
      DATABASE_URL: databaseUrl,
      HASH_KEY: hashKey,
      ...env,
      ...envOf(simulator),
      ...ownEnv,
    }
    const log = createLog('info', sink)
    const server = await startServer(settings, { log, ...(clock && { clock }) })
    servers.push(server)
    return server
  }
  for (let index = 0; index < count; index++) await add(await own(index, databaseUrl))
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
