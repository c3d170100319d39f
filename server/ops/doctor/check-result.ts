/** The result of one check. `fix`: what to do about a failure. */
export interface CheckResult {
  readonly status: 'pass' | 'fail' | 'info'
  readonly message: string
  readonly fix: string | null
}

export const pass = (message: string): CheckResult => ({ status: 'pass', message, fix: null })
export const fail = (message: string, fix: string): CheckResult => ({
  status: 'fail',
  message,
  fix,
})
/** Not a failure, but worth knowing. */
export const info = (message: string): CheckResult => ({ status: 'info', message, fix: null })

/** Why there was no response: an error code, never a message, which may quote secrets. */
export function noResponseReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return 'no response'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name === 'TimeoutError' ? 'timeout' : 'no response'
}
