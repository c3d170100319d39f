import type { Canceler, EventType, Refund, ReviewReason } from '../../../core/checkout.ts'
import type { RefundConcern } from '../../../core/refund-review.ts'
import type { AttemptOutcome, AttemptReason, PayerKind, Status } from '../../../protocol/index.ts'
import type { ProviderLabels } from '../../provider-labels.ts'

/** What was observed, and what somebody in support should do. */
export interface Advice {
  readonly observed: string
  /** `docs/operations/reviews.md` says more. */
  readonly action: string
}

/** Why a description of a payment cannot be searched for. */
export type SearchFault = 'nothing' | 'amount' | 'digits' | 'time' | 'order_of_time'

/** The words of every page, in one language. Texts about a provider take its labels. */
export interface Words {
  readonly language: 'en' | 'is'
  /** For dates and lists. */
  readonly locale: string
  readonly layout: {
    readonly support: string
    readonly reference: string
    readonly find: string
    readonly logOut: string
    readonly start: string
    /** The name of the other language, in that language. */
    readonly otherLanguage: string
    readonly times: string
  }
  readonly login: {
    readonly title: string
    readonly token: string
    readonly tokenHint: string
    readonly wrong: string
    readonly tooMany: string
  }
  readonly search: SearchWords
  readonly attention: AttentionWords
  readonly closing: ClosingWords
  readonly review: ReviewWords
  readonly order: OrderWords
  readonly conclusion: ConclusionWords
  readonly payments: PaymentWords
  readonly events: EventWords
  readonly statuses: Record<Status, string>
  readonly payers: Record<PayerKind, string>
  readonly cancelers: Record<Canceler, string>
  /** Instead of what a shopper does in a web shop: a cashier does it. */
  readonly atPos: {
    readonly asksToCancel: string
    readonly canceled: string
    readonly started: string
    readonly noAttempt: string
  }
  readonly outcomes: Record<AttemptOutcome, string>
  readonly reasons: Record<AttemptReason, string>
  readonly reviews: Record<ReviewReason, Advice>
  /** By the type of an entry; `{provider}` stands for the provider's name. */
  readonly history: Readonly<Record<string, string>>
  readonly historyEnded: (outcome: string) => string
  readonly historyAgain: string
}

interface SearchWords {
  readonly title: string
  readonly lead: string
  readonly heading: string
  readonly amount: string
  readonly amountHint: string
  readonly digits: string
  readonly digitsHint: string
  readonly day: string
  readonly lastDay: string
  readonly lastDayHint: string
  readonly from: string
  readonly until: string
  readonly submit: string
  readonly faults: Record<SearchFault, string>
  readonly noReference: readonly [before: string, after: string]
  readonly found: (count: number) => string
  readonly more: (count: number) => string
  readonly endingIn: (digits: string) => string
  readonly noneTitle: string
  readonly noneHints: readonly string[]
  readonly sameReference: (reference: string) => string
  readonly noRequest: string
}

interface AttentionWords {
  readonly title: string
  readonly nothing: (isShopTold: boolean) => string
  readonly whatToDo: string
  readonly since: string
  readonly expected: string
  readonly reported: string
  readonly notReported: string
  readonly payer: string
  readonly first: (count: number) => string
  readonly review: string
  /** Refunds have settled the review. */
  readonly settledAction: string
  readonly late: string
  readonly lateAdvice: (provider: ProviderLabels) => Advice
  readonly refunds: string
  readonly uncertain: string
  readonly uncertainAdvice: (provider: ProviderLabels) => Advice
  readonly undelivered: string
  readonly undeliveredAction: string
  readonly deliveredBeforeAction: string
  readonly notice: string
  readonly webhooksDisabled: (time: string) => string
  readonly credentialsRefused: (
    provider: string,
    api: string,
    scope: 'payments' | 'refunds',
    time: string,
  ) => string
  readonly credentialsAction: string
}

