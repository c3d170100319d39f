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

const asked = { phone: '•••3281', version: 2 }
const ended = (outcome: AttemptOutcome, reason: AttemptReason): Snapshot =>
  snapshot({ version: 4, lastAttempt: { outcome, reason } })

/** One of each kind that a shopper may see. */
export const states: Record<string, Snapshot> = {
  open: snapshot(),
  starting: snapshot({ ...asked, status: 'starting' }),
  'awaiting the shopper': snapshot({ ...asked, status: 'awaiting_shopper' }),
  'awaiting a code': snapshot({ ...asked, status: 'awaiting_code' }),
  canceling: snapshot({ ...asked, status: 'awaiting_shopper', cancelRequested: true }),
  uncertain: snapshot({ ...asked, status: 'starting', uncertain: true }),
  'open but uncertain': snapshot({ uncertain: true }),
  confirming: snapshot({ ...asked, status: 'confirming' }),
  paid: snapshot({ ...asked, status: 'paid' }),
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

/** One of each kind that a cashier may see. */
export const tillStates: Record<string, Snapshot> = {
  ...states,
  'awaiting the shopper': snapshot({ ...asked, status: 'awaiting_shopper', payer: byPhone }),
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

const krona = { amount: 123450, currency: 'SEK' } as const

/** One of each kind that a shopper of the provider's form may see. */
export const formStates: Record<string, Snapshot> = {
  starting: snapshot({ ...krona, version: 2, status: 'starting' }),
  'in the form': snapshot({ ...krona, version: 3, status: 'awaiting_shopper', form }),
  canceling: snapshot({
    ...{ ...krona, version: 4, status: 'awaiting_shopper', form },
    cancelRequested: true,
  }),
  uncertain: snapshot({ ...krona, version: 3, status: 'awaiting_shopper', uncertain: true }),
  confirming: snapshot({ ...krona, version: 4, status: 'confirming' }),
  paid: snapshot({ ...krona, version: 5, status: 'paid' }),
  canceled: snapshot({ ...krona, status: 'canceled' }),
  expired: snapshot({ ...krona, status: 'expired' }),
  'in review': snapshot({ ...krona, status: 'review' }),
  'ended by the provider': { ...ended('failed', 'ended_by_provider'), ...krona },
  declined: { ...ended('declined', 'declined'), ...krona },
  'canceled or failed': { ...ended('failed', 'canceled_or_failed'), ...krona },
  'paid another way': { ...ended('canceled', 'paid_another_way'), ...krona },
  'not completed': { ...ended('expired', 'no_answer'), ...krona },
}
