/**
 * What the browser and the backend-for-frontend say to each other. The widget imports this file and nothing else of
 * the server; it imports nothing itself, so that it can be bundled into a page.
 *
 * Amounts are integers in the currency's ISO 4217 minor unit (ISK has none: whole krónur); times are RFC 3339 UTC.
 */

/** Where a checkout stands. `paid`, `canceled`, `expired` and `review` are final for the browser. */
export const statuses = [
  /** Needs a phone number; `lastAttempt` tells how the one before ended. */
  'open',
  /** The request is on its way to the provider. */
  'starting',
  /** The request was sent, the shopper has not answered. */
  'awaiting_shopper',
  /** Point of sale only: the code from the SMS is needed. */
  'awaiting_code',
  /** The shopper approved; the payment is being confirmed. */
  'confirming',
  /** The provider says that the payment exists. */
  'paid',
  /** The shop closed the checkout. */
  'canceled',
  /** The checkout's own lifetime ended unpaid. */
  'expired',
  /** The provider's amount or reference differs from ours, or it contradicts itself: a person must look. */
  'review',
] as const
export type Status = (typeof statuses)[number]

const finals: readonly Status[] = ['paid', 'canceled', 'expired', 'review']

/** True when a browser has nothing more to wait for. */
export const isFinal = (status: Status): boolean => finals.includes(status)

export const outcomes = ['declined', 'canceled', 'expired', 'failed'] as const
/** How an attempt ended that did not end in a payment. */
export type AttemptOutcome = (typeof outcomes)[number]

export const reasons = [
  /** The shopper said no in the app, or the provider did not accept the purchase. */
  'declined',
  'canceled_by_shopper',
  'canceled_by_shop',
  /** The approval window ended without an answer from the shopper. */
  'no_answer',
  /** The window ended and the provider never told whether the request had arrived. */
  'outcome_unknown',
  /** The provider would not send a request to this number. */
  'request_not_sent',
  /** Below the provider's smallest amount. */
  'amount_too_low',
  /** The provider could not be reached; nothing was sent. */
  'provider_unavailable',
] as const
export type AttemptReason = (typeof reasons)[number]

/** All that a browser may know about a checkout. */
export interface Snapshot {
  readonly status: Status
  /** Rises with every change; a smaller one is older news. */
  readonly version: number
  readonly amount: number
  readonly currency: string
  readonly reference: string
  readonly description: string | null
  readonly merchant: string
  /** Masked, e.g. `•••3281`; null until a request was sent to a phone. */
  readonly phone: string | null
  /** While a request waits: the end of its window. Otherwise: the end of the checkout's lifetime. */
  readonly expiresAt: string
  /** The server's clock when the snapshot was made; countdowns are measured from it. */
  readonly serverTime: string
  /** The shopper or the shop asked to cancel, and the provider has not answered yet. */
  readonly cancelRequested: boolean
  /** We do not know whether a call to the provider took effect: do not pay again. */
  readonly uncertain: boolean
  /** How the newest attempt ended; null before the first and while one is open. */
  readonly lastAttempt: { readonly outcome: AttemptOutcome; readonly reason: AttemptReason } | null
}

export const problemCodes = [
  'invalid_request',
  'invalid_phone',
  'unauthorized',
  'unknown_session',
  'origin_not_allowed',
  'not_found',
  'checkout_not_found',
  'checkout_closed',
  'attempt_open',
  'reference_conflict',
  'idempotency_key_reused',
  'idempotency_key_in_use',
  'not_supported',
  'unsupported_media_type',
  'body_too_large',
  'request_not_sent',
  'too_many_requests',
  'too_many_streams',
  'provider_unavailable',
  'shutting_down',
  'internal_error',
] as const
/** Stable across versions: programs may branch on it. */
export type ProblemCode = (typeof problemCodes)[number]

/** RFC 9457 `application/problem+json`. `title` is fit to show; nothing of the provider's text is ever in it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  /** With `reference_conflict`: the checkout that already has the reference. */
  readonly checkoutId?: string
}

/** Icelandic mobile numbers have seven digits and begin with 6, 7 or 8. */
const mobile = /^[678]\d{6}$/

/**
 * Reads a phone number as people write it (`822 3281`, `+354 822-3281`, `00354 8223281`, full-width digits from an
 * autofill) and returns the seven digits that Netgíró takes, or null when it is not an Icelandic mobile number.
 */
export function parsePhone(text: string): string | null {
  const digits = text
    .normalize('NFKC')
    .replace(/^\s*tel:/i, '')
    .replace(/[\s().\u2010-\u2015\u2212-]/gu, '')
    .replace(/^(?:\+|00)?354(?=\d{7}$)/, '')
  return mobile.test(digits) ? digits : null
}

/** `•••3281`: enough for its owner to know it, too little for anybody else. */
export const maskPhone = (phone: string): string => `•••${phone.slice(-4)}`

const isText = (value: unknown): value is string => typeof value === 'string'
const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  (values as readonly unknown[]).includes(value)

/** Judges what came over the wire: a snapshot, or null when it is anything else (a proxy's page, an older server). */
export function readSnapshot(value: unknown): Snapshot | null {
  if (typeof value !== 'object' || value === null) return null
  const it = value as Partial<Record<keyof Snapshot, unknown>>
  const last = it.lastAttempt as Partial<Record<'outcome' | 'reason', unknown>> | null | undefined
  const sound =
    isOneOf(statuses, it.status) &&
    Number.isSafeInteger(it.version) &&
    Number.isSafeInteger(it.amount) &&
    [it.currency, it.reference, it.merchant, it.expiresAt, it.serverTime].every(isText) &&
    [it.description, it.phone].every((text) => text === null || isText(text)) &&
    typeof it.cancelRequested === 'boolean' &&
    typeof it.uncertain === 'boolean' &&
    (last === null || (isOneOf(outcomes, last?.outcome) && isText(last.reason)))
  return sound ? (value as Snapshot) : null
}
