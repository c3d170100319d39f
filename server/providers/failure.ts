/** Why there is no answer; the code is the machine's own and holds nothing of the call. */
export type Failure =
  /** Nothing left this machine. */
  | { readonly kind: 'not_sent'; readonly code: string }
  /** It may have arrived. */
  | { readonly kind: 'lost'; readonly code: string }

/** Whether anything of the call has left is observed, and never read from what went wrong. */
export const failure = (error: unknown, hasLeft: boolean): Failure => ({
  kind: hasLeft ? 'lost' : 'not_sent',
  code: typeof error === 'string' ? error : codeOf(error),
})

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'unknown_error'
}
