import { toTime } from './clock.ts'
import type { Snapshot } from '../protocol/index.ts'
import { isUncertain, openAttempt } from './checkout.ts'
import type { Attempt, Checkout, Refund } from './checkout.ts'
import type { IssueReceipt } from './receipt.ts'
import type { HistoryEntry } from './store.ts'

interface SnapshotContext {
  readonly merchant: string
  readonly codeTries: number
  readonly now: number
  readonly receipt: IssueReceipt
}

/** What a browser may see of a checkout, and nothing else. */
export function snapshotOf(
  checkout: Checkout,
  { merchant, codeTries, now, receipt: issue }: SnapshotContext,
): Snapshot {
  const { status, version, amount, currency, reference, description } = checkout
  const newest = checkout.attempts.at(-1)
  const open = openAttempt(checkout)
  // An attempt whose outcome was reported to the shopper is no longer waited for, though it may still be open.
  const waiting = open?.outcome === null ? open : null
  const common: Snapshot = {
    status,
    version,
    amount,
    currency,
    reference,
    description,
    merchant,
    phone: newest?.payer.kind === 'phone' ? newest.payer.masked : null,
    expiresAt: toTime(waiting?.approvalExpiresAt ?? checkout.expiresAt),
    serverTime: toTime(now),
    cancelRequested: waiting !== null && isCancelShown(waiting),
    uncertain: open !== null && isUncertain(open),
    lastAttempt: newest ? endOf(newest) : null,
    ...quotedByShopper(checkout),
    ...receiptIn(issue(checkout)),
  }
  if (open?.form && status === 'awaiting_shopper') return { ...common, form: open.form }
  if (checkout.channel === 'web' || !newest) return common
  const payer = payerView(newest)
  if (!open || status !== 'awaiting_code') return { ...common, payer }
  const triesLeft = Math.max(0, codeTries - open.codesTried)
  return { ...common, payer, code: { refused: open.codeRefused, triesLeft } }
}

/** What a shopper quotes: support finds it on the admin page, and so does the provider. */
function quotedByShopper({ status, attempts, paidAttemptId, paidAt }: Checkout) {
  if (status !== 'paid' && status !== 'review') return null
  const attempt = attempts.find(({ id }) => id === paidAttemptId) ?? attempts.at(-1)
  return {
    ...(attempt && { supportCode: attempt.reference }),
    ...(status === 'paid' && paidAt !== null && { paidAt: toTime(paidAt) }),
    // It may be unknown whether it was paid, and is never unknown when it was sent.
    ...(status === 'review' && attempt && { requestedAt: toTime(attempt.startedAt) }),
  }
}

const receiptIn = (receipt: string | null) => receipt !== null && { receipt }

/** The end of a time limit is not shown as a cancellation. */
const isCancelShown = ({ cancelRequested }: Attempt): boolean =>
  cancelRequested !== null &&
  cancelRequested !== 'approval_timeout' &&
  cancelRequested !== 'capture_timeout'

const payerView = ({ payer: { kind, masked } }: Attempt) => ({ kind, masked })

/**
 * Every refusal by the provider looks the same to a browser, so that trying numbers does not reveal who is a customer. The
 * shop's backend sees the real reason.
 */
function endOf({ outcome, reason, providerRef }: Attempt): Snapshot['lastAttempt'] {
  const wasRefused = providerRef === null && outcome === 'declined'
  if (wasRefused) return { outcome: 'failed', reason: 'request_not_sent' }
  return outcome && { outcome, reason }
}

/**
 * What the shop's backend may see: everything but the payer in clear. Sent by webhook and by the merchant API.
 *
 * @param receipt - the checkout's signed receipt; null where it has none
 */
export const merchantView = (checkout: Checkout, receipt: string | null) => ({
  id: checkout.id,
  status: checkout.status,
  version: checkout.version,
  reference: checkout.reference,
  amount: checkout.amount,
  currency: checkout.currency,
  description: checkout.description,
  items: checkout.items,
  provider: checkout.provider,
  channel: checkout.channel,
  locationId: checkout.locationId,
  registerId: checkout.registerId,
  metadata: checkout.metadata,
  createdAt: toTime(checkout.createdAt),
  expiresAt: toTime(checkout.expiresAt),
  paidAt: checkout.paidAt === null ? null : toTime(checkout.paidAt),
  receipt,
  late: checkout.late,
  review: checkout.review,
  replaces: checkout.replaces,
  payments: paymentViews(checkout),
  refundedAmount: checkout.refunds.reduce(
    (sum, { status, amount }) => (status === 'refunded' ? sum + amount : sum),
    0,
  ),
  refunds: checkout.refunds.map((refund) => refundView(checkout, refund)),
  attempts: checkout.attempts.map((attempt) => ({
    id: attempt.id,
    reference: attempt.reference,
    payer: payerView(attempt),
    transactionId: attempt.providerRef,
    startedAt: toTime(attempt.startedAt),
    endedAt: attempt.endedAt === null ? null : toTime(attempt.endedAt),
    uncertain: attempt.uncertain,
    cancelRequested: attempt.cancelRequested,
    outcome: attempt.outcome,
    reason: attempt.reason,
    providerCode: attempt.providerCode,
  })),
})

/** Money that was taken for the order: usually one payment, or none. */
export const paymentViews = ({ attempts }: Checkout) => attempts.flatMap(paymentView)

const paymentView = ({ id, reference, providerRef, paymentRef, paidAt, paidAmount }: Attempt) =>
  paidAt === null
    ? []
    : [
        {
          attemptId: id,
          reference,
          transactionId: providerRef,
          paymentId: paymentRef,
          amount: paidAmount,
          paidAt: toTime(paidAt),
        },
      ]

export const refundView = (
  { paidAttemptId }: Checkout,
  { id, attemptId, amount, status, requestedAt, settledAt }: Refund,
) => ({
  id,
  attemptId: attemptId ?? paidAttemptId,
  amount,
  status,
  requestedAt: toTime(requestedAt),
  settledAt: settledAt === null ? null : toTime(settledAt),
})

export type MerchantView = ReturnType<typeof merchantView>

export const historyView = (entry: HistoryEntry) => ({
  attemptId: entry.attemptId,
  version: entry.version,
  at: toTime(entry.at),
  type: entry.type,
  call: entry.evidence?.call ?? null,
  code: entry.evidence?.code ?? null,
  referenceId: entry.evidence?.referenceId ?? null,
  /** How often the same input came again since, and when last. */
  repeats: entry.repeats ?? 0,
  lastAt: entry.lastAt == null ? null : toTime(entry.lastAt),
})
