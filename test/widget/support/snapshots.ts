import type { AttemptOutcome, AttemptReason, Snapshot } from '../../../server/protocol.ts'

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
  unanswered: ended('expired', 'no_answer'),
  'of unknown outcome': ended('expired', 'outcome_unknown'),
  'not sent': ended('failed', 'request_not_sent'),
  'too low': ended('failed', 'amount_too_low'),
  'without provider': ended('failed', 'provider_unavailable'),
}
