import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { CheckoutError } from '../core/errors.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { Problem, ProblemCode } from '../protocol/index.ts'

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

export function toProblem(code: ProblemCode, more: ProblemDetails = {}): Problem {
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
export interface HttpProblem {
  readonly status: ContentfulStatusCode
  readonly headers: Record<string, string>
  readonly body: string
}

/** What an error is answered with. */
export type ErrorToResponse = (error: unknown) => HttpProblem

/** The same answer to the same error on every surface: counted by its code, and logged where nobody foresaw it. */
export const errorHandler =
  (
    onRefused: (error: CheckoutError) => void,
    onUnexpectedError: (error: unknown) => void,
  ): ErrorToResponse =>
  (error) => {
    const isForeseen = error instanceof CheckoutError
    if (!isForeseen) onUnexpectedError(error)
    const foreseen = isForeseen ? error : new CheckoutError('internal_error')
    onRefused(foreseen)
    return toHttpProblem(foreseen.code, foreseen.details)
  }

/** RFC 9457. */
export function toHttpProblem(code: ProblemCode, more: ProblemDetails = {}): HttpProblem {
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
