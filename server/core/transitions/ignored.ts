/** An input that changes nothing, and why. */
export interface Ignored {
  readonly kind: 'ignored'
  readonly reason: IgnoredReason
}

export const ignoredReasons = [
  /** It contains nothing new. By far the most frequent one. */
  'duplicate',
  /** No answer, or no valid one, to a call without an effect. */
  'no_information',
  'unknown_attempt',
  'unknown_refund',
  /** An attempt is open: no other one may start. */
  'attempt_open',
  'attempt_over',
  /** Only the newest attempt may be taken up again after its end. */
  'not_the_newest',
  /** The attempt was reported to the shopper as ended, and is being canceled. */
  'outcome_told',
  /** The request has its id already. */
  'already_named',
  'already_requested',
  'already_sent',
  'already_authorized',
  'already_captured',
  'cancel_requested',
  'closing',
  'checkout_final',
  /** Only a request whose start is not answered yet can turn out not to have been sent. */
  'not_starting',
  'no_code_expected',
  /** The answer to the code before is not known yet. */
  'code_uncertain',
  /** No approval, or one that is no longer wanted, in time or beyond doubt. */
  'not_capturable',
  'not_to_be_canceled',
  'not_to_be_released',
  /** An approval that would be given back at once. */
  'not_wanted',
  'refund_settled',
  /** It needs no review, one for another reason, or none any more. */
  'not_in_review',
  'exceeds_refundable',
  /** See `moves`. The tables rule this out before; it is the last line of defence. */
  'illegal_move',
] as const
export type IgnoredReason = (typeof ignoredReasons)[number]

export const ignored = (reason: IgnoredReason): Ignored => ({ kind: 'ignored', reason })

/** A cell of a table: the input never has an effect there. */
export function ignore(reason: IgnoredReason): () => Ignored {
  const result = ignored(reason)
  return () => result
}
