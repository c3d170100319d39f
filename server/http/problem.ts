import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { CheckoutError } from '../core/errors.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { Problem, ProblemCode } from '../protocol/index.ts'

/** Status and title of every problem. Titles are fit to show and never contain text from outside. */
const problems: Record<ProblemCode, readonly [status: ContentfulStatusCode, title: string]> = {
  invalid_request: [400, 'Invalid request'],
  invalid_phone: [422, 'Not an Icelandic mobile number'],
  invalid_national_id: [422, 'Not a kennitala'],
  invalid_app_code: [422, 'Not a code from the Netgíró app'],
  invalid_code: [422, 'The SMS code has four letters or digits'],
  code_not_expected: [409, 'No code is expected'],
  unauthorized: [401, 'Missing or invalid API key'],
  unknown_session: [404, 'Checkout session not found'],
  origin_not_allowed: [403, 'Origin not allowed'],
  not_found: [404, 'Not found'],
  checkout_not_found: [404, 'Checkout not found'],
  checkout_closed: [409, 'The checkout is closed'],
  attempt_open: [409, 'A payment request to another number is still open'],
  reference_conflict: [409, 'Reference already used with a different amount or currency'],
  idempotency_key_reused: [422, 'Idempotency key already used with a different request body'],
  idempotency_key_in_use: [409, 'A request with this idempotency key is still in progress'],
  not_supported: [422, 'Not supported'],
  not_paid: [409, 'The checkout is not paid'],
  refund_too_large: [422, 'Amount exceeds the refundable amount'],
  refund_refused: [422, 'The payment provider refused the refund'],
  unsupported_media_type: [415, 'The body must be application/json'],
  body_too_large: [413, 'The body is too large'],
  request_not_sent: [502, 'The payment request could not be sent'],
  too_many_requests: [429, 'Too many requests'],
  phone_busy: [429, 'Another payment request is waiting on this phone'],
  too_little_time: [409, 'The checkout ends too soon for another payment request'],
  too_many_streams: [503, 'Too many event streams; poll instead'],
  provider_unavailable: [503, 'The payment provider cannot be reached'],
  temporarily_unavailable: [503, 'The service is busy; try again shortly'],
  shutting_down: [503, 'The service is restarting'],
  internal_error: [500, 'Something went wrong on our side'],
}

/** The body of a problem response; what `details` holds for the log alone is left out. */
export function toProblem(code: ProblemCode, details: ProblemDetails = {}): Problem {
  const { detail, checkoutId, canCancelWaiting } = details
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

/** A problem response, independent of the server that sends it. */
export interface HttpProblem {
  readonly status: ContentfulStatusCode
  readonly headers: Record<string, string>
  readonly body: string
}

/** Turns any error into the response for it. */
export type ErrorToResponse = (error: unknown) => HttpProblem

/**
 * The one error handler of every surface.
 *
 * @param onRefused called for every error that becomes a response; counts it by code
 * @param onUnexpectedError called before it for an error that is not a `CheckoutError`; logs it
 */
export const errorHandler =
  (
    onRefused: (error: CheckoutError) => void,
    onUnexpectedError: (error: unknown) => void,
  ): ErrorToResponse =>
  (error) => {
    const isExpected = error instanceof CheckoutError
    if (!isExpected) onUnexpectedError(error)
    const refusal = isExpected ? error : new CheckoutError('internal_error')
    onRefused(refusal)
    return toHttpProblem(refusal.code, refusal.details)
  }

/** [rfc9457] The whole response for a problem. */
export function toHttpProblem(code: ProblemCode, details: ProblemDetails = {}): HttpProblem {
  const problem = toProblem(code, details)
  return {
    status: problems[code][0],
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(details.retryAfter !== undefined && { 'retry-after': String(details.retryAfter) }),
    },
    body: JSON.stringify(problem),
  }
}
