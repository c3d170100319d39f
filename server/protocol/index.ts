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
  /** Point of sale: the code from the SMS was wrong once too often. */
  'wrong_code',
  /** In the provider's own form: canceled by the shopper, or it broke down; the provider does not say which. */
  'canceled_or_failed',
  /** In the provider's own form: the shopper chose a way to pay that is the shop's own. */
  'paid_another_way',
  /** Over without a payment, and the provider does not say by whom; or an approval that could not be captured in time. */
  'ended_by_provider',
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
  /** Point of sale only: who was asked, masked. */
  readonly payer?: { readonly kind: PayerKind; readonly masked: string }
  /** With `awaiting_code` only: whether the last code was not taken, and how many more may be tried. */
  readonly code?: { readonly refused: boolean; readonly triesLeft: number }
  /** While the provider's own form is to be shown: its script, and what that is to be told. */
  readonly form?: { readonly script: string; readonly settings: Readonly<Record<string, string>> }
}

export const payerKinds = ['phone', 'national_id', 'app_code', 'provider_form'] as const
/** How a payer is known: a phone that is asked, a kennitala, the code of the app, or what the provider's form asks. */
export type PayerKind = (typeof payerKinds)[number]

export const problemCodes = [
  'invalid_request',
  'invalid_phone',
  'invalid_national_id',
  'invalid_app_code',
  'invalid_code',
  'code_not_expected',
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
  'not_paid',
  'refund_too_large',
  'refund_refused',
  'unsupported_media_type',
  'body_too_large',
  'request_not_sent',
  'too_many_requests',
  /** A request to that phone is still waiting, in another checkout. */
  'phone_busy',
  /** The checkout ends too soon for another request. */
  'too_little_time',
  'too_many_streams',
  'provider_unavailable',
  'temporarily_unavailable',
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
  /** With `phone_busy`: the request that waits may be canceled by `cancelWaiting`, for no browser follows it any more. */
  readonly canCancelWaiting?: boolean
  /** With `reference_conflict`: the checkout that already has the reference. */
  readonly checkoutId?: string
}

/**
 * What stands between the characters of a number that was pasted or filled in: white space, dashes and other
 * punctuation, invisible marks of direction, and everything else that no eye sees.
 */
const filling = /[\s\u2212\p{P}\p{M}\p{C}\p{DI}]/gu

const bare = (text: string): string => text.normalize('NFKC').replace(filling, '')

/** Icelandic mobile numbers have seven digits and begin with 6, 7 or 8. */
const mobile = /^[678]\d{6}$/

/**
 * Reads a phone number as people write it (`822 3281`, `+354 822-3281`, `00354 8223281`, full-width digits from an
 * autofill) and returns the seven digits that Netgíró takes, or null when it is not an Icelandic mobile number.
 */
export function parsePhone(text: string): string | null {
  const digits = bare(text)
    .replace(/^tel(?=[+\d])/i, '')
    .replace(/^(?:\+|00)?354(?=\d{7}$)/, '')
  return mobile.test(digits) ? digits : null
}

/** A kennitala as people write it (`111111-1119`), or null. */
export function parseNationalId(text: string): string | null {
  const digits = bare(text)
  if (!/^\d{10}$/.test(digits)) return null
  // [netgiro] the sandbox's second customer, whose month is 22.
  if (digits === '2222222229') return digits
  // [skra] a system kennitala begins with 8 or 9 and holds no date. Since 18 February 2026 none has a check digit.
  if (/^[89]/.test(digits)) return digits
  // A company's first digit is a person's and 4 more.
  const day = Number(digits.slice(0, 2)) % 40
  const month = Number(digits.slice(2, 4))
  const lastDay = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= lastDay ? digits : null
}

/** [netgiro] api-pos: the number under the barcode in the app, `500004` and a token of four. */
export function parseAppCode(text: string): string | null {
  const code = bare(text)
  return /^500004[0-9A-Za-z]{4}$/.test(code) ? code : null
}

/** [netgiro] api-pos: the code in the SMS has four characters. */
export function parseSmsCode(text: string): string | null {
  const code = bare(text)
  return /^[0-9A-Za-z]{4}$/.test(code) ? code : null
}

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
