/** What a check found. `fix`: what to do about it. */
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
/** Nothing is wrong, but they should know. */
export const info = (message: string): CheckResult => ({ status: 'info', message, fix: null })

/** Why there was no answer, in a word for a report: a code, never a message that may quote what it was given. */
export function whyNoAnswer(error: unknown): string {
  const seen = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(seen instanceof Error)) return 'no answer'
  if ('code' in seen && typeof seen.code === 'string') return seen.code
  return seen.name === 'TimeoutError' ? 'no answer in time' : 'no answer'
}
