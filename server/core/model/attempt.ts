import type { AttemptOutcome, AttemptReason } from '../../protocol/index.ts'
import type { Payer } from './payer.ts'
import type { ReviewReason } from './review-reason.ts'

/**
 * One payment request to one payer. Its progress is the status of its checkout.
 *
 * An open attempt may still lead to a payment, so no other request may go out. An attempt ends when the provider's answer
 * can mean nothing else, when it is paid, or when it is handed to manual review.
 */
export type Attempt = OpenAttempt | EndedAttempt

export type OpenAttempt = AttemptDetails & ReportedOutcome & NotPaid & { readonly endedAt: null }

export type EndedAttempt = AttemptDetails &
  ReportedOutcome &
  (NotPaid | Paid) & { readonly endedAt: number }

/** The outcome that was reported to the shopper, if any. An open attempt may have one: it is then canceled before the next. */
export type ReportedOutcome =
  | { readonly outcome: AttemptOutcome; readonly reason: AttemptReason }
  | { readonly outcome: null; readonly reason: null }

interface NotPaid {
  readonly paidAt: null
  readonly paidAmount: null
}

interface Paid {
  /** When the provider's report of the payment was believed. */
  readonly paidAt: number
  /** In the minor unit, as the provider reports it. */
  readonly paidAmount: number
}

/** What is known of an attempt whether it is open or not. Times are in milliseconds since 1970-01-01 UTC. */
export interface AttemptDetails {
  readonly id: string
  /** Sent to the provider: the shop's reference and a random end, so that no two attempts ever share one. */
  readonly reference: string
  /** Identifies this attempt in the callback URLs. */
  readonly token: string
  readonly payer: Payer
  /** Null: started before this was recorded, thus with the present configuration. */
  readonly connection: Connection | null
  readonly startedAt: number
  readonly approvalExpiresAt: number
  /** The provider's own id for the request (Netgíró: TransactionId); null until it is known. */
  readonly providerRef: string | null
  /** The payment's own id at the provider, where that is another one (Netgíró: PaymentInfo.TransactionId). */
  readonly paymentRef: string | null
  /** How often the provider wants to be polled, in milliseconds. */
  readonly pollIntervalMs: number | null
  readonly cancelRequested: Canceler | null
  /** A cancellation was sent, or was about to be. */
  readonly cancelSentAt: number | null
  /** The provider said that it is too late to cancel. */
  readonly cancelRefused: boolean
  /** The provider first reported the payer's approval. */
  readonly approvedAt: number | null
  /** The shop was asked for its decision, or was about to be. */
  readonly decisionRequestedAt: number | null
  /** A capture was sent, or was about to be. */
  readonly captureRequestedAt: number | null
  /** Null where the shop has not been asked. */
  readonly shopDecision: ShopDecision | null
  /** How many codes from the payer's SMS were submitted. */
  readonly codesTried: number
  /** The provider rejected the last code. */
  readonly codeRefused: boolean
  /** What the provider's own form needs in the browser; null where there is no form. */
  readonly form: ProviderForm | null
  /** It is unknown whether a call took effect. */
  readonly uncertain: boolean
  readonly doubt: Doubt | null
  /** The provider's own code for the end; only the shop sees it. */
  readonly providerCode: string | null
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

/** A report that must be repeated before it is believed, and how often it was made in a row. */
export interface Doubt {
  readonly about: 'absence' | 'code' | ReviewReason
  readonly count: number
}

/** A script of the provider's and its settings. The core passes both on and reads neither. */
export interface ProviderForm {
  readonly script: string
  readonly settings: Readonly<Record<string, string>>
}

/**
 * What the shopper's approval does: takes the money at once, only reserves it until `capture`, or reserves it until our
 * response to the callback.
 */
export type CaptureMethod = 'automatic' | 'manual' | 'callback'

/** How an attempt was started. It ends the same way: a changed setting applies to new attempts only. */
export interface Connection {
  /** The provider's API, e.g. `v1`. */
  readonly api: string
  /** Distinguishes sets of credentials without containing any. */
  readonly account: string
  /** The base URL of the API; missing in attempts of an earlier version. */
  readonly apiUrl?: string
  readonly captureMethod: CaptureMethod
  /** The base of the callback URLs that the provider was given. */
  readonly publicUrl: string
  /** The shop was to be asked before a capture; absent where it was not, and in attempts of an earlier version. */
  readonly asksShop?: true
}

/** A new attempt, before anything has come of it. */
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
} as const satisfies Partial<OpenAttempt>
