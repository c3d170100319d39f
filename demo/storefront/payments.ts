/** The shop's calls to the payment server, with the merchant key that no browser sees. */
import { setTimeout } from 'node:timers/promises'
import { amountOf } from './carts.ts'
import type { Order, SalesChannel } from './orders.ts'

export interface Payments {
  /** Creates the order's checkout or finds it again, and returns a session for this page view. */
  open(order: Order): Promise<OpenedCheckout>
  /**
   * Refunds a payment; a second click with the same key is the same refund.
   *
   * @throws Refusal where no refund was made; any other error leaves open whether one was
   */
  refund(checkoutId: string, amount: number, key: string): Promise<Refund>
  /**
   * Sends the payment request to a phone, as the page of the checkout would.
   *
   * @returns why it was not sent, or null
   */
  ask(session: string, phone: string, origin: string): Promise<string | null>
  /** @returns the checkout's status */
  statusOf(checkoutId: string): Promise<string>
  /** @returns the checkout's status, which says whether it was too late to cancel */
  close(checkoutId: string): Promise<string>
}

export interface OpenedCheckout {
  readonly id: string
  readonly session: string
  readonly status: string
  /** What the session's first read would bring, as JSON, for the element. */
  readonly snapshot: string
}

export interface Refund {
  readonly id: string
  readonly outcome: 'refunded' | 'failed' | 'pending'
}

/** The payment server understood the request, and did nothing. */
export class Refusal extends Error {
  readonly code: string

  constructor(path: string, status: number, code: string) {
    super(`${path} returned ${status}: ${code}`)
    this.code = code
  }
}

export interface PaymentsConfig {
  readonly bffUrl: string
  readonly merchantKey: string
}

/** Long enough for a slow disk, short enough for a shopper who waits for a page. */
const timeoutMs = 8_000
/** The payment server waits ten seconds for the provider before it calls a refund `pending`. */
const refundTimeoutMs = 15_000

export function payments({ bffUrl, merchantKey }: PaymentsConfig): Payments {
  const post = postTo(bffUrl, merchantKey)

  return {
    // The order number is the idempotency key: after a reload, a double click or a lost response there is
    // still one checkout for the order.
    async open(order) {
      const result = await post('/v1/checkouts', checkoutRequest(order), {
        'idempotency-key': order.number,
      })
      return {
        id: text(result['id'], 'id'),
        session: text(result['session'], 'session'),
        status: text(result['status'], 'status'),
        snapshot: JSON.stringify(result['snapshot'] ?? null),
      }
    },

    async refund(checkoutId, amount, key) {
      const path = `/v1/checkouts/${encodeURIComponent(checkoutId)}/refunds`
      const signal = AbortSignal.timeout(refundTimeoutMs)
      const result = await post(path, { amount }, { 'idempotency-key': key }, signal)
      const status = text(result['status'], 'status')
      const outcome = status === 'refunded' || status === 'failed' ? status : 'pending'
      return { id: text(result['id'], 'id'), outcome }
    },

    async ask(session, phone, origin) {
      const response = await fetch(new URL('/v1/session/start', bffUrl), {
        method: 'POST',
        headers: {
          ...{ authorization: `Bearer ${session}`, origin },
          'content-type': 'application/json',
        },
        body: JSON.stringify({ phone }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (!response.ok) return (await codeOf(response)) ?? 'no code'
      const { lastAttempt } = readRecord(await response.json())
      const outcome = readRecord(lastAttempt)['reason']
      return typeof outcome === 'string' ? outcome : null
    },

    async statusOf(checkoutId) {
      const url = new URL(`/v1/checkouts/${encodeURIComponent(checkoutId)}`, bffUrl)
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${merchantKey}` },
        signal: AbortSignal.timeout(timeoutMs),
      })
      return text(readRecord(await response.json())['status'], 'status')
    },

    async close(checkoutId) {
      const result = await post(`/v1/checkouts/${encodeURIComponent(checkoutId)}/cancel`, {})
      return text(result['status'], 'status')
    },
  }
}

/** Calls of the shop's backend, with its key. */
function postTo(bffUrl: string, merchantKey: string) {
  return async function post(
    path: string,
    body: object,
    headers: Record<string, string> = {},
    signal = AbortSignal.timeout(timeoutMs),
  ): Promise<Record<string, unknown>> {
    const response = await fetch(new URL(path, bffUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${merchantKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
      signal,
    })
    // Another request for the same order is in progress: retry when it is done.
    const retryAfter = Number(response.headers.get('retry-after'))
    if (response.status === 409 && retryAfter > 0) {
      await setTimeout(retryAfter * 1_000, undefined, { signal })
      return post(path, body, headers, signal)
    }
    if (!response.ok) throw await errorOf(path, response)
    return readRecord(await response.json())
  }
}

const checkoutRequest = ({ number, amount, currency, description, lines, channel }: Order) => ({
  ...{ reference: number, amount, currency, description },
  items: lines.map((line) => ({
    description: line.product.name.is,
    quantity: line.quantity,
    amount: amountOf(line, currency),
    ...(channel === 'sweden' && { taxCode: '25' }),
  })),
  ...channelFields[channel],
})

/** What each channel adds to the request. */
const channelFields = {
  web: {},
  pos: { channel: 'pos', locationId: 'Laugavegur', registerId: '1' },
  sweden: { provider: 'avarda', providerOptions: { userLanguageCode: 'sv-SE' } },
} as const satisfies Record<SalesChannel, object>

const readRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new Error(`The payment server’s response has no ${name}.`)
}

/** An error of the server, or of a proxy before it, does not say whether the request had an effect. */
async function errorOf(path: string, response: Response): Promise<Error> {
  const code = await codeOf(response)
  if (code !== null && response.status < 500) return new Refusal(path, response.status, code)
  return new Error(`${path} returned ${response.status}: ${code ?? 'no code'}`)
}

/** The stable code of a problem; its title may change. */
async function codeOf(response: Response): Promise<string | null> {
  const problem = readRecord(await response.json().catch(() => null))
  return typeof problem['code'] === 'string' ? problem['code'] : null
}
