import { Webhook } from 'standardwebhooks'
import { Agent, errors, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Clock } from '../core/clock.ts'
import { targetOf } from './target.ts'

export interface SignedPost {
  readonly url: string
  readonly secrets: readonly string[]
  readonly id: string
  readonly body: string
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** What to wait for. With `status` a body may be late, endless or truncated. Default: `body`. */
  readonly read?: 'status' | 'body'
}

export interface WebhookResponse {
  readonly status: number
  readonly retryAfter: string | undefined
  /** The first 16 KiB of the body, as far as they arrived in time; empty if only the status was read. */
  readonly body: string
}

const maxBodyBytes = 16 * 1024

/** An unwanted body is read up to this, so that its connection can be reused; beyond it a new connection is cheaper. */
const maxBytesToDrain = 4 * 1024
const maxDrainMs = 1_000

/** A connection for each request: what was read from it is of this response. */
const unshared = new Agent({ pipelining: 0 })

/**
 * Sends one POST, signed as Standard Webhooks 1.0.0. Follows no redirect.
 *
 * @throws an error with a `code`, or a `TimeoutError` if no response has begun in time
 */
export async function postSigned(post: SignedPost): Promise<WebhookResponse> {
  const { timeoutMs, body, clock, read = 'body' } = post
  const { url, authorization } = targetOf(post.url)
  const deadline = new AbortController()
  const cancelTimer = clock.after(timeoutMs, () => {
    deadline.abort(new DOMException('No response in time', 'TimeoutError'))
  })
  try {
    const { signal } = deadline
    const headers = { ...signedHeaders(post), ...(authorization !== null && { authorization }) }
    const dispatcher = read === 'body' ? { dispatcher: unshared } : {}
    const response = await request(url, { method: 'POST', headers, body, signal, ...dispatcher })
    const retryAfter = response.headers['retry-after']
    return {
      status: response.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: read === 'body' ? await readStart(response.body) : discard(response.body, clock),
    }
  } finally {
    cancelTimer()
  }
}

/** Whether a post that waited for its `body` failed after a response had begun: it was answered, with something that is no HTTP. */
export function hasAnswered(error: unknown): boolean {
  if (error instanceof errors.SocketError) return (error.socket?.bytesRead ?? 0) > 0
  return error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError
}

function signedHeaders({ secrets, id, body, clock }: SignedPost) {
  const time = new Date(clock.now())
  return {
    'content-type': 'application/json',
    'user-agent': 'netgiro-checkout',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    // [standard-webhooks] several signatures, separated by spaces, while a secret is being rotated.
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, time, body))
      .join(' '),
  }
}

type Body = Dispatcher.ResponseData['body']

/**
 * Reads the body up to the limit; leaving the loop closes the connection. If the body is interrupted, what has arrived counts.
 */
async function readStart(body: Body): Promise<string> {
  let text = ''
  try {
    for await (const chunk of body.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length >= maxBodyBytes) break
    }
  } catch {
    return text
  }
  return text.slice(0, maxBodyBytes)
}

/** Reads a short body to its end in the background and aborts any other. */
function discard(body: Body, clock: Clock): '' {
  const abort = new AbortController()
  const cancelTimer = clock.after(maxDrainMs, () => abort.abort())
  // An interrupted body is as good as a complete one.
  body.on('error', () => {})
  void body
    .dump({ limit: maxBytesToDrain, signal: abort.signal })
    .catch(() => body.destroy())
    .finally(cancelTimer)
  return ''
}

/** Whether the shop has received the event: by its status, whatever the body says. */
export const isAccepted = (status: number): boolean => status >= 200 && status < 300
