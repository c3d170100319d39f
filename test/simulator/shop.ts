import { createHash, randomUUID } from 'node:crypto'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { startSimulator, type SimulatorOptions } from '../../demo/simulator/simulator.ts'
import { ManualClock } from '../support/manual-clock.ts'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly url: string
  readonly body: Record<string, unknown> & { PaymentInfo?: Record<string, unknown> | null }
}

export interface CallOptions {
  readonly secretKey?: string
  readonly appId?: string
  readonly nonce?: string
  readonly path?: string
}

const parse = (text: string): Reply['body'] => {
  try {
    return JSON.parse(text) as Reply['body']
  } catch {
    return {}
  }
}

/** A shop that signs and sends requests, written for these tests only. */
export function shopAt(apiUrl: string) {
  return async (call: string, request: unknown, options: CallOptions = {}): Promise<Reply> => {
    const { secretKey = sandbox.secretKey, appId = sandbox.appId } = options
    const { nonce = randomUUID(), path = `/Checkout/${call}` } = options
    const url = apiUrl + path
    const body = typeof request === 'string' ? request : JSON.stringify(request)
    const headers = {
      'content-type': 'application/json',
      netgiro_appkey: appId,
      netgiro_nonce: nonce,
      netgiro_signature: sha256(secretKey + nonce + url + body),
    }
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, url, body: parse(text) }
  }
}

export interface PlainReply {
  readonly status: number
  readonly text: string
  readonly body: Record<string, unknown>
}

/** For the APIs with a header instead of a signature: POSTs the request, or GETs without one. */
export function plainShopAt(url: string, headers: Record<string, string>) {
  return async (path: string, request?: unknown): Promise<PlainReply> => {
    const post = { method: 'POST', body: JSON.stringify(request) }
    const response = await fetch(url + path, {
      ...(request === undefined ? {} : post),
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
    })
    const text = await response.text()
    return { status: response.status, text, body: parse(text) }
  }
}

export const orderV2 = { Amount: 1990, Reference: 'WEB-123', CustomerIdentifier: '8223281' }

/** A simulator on a free port with a manual clock, and a shop that calls V2. */
export async function openShopV2(options: SimulatorOptions = {}) {
  const clock = new ManualClock()
  const simulator = await startSimulator({ clock, ...options })
  const call = plainShopAt(simulator.v2Url, { 'X-Netgiro-Api-Key': sandbox.appId })
  const pay = async (changes: object = {}) => {
    const { body } = await call('/checkout/payment', { ...orderV2, ...changes })
    return body['TransactionId'] as string
  }
  const about = (name: string, TransactionId: string, changes: object = {}) =>
    call(`/transaction/${name}`, { TransactionId, ...changes })
  const status = async (id: string) => (await call(`/checkout/status/${id}`)).body
  const details = async (id: string) => (await call(`/transaction/details/${id}`)).body
  return { clock, simulator, call, pay, about, status, details }
}

export type ShopV2 = Awaited<ReturnType<typeof openShopV2>>

export const order = {
  Amount: 1990,
  Reference: 'WEB-123',
  CustomerId: '8223281',
  ConfirmationType: 2,
}

/** A simulator on a free port with a manual clock, and a shop that calls V1. */
export async function openShop(options: SimulatorOptions = {}) {
  const clock = new ManualClock()
  const simulator = await startSimulator({ clock, ...options })
  const call = shopAt(simulator.apiUrl)
  const insert = async (changes: object = {}) => {
    const reply = await call('InsertCart', { ...order, ...changes })
    return reply.body['TransactionId'] as string
  }
  const ask = (name: string, TransactionId: string) => call(name, { TransactionId })
  return { clock, simulator, call, insert, ask }
}

export type Shop = Awaited<ReturnType<typeof openShop>>
