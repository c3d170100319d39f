import type { Problem } from './types.ts'

export type ProblemCode = Problem['code']

/** What the server said about a request that it refused. */
export interface ProblemDetails {
  readonly status: number
  /** Stable: programs may branch on it. A newer server may have codes that this version does not know. */
  readonly code: ProblemCode | (string & {})
  readonly title: string
  readonly detail: string | undefined
  /** Seconds, of the header `Retry-After`. */
  readonly retryAfter: number | undefined
  /** Of the header `X-Request-Id`, where a proxy sets one. */
  readonly requestId: string | undefined
  /** With `reference_conflict`: the checkout that already has the reference. */
  readonly checkoutId: string | undefined
}

/** Every error of this library. */
export class NetgiroError extends Error {
  override readonly name: string = 'NetgiroError'
}

/** No usable answer came: it is not known whether the call had an effect. Repeat it with the same idempotency key. */
export class ConnectionError extends NetgiroError {
  override readonly name = 'ConnectionError'
}

/** The webhook is not from the server, or not from now. Answer it with 401. */
export class InvalidSignatureError extends NetgiroError {
  override readonly name = 'InvalidSignatureError'
}

/** The server refused the request. `code` says why; the subclasses are for the codes that a shop acts on. */
export class ProblemError extends NetgiroError implements ProblemDetails {
  override readonly name: string = 'ProblemError'
  readonly status: number
  readonly code: ProblemDetails['code']
  readonly title: string
  readonly detail: string | undefined
  readonly retryAfter: number | undefined
  readonly requestId: string | undefined
  readonly checkoutId: string | undefined

  constructor(problem: ProblemDetails) {
    const { status, code, title, detail } = problem
    super(detail === undefined ? `${title} (${code})` : `${title} (${code}): ${detail}`)
    this.status = status
    this.code = code
    this.title = title
    this.detail = detail
    this.retryAfter = problem.retryAfter
    this.requestId = problem.requestId
    this.checkoutId = problem.checkoutId
  }
}

/** `invalid_request`, `unsupported_media_type`, `body_too_large`: the shop's code must change. */
export class InvalidRequestError extends ProblemError {
  override readonly name = 'InvalidRequestError'
}

/** `unauthorized`: the key is not one of the server's `MERCHANT_API_KEY`. */
export class UnauthorizedError extends ProblemError {
  override readonly name = 'UnauthorizedError'
}

/** `checkout_not_found` */
export class CheckoutNotFoundError extends ProblemError {
  override readonly name = 'CheckoutNotFoundError'
}

/** `reference_conflict`: `checkoutId` has that reference, with another amount or currency. */
export class ReferenceConflictError extends ProblemError {
  override readonly name = 'ReferenceConflictError'
}

/** `idempotency_key_reused`, `idempotency_key_in_use` */
export class IdempotencyError extends ProblemError {
  override readonly name = 'IdempotencyError'
}

/** `not_supported`: the provider cannot do that. */
export class NotSupportedError extends ProblemError {
  override readonly name = 'NotSupportedError'
}

/** `not_paid`, `refund_too_large`, `refund_refused`: no money goes back. */
export class RefundError extends ProblemError {
  override readonly name = 'RefundError'
}

/** `temporarily_unavailable`, `shutting_down`, `provider_unavailable`, `too_many_requests`: try again later. */
export class UnavailableError extends ProblemError {
  override readonly name = 'UnavailableError'
}

const classes: Readonly<Partial<Record<string, typeof ProblemError>>> = {
  invalid_request: InvalidRequestError,
  unsupported_media_type: InvalidRequestError,
  body_too_large: InvalidRequestError,
  unauthorized: UnauthorizedError,
  checkout_not_found: CheckoutNotFoundError,
  reference_conflict: ReferenceConflictError,
  idempotency_key_reused: IdempotencyError,
  idempotency_key_in_use: IdempotencyError,
  not_supported: NotSupportedError,
  not_paid: RefundError,
  refund_too_large: RefundError,
  refund_refused: RefundError,
  temporarily_unavailable: UnavailableError,
  shutting_down: UnavailableError,
  provider_unavailable: UnavailableError,
  too_many_requests: UnavailableError,
} satisfies Partial<Record<ProblemCode, typeof ProblemError>>

export const toProblemError = (problem: ProblemDetails): ProblemError =>
  new (classes[problem.code] ?? ProblemError)(problem)
