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

/** The documents' example, with a reference. */
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

/** A merchant's server, written for these tests only. */
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

/** A simulator on a free port with a manual clock, and a site that calls it. */
export async function openSite(options: AvardaSimulatorOptions = {}) {
  const clock = new ManualClock()
  const simulator = await startAvardaSimulator({ clock, ...options })
  const call = siteAt(simulator.apiUrl)
  const initialize = async (changes: object = {}, options?: CallOptions) =>
    (await call('InitializePayment', { ...order, ...changes }, options)).json as string
  const status = async (PurchaseId: string) =>
    (await call('GetPaymentStatus', { PurchaseId })).json as Record<string, unknown>
  return { clock, simulator, call, initialize, status }
}

export type OpenSite = Awaited<ReturnType<typeof openSite>>
