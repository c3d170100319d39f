import { replicaSettings } from './balancer/settings.ts'
import { startReplicas } from './balancer/replicas.ts'
import type { Replicas } from './balancer/replicas.ts'
import { startDemo, type Demo, type DemoOptions, type StartServer } from './demo.ts'
import { PortError, portVariables, type Ports } from './ports.ts'

const defaultPorts: Ports = { simulator: 4010, avarda: 4020, server: 8787, storefront: 8080 }

/** Messages that explain what to do, as against errors of ours. */
const readable = ['PortError', 'RangeError', 'ConfigError', 'DatabaseError', 'ReplicaError']

export interface StartOptions extends Pick<DemoOptions, 'startServer'> {
  /** The SQLite file of a single server. */
  readonly database: string
  /** Stops once on Ctrl-C, and ends the process when that is done. */
  readonly stopOnSignal: (stop: () => Promise<void>) => void
  /** The arguments of Node that run a server in a process of its own. */
  readonly program: readonly string[]
  /** Starts a PostgreSQL for `REPLICAS` without a `DATABASE_URL`, and returns the URL of an empty database of it. */
  readonly bringDatabase?: () => Promise<string>
}

/**
 * Starts the demo on the ports of the environment, with as many servers as `REPLICAS` says, prints its addresses, and closes it
 * on Ctrl-C. Sets the exit code if it cannot start.
 */
export async function main(options: StartOptions): Promise<void> {
  try {
    const ports = {
      simulator: port('simulator'),
      avarda: port('avarda'),
      server: port('server'),
      storefront: port('storefront'),
    }
    const log = (line: string) => console.log(line)
    const servers = await serversOf(options, log)
    const demo = await startDemo({
      ...{ ports, log, startServer: servers.start, database: servers.database },
      api: process.env['NETGIRO_API'] === 'v2' ? 'v2' : 'v1',
    })
    options.stopOnSignal(() => demo.close())
    console.log(welcome(demo, servers.replicas()))
  } catch (error) {
    // A port in use or an invalid setting needs a message, not a stack.
    console.error(isReadable(error) ? error.message : error)
    process.exitCode = 1
  }
}

/** One server on SQLite in this process or, where `REPLICAS` is set, several on PostgreSQL. */
async function serversOf(options: StartOptions, log: (line: string) => void) {
  const { startServer, database, program, bringDatabase } = options
  const settings = await replicaSettings(process.env, bringDatabase)
  if (!settings) return { start: startServer, database, replicas: () => null }
  let replicas: Replicas | null = null
  const start: StartServer = async (env) => {
    log(`Starting ${settings.count} replicas…`)
    replicas = await startReplicas(env, { ...settings, program, log })
    return replicas
  }
  return { start, database: null, replicas: () => replicas }
}

const welcome = (
  { shopUrl, customerUrl, bffUrl }: Demo,
  replicas: Pick<Replicas, 'pageUrl'> | null,
): string => `
The shop        ${shopUrl}  (put something in the cart, then check out)
Point of sale   ${shopUrl}/pos  (phone, kennitala 111111-1119 or app code 500004 and any four characters)
Sweden          ${shopUrl}/sweden  (the same shop with Avarda Checkout 2)
Your phone      ${customerUrl}  (approve or reject the request here)
Number to type  822 3281, or 770 0002 approves by itself, 770 0001 declines, 770 0003 never answers
For the shop    ${shopUrl}/shopkeeper  (which orders are paid)
Payment server  ${bffUrl}  (press Ctrl-C to stop everything)
${replicas ? `Replicas        ${replicas.pageUrl}  (which one answers; kill one while you wait for the approval)\n` : ''}`

function port(part: keyof Ports): number {
  const variable = portVariables[part]
  const value = process.env[variable]
  if (!value) return defaultPorts[part]
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
  throw new RangeError(`${variable} must be a port number from 0 (any free port) to 65535.`)
}

const isReadable = (error: unknown): error is Error =>
  error instanceof PortError || (error instanceof Error && readable.includes(error.name))
