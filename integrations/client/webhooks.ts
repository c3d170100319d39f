import { Webhook as StandardWebhook } from 'standardwebhooks'
import { InvalidSignatureError } from './errors.ts'
import type { CaptureRequest, Webhook } from './types.ts'

/** What `netgiro-checkout doctor` sends, to see that the shop accepts a type that it does not know. */
export interface DoctorPing {
  readonly type: 'doctor.ping'
  readonly timestamp: string
  /** About no checkout. */
  readonly data: { readonly checkout?: undefined }
}

type Unidentified = Webhook | CaptureRequest | DoctorPing

/** A genuine webhook. `type` tells the events apart; ignore those that you do not know, which may be about no checkout. */
export type VerifiedWebhook = Unidentified & {
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
  verify(body: string | Uint8Array | ArrayBuffer, headers: WebhookHeaders): VerifiedWebhook
}

const toleranceSeconds = 300

/** @param secrets - `WEBHOOK_SECRET` of the server; both, separated by a comma or as a list, while it is rotated */
export function createWebhooks(secrets: string | readonly string[]): Webhooks {
  const verifiers = readSecrets(secrets).map(createVerifier)
  return {
    verify(body, headers) {
      const text = decode(body)
      const named = readHeaders(headers)
      if (!verifiers.some((verifier) => isSigned(verifier, text, named)))
        throw new InvalidSignatureError(
          'No signature fits WEBHOOK_SECRET and the body as it was received',
        )
      return { ...parse(text), id: named['webhook-id'] }
    },
  }
}

function readSecrets(secrets: string | readonly string[]): readonly string[] {
  const given = (typeof secrets === 'string' ? [secrets] : secrets) as
    readonly (string | undefined)[] | undefined
  const all = given?.flatMap((one) => one?.split(',').map((secret) => secret.trim()) ?? [])
  const present = all?.filter((secret) => secret !== '') ?? []
  if (present.length === 0) throw new TypeError('WEBHOOK_SECRET of the payment server is missing')
  return present
}

function createVerifier(secret: string): StandardWebhook {
  const [, base64 = ''] = /^(?:whsec_)?([A-Za-z0-9+/]+)={0,2}$/.exec(secret) ?? []
  try {
    // The library is particular about padding; the server is not.
    return new StandardWebhook(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
  } catch (cause) {
    const message = 'WEBHOOK_SECRET must be whsec_ and base64, as the payment server has it'
    throw new TypeError(message, { cause })
  }
}

function isSigned(verifier: StandardWebhook, text: string, headers: SignedHeaders): boolean {
  try {
    verifier.verify(text, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}

type SignedHeaders = ReturnType<typeof readHeaders>

function readHeaders(headers: WebhookHeaders) {
  const named = {
    'webhook-id': headerOf(headers, 'webhook-id'),
    'webhook-timestamp': headerOf(headers, 'webhook-timestamp'),
    'webhook-signature': signaturesOf(headerOf(headers, 'webhook-signature')),
  }
  const timestamp = named['webhook-timestamp']
  // The library would read the digits that a text begins with.
  if (named['webhook-id'] === '' || !/^(?:0|[1-9]\d{0,11})$/.test(timestamp))
    throw new InvalidSignatureError('The webhook has no webhook-id or no webhook-timestamp')
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new InvalidSignatureError("The webhook is over five minutes from this machine's clock")
  return named
}

/** Signatures of version 1, however a header that came twice was joined. */
const signaturesOf = (header: string): string =>
  [...header.matchAll(/(?:^|[\s,])(v1,[A-Za-z0-9+/]+={0,2})(?=[\s,]|$)/g)]
    .map(([, one]) => one)
    .join(' ')

function headerOf(headers: WebhookHeaders, name: string): string {
  if (isHeaders(headers)) return headers.get(name) ?? ''
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? []
  return typeof value === 'string' ? value : (value?.join(', ') ?? '')
}

/** A framework's own class is often not the global one. */
const isHeaders = (headers: WebhookHeaders): headers is Headers =>
  typeof (headers as Partial<Headers>).get === 'function'

/** Fatal: replaced bytes would no longer be what was signed. */
function decode(body: unknown): string {
  if (typeof body === 'string') return body
  // By its tag: test runners and frameworks have an ArrayBuffer of another realm.
  const isBytes =
    ArrayBuffer.isView(body) || Object.prototype.toString.call(body) === '[object ArrayBuffer]'
  if (!isBytes)
    throw new TypeError(
      'The body of a webhook must be text or bytes as received, before any parser',
    )
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      body as AllowSharedBufferSource,
    )
  } catch (cause) {
    throw new InvalidSignatureError('The webhook is not UTF-8', { cause })
  }
}

function parse(text: string): Unidentified {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null && 'type' in value) return value as Unidentified
  } catch {
    // Said below.
  }
  throw new InvalidSignatureError('The webhook is no event of the payment server')
}
