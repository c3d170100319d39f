import type { AttemptOutcome, AttemptReason, Status } from '../../server/protocol/index.ts'

/** A heading and the sentence under it. */
export type Headline = readonly [title: string, text: string]

/** Ends that only a till or a provider's own form knows. */
export type OtherElementReason = 'wrong_code' | 'canceled_or_failed' | 'paid_another_way'

/** Codes that get a sentence of their own; `internal_error` speaks for every other one. */
export type ErrorCodeWithText =
  | Exclude<AttemptReason, OtherElementReason>
  | 'invalid_phone'
  | 'unknown_session'
  | 'too_many_requests'
  | 'phone_busy'
  | 'too_little_time'
  | 'temporarily_unavailable'
  | 'shutting_down'
  | 'unreachable'
  | 'network'
  | 'internal_error'

/** Codes that the snapshot, asked for at the same moment, explains better. */
export type SilentCode = 'attempt_open' | 'checkout_closed'

/** What every element says. */
export interface CommonMessages {
  readonly amount: (amount: number, currency: string) => string
  /** Between the shop's name and the amount. */
  readonly asksFor: string
  /** The text of `review` ends before the reference, which the payer is to quote. */
  readonly status: Readonly<Record<Status, Headline>>
  readonly canceling: Headline
  readonly uncertain: Headline
  readonly outcome: Readonly<Record<AttemptOutcome, string>>
  readonly errors: Readonly<Record<ErrorCodeWithText | SilentCode, string>>
  readonly validFor: string
  readonly seconds: string
  readonly connecting: string
  readonly reconnecting: string
  readonly tryAgain: string
  /** Paid, though somebody asked to cancel. */
  readonly tooLate: Headline
  /** Instead of `too_many_requests`, where the backend says for how long. */
  readonly tryAgainIn: (minutes: number) => string
}

/** While a request waits at the payer's. */
export interface WaitingMessages extends CommonMessages {
  readonly sentTo: string
  readonly help: readonly string[]
  readonly mayLeave: string
  readonly cancel: string
  /** Calls off another request that is in the way, and sends this one. */
  readonly replace: string
}

/** Everything that a shopper reads who pays by phone. */
export interface Messages extends WaitingMessages {
  readonly phone: string
  readonly hint: string
  readonly send: string
  /** After 20 and after 45 seconds. */
  readonly help: readonly [string, string]
}
