import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

import {
  startAvardaSimulator,
  type AvardaSimulatorOptions,
} from '../../demo/avarda-simulator/simulator.ts'
import { ManualClock } from '../support/manual-clock.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

export interface CallOptions {
  readonly siteCode?: string
  readonly password?: string
  readonly headers?: Record<string, string>
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The example of the source, with a reference. */
export const order = {
  Mail: 'Customers@mail.adddress',
  Description: 'New standard purchase',
  Price: 100,
  OrderReference: 'WEB-123',
  Items: [
    { Amount: 90, Description: 'quitar' },
    { Amount: 10, Description: 'piano' },
  ],
}

/** A merchant's server, written for these tests alone. */
export function siteAt(apiUrl: string) {
  return async (path: string, body: unknown, options: CallOptions = {}): Promise<Reply> => {
    const { siteCode = 'SimulatorSweden', password = 'simulator', headers = {} } = options
    const response = await fetch(`${apiUrl}/CheckOut2Api/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${siteCode}:${password}`, 'ascii').toString('base64')}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }
}

/** A simulator on a free port with a clock turned by hand, and a site that talks to it. */
export async function openSite(options: AvardaSimulatorOptions = {}) {
  const clock = new ManualClock()
  const simulator = await startAvardaSimulator({ clock, ...options })
  const call = siteAt(simulator.apiUrl)
  const initialize = async (wish: object = {}, options?: CallOptions) =>
    (await call('InitializePayment', { ...order, ...wish }, options)).json as string
  const status = async (PurchaseId: string) =>
    (await call('GetPaymentStatus', { PurchaseId })).json as Record<string, unknown>
  return { clock, simulator, call, initialize, status }
}

export type OpenSite = Awaited<ReturnType<typeof openSite>>

export interface Received {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A shop's notification address; answers with the given statuses in turn, the last one for ever; 0 never answers. */
export async function openReceiver(...statuses: number[]) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { url: path = '', method = '', headers } = request
      received.push({ path, method, headers, body })
      const status = statuses.length > 1 ? statuses.shift() : (statuses[0] ?? 200)
      if (status) response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  return { url, received, close }
}
