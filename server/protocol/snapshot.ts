/** Where a checkout stands. `paid`, `canceled`, `expired` and `review` are final for the browser. */
export const statuses = [
  /** Needs a phone number; `lastAttempt` says how the previous attempt ended. */
  'open',
  /** The request is on its way to the provider. */
  'starting',
  /** The request was sent, the shopper has not answered. */
  'awaiting_shopper',
  /** Point of sale only: the code from the SMS is needed. */
  'awaiting_code',
  /** The shopper approved; the payment is being confirmed. */
  'confirming',
  /** The provider reports that the payment exists. */
  'paid',
  /** The shop closed the checkout. */
  'canceled',
  /** The checkout's own lifetime ended unpaid. */
  'expired',
  /** The provider's amount or reference differs from ours, or it contradicts itself: a person must review it. */
  'review',
] as const
export type Status = (typeof statuses)[number]

/** True when a browser has nothing more to wait for. */
export const isFinal = (status: Status | undefined): boolean =>
  (statuses as readonly unknown[]).indexOf(status) >= statuses.indexOf('paid')

export const outcomes = ['declined', 'canceled', 'expired', 'failed'] as const
/** How an attempt ended without a payment. */
export type AttemptOutcome = (typeof outcomes)[number]

export const reasons = [
  /** The shopper said no in the app, or the provider did not accept the purchase. */
  'declined',
  'canceled_by_shopper',
  'canceled_by_shop',
  /** The approval window ended without an answer from the shopper. */
  'no_answer',
  /** The window ended and the provider never said whether the request had arrived. */
  'outcome_unknown',
  /** The provider would not send a request to this number. */
  'request_not_sent',
  /** Below the provider's smallest amount. */
  'amount_too_low',
  /** The provider could not be reached; nothing was sent. */
  'provider_unavailable',
  /** Point of sale: too many wrong SMS codes. */
  'wrong_code',
  /** In the provider's own form: canceled by the shopper, or failed; the provider does not say which. */
  'canceled_or_failed',
  /** In the provider's own form: the shopper chose a payment method that the shop handles itself. */
  'paid_another_way',
  /** The provider ended it without saying why, or an approval could not be captured in time. */
  'ended_by_provider',
] as const
export type AttemptReason = (typeof reasons)[number]

/** Everything that a browser may know about a checkout. */
export interface Snapshot {
  readonly status: Status
  /** Rises with every change: a snapshot with a smaller version is outdated. */
  readonly version: number
  readonly amount: number
  readonly currency: string
  readonly reference: string
  readonly description: string | null
  readonly merchant: string
  /** Masked, e.g. `•••3281`; null until a request was sent to a phone. */
  readonly phone: string | null
  /** While a request waits: the end of its approval window. Otherwise: the end of the checkout's lifetime. */
  readonly expiresAt: string
  /** The server's clock when the snapshot was made; countdowns are measured from it. */
  readonly serverTime: string
  /** The shopper or the shop asked to cancel, and the provider has not answered yet. */
  readonly cancelRequested: boolean
  /** It is unknown whether a call to the provider took effect: the shopper must not pay again. */
  readonly uncertain: boolean
  /** How the newest attempt ended; null before the first and while one is open. */
  readonly lastAttempt: { readonly outcome: AttemptOutcome; readonly reason: AttemptReason } | null
  /** With `paid` only: when the payment was confirmed. */
  readonly paidAt?: string
  /** With `review` only: when the payment request was sent that the support code is of. */
  readonly requestedAt?: string
  /**
   * With `paid` only, where the server signs receipts: a JWS that any backend can verify without asking the server, and that is
   * also in the webhook `checkout.paid`.
   */
  readonly receipt?: string
  /** With `paid` and `review`: the reference of the payment request, under which the shop and the provider find it. */
  readonly supportCode?: string
  /** Point of sale only: who was asked to pay, masked. */
  readonly payer?: { readonly kind: PayerKind; readonly masked: string }
  /** With `awaiting_code` only: whether the last code was refused, and how many tries are left. */
  readonly code?: { readonly refused: boolean; readonly triesLeft: number }
  /** While the provider's own form is shown: the address of its script, and its settings. */
  readonly form?: { readonly script: string; readonly settings: Readonly<Record<string, string>> }
}

export const payerKinds = ['phone', 'national_id', 'app_code', 'provider_form'] as const
/** How a payer is identified: by phone number, kennitala, the code in the app, or in the provider's own form. */
export type PayerKind = (typeof payerKinds)[number]
