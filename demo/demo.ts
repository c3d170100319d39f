/** The demo: simulators of Netgíró and Avarda, the payment server, and a shop, all on 127.0.0.1. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { freePorts, host, type Ports } from './ports.ts'
import { sandbox } from './simulator/sandbox.ts'
import { startAvardaSimulator } from './avarda-simulator/simulator.ts'
import { defaultSites } from './avarda-simulator/sites.ts'
import { startSimulator } from './simulator/simulator.ts'
import { startStorefront } from './storefront/storefront.ts'

/** Starts the payment server with the settings of an environment. Handed in, because the server's package carries the demo too. */
export type StartServer = (
  env: Readonly<Record<string, string>>,
) => Promise<{ readonly url: string; close(): Promise<void> }>

export interface DemoOptions {
  readonly startServer: StartServer
  /** 0 takes any free port. */
  readonly ports: Ports
  /** An SQLite file, deleted at the start: the shop and the simulators keep nothing either. Null: the server has another one. */
  readonly database: string | null
  /** Log lines of the shop's backend. */
  readonly log?: (line: string) => void
  readonly logLevel?: string
  /** Which of Netgíró's APIs the server uses. */
  readonly api?: 'v1' | 'v2'
}

export interface Demo {
  readonly shopUrl: string
  readonly bffUrl: string
  /** The shopper's phone. */
  readonly customerUrl: string
  close(): Promise<void>
}

interface Closable {
  close(): Promise<void>
}

const merchant = 'Ullarbúðin'
const [sweden] = defaultSites

export async function startDemo({
  startServer,
  ports,
  database,
  api = 'v1',
  ...options
}: DemoOptions): Promise<Demo> {
  const log = options.log ?? (() => undefined)
  // Reserved before anything starts, because server and shop need each other's address.
  const port = await freePorts(ports)
  const merchantKey = secret()
  const adminToken = secret()
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`
  const shopUrl = `http://${host}:${port.storefront}`
  if (database !== null) deleteDatabase(database)

  const opened: Closable[] = []
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close()
  }
  try {
    const simulator = await startSimulator({ port: port.simulator, merchant })
    opened.push(simulator)
    const avarda = await startAvardaSimulator({ port: port.avarda })
    opened.push(avarda)
    const server = await startServer({
      NETGIRO_APP_ID: sandbox.appId,
      NETGIRO_SECRET_KEY: sandbox.secretKey,
      NETGIRO_API: api,
      NETGIRO_API_URL: api === 'v2' ? simulator.v2Url : simulator.apiUrl,
      NETGIRO_PARTNER_API_URL: simulator.partnerUrl,
      AVARDA_API_URL: avarda.apiUrl,
      AVARDA_SITE_CODE: sweden.code,
      AVARDA_SITE_PASSWORD: sweden.password,
      AVARDA_CURRENCY: sweden.currency,
      PUBLIC_URL: `http://${host}:${port.server}`,
      // Some people type localhost.
      ALLOWED_ORIGINS: `${shopUrl},http://localhost:${port.storefront}`,
      MERCHANT_API_KEY: merchantKey,
      MERCHANT_NAME: merchant,
      WEBHOOK_URL: `${shopUrl}/webhooks/netgiro`,
      WEBHOOK_SECRET: webhookSecret,
      AUTHORIZE_URL: `${shopUrl}/webhooks/authorize`,
      UCP_HANDLER: 'is.ullarbudin.netgiro',
      RECEIPT_KEY: randomBytes(32).toString('base64'),
      ...(database !== null && { DATABASE_URL: `file:${database}` }),
      HOST: host,
      PORT: String(port.server),
      // All visitors try the same number here, and no real phone is called.
      PHONE_REQUESTS_PER_10_MINUTES: '1000',
      PHONE_REQUESTS_PER_DAY: '1000',
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: options.logLevel ?? 'warn',
    })
    opened.push(server)
    const { customerUrl } = simulator
    const seen = { bffUrl: server.url, customerUrl }
    const shop = await startStorefront({
      ...{ port: port.storefront, merchantKey, webhookSecret, log, ...seen, avardaUrl: avarda.url },
      adminToken,
    })
    opened.push(shop)
    return { shopUrl: shop.url, ...seen, close }
  } catch (error) {
    await close()
    throw error
  }
}

const secret = () => randomBytes(32).toString('base64url')

/** SQLite keeps up to two more files beside the database, and the server one that says how far it has come. */
function deleteDatabase(database: string): void {
  mkdirSync(dirname(database), { recursive: true })
  for (const suffix of ['', '-wal', '-shm', '-mark']) rmSync(database + suffix, { force: true })
}
