import type { Canceler, OpenAttempt, ShopDecision } from './attempt.ts'
import type { OperatorNote, Refund } from './refund.ts'
import type { Evidence, ProviderResult } from './result.ts'
import type { ReviewReason } from './review-reason.ts'

/** Everything that a transition may be given. */
export type Input =
  ProviderResult | Command | ReviewClosed | RefundSettled | RefundUnsettled | RefundCommand

/** What a shopper, a shop or a timer asks for, and what we do ourselves. A command is never an outcome. */
export type Command =
  | { readonly type: 'started'; readonly attempt: OpenAttempt }
  | { readonly type: 'cancel_requested'; readonly by: Canceler }
  | { readonly type: 'closing'; readonly as: 'canceled' | 'expired' }
  /** A code is about to be sent to the provider. */
  | { readonly type: 'code_given' }
  | { readonly type: 'refund_requested'; readonly refund: Refund }
  // Each of the next three is stored before the call that it announces.
  | { readonly type: 'cancel_sent' }
  | { readonly type: 'decision_requested' }
  | { readonly type: 'capture_requested' }
  /** The time in which this approval may be captured is over: the reservation is given back. */
  | { readonly type: 'capture_timed_out' }
  /** The provider gave the request an id that another one has. */
  | { readonly type: 'duplicate_ref'; readonly evidence: Evidence }
  /** A payment has turned up for the checkout that this one replaced. */
  | { readonly type: 'predecessor_paid' }
  /** The shop's decision whether an authorized payment may be captured, or the default if it does not answer. */
  | { readonly type: 'shop_decided'; readonly decision: ShopDecision }
  /** A reservation that the shop does not want and the provider will not cancel: it is never captured and lapses. */
  | { readonly type: 'released' }
  /** The approval window of a request that may never have arrived is over, and an approval of it could take no money. */
  | { readonly type: 'start_abandoned' }
  /** Money may have been taken without a report by the provider. */
  | { readonly type: 'unresolved'; readonly why: 'outcome_unknown' | 'not_configured' }

/** A person has dealt with what this reason is about. It changes nothing of the payment. */
export interface ReviewClosed extends OperatorNote {
  readonly type: 'review_closed'
  readonly review: ReviewReason
}

/** A provider's answer that says what became of a refund. */
export interface RefundSettled {
  readonly type: 'refunded' | 'refund_refused'
  readonly refundId: string
  readonly evidence: Evidence
}

/** A provider's answer that leaves open what became of a refund. `effect`: the money may have gone back. */
export interface RefundUnsettled {
  readonly type: 'refund_unsettled'
  readonly refundId: string
  readonly answer: 'not_sent' | 'unknown'
  readonly effect: boolean
  readonly evidence: Evidence
}

export type RefundCommand =
  /** The provider is about to be called. */
  | { readonly type: 'refund_tried'; readonly refundId: string }
  /** An operator found out what became of a refund, which the provider's answers do not show. */
  | ({
      readonly type: 'refund_closed'
      readonly refundId: string
      readonly as: 'refunded' | 'failed'
    } & OperatorNote)
