import type { DetailsMessages } from '../details/messages/messages.ts'
import type { LayoutMessages } from '../layout/messages.ts'
import type { AttemptOutcome, AttemptReason, Status } from '../../server/protocol/index.ts'

/** A heading and the text below it, which may be empty. */
export type Headline = readonly [title: string, text: string]

/** Reasons that occur only at a point of sale or with Avarda. */
export type OtherElementReason = 'wrong_code' | 'canceled_or_failed' | 'paid_another_way'

/**
 * Why an attempt ended or was refused. The texts are in `ends/` and come with the details; until then, the heading alone
 * says how it ended, and a refusal is shown as `internal_error`.
 */
export type LaterCode =
  | Exclude<AttemptReason, OtherElementReason | 'outcome_unknown'>
  | 'phone_busy'
  | 'too_many_requests'
  | 'too_little_time'
  | 'temporarily_unavailable'
  | 'shutting_down'

/** Codes with a text of their own; every other code is shown as `internal_error`. */
export type ErrorCodeWithText =
  /** With the others, because it says what to do before another attempt. */
  | 'outcome_unknown'
  | 'invalid_phone'
  | 'unknown_session'
  | 'unreachable'
  | 'network'
  | 'internal_error'

/** Codes without a text, because the snapshot that is read after them explains the situation better. */
export type SilentCode = 'attempt_open' | 'checkout_closed'

/** Texts of every element. */
export interface CommonMessages {
  readonly amount: (amount: number, currency: string) => string
  /** Stands between the merchant's name and the amount. */
  readonly asksFor: string
  /** The text of `review` is followed by the reference. */
  readonly status: Readonly<Record<Status, Headline>>
  readonly canceling: Headline
  readonly uncertain: Headline
  readonly outcome: Readonly<Record<AttemptOutcome, string>>
  readonly errors: Readonly<
    Record<ErrorCodeWithText | SilentCode, string> & Partial<Record<LaterCode, string>>
  >
  readonly validFor: string
  /** In `ends/`, like the announcements that it is for. */
  readonly seconds?: string
  readonly connecting: string
  readonly reconnecting: string
  readonly offline: string
  /** In front of the error when a cancellation could not be requested. In `ends/`. */
  readonly cancelFailed?: string
  readonly tryAgain: string
  /** Paid although cancellation was requested. In `ends/`; without it, the usual headline is shown. */
  readonly tooLate?: Headline
  /** Replaces `too_many_requests` where the backend says how long to wait. In `ends/`; without it, that is shown. */
  readonly tryAgainIn?: (minutes: number) => string
}

/** Replacements for some of the messages; those of a group may be replaced one by one. */
export type MessageOverrides<M> = {
  readonly [K in keyof M]?: M[K] extends string | Headline | ((...args: never[]) => string)
    ? M[K]
    : Partial<M[K]>
}

/** Texts shown while a payment request is waiting for the payer. */
export interface WaitingMessages extends CommonMessages {
  readonly sentTo: string
  readonly cancel: string
  /** Label of the button that cancels another waiting request and sends this one; comes with the details. */
  readonly replace?: string
}

/** All texts of `<netgiro-checkout>`. */
export interface Messages extends WaitingMessages {
  readonly phone: string
  readonly hint: string
  readonly send: string
  /** Comes with the details. */
  readonly mayLeave?: string
  /** Label of the main button after an attempt; comes with the details. */
  readonly sendAgain?: string
  /** Texts of the details, which come with them. */
  readonly details?: DetailsMessages
  /** Texts of the layouts and of the way to a phone, which come with them. */
  readonly layout?: LayoutMessages
}
