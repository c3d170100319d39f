import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receiveWebhooks } from './webhooks.ts'
import type { WebhookReceiver } from './webhooks.ts'

/** What is used of `netgiro-checkout-server`, which a shop need not have installed. */
interface ServerPackage {
  readonly createServer: (settings: Readonly<Record<string, string>>) => Promise<Running>
}

interface SimulatorPackage {
  readonly startSimulator: (options: {
    readonly appId: string
    readonly secretKey: string
  }) => Promise<Simulator & Record<'apiUrl' | 'v2Url' | 'partnerUrl', string>>
}

interface Closable {
  close(): Promise<void>
}

interface Running extends Closable {
  readonly url: string
}

/** Each action returns whether the request was waiting. */
export interface Simulator extends Closable {
  approve(transactionId: string): boolean
  reject(transactionId: string): boolean
  expire(transactionId: string): boolean
}

export interface Parts {
  readonly simulator: Simulator
  readonly server: Running
  readonly webhooks: WebhookReceiver
  readonly merchantApiKey: string
  readonly webhookSecret: string
  readonly close: () => Promise<void>
}

interface PartsOptions {
  readonly shopOrigin: string
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly merchantApiKey?: string
  readonly settings?: Readonly<Record<string, string>>
}

export async function startParts({
  shopOrigin,
  settings,
  ...options
}: PartsOptions): Promise<Parts> {
  const {
    webhookSecret = `whsec_${randomBytes(32).toString('base64')}`,
    merchantApiKey = secret(),
    webhookUrl = null,
  } = options
  const { createServer } = await load<ServerPackage>('netgiro-checkout-server')
  const { startSimulator } = await load<SimulatorPackage>('netgiro-checkout-server/simulator')
  const opened: Closable[] = []
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close()
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'netgiro-checkout-test-'))
    opened.push({ close: () => rm(folder, { recursive: true, force: true }) })
    const credentials = { appId: crypto.randomUUID(), secretKey: secret() }
    const simulator = await startSimulator(credentials)
    opened.push(simulator)
    const webhooks = await receiveWebhooks({ secret: webhookSecret, forwardTo: webhookUrl })
    opened.push(webhooks)
    const port = String(await freePort())
    const server = await createServer({
      NETGIRO_APP_ID: credentials.appId,
      NETGIRO_SECRET_KEY: credentials.secretKey,
      NETGIRO_API_URL: settings?.['NETGIRO_API'] === 'v2' ? simulator.v2Url : simulator.apiUrl,
      // Refunds of V1.
      NETGIRO_PARTNER_API_URL: simulator.partnerUrl,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      PORT: port,
      ALLOWED_ORIGINS: shopOrigin,
      MERCHANT_API_KEY: merchantApiKey,
      MERCHANT_NAME: 'Test',
      WEBHOOK_URL: webhooks.url,
      WEBHOOK_SECRET: webhookSecret,
      DATABASE_URL: `file:${join(folder, 'checkout.db')}`,
      LOG_LEVEL: 'silent',
      // Tests use one number again and again.
      PHONE_REQUESTS_PER_10_MINUTES: '1000',
      PHONE_REQUESTS_PER_DAY: '1000',
      ...settings,
    })
    opened.push(server)
    return { simulator, server, webhooks, merchantApiKey, webhookSecret, close }
  } catch (error) {
    await close()
    throw error
  }
}

const secret = () => randomBytes(32).toString('base64url')

/** Not a literal: the server's package is there in tests only, and no bundler and no compiler needs to find it. */
async function load<Module>(name: string): Promise<Module> {
  try {
    return (await import(name)) as Module
  } catch (cause) {
    throw new Error(`Tests need ${name}: npm install --save-dev netgiro-checkout-server`, { cause })
  }
}

/** The server's own address is a setting of it, so that the port must be known first. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createServer()
    socket.once('error', reject)
    socket.listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo
      socket.close(() => resolve(port))
    })
  })
