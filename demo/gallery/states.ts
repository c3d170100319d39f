/**
 * Every state that a person can see, for the gallery and for the tests of the elements. The tables are complete by their types: a new
 * status, reason or refusal does not compile until it has a place here.
 */
import type {
  AttemptOutcome,
  AttemptReason,
  ProblemCode,
  Snapshot,
  Status,
} from '../../server/protocol/index.ts'

export type Tag = 'netgiro-checkout' | 'netgiro-pos' | 'avarda-checkout'

/** Something that the person does, or that happens to the element, which no snapshot contains. */
export type Moment =
  | 'types_no_number'
  | 'asks_for_the_code'
  | 'has_no_answer'
  | 'line_is_lost'
  | 'is_offline'
  | 'is_unreachable'
  | 'session_is_unknown'
  | 'has_no_session'

/** What the payment server says, and what happens then. */
export interface State {
  readonly snapshot: Snapshot
  /** What it has said before. */
  readonly before?: Snapshot
  /** How long the request has waited, in seconds. */
  readonly waited?: number
  /** The number is sent, and this is the answer. */
  readonly refusal?: {
    readonly code: ProblemCode
    readonly retryAfter?: number
    readonly canCancelWaiting?: true
  }
  /** Attributes that the page sets. */
  readonly attributes?: Readonly<Record<string, string>>
  readonly then?: Moment
}

export const snapshot = (changes: Partial<Snapshot> = {}): Snapshot => ({
  status: 'open',
  version: 1,
  amount: 12990,
  currency: 'ISK',
  reference: 'WEB-1234',
  description: 'Tvær peysur',
  merchant: 'Ullarbúðin',
  phone: null,
  expiresAt: '2026-11-20T12:03:00Z',
  serverTime: '2026-11-20T12:00:00Z',
  cancelRequested: false,
  uncertain: false,
  lastAttempt: null,
  ...changes,
})

const requested = { phone: '•••3281', version: 2 }
const ended = (outcome: AttemptOutcome, reason: AttemptReason): Snapshot =>
  snapshot({ version: 4, lastAttempt: { outcome, reason } })

/** Each status by itself. */
const byStatus: Readonly<Record<Status, readonly [name: string, snapshot: Snapshot]>> = {
  open: ['open', snapshot()],
  starting: ['starting', snapshot({ ...requested, status: 'starting' })],
  awaiting_shopper: [
    'awaiting the shopper',
    snapshot({ ...requested, status: 'awaiting_shopper' }),
  ],
  awaiting_code: ['awaiting a code', snapshot({ ...requested, status: 'awaiting_code' })],
  confirming: ['confirming', snapshot({ ...requested, status: 'confirming' })],
  paid: ['paid', snapshot({ ...requested, status: 'paid' })],
  canceled: ['canceled', snapshot({ status: 'canceled' })],
  expired: ['expired', snapshot({ status: 'expired' })],
  review: ['in review', snapshot({ status: 'review' })],
}

/** Each reason for which an attempt ends, its outcome, and the elements that show it. */
const byReason: Readonly<
  Record<AttemptReason, readonly [name: string, outcome: AttemptOutcome, tags: readonly Tag[]]>
> = {
  declined: ['declined', 'declined', ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']],
  canceled_by_shopper: ['canceled by the shopper', 'canceled', ['netgiro-checkout', 'netgiro-pos']],
  canceled_by_shop: ['canceled by the shop', 'canceled', ['netgiro-checkout', 'netgiro-pos']],
  ended_by_provider: [
    ...(['ended by the provider', 'failed'] as const),
    ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'],
  ],
  no_answer: ['unanswered', 'expired', ['netgiro-checkout', 'netgiro-pos']],
  outcome_unknown: ['of unknown outcome', 'expired', ['netgiro-checkout', 'netgiro-pos']],
  request_not_sent: ['not sent', 'failed', ['netgiro-checkout', 'netgiro-pos']],
  amount_too_low: ['too low', 'failed', ['netgiro-checkout', 'netgiro-pos']],
  provider_unavailable: ['without provider', 'failed', ['netgiro-checkout', 'netgiro-pos']],
  wrong_code: ['wrong too often', 'failed', ['netgiro-pos']],
  canceled_or_failed: ['canceled or failed', 'failed', ['avarda-checkout']],
  paid_another_way: ['paid another way', 'canceled', ['avarda-checkout']],
}

const statesByStatus = (statuses: readonly Status[]): Record<string, Snapshot> =>
  Object.fromEntries(statuses.map((status) => byStatus[status]))

const statesByReason = (tag: Tag): Record<string, Snapshot> =>
  Object.fromEntries(
    Object.entries(byReason).flatMap(([reason, [name, outcome, tags]]) =>
      tags.includes(tag) ? [[name, ended(outcome, reason as AttemptReason)]] : [],
    ),
  )

const all = Object.keys(byStatus) as Status[]

/** Every state of `<netgiro-checkout>` that the payment server reports. */
export const states: Readonly<Record<string, Snapshot>> = {
  ...statesByStatus(all),
  canceling: snapshot({ ...requested, status: 'awaiting_shopper', cancelRequested: true }),
  uncertain: snapshot({ ...requested, status: 'starting', uncertain: true }),
  'open but uncertain': snapshot({ uncertain: true }),
  ...statesByReason('netgiro-checkout'),
}

const payer = { kind: 'national_id', masked: '••••••1119' } as const
const byPhone = { kind: 'phone', masked: '•••3281' } as const

/** Every state of `<netgiro-pos>` that the payment server reports. */
export const posStates: Readonly<Record<string, Snapshot>> = {
  ...states,
  'awaiting the shopper': snapshot({ ...requested, status: 'awaiting_shopper', payer: byPhone }),
  'awaiting a code': snapshot({
    ...{ version: 2, status: 'awaiting_code', payer },
    code: { refused: false, triesLeft: 3 },
  }),
  'awaiting another code': snapshot({
    ...{ version: 3, status: 'awaiting_code', payer },
    code: { refused: true, triesLeft: 2 },
  }),
  confirming: snapshot({ version: 2, status: 'confirming', payer }),
  ...statesByReason('netgiro-pos'),
}

const inKronor = { amount: 123450, currency: 'SEK' } as const

/** Every state of `<avarda-checkout>`; `script` is the provider's form. */
export function formStates(script: string): Readonly<Record<string, Snapshot>> {
  const form = { script, settings: { purchaseId: 'abcdef0123456789' } }
  const kronor = (changes: Partial<Snapshot>) => snapshot({ ...inKronor, ...changes })
  return {
    starting: kronor({ version: 2, status: 'starting' }),
    'in the form': kronor({ version: 3, status: 'awaiting_shopper', form }),
    canceling: kronor({ version: 4, status: 'awaiting_shopper', form, cancelRequested: true }),
    uncertain: kronor({ version: 3, status: 'awaiting_shopper', uncertain: true }),
    confirming: kronor({ version: 4, status: 'confirming' }),
    paid: kronor({ version: 5, status: 'paid' }),
    canceled: kronor({ status: 'canceled' }),
    expired: kronor({ status: 'expired' }),
    'in review': kronor({ status: 'review' }),
    ...Object.fromEntries(
      Object.entries(statesByReason('avarda-checkout')).map(([name, state]) => [
        name,
        { ...state, ...inKronor },
      ]),
    ),
    'not completed': { ...ended('expired', 'no_answer'), ...inKronor },
  }
}
