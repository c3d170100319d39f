import { Webhook } from 'standardwebhooks'
import { request } from 'undici'

export interface SignedPost {
  readonly url: string
  readonly secrets: readonly string[]
  readonly id: string
  readonly body: string
  readonly at: number
  readonly timeoutMs: number
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
  at,
  timeoutMs,
}: SignedPost): Promise<Posted> {
  const time = new Date(at)
  const response = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'netgiro-checkout',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      // [standard-webhooks] several signatures, separated by spaces, while a secret is being rotated.
      'webhook-signature': secrets
        .map((secret) => new Webhook(secret).sign(id, time, body))
        .join(' '),
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  })
  let text = ''
  for await (const chunk of response.body.setEncoding('utf8')) {
    if (text.length < mostOfAnAnswer) text += String(chunk)
  }
  const retryAfter = response.headers['retry-after']
  return {
    status: response.statusCode,
    body: text,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  }
}
