import type { AttemptOutcome, AttemptReason, Status } from '../../server/protocol.ts'

/** A heading and the sentence under it. */
export type Words = readonly [title: string, text: string]

/** Ends that only a till or a provider's own form knows. */
export type ElsewhereReason = 'wrong_code' | 'canceled_or_failed' | 'paid_another_way'

/** Codes that get a sentence of their own; `internal_error` speaks for every other one. */
type Said =
  | Exclude<AttemptReason, ElsewhereReason>
  | 'invalid_phone'
  | 'unknown_session'
  | 'too_many_requests'
  | 'network'
  | 'internal_error'

/** Codes that the snapshot, asked for at the same moment, explains better. */
export type Silent = 'attempt_open' | 'checkout_closed'

/** Everything that a shopper reads. */
export interface Messages {
  readonly amount: (amount: number) => string
  readonly status: Readonly<Record<Status, Words>>
  readonly canceling: Words
  readonly uncertain: Words
  readonly outcome: Readonly<Record<AttemptOutcome, string>>
  readonly says: Readonly<Record<Said | Silent, string>>
  readonly phone: string
  readonly hint: string
  readonly send: string
  readonly cancel: string
  readonly sentTo: string
  readonly validFor: string
  readonly seconds: string
  readonly help: readonly [after20s: string, after45s: string]
  readonly mayLeave: string
  readonly reconnecting: string
}
