import { Webhook as StandardWebhook } from 'standardwebhooks'
import { InvalidSignatureError } from './errors.ts'
import type { CaptureRequest, Webhook } from './types.ts'

/** A genuine webhook. `type` tells the events apart; ignore those that you do not know. */
export type VerifiedWebhook = (Webhook | CaptureRequest) & {
  /** The same when an event is sent again. */
  readonly id: string
}

export type WebhookHeaders =
  Headers | Readonly<Record<string, string | readonly string[] | undefined>>

export interface Webhooks {
  /**
   * @param body - exactly as it was received, before any parsing
   * @throws InvalidSignatureError for a webhook that is not from the server, was changed, or is older than five minutes
   */
  verify(body: string | Uint8Array, headers: WebhookHeaders): VerifiedWebhook
}

/** @param secrets - `WEBHOOK_SECRET` of the server; both, separated by a comma or as a list, while it is rotated */
export function createWebhooks(secrets: string | readonly string[]): Webhooks {
  if (!secrets) throw new TypeError('WEBHOOK_SECRET of the payment server is missing')
  const all = typeof secrets === 'string' ? secrets.split(',') : secrets
  const verifiers = all.map((secret) => new StandardWebhook(secret.trim()))
  return {
    verify(body, headers) {
      const text = decode(body)
      const named = {
        'webhook-id': headerOf(headers, 'webhook-id'),
        'webhook-timestamp': headerOf(headers, 'webhook-timestamp'),
        'webhook-signature': headerOf(headers, 'webhook-signature'),
      }
      let cause: unknown
      for (const verifier of verifiers) {
        try {
          const webhook = verifier.verify(text, named) as Webhook | CaptureRequest
          return { ...webhook, id: named['webhook-id'] }
        } catch (error) {
          cause = error
        }
      }
      throw new InvalidSignatureError('The webhook is not genuine', { cause })
    },
  }
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? ''
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? []
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** Fatal: replaced bytes would no longer be what was signed. */
function decode(body: string | Uint8Array): string {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw new InvalidSignatureError('The webhook is not UTF-8', { cause })
  }
}
