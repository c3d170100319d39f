import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator, SimulatorOptions } from '../../demo/simulator/simulator.ts'
import type { Clock } from '../../server/core/clock.ts'
import { createLog } from '../../server/log.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { startServer } from '../../server/serve.ts'
import { writeEmptyDatabase } from './empty-database.ts'
import { freePort } from './free-port.ts'

export const origin = 'https://shop.example'
export const merchantKey = 'merchant-key-of-the-tests-0123456789'
export const secretKey =
  'YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A='

export interface TestServer {
  readonly simulator: Simulator
  readonly url: string
  readonly logged: () => string
  readonly databasePath: string
  /** The inside of the running server. */
  readonly parts: () => Awaited<ReturnType<typeof startServer>>['parts']
  create(order?: object, headers?: Record<string, string>): Promise<Created>
  /** Stops the server and starts another one on the same database; the simulator keeps running. `between` runs in between. */
  restart(between?: () => void): Promise<void>
  /** The same, with these settings changed from then on. */
  reconfigure(changed: Env, between?: () => void): Promise<void>
  close(): Promise<void>
}

export interface Created {
  readonly id: string
  readonly session: string
  readonly reference: string
}

type Env = Readonly<Record<string, string | undefined>>

interface TestServerOptions {
  readonly clock?: Clock
  readonly env?: Env
  /** The same, for what only the simulator knows. */
  readonly envOf?: (simulator: Simulator) => Env
  readonly simulator?: SimulatorOptions
}

let orders = 0

/** The real server on a real file, against the simulator, all over HTTP. */
export async function startTestServer({
  clock,
  env = {},
  envOf,
  simulator: options = {},
}: TestServerOptions = {}): Promise<TestServer> {
  const simulator = await startSimulator({ ...(clock && { clock }), ...options })
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'))
  const databasePath = join(folder, 'checkout.db')
  await writeEmptyDatabase(databasePath)
  let logged = ''
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString()
      done()
    },
  })
  const publicPort = await freePort()
  let changed: Env = {}
  const start = () =>
    startServer(
      {
        NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
        NETGIRO_SECRET_KEY: secretKey,
        NETGIRO_API_URL: simulator.apiUrl,
        PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
        PORT: String(publicPort),
        ALLOWED_ORIGINS: `${origin},http://127.0.0.1:1`,
        MERCHANT_API_KEY: merchantKey,
        MERCHANT_NAME: 'Ullarbúðin',
        DATABASE_URL: `file:${databasePath}`,
        LOG_LEVEL: 'debug',
        ...env,
        ...envOf?.(simulator),
        ...changed,
      },
      { log: createLog('debug', sink), ...(clock && { clock }) },
    )
  const clear = async () => {
    await simulator.close()
    rmSync(folder, { recursive: true })
  }
  let server = await start().catch(async (error: unknown) => {
    // The simulator would keep the run of the tests from ending, which then shows no failure.
    await clear()
    throw error
  })

  const testServer: TestServer = {
    simulator,
    url: server.url,
    databasePath,
    logged: () => logged,
    parts: () => server.parts,
    async create(order = {}, headers = {}) {
      const response = await merchant(testServer, 'POST', '/v1/checkouts', {
        body: { reference: `WEB-${++orders}`, amount: 12990, currency: 'ISK', ...order },
        headers,
      })
      return (await response.json()) as Created
    },
    async reconfigure(more, between) {
      changed = { ...changed, ...more }
      await testServer.restart(between)
    },
    async restart(between) {
      await server.close()
      between?.()
      server = await start()
      // Connections to the old one may still be in the pool of `fetch`.
      await until(() =>
        fetch(`${server.url}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
    },
    async close() {
      await server.close()
      await clear()
    },
  }
  return testServer
}

interface CallOptions {
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const call = (url: string, method: string, { body, headers = {} }: CallOptions) =>
  fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

/** A call as the shop's backend makes it. */
export const merchant = (
  testServer: TestServer,
  method: string,
  path: string,
  options: CallOptions = {},
) =>
  call(testServer.url + path, method, {
    ...options,
    headers: { authorization: `Bearer ${merchantKey}`, ...options.headers },
  })

/** A call as the shopper's browser makes it. */
export const browser = (
  testServer: TestServer,
  session: string,
  method: string,
  path: string,
  options: CallOptions = {},
) =>
  call(testServer.url + path, method, {
    ...options,
    headers: { origin, authorization: `Bearer ${session}`, ...options.headers },
  })

export const start = async (testServer: TestServer, session: string, phone = '8223281') => {
  const response = await browser(testServer, session, 'POST', '/v1/session/start', {
    body: { phone },
  })
  return (await response.json()) as Snapshot
}

export const read = async (testServer: TestServer, session: string) =>
  (await (await browser(testServer, session, 'GET', '/v1/session')).json()) as Snapshot

/** For what never comes; a mutant that brings nothing is to be found sooner. */
const patienceSeconds = Number(process.env['PATIENCE_SECONDS'] ?? 60)

/** Repeats the check once per turn of the event loop until it holds. */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (value: T) => boolean = Boolean,
): Promise<T> {
  for (const deadline = Date.now() + patienceSeconds * 1_000; Date.now() < deadline;) {
    const value = await look()
    if (isSo(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
  const last = JSON.stringify(await look())
  throw new Error(`Condition not met within ${patienceSeconds} s; last value: ${last}`)
}

/** The only cart that the simulator holds. */
export function onlyCart(testServer: TestServer) {
  const { carts } = testServer.simulator.inspect()
  const [cart] = carts
  if (!cart || carts.length > 1) throw new Error(`Expected one cart, found ${carts.length}`)
  return cart
}
