import { randomBytes } from 'node:crypto'
import { startBalancer } from './balancer.ts'
import { freshSchema } from './fresh-schema.ts'
import { pagePath, replicasPage } from './page.ts'
import type { Action } from './page.ts'
import { Replica } from './replica.ts'
import { Traffic } from './traffic.ts'

export interface ReplicasOptions {
  readonly count: number
  /** A PostgreSQL database, of which one schema is used. */
  readonly databaseUrl: string
  /** The arguments of Node that run a server with the settings of its environment. */
  readonly program: readonly string[]
  readonly log: (line: string) => void
}

export interface Replicas {
  /** The balancer's. */
  readonly url: string
  /** Shows which replica answers, and kills them. */
  readonly pageUrl: string
  /** Of the schema with their tables. */
  readonly databaseUrl: string
  readonly all: readonly Replica[]
  close(): Promise<void>
}

/** Starts servers that share a database, each in a process of its own, behind a balancer on the port of the environment. */
export async function startReplicas(
  env: Readonly<Record<string, string>>,
  { count, databaseUrl, program, log }: ReplicasOptions,
): Promise<Replicas> {
  const port = Number(env['PORT'])
  const schema = await freshSchema(databaseUrl, `netgiro_checkout_demo_${port}`)
  const traffic = new Traffic()
  const settings = {
    ...env,
    DATABASE_URL: schema.url,
    HASH_KEY: randomBytes(32).toString('base64'),
    TRUSTED_PROXIES: '127.0.0.0/8',
  }
  const all = Array.from({ length: count }, (_, index) => {
    const name = String(index + 1)
    return new Replica({ name, program, env: settings, log, onEnd: () => onEnd(name) })
  })
  const balancer = await startBalancer({
    port,
    own: replicasPage({ replicas: all, traffic, act }),
    onAnswer(method, path, answer) {
      const what = traffic.note(method, path, answer)
      if (method === 'POST' || answer.isStream) log(`Replica ${answer.target.name}: ${what}`)
    },
  })
  let isClosing = false

  function onEnd(name: string): void {
    balancer.targets.remove(name)
    if (!isClosing) log(`Replica ${name} is gone. Start it anew: ${balancer.url}${pagePath}`)
  }

  async function start(replica: Replica): Promise<void> {
    if (replica.isRunning) return
    const { name } = replica
    balancer.targets.add({ name, port: await replica.start() })
    log(`Replica ${name} runs. Kill it: kill -9 ${replica.pid ?? ''}`)
  }

  async function act(replica: Replica, action: Action): Promise<void> {
    if (action === 'kill') await replica.end('SIGKILL')
    else if (action === 'stop') {
      balancer.targets.remove(replica.name)
      await replica.end('SIGTERM')
    } else
      await start(replica).catch((error: unknown) => {
        log(`Replica ${replica.name} does not start: ${String(error)}`)
      })
  }

  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(all.map((replica) => replica.end('SIGTERM')))
    await balancer.close()
    await schema.drop()
  }

  try {
    // One after the other: the first one makes the tables.
    for (const replica of all) await start(replica)
  } catch (error) {
    await close()
    throw error
  }
  const { url } = balancer
  return { url, pageUrl: url + pagePath, databaseUrl: schema.url, all, close }
}
