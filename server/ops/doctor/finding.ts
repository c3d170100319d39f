/** What a check found. `mend`: what to do about it. */
export interface Finding {
  readonly mark: 'ok' | 'wrong' | 'note'
  readonly what: string
  readonly mend: string | null
}

export const ok = (what: string): Finding => ({ mark: 'ok', what, mend: null })
export const wrong = (what: string, mend: string): Finding => ({ mark: 'wrong', what, mend })
/** Nothing is wrong, but they should know. */
export const note = (what: string): Finding => ({ mark: 'note', what, mend: null })

/** Why there was no answer, in a word for a report: a code, never a message that may quote what it was given. */
export function whyNoAnswer(error: unknown): string {
  const seen = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(seen instanceof Error)) return 'no answer'
  if ('code' in seen && typeof seen.code === 'string') return seen.code
  return seen.name === 'TimeoutError' ? 'no answer in time' : 'no answer'
}