/** For what a person closes by hand. */
interface ClosingWords {
  readonly closedBy: string
  readonly note: string
  readonly yourName: string
  readonly yourFinding: string
}

interface ReviewWords {
  readonly closed: string
  readonly closedAt: string
  readonly close: string
  readonly closeHint: string
  readonly isClosed: string
  readonly wasChanged: string
}

interface OrderWords {
  readonly summary: string
  readonly id: string
  readonly status: string
  readonly provider: string
  readonly created: string
  readonly expires: string
  readonly paid: string
  readonly none: string
  readonly needsReview: string
  readonly reason: string
  readonly endedSince: (provider: string, reference: string) => string
  readonly others: string
  readonly attempts: string
  readonly noAttempts: string
  readonly byForm: (provider: string) => string
  readonly started: string
  readonly ended: string
  readonly outcome: string
  readonly stillOpen: string
  readonly outcomePaid: string
  readonly outcomeReview: string
  readonly outcomeReviewed: string
  readonly codeOf: (provider: string) => string
  /** What the shopper’s app and the partner portal call the provider’s id of a request. */
  readonly transactionId: (label: string) => string
  readonly uncertain: string
  readonly uncertainText: string
  readonly cancellation: string
  readonly timeline: string
  readonly attempt: (number: number) => string
  readonly repeated: (count: number, time: string) => string
  readonly lastAnswerOf: (provider: string) => string
}

/** The first answer on the page of an order: what became of the money, and what to do or say. */
interface ConclusionWords {
  readonly title: string
  readonly paid: (provider: string, amount: string, time: string) => string
  readonly late: string
  readonly refunded: string
  readonly told: (time: string) => string
  readonly toldAction: string
  readonly notTold: (delivery: string) => string
  readonly notToldAction: string
  readonly noWebhook: string
  readonly noticeForgotten: string
  readonly shopCanAsk: string
  readonly confirming: string
  readonly confirmingAction: string
  readonly waiting: (payer: string, time: string) => string
  readonly waitingAction: string
  readonly codeAction: string
  readonly canceling: (payer: string, why: string) => string
  readonly cancelingAction: string
  readonly loadAgain: string
  readonly uncertain: (provider: string) => string
  readonly uncertainAction: string
  readonly noAttempt: string
  readonly noAttemptAction: string
  readonly lastEnded: (reason: string) => string
  readonly mayPayAgain: (time: string) => string
  readonly closed: string
  readonly closedAction: (provider: ProviderLabels) => string
}

interface PaymentWords {
  readonly payments: string
  readonly paidTimes: (count: number) => string
  readonly differs: (amount: string) => string
  readonly otherCurrency: (currency: string) => string
  readonly refundable: string
  readonly attempt: string
  readonly refunds: string
  readonly noRefunds: string
  readonly statuses: Record<Refund['status'], string>
  readonly concerns: Record<RefundConcern, (provider: ProviderLabels) => string>
  readonly requested: string
  readonly payment: string
  readonly settled: string
  readonly tries: string
  readonly noTries: string
  readonly triedTimes: (count: number, time: string) => string
  readonly nextTry: string
  readonly close: string
  readonly closeHint: (provider: ProviderLabels) => string
  readonly moneyWentBack: string
  readonly noMoneyWentBack: string
  readonly isClosed: (refund: string) => string
  readonly wasSettled: (refund: string) => string
}

interface EventWords {
  readonly title: string
  readonly disabled: string
  readonly none: string
  readonly types: Record<EventType, string>
  readonly time: string
  readonly failedTries: string
  readonly failures: (count: number) => string
  readonly sending: string
  readonly deliveredBefore: (time: string) => string
  readonly nextTry: (failures: string, time: string) => string
  readonly notSent: string
  readonly abandoned: (failures: string) => string
  readonly delivered: (time: string, failures: string | null) => string
  readonly sendAgain: string
  readonly isSentAgain: (event: string) => string
}
