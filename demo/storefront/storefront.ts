import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createStorefront } from './app.ts'
import { Carts } from './carts.ts'
import { HandOffs } from './hand-offs.ts'
import { Orders } from './orders.ts'
import { catalogue } from './catalogue.ts'
import { payments } from './payments.ts'
import { Stock } from './stock.ts'
import { webhookInbox } from './webhooks.ts'

export interface StorefrontOptions {
  readonly port: number
  readonly bffUrl: string
  readonly merchantKey: string
  readonly webhookSecret: string
  readonly customerUrl: string
  readonly avardaUrl: string
  readonly adminToken?: string
  readonly log?: (line: string) => void
}

export interface Storefront {
  readonly url: string
  close(): Promise<void>
}

/** Starts the shop. Carts and orders are in memory and lost when it closes. */
export async function startStorefront(options: StorefrontOptions): Promise<Storefront> {
  const { port, bffUrl, customerUrl, avardaUrl, webhookSecret, log = () => undefined } = options
  const carts = new Carts()
  const orders = new Orders()
  const stock = new Stock(catalogue)
  let url = ''
  const app = createStorefront({
    ...{ carts, orders, stock, payments: payments(options), bffUrl, customerUrl, avardaUrl, log },
    handOffs: new HandOffs(),
    adminToken: options.adminToken ?? '',
    inbox: webhookInbox(webhookSecret, orders, carts, stock),
    url: () => url,
    now: () => new Date(),
  })
  const listener = getRequestListener(app.fetch)
  const server = createServer((request, response) => void listener(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
