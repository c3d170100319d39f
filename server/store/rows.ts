import type { Selectable } from 'kysely'
import type { Attempt, Checkout, Order, Refund } from '../core/checkout.ts'
import { firstRecheckMs } from '../core/recheck-delays.ts'
import type { Status } from '../protocol/index.ts'
import type { Tables } from './schema.ts'

/** `replaced_by` is internal to the store. */
type CheckoutRow = Omit<Selectable<Tables['checkouts']>, 'replaced_by'>
type AttemptRow = Selectable<Tables['attempts']>

type OrderDetails = Omit<Order, 'reference' | 'amount' | 'currency'>
/** Missing in rows of the first version. */
type SinceVersion2 =
  | 'connection'
  | 'paymentRef'
  | 'cancelSentAt'
  | 'approvedAt'
  | 'decisionRequestedAt'
  | 'captureRequestedAt'
  | 'doubt'
  | 'paidAt'
  | 'paidAmount'

type AttemptDetails = Omit<
  Attempt,
  'id' | 'reference' | 'token' | 'providerRef' | 'startedAt' | 'endedAt' | 'outcome' | SinceVersion2
> &
  Partial<Pick<Attempt, SinceVersion2>>

export function toCheckoutRow(checkout: Checkout): CheckoutRow {
  const { id, reference, status, version, amount, currency, createdAt, expiresAt } = checkout
  const { closing, paidAt, paidAttemptId, late, review, replaces, options, refunds } = checkout
  const { description, items, provider, channel, locationId, registerId, metadata } = checkout
  const details: OrderDetails = {
    description,
    items,
    provider,
    channel,
    locationId,
    registerId,
    metadata,
  }
  return {
    id,
    reference,
    status,
    version,
    amount,
    currency,
    created_at: createdAt,
    expires_at: expiresAt,
    closing,
    paid_at: paidAt,
    paid_attempt: paidAttemptId,
    late: late ? 1 : 0,
    review,
    replaces,
    options: options && JSON.stringify(options),
    refunds: JSON.stringify(refunds),
    refunding: refunds.some((refund) => refund.status === 'pending') ? 1 : 0,
    order_details: JSON.stringify(details),
  }
}

export function toAttemptRow(checkoutId: string, number: number, attempt: Attempt): AttemptRow {
  const { id, reference, token, providerRef, startedAt, endedAt, outcome, ...details } = attempt
  return {
    id,
    checkout_id: checkoutId,
    number,
    reference,
    token,
    provider_ref: providerRef,
    phone_hash: details.payer.hash,
    late_check_at: firstRecheckMs(attempt),
    started_at: startedAt,
    ended_at: endedAt,
    outcome,
    details: JSON.stringify(details satisfies AttemptDetails),
  }
}

// In both, the details come last: properties after a spread give every object a hidden class of its own in V8, which took
// half the memory of a waiting checkout and most of the garbage collector's time.

export const fromRows = (row: CheckoutRow, attempts: readonly AttemptRow[]): Checkout => ({
  id: row.id,
  reference: row.reference,
  status: row.status as Status,
  version: row.version,
  amount: row.amount,
  currency: row.currency,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  closing: row.closing as Checkout['closing'],
  paidAt: row.paid_at,
  paidAttemptId: row.paid_attempt,
  late: row.late === 1,
  review: row.review as Checkout['review'],
  replaces: row.replaces,
  options: row.options === null ? null : (JSON.parse(row.options) as Record<string, unknown>),
  refunds: JSON.parse(row.refunds) as Refund[],
  attempts: attempts.map(fromAttemptRow),
  ...(JSON.parse(row.order_details) as OrderDetails),
})

export const fromAttemptRow = (row: AttemptRow): Attempt =>
  ({
    id: row.id,
    reference: row.reference,
    token: row.token,
    providerRef: row.provider_ref,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome as Attempt['outcome'],
    connection: null,
    paymentRef: null,
    cancelSentAt: null,
    approvedAt: null,
    decisionRequestedAt: null,
    captureRequestedAt: null,
    doubt: null,
    paidAt: null,
    paidAmount: null,
    ...(JSON.parse(row.details) as AttemptDetails),
  }) as Attempt
