import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { listen } from '../../server/listening.ts'

export interface Received {
  readonly headers: Record<string, string>
  readonly body: string
  /** The same as it came. */
  readonly raw: Buffer
}

/** A shop that takes webhooks, or answers what it is told to. */
export async function openShop() {
  const received: Received[] = []
  const statuses: number[] = []
  /** For each one to come, whether it gets no answer at all. */
  const silences: boolean[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const headers = request.headers as Record<string, string>
      received.push({ headers, raw, body: raw.toString() })
      if (silences.shift()) return
      const isRefused = shop.verifies && isForged(headers, raw.toString())
      const status = statuses.shift() ?? (isRefused ? 401 : 200)
      response.writeHead(status, status === 307 ? { location: '/elsewhere' } : {}).end()
    })
  })
  const { url, close } = await listen(server)
  const shop = {
    /** Whether it looks at signatures, whenever they were made. */
    verifies: false,
    url: `${url}/webhooks?token=canary-in-webhook-url`,
    received,
    statuses,
    silences,
    ids: () => received.map(({ headers }) => headers['webhook-id']),
    close: () => void close(),
  }
  return shop
}

function isForged(headers: Record<string, string>, body: string): boolean {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': seconds,
    'webhook-signature': given,
  } = headers
  if (given === undefined) return false
  return new Webhook(webhookSecret).sign(id, new Date(Number(seconds) * 1_000), body) !== given
}

export type Shop = Awaited<ReturnType<typeof openShop>>

/** What a server must know to tell that shop. */
export const webhookTo = ({ url }: Shop) => ({ WEBHOOK_URL: url, WEBHOOK_SECRET: webhookSecret })

export const webhookSecret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
