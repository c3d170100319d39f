/** The shop's backend talks to the payment server: three calls, with the merchant key that no browser ever sees. */
import { setTimeout } from 'node:timers/promises'
import { amountOf } from './carts.ts'
import type { Order, Way } from './orders.ts'

export interface Payments {
  /** Creates the order's checkout or finds it again, and returns a session for this page view. */
  open(order: Order): Promise<OpenedCheckout>
  /** Gives money back; the key makes a second click the same refund. Says how it stands, or why it cannot be. */
  refund(checkoutId: string, amount: number, key: string): Promise<string>
  /** Closes the checkout; the answer tells whether it was too late. */
  close(checkoutId: string): Promise<string>
}

export interface OpenedCheckout {
  readonly id: string
  readonly session: string
  readonly status: string
}

export interface PaymentsConfig {
  readonly bffUrl: string
  readonly merchantKey: string
}

/** Long enough for a slow disk, short enough for a shopper who waits for a page. */
const patience = 8_000

export function payments({ bffUrl, merchantKey }: PaymentsConfig): Payments {
  const post = async (
    path: string,
    body: object,
    headers: Record<string, string> = {},
    signal = AbortSignal.timeout(patience),
  ): Promise<Record<string, unknown>> => {
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
    // Another page view asks for the same order at this very moment: it will be there in a second.
    const retryAfter = Number(response.headers.get('retry-after'))
    if (response.status === 409 && retryAfter > 0) {
      await setTimeout(retryAfter * 1_000, undefined, { signal })
      return post(path, body, headers, signal)
    }
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await codeOf(response)}`)
    return readRecord(await response.json())
  }

  return {
    // The order number is the idempotency key: a reload, a double click or a lost answer can never make a second
    // checkout for the same order.
    async open(order) {
      const answer = await post('/v1/checkouts', wish(order), { 'idempotency-key': order.number })
      return {
        id: text(answer['id'], 'id'),
        session: text(answer['session'], 'session'),
        status: text(answer['status'], 'status'),
      }
    },

    async refund(checkoutId, amount, key) {
      const path = `/v1/checkouts/${encodeURIComponent(checkoutId)}/refunds`
      const answer = await post(path, { amount }, { 'idempotency-key': key })
      return text(answer['status'], 'status')
    },

    async close(checkoutId) {
      const answer = await post(`/v1/checkouts/${encodeURIComponent(checkoutId)}/cancel`, {})
      return text(answer['status'], 'status')
    },
  }
}

const wish = ({ number, amount, currency, description, lines, way }: Order) => ({
  ...{ reference: number, amount, currency, description },
  items: lines.map((line) => ({
    description: line.product.name.is,
    quantity: line.quantity,
    amount: amountOf(line, currency),
    ...(way === 'sweden' && { taxCode: '25' }),
  })),
  ...ways[way],
})

/** What the payment server is told beyond the order itself. */
const ways = {
  web: {},
  till: { channel: 'pos', locationId: 'Laugavegur', registerId: '1' },
  sweden: { provider: 'avarda', providerOptions: { userLanguageCode: 'sv-SE' } },
} as const satisfies Record<Way, object>

const readRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new Error(`The payment server’s answer has no ${name}.`)
}

/** The stable code of a problem; its words are for logs of the payment server. */
async function codeOf(response: Response): Promise<string> {
  const problem = readRecord(await response.json().catch(() => null))
  return typeof problem['code'] === 'string' ? problem['code'] : 'no code'
}
