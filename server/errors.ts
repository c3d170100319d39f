import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem, ProblemCode } from './protocol.ts'

/** Status and words of every problem. Words are fit to show to anyone; nothing from outside is ever put into them. */
const problems: Record<ProblemCode, readonly [status: ContentfulStatusCode, title: string]> = {
  invalid_request: [400, 'The request is not as documented'],
  invalid_phone: [422, 'Not an Icelandic mobile number'],
  invalid_national_id: [422, 'Not a kennitala'],
  invalid_app_code: [422, 'Not a code of the Netgíró app'],
  invalid_code: [422, 'The code in the SMS has four letters or digits'],
  code_not_expected: [409, 'No code is waited for'],
  unauthorized: [401, 'The key is missing or wrong'],
  unknown_session: [404, 'There is no such checkout session'],
  origin_not_allowed: [403, 'This origin may not use this service'],
  not_found: [404, 'There is nothing here'],
  checkout_not_found: [404, 'There is no such checkout'],
  checkout_closed: [409, 'The checkout is closed'],
  attempt_open: [409, 'A payment request to another number is still open'],
  reference_conflict: [409, 'The reference belongs to a checkout with another amount or currency'],
  idempotency_key_reused: [422, 'The idempotency key was used with another body'],
  idempotency_key_in_use: [409, 'A request with this idempotency key is being worked on'],
  not_supported: [422, 'This is not supported'],
  not_paid: [409, 'The checkout is not paid'],
  refund_too_large: [422, 'More than what was paid and not yet given back'],
  refund_refused: [422, 'The payment provider refused the refund'],
  unsupported_media_type: [415, 'The body must be application/json'],
  body_too_large: [413, 'The body is too large'],
  request_not_sent: [502, 'The payment request could not be sent'],
  too_many_requests: [429, 'Too many requests'],
  phone_busy: [429, 'Another payment request is waiting on this phone'],
  too_little_time: [409, 'The checkout ends too soon for another payment request'],
  too_many_streams: [503, 'Too many connections; ask from time to time instead'],
  provider_unavailable: [503, 'The payment provider cannot be reached'],
  temporarily_unavailable: [503, 'The service is busy, try again shortly'],
  shutting_down: [503, 'The service is restarting'],
  internal_error: [500, 'Something went wrong on our side'],
}

export interface ProblemMore {
  readonly detail?: string
  readonly checkoutId?: string
  readonly canCancelWaiting?: boolean
  /** Seconds; sent as `Retry-After`. */
  readonly retryAfter?: number
  /** For the log alone: what kind of event it is, where the code does not say so already. */
  readonly event?: SecurityEvent
  /** For the log alone. */
  readonly origin?: string | undefined
}

/** What an operator wants to hear of though it went as it should: somebody is attacking, or something is set up wrongly. */
export const securityEvents = [
  'wrong_merchant_key',
  'unknown_session',
  'origin_refused',
  'callback_refused',
  'callback_unknown',
  'wrong_admin_token',
  'limit_admin_token',
  'limit_address',
  'limit_phone',
  'limit_checkout',
  'limit_streams',
  'limit_streams_of_checkout',
] as const
export type SecurityEvent = (typeof securityEvents)[number]

const eventOfCode: Partial<Record<ProblemCode, SecurityEvent>> = {
  unauthorized: 'wrong_merchant_key',
  unknown_session: 'unknown_session',
  origin_not_allowed: 'origin_refused',
  too_many_streams: 'limit_streams',
}

/** Null: a refusal like any other. */
export const securityEventOf = (error: CheckoutError): SecurityEvent | null =>
  error.more.event ?? eventOfCode[error.code] ?? null

/** An error that the caller can act on. `message` is for the log; only `code` and what belongs to it crosses the wire. */
export class CheckoutError extends Error {
  override readonly name = 'CheckoutError'
  readonly code: ProblemCode
  readonly more: ProblemMore

  constructor(code: ProblemCode, more: ProblemMore = {}) {
    super(code)
    this.code = code
    this.more = more
  }
}

export function toProblem(code: ProblemCode, more: ProblemMore = {}): Problem {
  const { detail, checkoutId, canCancelWaiting } = more
  const [status, title] = problems[code]
  return {
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(checkoutId !== undefined && { checkoutId }),
    ...(canCancelWaiting !== undefined && { canCancelWaiting }),
  }
}

/** A refusal as it crosses the wire, by whatever sends it. */
export interface Refusal {
  readonly status: ContentfulStatusCode
  readonly headers: Record<string, string>
  readonly body: string
}

/** What an error is answered with. */
export type Refuse = (error: unknown) => Refusal

/** The same answer to the same error on every surface: counted by its code, and logged where nobody foresaw it. */
export const refusals =
  (onRefused: (error: CheckoutError) => void, onSurprise: (error: unknown) => void): Refuse =>
  (error) => {
    const isForeseen = error instanceof CheckoutError
    if (!isForeseen) onSurprise(error)
    const foreseen = isForeseen ? error : new CheckoutError('internal_error')
    onRefused(foreseen)
    return refusal(foreseen.code, foreseen.more)
  }

/** RFC 9457. */
export function refusal(code: ProblemCode, more: ProblemMore = {}): Refusal {
  const problem = toProblem(code, more)
  return {
    status: problems[code][0],
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(more.retryAfter !== undefined && { 'retry-after': String(more.retryAfter) }),
    },
    body: JSON.stringify(problem),
  }
}
