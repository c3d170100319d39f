import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWebhooks } from '../webhooks.ts'
import type { DoctorPing, VerifiedWebhook } from '../webhooks.ts'

/** A genuine webhook about a checkout, and what the shop answered to it: 204 where there is no shop. */
export type ReceivedWebhook = CheckoutWebhook & { readonly answered: number }

type CheckoutWebhook = Exclude<VerifiedWebhook, DoctorPing>

/** Kept from when it comes: of one that the shop did not answer, a test must hear as well. */
interface Arrival {
  readonly webhook: VerifiedWebhook
  answered: number | 'no answer yet' | 'not reached'
}

interface Accepted extends Arrival {
  readonly webhook: CheckoutWebhook
  answered: number
}

export interface ExpectedWebhook {
  /** For example `checkout.paid`. */
  readonly type: CheckoutWebhook['type']
  /** Default: any order's. */
  readonly reference?: string
}

export interface WebhookReceiver {
  readonly url: string
  next(expected: ExpectedWebhook, timeoutMs: number): Promise<ReceivedWebhook>
  close(): Promise<void>
}

/** Stands between the server and the shop, so that a test knows when the shop has accepted something. */
export async function receiveWebhooks({
  secret,
  forwardTo,
}: {
  readonly secret: string
  readonly forwardTo: string | null
}): Promise<WebhookReceiver> {
  const webhooks = createWebhooks(secret)
  const arrivals: Arrival[] = []
  /** The ids of those that were waited for: an order may be refunded, or declined, more than once. */
  const taken = new Set<string>()
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const receive = async () => {
      const body = await bodyOf(request)
      const webhook = webhooks.verify(body, request.headers)
      const arrival: Arrival = { webhook, answered: 'no answer yet' }
      arrivals.push(arrival)
      const answered = forwardTo === null ? 204 : await forward(forwardTo, body, request)
      arrival.answered = answered
      // The server repeats what was not accepted.
      response.writeHead(answered === 'not reached' ? 502 : answered).end()
      for (const look of waiting) look()
    }
    void receive().catch(() => response.writeHead(502).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    next: (expected, timeoutMs) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = arrivals.find(
            (one): one is Accepted => !taken.has(one.webhook.id) && isExpected(one, expected),
          )
          if (!found) return
          const { webhook, answered } = found
          taken.add(webhook.id)
          clearTimeout(timer)
          waiting.delete(look)
          resolve({ ...webhook, answered })
        }
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(missing(expected, arrivals)))
        }, timeoutMs)
        waiting.add(look)
        look()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const isExpected = (
  { webhook, answered }: Arrival,
  { type, reference }: ExpectedWebhook,
): boolean =>
  webhook.type === type &&
  (reference === undefined || webhook.data.checkout.reference === reference) &&
  typeof answered === 'number' &&
  answered < 300

function missing(expected: ExpectedWebhook, arrivals: readonly Arrival[]): string {
  const came = arrivals.map(({ webhook, answered }) => {
    const { type, data } = webhook
    return `${named(type, data.checkout?.reference)}: ${answered}`
  })
  const { type, reference } = expected
  return `The shop accepted no ${named(type, reference)}. Webhooks so far: ${came.join(', ') || 'none'}`
}

const named = (type: string, reference: string | undefined) =>
  reference === undefined ? type : `${type} about ${reference}`

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return new Uint8Array(Buffer.concat(chunks))
}

/** As it came: the shop verifies the signature itself. */
async function forward(
  url: string,
  body: Uint8Array<ArrayBuffer>,
  { headers }: IncomingMessage,
): Promise<number | 'not reached'> {
  const passed = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: Object.fromEntries(passed.map((name) => [name, String(headers[name] ?? '')])),
      body,
      redirect: 'manual',
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return 'not reached'
  }
}
