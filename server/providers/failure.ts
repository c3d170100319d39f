/** Why there is no answer; the code is the machine's own and holds nothing of the call. */
export type Failure =
  /** Nothing left this machine. */
  | { readonly kind: 'not_sent'; readonly code: string }
  /** It may have arrived. */
  | { readonly kind: 'lost'; readonly code: string }

/** Failures from before the first byte of a request was written. */
const beforeSending = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

export function failureOf(error: unknown): Failure {
  const code = codeOf(error)
  return { kind: beforeSending.has(code) ? 'not_sent' : 'lost', code }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown_error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name === 'TimeoutError' ? 'timeout' : 'unknown_error'
}
