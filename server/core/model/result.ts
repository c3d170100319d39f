import type { AttemptReason } from '../../protocol/index.ts'
import type { ProviderForm } from './attempt.ts'
import type { OperatorNote, RefundAnswer } from './refund.ts'

/** What the provider reports of a payment; null where it reports nothing. */
export interface Payment {
  /** In the minor unit. */
  readonly amount: number | null
  readonly currency?: string | null
  readonly reference: string | null
  /** The provider's id for the payment itself, where it has one beside that of the request. */
  readonly paymentRef?: string | null
}

/**
 * What a single report of a payment is worth. `proven`: it identifies the payment as ours and agrees with itself.
 * `unproven`: nothing in it shows whose payment it is. `contradictory`: one part of it says paid and another does not.
 */
export type Proof = 'proven' | 'unproven' | 'contradictory'

/** The source of a result; support finds it in the history. */
export interface Evidence {
  readonly call: string
  readonly code: string
  /** The provider's id for the call (Netgíró: `netgiro_referenceId`). */
  readonly referenceId: string | null
  /** Where an operator decided: who, why, and the provider's last answer before that. */
  readonly operator?: OperatorNote & { readonly lastAnswer: RefundAnswer | null }
}

/** A provider's answer, translated by its adapter. Only these end, authorize or pay an attempt. */
export type ProviderResult = { readonly evidence: Evidence } & (
  | {
      readonly type: 'requested'
      readonly providerRef: string
      readonly pollIntervalMs: number | null
      /** The provider already knows more than this answer contains. */
      readonly pollImmediately?: boolean
      readonly form?: ProviderForm
    }
  /** The provider will not ask this payer. */
  | {
      readonly type: 'refused'
      /** A request that has an id may be open: it is canceled before the next one. */
      readonly providerRef?: string
      readonly outcome: 'declined' | 'failed'
      readonly reason: AttemptReason
    }
  /** The call did not leave us, or what it created belongs to no payer: it has had no effect. */
  | { readonly type: 'not_sent' }
  /**
   * No answer, or none that settles it. `effect`: the call may have changed something. `isUnderWay`: it may still do so later: it
   * was accepted and its effect does not show, or nothing shows that it has arrived.
   */
  | { readonly type: 'unknown'; readonly effect: boolean; readonly isUnderWay?: true }
  | {
      readonly type: 'pending'
      readonly next: 'awaiting_shopper' | 'awaiting_code'
      /** The payer has not been shown it yet, and cannot be any more once the checkout is closing. */
      readonly isUnseen?: boolean
    }
  /** Reserved, not taken. `awaits`: which of our answers captures it. */
  | {
      readonly type: 'authorized'
      readonly awaits: 'capture' | 'callback_answer'
      readonly payment: Payment
    }
  | { readonly type: 'paid'; readonly payment: Payment; readonly proof: Proof }
  /** The submitted code is wrong; nothing else has changed. */
  | { readonly type: 'code_refused' }
  /**
   * Over without a payment. `isFinal`: the answer can mean nothing else. Otherwise it is absence ("canceled or doesn't
   * exist"), which ends the attempt for the shopper while it stays open here.
   */
  | { readonly type: 'ended'; readonly by: EndedBy; readonly isFinal: boolean }
  | { readonly type: 'too_late_to_cancel' }
)

/**
 * `cancel`: canceled, in a status that the provider also uses when the payer declines. `unknown`: the provider does not report
 * by whom or why. `failure`: the payer left or an error occurred, and the provider does not report which.
 * `paid_elsewhere`: the payer chose a payment method of the shop's own.
 */
export type EndedBy =
  'decline' | 'cancel' | 'unknown' | 'shop' | 'expiry' | 'failure' | 'paid_elsewhere'

/** A provider's answer about a refund. After `not_sent` and `unknown` the same refund may be requested again. */
export type RefundResult = { readonly evidence: Evidence } & (
  | { readonly type: 'refunded' | 'refund_refused' | 'not_sent' }
  | { readonly type: 'unknown'; readonly effect: boolean }
)
