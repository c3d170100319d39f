import type { Selectable } from 'kysely'
import type { Attempt, Checkout, Order, Refund } from '../core/checkout.ts'
import { firstRecheckMs } from '../core/recheck-delays.ts'
import type { Status } from '../protocol/index.ts'
import type { Tables } from './schema.ts'

/** `replaced_by` and `merchant_id` are internal to the store. */
export type CheckoutRow = Omit<Selectable<Tables['checkouts']>, 'replaced_by' | 'merchant_id'>
export type AttemptRow = Omit<Selectable<Tables['attempts']>, 'merchant_id'>

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

/** The columns that change after a checkout was created. */
export type CheckoutValues = Pick<
  CheckoutRow,
  | 'status'
  | 'version'
  | 'closing'
  | 'paid_at'
  | 'paid_attempt'
  | 'late'
  | 'review'
  | 'review_closed_at'
  | 'options'
  | 'refunds'
  | 'refunding'
>

export const toCheckoutValues = (checkout: Checkout): CheckoutValues => ({
  status: checkout.status,
  version: checkout.version,
  closing: checkout.closing,
  paid_at: checkout.paidAt,
  paid_attempt: checkout.paidAttemptId,
  late: checkout.late ? 1 : 0,
  review: checkout.review,
  review_closed_at: checkout.reviewClosedAt,
  options: checkout.options && JSON.stringify(checkout.options),
  refunds: JSON.stringify(checkout.refunds),
  refunding: checkout.refunds.some((refund) => refund.status === 'pending') ? 1 : 0,
})

export function toCheckoutRow(checkout: Checkout): CheckoutRow {
  const { id, reference, amount, currency, createdAt, expiresAt, replaces } = checkout
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
    amount,
    currency,
    created_at: createdAt,
    expires_at: expiresAt,
    replaces,
    order_details: JSON.stringify(details),
    ...toCheckoutValues(checkout),
  }
}

export const toAttemptRow = (checkoutId: string, number: number, attempt: Attempt): AttemptRow => ({
  id: attempt.id,
  checkout_id: checkoutId,
  number,
  reference: attempt.reference,
  token: attempt.token,
  provider_ref: attempt.providerRef,
  phone_hash: attempt.payer.hash,
  late_check_at: firstRecheckMs(attempt),
  started_at: attempt.startedAt,
  ended_at: attempt.endedAt,
  outcome: attempt.outcome,
  // `JSON.stringify` leaves these out. Taking them out of a copy by destructuring takes several times as long.
  details: JSON.stringify({ ...attempt, ...withoutColumns }),
})

const withoutColumns = {
  id: undefined,
  reference: undefined,
  token: undefined,
  providerRef: undefined,
  startedAt: undefined,
  endedAt: undefined,
  outcome: undefined,
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
  reviewClosedAt: row.review_closed_at,
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
