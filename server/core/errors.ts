import type { ProblemCode } from '../protocol/index.ts'

export interface ProblemDetails {
  readonly detail?: string
  readonly checkoutId?: string
  readonly canCancelWaiting?: boolean
  /** Seconds; sent as `Retry-After`. */
  readonly retryAfter?: number
  /** For the log alone: the kind of event, if the code does not say so. */
  readonly event?: SecurityEvent
  /** For the log alone. */
  readonly origin?: string | undefined
}

/** Requests that were rightly rejected and may mean an attack or a wrong setting. */
export const securityEvents = [
  'wrong_merchant_key',
  'unknown_session',
  'origin_refused',
  'callback_refused',
  'callback_unknown',
  'answer_refused',
  'wrong_admin_token',
  'limit_admin_token',
  'limit_address',
  'limit_phone',
  'limit_checkout',
  'limit_payers',
  'limit_requests',
  'limit_streams',
  'limit_streams_of_checkout',
  'limit_pipelined',
] as const
export type SecurityEvent = (typeof securityEvents)[number]

const eventOfCode: Partial<Record<ProblemCode, SecurityEvent>> = {
  unauthorized: 'wrong_merchant_key',
  unknown_session: 'unknown_session',
  origin_not_allowed: 'origin_refused',
  too_many_streams: 'limit_streams',
}

/** Null: an ordinary rejection. */
export const securityEventOf = (error: CheckoutError): SecurityEvent | null =>
  error.details.event ?? eventOfCode[error.code] ?? null

/** An error that the caller can act on. `message` is for the log; clients see the `code` and its details only. */
export class CheckoutError extends Error {
  override readonly name = 'CheckoutError'
  readonly code: ProblemCode
  readonly details: ProblemDetails

  /** @param options - the cause, where it is not known to the log otherwise */
  constructor(code: ProblemCode, details: ProblemDetails = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.details = details
  }
}

/** For what the next moment may answer. */
const shortly = { retryAfter: 2 }

/**
 * The outcome is unknown for now; asking again shortly is safe.
 *
 * @param options - the cause, where it is not known to the log otherwise
 */
export const tryAgainShortly = (options?: ErrorOptions): CheckoutError =>
  new CheckoutError('temporarily_unavailable', shortly, options)

/** Nothing was begun: by then, the next process answers. */
export const shuttingDown = (): CheckoutError => new CheckoutError('shutting_down', shortly)
