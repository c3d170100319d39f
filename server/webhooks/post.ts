import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Clock } from '../core/clock.ts'
import { targetOf } from './target.ts'

export interface SignedPost {
  readonly url: string
  readonly secrets: readonly string[]
  readonly id: string
  readonly body: string
  /** For all of it: an answer that comes in drops comes too late. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** What the caller waits for. Where the status says everything, what follows it may be late, endless or cut short. */
  readonly wants?: 'status' | 'body'
}

export interface Posted {
  readonly status: number
  readonly retryAfter: string | undefined
  /** The beginning of it, as far as it came in time; empty where only the status was wanted. */
  readonly body: string
}

const maxAnswerBytes = 16 * 1024

/** What is read of an answer that nobody wants, so that its connection can be used again; above this a new one is cheaper. */
const maxBytesToDrain = 4 * 1024
const maxDrainMs = 1_000

/** One POST, signed as Standard Webhooks 1.0.0; follows no redirect. Throws when no answer has begun in time. */
export async function postSigned(post: SignedPost): Promise<Posted> {
  const { timeoutMs, body, clock, wants = 'body' } = post
  const { url, authorization } = targetOf(post.url)
  const deadline = new AbortController()
  const cancelTimer = clock.after(timeoutMs, () => {
    deadline.abort(new DOMException('No answer in time', 'TimeoutError'))
  })
  try {
    const { signal } = deadline
    const headers = { ...signedHeaders(post), ...(authorization !== null && { authorization }) }
    const answer = await request(url, { method: 'POST', headers, body, signal })
    const retryAfter = answer.headers['retry-after']
    return {
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: wants === 'body' ? await beginningOf(answer.body) : dispose(answer.body, clock),
    }
  } finally {
    cancelTimer()
  }
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
 * What is above the limit is not even received: to leave the loop closes the connection. An answer that is kept open, or
 * breaks off, has said what came of it.
 */
async function beginningOf(body: Body): Promise<string> {
  let text = ''
  try {
    for await (const chunk of body.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length >= maxAnswerBytes) break
    }
  } catch {
    return text
  }
  return text.slice(0, maxAnswerBytes)
}

/** Lets a short answer end by itself and cuts off any other, while the caller goes on. */
function dispose(body: Body, clock: Clock): '' {
  const cut = new AbortController()
  const cancelTimer = clock.after(maxDrainMs, () => cut.abort())
  // An answer that breaks off is as good as one that ends.
  body.on('error', () => {})
  void body
    .dump({ limit: maxBytesToDrain, signal: cut.signal })
    .catch(() => body.destroy())
    .finally(cancelTimer)
  return ''
}
