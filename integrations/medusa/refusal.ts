const refusals: readonly unknown[] = [
  'not_paid',
  'not_supported',
  'refund_too_large',
  'refund_refused',
]

/** The payment server's code of a refusal; undefined for any other error. */
export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/**
 * What the shopkeeper is told of a refund that the payment server refused: Medusa shows no other error than its own. Null where
 * it is not known whether money goes back.
 */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const code = codeOf(error)
  // The key is made of how many refunds Medusa has, so this one has the key of one that is not on disk.
  if (code === 'idempotency_key_reused')
    return 'A refund of another amount had no answer: repeat that one first'
  return refusals.includes(code) ? error.message : null
}
