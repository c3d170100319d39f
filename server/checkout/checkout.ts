import type { AttemptOutcome, AttemptReason, Status } from '../protocol.ts'

/** What the shop wants paid; never changes after creation. */
export interface Order {
  readonly reference: string
  /** Integer in the currency's ISO 4217 minor unit; ISK has none, so whole krónur. */
  readonly amount: number
  readonly currency: 'ISK'
  readonly description: string | null
  readonly items: readonly Item[]
  readonly provider: 'netgiro'
  readonly channel: 'web'
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export interface Item {
  readonly description: string
  readonly quantity: number
  /** Of the whole line, not of one piece. */
  readonly amount: number
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
  /** Paid after it had been given up: the shop must fulfil or refund what it thought was over. */
  readonly late: boolean
  /** Oldest first; at most the newest one is open. */
  readonly attempts: readonly Attempt[]
}

/** Who asked for an attempt to be canceled: the shopper, the shop, or the end of the approval window. */
export type Canceler = 'shopper' | 'shop' | 'window'

/** One request to one payer. Where it stands is the checkout's status; `outcome` says that it is over. */
export interface Attempt {
  readonly id: string
  /** What the provider is told: the shop's reference and a random end, so that no two attempts ever share one. */
  readonly reference: string
  /** Names this attempt in the callback URLs. */
  readonly token: string
  readonly payer: Payer
  readonly startedAt: number
  readonly windowEndsAt: number
  /** The provider's own name for the payment (Netgíró: TransactionId); null until it told us. */
  readonly providerRef: string | null
  /** How often the provider wants to be asked, in milliseconds. */
  readonly paceMs: number | null
  readonly cancelRequested: Canceler | null
  /** The provider said that it is too late to cancel. */
  readonly cancelRefused: boolean
  /** What the shop said when it was asked whether the money may be taken; null where nobody asked. */
  readonly authorized: boolean | null
  /** We do not know whether a call took effect. */
  readonly uncertain: boolean
  /** An end was reported so early that it may mean "not visible yet"; the next one is believed. */
  readonly doubted: boolean
  readonly outcome: AttemptOutcome | null
  readonly reason: AttemptReason | null
  /** The provider's own code for the end, for the shop's eyes only. */
  readonly providerCode: string | null
  readonly endedAt: number | null
}

export interface Payer {
  readonly kind: 'phone'
  /** In clear only while the attempt is open. */
  readonly value: string | null
  readonly masked: string
  /** Keyed, so that it tells nothing without the key: to know the same payer again. */
  readonly hash: string
}

/** What the provider reports of a payment; null where it reports nothing. */
export interface Payment {
  readonly amount: number | null
  readonly reference: string | null
}

/** Where a fact was read: for the history that support reads. */
export interface Evidence {
  readonly call: string
  readonly code: string
  /** The provider's name for the call (Netgíró: `netgiro_referenceId`). */
  readonly referenceId: string | null
}

/** What the provider said. Only these end, pay or refuse an attempt. */
export type ProviderFact = { readonly evidence: Evidence } & (
  | {
      readonly type: 'requested'
      readonly providerRef: string
      readonly paceMs: number | null
    }
  /** The provider will not ask this payer. */
  | {
      readonly type: 'refused'
      readonly outcome: 'declined' | 'failed'
      readonly reason: AttemptReason
    }
  /** The call did not leave us: it has had no effect. */
  | { readonly type: 'not_sent' }
  /** No answer, or none that can be believed. `effect`: the call may have changed something. */
  | { readonly type: 'unknown'; readonly effect: boolean }
  | { readonly type: 'pending'; readonly next: 'awaiting_shopper' | 'awaiting_code' }
  /** Reserved, not taken. `awaits`: whose word turns it into a payment. */
  | {
      readonly type: 'approved'
      readonly awaits: 'confirm' | 'callback_answer'
      readonly payment: Payment
    }
  | { readonly type: 'paid'; readonly payment: Payment }
  /** Over without a payment. `vague`: the same answer is given for a payment that is not visible yet. */
  | { readonly type: 'ended'; readonly by: 'decline' | 'cancel'; readonly vague: boolean }
  | { readonly type: 'too_late_to_cancel' }
)

/** What we did or wish ourselves; none of these is an outcome. */
export type OwnFact =
  | { readonly type: 'started'; readonly attempt: Attempt }
  | { readonly type: 'cancel_requested'; readonly by: Canceler }
  | { readonly type: 'closing'; readonly as: 'canceled' | 'expired' }
  /** The shop's answer to whether an approved payment may be taken, or what follows from its silence. */
  | { readonly type: 'authorized'; readonly approve: boolean }
  /** A reservation that the shop does not want and the provider will not cancel: it is never confirmed and lapses. */
  | { readonly type: 'released' }
  /** The window of a request that may never have arrived is over, and an approval of it could take no money. */
  | { readonly type: 'lapsed' }
  /** The lifetime is over, and money may have been taken that nobody told us of. */
  | { readonly type: 'unresolved' }

export type Fact = ProviderFact | OwnFact

/** What the shop is told by webhook. */
export const eventTypes = [
  'checkout.paid',
  'checkout.attempt_failed',
  'checkout.canceled',
  'checkout.expired',
  'checkout.review',
  'checkout.refunded',
] as const
export type EventType = (typeof eventTypes)[number]

export const openAttempt = (checkout: Checkout): Attempt | null => {
  const newest = checkout.attempts.at(-1)
  return newest?.endedAt === null ? newest : null
}
