import type { AttemptOutcome, AttemptReason, PayerKind, Status } from '../protocol/index.ts'

/** What the shop wants paid; never changes after creation. */
export interface Order {
  readonly reference: string
  /** Integer in the currency's ISO 4217 minor unit; ISK has none, so whole krónur. */
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly items: readonly Item[]
  readonly provider: string
  readonly channel: Channel
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** The shopper's own browser, or the till of a shop. */
export type Channel = 'web' | 'pos'

export interface Item {
  readonly description: string
  readonly quantity: number
  /** Of the whole line, not of one piece, tax included; a discount is negative. */
  readonly amount: number
  readonly notes?: string | undefined
  /** In percent, e.g. `24`. */
  readonly taxCode?: string | undefined
  /** Of the whole line. */
  readonly taxAmount?: number | undefined
  readonly productGroup?: string | undefined
}

export interface Checkout extends Order {
  readonly id: string
  readonly status: Status
  readonly version: number
  readonly createdAt: number
  readonly expiresAt: number
  /** The shop, or the end of the lifetime, wants it closed as soon as no attempt is open any more. */
  readonly closing: 'canceled' | 'expired' | null
  readonly paidAt: number | null
  readonly paidAttemptId: string | null
  /** Paid after it had been given up: the shop must fulfil or refund what it thought was over. */
  readonly late: boolean
  /** Why a person must look; null: nobody needs to. A checkout may be `paid` and need a person all the same. */
  readonly review: ReviewReason | null
  /** The checkout of the same reference that had ended without a payment when this one was made. */
  readonly replaces: string | null
  /**
   * What the shop gave for the provider alone, a payer's address perhaps. Kept while the checkout may still be paid, and
   * never shown again.
   */
  readonly options: Readonly<Record<string, unknown>> | null
  /** Oldest first; at most the newest one is open. */
  readonly attempts: readonly Attempt[]
  readonly refunds: readonly Refund[]
}

export const reviewReasons = [
  /** What the provider says was paid is another amount than the order's. */
  'amount_mismatch',
  /** … under another reference than the attempt's. */
  'reference_mismatch',
  'currency_mismatch',
  /** The provider says paid and does not say whose payment it is, however often it is asked. */
  'unproven_payment',
  /** Parts of the provider's answers contradict each other, however often it is asked. */
  'contradiction',
  /** The lifetime and its grace are over, and the provider never said how the request ended. */
  'outcome_unknown',
  /** The provider gave this request the name of another one. */
  'duplicate_transaction',
  /** More than one payment was taken for this order. */
  'paid_twice',
  /** The API or account that the request was started with is not configured any more. */
  'not_configured',
  /** More went back than was paid: a refund that had been taken for failed was made after all. */
  'refund_exceeds_payment',
] as const
export type ReviewReason = (typeof reviewReasons)[number]

/** Money that goes back, or is asked to. What is optional is missing in rows of an earlier version. */
export interface Refund {
  readonly id: string
  /** The shop's `Idempotency-Key`: the same one again is the same refund. */
  readonly key: string
  readonly amount: number
  readonly requestedAt: number
  /** `pending`: the provider has not said what became of it. */
  readonly status: 'pending' | 'refunded' | 'failed'
  readonly settledAt: number | null
  /** Whose payment goes back; absent: the one that paid the checkout. */
  readonly attemptId?: string
  readonly tries?: RefundTries
  readonly lastAnswer?: RefundAnswer
  /** The provider refused it first then, though an earlier try may have given the money back. */
  readonly doubtedAt?: number
  /** Settled by a person, for the provider's answers did not. */
  readonly closed?: RefundClosing
}

/** Written before each call, so that what can have arrived is known from the disk alone. */
export interface RefundTries {
  readonly count: number
  /** Of these, the ones that are known to have given nothing back: not sent, or refused. */
  readonly withoutEffect: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly nextAt: number
}

/** The provider's newest answer that settled nothing. */
export interface RefundAnswer extends Evidence {
  readonly type: RefundResult['type']
  readonly at: number
}

export interface RefundClosing extends OperatorNote {
  readonly as: 'refunded' | 'failed'
  readonly at: number
}

/** Who decided by hand, and why. */
export interface OperatorNote {
  readonly by: string
  readonly note: string
}

/**
 * Who asked for an attempt to be canceled: the shopper, the shop, the end of the approval window, one wrong code too many,
 * or the time in which an approval may be captured.
 */
export const cancelers = [
  'shopper',
  'shop',
  'approval_timeout',
  'wrong_code',
  'capture_timeout',
] as const
export type Canceler = (typeof cancelers)[number]

/** The shop's answer to whether an authorized payment may be captured. */
export type ShopDecision = 'approve' | 'deny'

/** What the provider said that is not believed until it has been said several times, and how often it was said in a row. */
export interface Doubt {
  readonly about: 'absence' | 'code' | ReviewReason
  readonly count: number
}

/**
 * One request to one payer. Where it stands is the checkout's status. `outcome` says how it ended as far as the shopper is
 * concerned; it is over, and another request may go out, only when `endedAt` is set: the provider has refused or canceled
 * it in an answer that can mean nothing else.
 */
export interface Attempt {
  readonly id: string
  /** What the provider is told: the shop's reference and a random end, so that no two attempts ever share one. */
  readonly reference: string
  /** Names this attempt in the callback URLs. */
  readonly token: string
  readonly payer: Payer
  /** Null: started before this was written down, thus with what is configured now. */
  readonly connection: Connection | null
  readonly startedAt: number
  readonly approvalExpiresAt: number
  /** The provider's own name for the payment (Netgíró: TransactionId); null until it told us. */
  readonly providerRef: string | null
  /** The payment's own id at the provider, where that is another one (Netgíró: PaymentInfo.TransactionId). */
  readonly paymentRef: string | null
  /** How often the provider wants to be asked, in milliseconds. */
  readonly pollIntervalMs: number | null
  readonly cancelRequested: Canceler | null
  /** A cancellation was sent, or was about to be. */
  readonly cancelSentAt: number | null
  /** The provider said that it is too late to cancel. */
  readonly cancelRefused: boolean
  /** The provider first said that the payer approved. */
  readonly approvedAt: number | null
  /** The shop was asked for its decision, or was about to be. */
  readonly decisionRequestedAt: number | null
  /** A capture was sent, or was about to be. */
  readonly captureRequestedAt: number | null
  /** What the shop said when it was asked whether the money may be taken; null where nobody asked. */
  readonly shopDecision: ShopDecision | null
  /** How many codes from the payer's SMS were tried, and whether the provider did not take the last one. */
  readonly codesTried: number
  readonly codeRefused: boolean
  /** What the provider's own form needs in the browser; null where there is no form. */
  readonly form: ProviderForm | null
  /** We do not know whether a call took effect. */
  readonly uncertain: boolean
  readonly doubt: Doubt | null
  readonly outcome: AttemptOutcome | null
  readonly reason: AttemptReason | null
  /** The provider's own code for the end, for the shop's eyes only. */
  readonly providerCode: string | null
  /** Known to be over, or given up; null while a payment may still come of it. */
  readonly endedAt: number | null
  /** Money was taken for it. */
  readonly paidAt: number | null
  /** In the minor unit, as the provider reports it; null until then. */
  readonly paidAmount: number | null
}

/** Who is asked for the money, as a provider needs to know it. In memory only: it is never written down in clear. */
export type PayerRequest =
  | { readonly kind: 'phone' | 'national_id' | 'app_code'; readonly value: string }
  /** The provider's own form asks. */
  | { readonly kind: 'provider_form' }

/** Who was asked. In clear it is in the request alone, and nowhere afterwards. */
export interface Payer {
  readonly kind: PayerKind
  readonly masked: string
  /** Keyed, so that it tells nothing without the key: to know the same payer again. */
  readonly hash: string
}

/** A script of the provider's, and what it wants to be told. The heart carries it and reads nothing in it. */
export interface ProviderForm {
  readonly script: string
  readonly settings: Readonly<Record<string, string>>
}

/**
 * What the shopper's approval does: takes the money at once, only reserves it until `confirm`, or reserves it until our
 * answer to the callback.
 */
export type CaptureMethod = 'automatic' | 'manual' | 'callback'

/**
 * How an attempt was started. It is seen through the same way, whatever is configured later: a changed setting is for new
 * attempts only.
 */
export interface Connection {
  /** The provider's API, e.g. `v1`. */
  readonly api: string
  /** Tells one set of credentials from another and holds none of them. */
  readonly account: string
  readonly captureMethod: CaptureMethod
  /** The base of the callback URLs that the provider was given. */
  readonly publicUrl: string
}

/** What the provider reports of a payment; null where it reports nothing. */
export interface Payment {
  readonly amount: number | null
  readonly currency?: string | null
  readonly reference: string | null
  /** The provider's name for the payment itself, where it has one beside that of the request. */
  readonly paymentRef?: string | null
}

/**
 * What a single report of a payment is worth. `proven`: it names the payment as ours and agrees with itself. `unproven`:
 * nothing in it tells whose payment it is. `contradictory`: one part of it says paid and another does not.
 */
export type Proof = 'proven' | 'unproven' | 'contradictory'

/** Where a fact was read: for the history that support reads. */
export interface Evidence {
  readonly call: string
  readonly code: string
  /** The provider's name for the call (Netgíró: `netgiro_referenceId`). */
  readonly referenceId: string | null
  /** Where a person decided: who, why, and what the provider had said last. */
  readonly operator?: OperatorNote & { readonly lastAnswer: RefundAnswer | null }
}

/** What the provider said. Only these end, pay or refuse an attempt. */
export type ProviderResult = { readonly evidence: Evidence } & (
  | {
      readonly type: 'requested'
      readonly providerRef: string
      readonly pollIntervalMs: number | null
      /** More is known already than this answer tells. */
      readonly pollImmediately?: boolean
      readonly form?: ProviderForm
    }
  /** The provider will not ask this payer. */
  | {
      readonly type: 'refused'
      /** Named all the same: what has a name may be alive, and is canceled before anything else is begun. */
      readonly providerRef?: string
      readonly outcome: 'declined' | 'failed'
      readonly reason: AttemptReason
    }
  /** The call did not leave us, or what it made is nobody's: it has had no effect. */
  | { readonly type: 'not_sent' }
  /** No answer, or none that can be believed. `effect`: the call may have changed something. */
  | { readonly type: 'unknown'; readonly effect: boolean }
  | {
      readonly type: 'pending'
      readonly next: 'awaiting_shopper' | 'awaiting_code'
      /** The payer has not been shown it yet, and cannot be any more once the checkout is closing. */
      readonly isUnseen?: boolean
    }
  /** Reserved, not taken. `awaits`: whose word turns it into a payment. */
  | {
      readonly type: 'authorized'
      readonly awaits: 'capture' | 'callback_answer'
      readonly payment: Payment
    }
  | { readonly type: 'paid'; readonly payment: Payment; readonly proof: Proof }
  /** The code that the payer was sent is another one; nothing else has changed. */
  | { readonly type: 'code_refused' }
  /**
   * Over without a payment. `isFinal`: the answer can mean nothing else. Otherwise it is absence ("canceled or doesn't
   * exist"), which ends what the shopper sees and not what is watched.
   */
  | { readonly type: 'ended'; readonly by: EndedBy; readonly isFinal: boolean }
  | { readonly type: 'too_late_to_cancel' }
)

/**
 * `cancel`: called off, in the word that the provider uses for the payer's no as well. `unknown`: it does not say by whom or
 * by what. `failure`: called off by the payer or broken down, and the
 * provider does not say which. `hand_over`: the payer chose a way to pay that is the shop's own.
 */
export type EndedBy =
  'decline' | 'cancel' | 'unknown' | 'shop' | 'expiry' | 'failure' | 'paid_elsewhere'

/** What the provider said of a refund. After `not_sent` and `unknown` the same one may be asked for again. */
export type RefundResult = { readonly evidence: Evidence } & (
  | { readonly type: 'refunded' | 'refund_refused' | 'not_sent' }
  | { readonly type: 'unknown'; readonly effect: boolean }
)

/** What we did or wish ourselves; none of these is an outcome. */
export type Command =
  | { readonly type: 'started'; readonly attempt: Attempt }
  | { readonly type: 'cancel_requested'; readonly by: Canceler }
  | { readonly type: 'closing'; readonly as: 'canceled' | 'expired' }
  /** A code is about to be sent to the provider. */
  | { readonly type: 'code_given' }
  | { readonly type: 'refund_requested'; readonly refund: Refund }
  // Intents: each is on disk before the call that it tells of is made.
  | { readonly type: 'cancel_sent' }
  | { readonly type: 'decision_requested' }
  | { readonly type: 'capture_requested' }
  /** The time in which this approval may be captured is over: the reservation is given back. */
  | { readonly type: 'capture_timed_out' }
  /** The provider gave the request a name that another one has. */
  | { readonly type: 'duplicate_ref'; readonly evidence: Evidence }
  /** A payment has turned up for the checkout that this one replaced. */
  | { readonly type: 'predecessor_paid' }
  /** The shop's answer to whether an approved payment may be taken, or what follows from its silence. */
  | { readonly type: 'shop_decided'; readonly decision: ShopDecision }
  /** A reservation that the shop does not want and the provider will not cancel: it is never confirmed and lapses. */
  | { readonly type: 'released' }
  /** The window of a request that may never have arrived is over, and an approval of it could take no money. */
  | { readonly type: 'start_abandoned' }
  /** Money may have been taken that the provider never told of. */
  | { readonly type: 'unresolved'; readonly why: 'outcome_unknown' | 'not_configured' }

/** What the provider said of a refund. */
export interface RefundSettled {
  readonly type: 'refunded' | 'refund_refused'
  readonly refundId: string
  readonly evidence: Evidence
}

/** An answer that leaves open what became of a refund. `effect`: the money may have gone back. */
export interface RefundUnsettled {
  readonly type: 'refund_unsettled'
  readonly refundId: string
  readonly answer: 'not_sent' | 'unknown'
  readonly effect: boolean
  readonly evidence: Evidence
}

/** What we do about a refund ourselves. */
export type RefundCommand =
  /** The provider is about to be asked. */
  | { readonly type: 'refund_tried'; readonly refundId: string }
  /** A person found out what became of it, where the provider's answers do not tell. */
  | ({
      readonly type: 'refund_closed'
      readonly refundId: string
      readonly as: 'refunded' | 'failed'
    } & OperatorNote)

export type Input = ProviderResult | Command | RefundSettled | RefundUnsettled | RefundCommand

/** What the shop is told by webhook. */
export const eventTypes = [
  'checkout.paid',
  'checkout.attempt_failed',
  'checkout.canceled',
  'checkout.expired',
  'checkout.review',
  'checkout.refunded',
  'checkout.refund_failed',
] as const
export type EventType = (typeof eventTypes)[number]

/** Whether its payment was taken. Checkouts that were paid in an earlier version only say which attempt paid them. */
export const isCaptured = ({ paidAttemptId }: Checkout, { id, paidAt }: Attempt): boolean =>
  paidAt !== null || id === paidAttemptId

/** What its payment took; 0 where it took none. */
export const capturedAmount = (checkout: Checkout, attempt: Attempt): number =>
  isCaptured(checkout, attempt) ? (attempt.paidAmount ?? checkout.amount) : 0

/** The refunds of one attempt's payment. */
export const refundsOf = ({ refunds, paidAttemptId }: Checkout, { id }: Attempt) =>
  refunds.filter(({ attemptId = paidAttemptId }) => attemptId === id)

/** What may still be given back of an attempt's payment; a refund that is under way may have happened. */
export const refundable = (checkout: Checkout, attempt: Attempt): number =>
  refundsOf(checkout, attempt).reduce(
    (left, { status, amount }) => (status === 'failed' ? left : Math.max(0, left - amount)),
    capturedAmount(checkout, attempt),
  )

/** What is to be said of an attempt that begins: nothing has come of it yet. */
export const newAttemptDefaults = {
  providerRef: null,
  paymentRef: null,
  pollIntervalMs: null,
  cancelRequested: null,
  cancelSentAt: null,
  cancelRefused: false,
  approvedAt: null,
  decisionRequestedAt: null,
  captureRequestedAt: null,
  shopDecision: null,
  codesTried: 0,
  codeRefused: false,
  form: null,
  uncertain: false,
  doubt: null,
  outcome: null,
  reason: null,
  providerCode: null,
  endedAt: null,
  paidAt: null,
  paidAmount: null,
} as const satisfies Partial<Attempt>

/** The attempt of which a payment may still come; nothing else may be sent before it is over. */
export const openAttempt = (checkout: Checkout): Attempt | null => {
  const newest = checkout.attempts.at(-1)
  return newest?.endedAt === null ? newest : null
}
