import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'

export interface SignedPost {
  readonly url: string
  readonly secrets: readonly string[]
  readonly id: string
  readonly body: string
  readonly timeoutMs: number
  readonly clock: Clock
}

export interface Posted {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

const mostOfAnAnswer = 16 * 1024

/** One POST, signed as Standard Webhooks 1.0.0; follows no redirect. Throws when there is no answer in time. */
export async function postSigned({
  url,
  secrets,
  id,
  body,
  timeoutMs,
  clock,
}: SignedPost): Promise<Posted> {
  const time = new Date(clock.now())
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'netgiro-checkout',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    // [standard-webhooks] several signatures, separated by spaces, while a secret is being rotated.
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, time, body))
      .join(' '),
  }
  const patience = new AbortController()
  const cancelTimer = clock.after(timeoutMs, () => {
    patience.abort(new DOMException('No answer in time', 'TimeoutError'))
  })
  try {
    const { signal } = patience
    return await read(await request(url, { method: 'POST', headers, body, signal }))
  } finally {
    cancelTimer()
  }
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Posted> {
  let text = ''
  for await (const chunk of body.setEncoding('utf8')) {
    if (text.length < mostOfAnAnswer) text += String(chunk)
  }
  const retryAfter = headers['retry-after']
  return {
    status: statusCode,
    body: text,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  }
}
