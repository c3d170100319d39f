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
  /** Another checkout has an open request to that phone. */
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

/** RFC 9457 `application/problem+json`. `title` is fit to show and never contains the provider's text. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  /** With `phone_busy`: the waiting request came from here, and no browser follows it any more, so `cancelWaiting` may cancel it. */
  readonly canCancelWaiting?: boolean
  /** With `reference_conflict`: the checkout that already has the reference. */
  readonly checkoutId?: string
}
