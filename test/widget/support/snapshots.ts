import type { AttemptOutcome, AttemptReason, Snapshot } from '../../../server/protocol/index.ts'

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

/** Every state of `<netgiro-checkout>`. */
export const states: Record<string, Snapshot> = {
  open: snapshot(),
  starting: snapshot({ ...requested, status: 'starting' }),
  'awaiting the shopper': snapshot({ ...requested, status: 'awaiting_shopper' }),
  'awaiting a code': snapshot({ ...requested, status: 'awaiting_code' }),
  canceling: snapshot({ ...requested, status: 'awaiting_shopper', cancelRequested: true }),
  uncertain: snapshot({ ...requested, status: 'starting', uncertain: true }),
  'open but uncertain': snapshot({ uncertain: true }),
  confirming: snapshot({ ...requested, status: 'confirming' }),
  paid: snapshot({ ...requested, status: 'paid' }),
  canceled: snapshot({ status: 'canceled' }),
  expired: snapshot({ status: 'expired' }),
  'in review': snapshot({ status: 'review' }),
  declined: ended('declined', 'declined'),
  'canceled by the shopper': ended('canceled', 'canceled_by_shopper'),
  'canceled by the shop': ended('canceled', 'canceled_by_shop'),
  'ended by the provider': ended('failed', 'ended_by_provider'),
  unanswered: ended('expired', 'no_answer'),
  'of unknown outcome': ended('expired', 'outcome_unknown'),
  'not sent': ended('failed', 'request_not_sent'),
  'too low': ended('failed', 'amount_too_low'),
  'without provider': ended('failed', 'provider_unavailable'),
}

const payer = { kind: 'national_id', masked: '••••••1119' } as const
const byPhone = { kind: 'phone', masked: '•••3281' } as const

/** Every state of `<netgiro-pos>`. */
export const posStates: Record<string, Snapshot> = {
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
  'wrong too often': ended('failed', 'wrong_code'),
}

export const form = {
  script: '/test/widget/support/form-script.js',
  settings: { purchaseId: 'abcdef0123456789' },
} as const

const inKronor = { amount: 123450, currency: 'SEK' } as const

/** Every state of `<avarda-checkout>`. */
export const formStates: Record<string, Snapshot> = {
  starting: snapshot({ ...inKronor, version: 2, status: 'starting' }),
  'in the form': snapshot({ ...inKronor, version: 3, status: 'awaiting_shopper', form }),
  canceling: snapshot({
    ...{ ...inKronor, version: 4, status: 'awaiting_shopper', form },
    cancelRequested: true,
  }),
  uncertain: snapshot({ ...inKronor, version: 3, status: 'awaiting_shopper', uncertain: true }),
  confirming: snapshot({ ...inKronor, version: 4, status: 'confirming' }),
  paid: snapshot({ ...inKronor, version: 5, status: 'paid' }),
  canceled: snapshot({ ...inKronor, status: 'canceled' }),
  expired: snapshot({ ...inKronor, status: 'expired' }),
  'in review': snapshot({ ...inKronor, status: 'review' }),
  'ended by the provider': { ...ended('failed', 'ended_by_provider'), ...inKronor },
  declined: { ...ended('declined', 'declined'), ...inKronor },
  'canceled or failed': { ...ended('failed', 'canceled_or_failed'), ...inKronor },
  'paid another way': { ...ended('canceled', 'paid_another_way'), ...inKronor },
  'not completed': { ...ended('expired', 'no_answer'), ...inKronor },
}
