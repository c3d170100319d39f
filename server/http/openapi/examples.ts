import { eventTypes } from '../../core/checkout.ts'
import type { Component } from './components.ts'

const createdAt = '2026-11-20T12:00:00.000Z'
const expiresAt = '2026-11-21T12:00:00.000Z'
const startedAt = '2026-11-20T12:00:20.000Z'
const paidAt = '2026-11-20T12:00:41.000Z'
const refundedAt = '2026-11-22T09:30:00.000Z'

const order = { reference: 'WEB-1234', amount: 12990, currency: 'ISK' } as const
const item = { description: 'Lopapeysa', quantity: 1, amount: 12990 }

const checkout = {
  id: 'chk_AZ7mQ2v7cRa1xK9q4dLs6t',
  status: 'open',
  version: 1,
  ...order,
  description: '1 vara',
  items: [item],
  provider: 'netgiro',
  channel: 'web',
  locationId: null,
  registerId: null,
  metadata: { customer: 'c-77' },
  createdAt,
  expiresAt,
  paidAt: null,
  receipt: null,
  late: false,
  review: null,
  replaces: null,
  payments: [],
  refundedAmount: 0,
  refunds: [],
  attempts: [],
}

const attempt = {
  id: 'att_AZ7mQ30cR2w5yE8zL1a3bH',
  reference: 'WEB-1234-x7k2m9pq',
  payer: { kind: 'phone', masked: '•••3281' },
  transactionId: '3f0c1f0e-8a5b-4f3a-9d57-0c5d2f6b1a44',
  startedAt,
  endedAt: paidAt,
  uncertain: false,
  cancelRequested: null,
  outcome: null,
  reason: null,
  providerCode: null,
}

const payment = {
  attemptId: attempt.id,
  reference: attempt.reference,
  transactionId: attempt.transactionId,
  paymentId: attempt.transactionId,
  amount: order.amount,
  paidAt,
}

/** Signed with the key of an example: no server publishes it. */
const receipt =
  'eyJhbGciOiJFZERTQSIsImtpZCI6IjFWSGtqZzZZVmdscWZhbnFsLWswNDNJRTFfWnVobGpQdDRXQ3JtNEtWVG8iLCJ0eXAiOiJjaGVja291dC1yZWNlaXB0K2p3dCJ9.eyJpc3MiOiJodHRwczovL3BheS5zaG9wLmlzIiwiaWF0IjoxNzk1MTc2MDQxLCJjaGVja291dCI6ImNoa19BWjdtUTJ2N2NSYTF4SzlxNGRMczZ0IiwicmVmZXJlbmNlIjoiV0VCLTEyMzQiLCJhbW91bnQiOjEyOTkwLCJjdXJyZW5jeSI6IklTSyIsInN0YXR1cyI6InBhaWQiLCJwYWlkQXQiOiIyMDI2LTExLTIwVDEyOjAwOjQxLjAwMFoifQ.J2fJs7jjCwFPeYkjVCV5zNoqUZu58iSh1wjJZ3sTFr5Dfhn-9P7v_rQWusaYmCWjodz_2NHEn7XB1vNw93HPDA'

const paid = {
  ...checkout,
  status: 'paid',
  version: 5,
  paidAt,
  receipt,
  payments: [payment],
  attempts: [attempt],
}

const refund = {
  id: 'ref_AZ70qQ1nR4t7wC0z3c5e8h',
  attemptId: attempt.id,
  amount: 500,
  status: 'refunded',
  requestedAt: refundedAt,
  settledAt: refundedAt,
}

const created = {
  ...{ attemptId: null, version: 1, at: createdAt, type: 'created' },
  ...{ call: null, code: null, referenceId: null, repeats: 0, lastAt: null },
}

const snapshot = {
  status: 'awaiting_shopper',
  version: 3,
  ...order,
  description: '1 vara',
  merchant: 'Ullarbúðin',
  phone: '•••3281',
  expiresAt: '2026-11-20T12:03:20.000Z',
  serverTime: '2026-11-20T12:00:22.000Z',
  cancelRequested: false,
  uncertain: false,
  lastAttempt: null,
}

/** The checkout as each event reports it. */
const reported: Readonly<Record<(typeof eventTypes)[number], object>> = {
  'checkout.paid': paid,
  'checkout.attempt_failed': {
    ...checkout,
    version: 4,
    attempts: [{ ...attempt, outcome: 'declined', reason: 'declined' }],
  },
  'checkout.canceled': { ...checkout, status: 'canceled', version: 2 },
  'checkout.expired': { ...checkout, status: 'expired', version: 2 },
  'checkout.review': { ...paid, status: 'review', receipt: null, review: 'amount_mismatch' },
  'checkout.refunded': { ...paid, version: 7, refundedAmount: 500, refunds: [refund] },
  'checkout.refund_failed': {
    ...{ ...paid, version: 7 },
    refunds: [{ ...refund, status: 'failed' }],
  },
}

const webhooks = Object.fromEntries(
  eventTypes.map((type) => [
    type,
    { value: { type, timestamp: paidAt, data: { checkout: reported[type] } } },
  ]),
)

/** Every example of a component, by its name in the document. */
export const examples: Readonly<Partial<Record<Component, Record<string, { value: unknown }>>>> = {
  CreateRequest: {
    smallest: { value: order },
    withItems: {
      value: {
        ...{ ...order, reference: 'WEB-1235', description: '1 vara', items: [item] },
        ...{ expiresInSeconds: 3600, metadata: { customer: 'c-77' } },
      },
    },
    pointOfSale: {
      value: { ...order, reference: 'POS-17', channel: 'pos', locationId: 'L1', registerId: 'R2' },
    },
  },
  ActionRequest: {
    start: { value: { action: 'start', phone: '8223281' } },
    cancel: { value: { action: 'cancel' } },
  },
  StartRequest: { phone: { value: { phone: '8223281' } } },
  CodeRequest: { code: { value: { code: '1234' } } },
  EmptyRequest: { empty: { value: {} } },
  RefundRequest: {
    part: { value: { amount: 500 } },
    ofOnePayment: { value: { amount: 500, attemptId: attempt.id } },
  },
  Refund: { refund: { value: refund } },
  Snapshot: { waiting: { value: snapshot } },
  CreatedCheckout: {
    open: {
      value: {
        ...checkout,
        session: 'cs_k3v9Jt0x2mQ7wY5aZrL8uB1nC4dE6fG0hI2jK4lM6oP',
        snapshot: {
          ...{ ...snapshot, status: 'open', version: 1, phone: null },
          ...{ expiresAt, serverTime: createdAt },
        },
      },
    },
  },
  CheckoutWithHistory: {
    open: { value: { ...checkout, history: [created] } },
    paid: { value: { ...paid, history: [created] } },
  },
  EventList: {
    page: {
      value: {
        events: [
          { id: 'evt_AZ7mQ4Jt3v8wB1y6nKc9xg', ...(webhooks['checkout.paid']?.value as object) },
        ],
        ...{ cursor: '1', hasMore: false },
      },
    },
  },
  Webhook: webhooks,
  CaptureRequest: {
    approved: {
      value: { type: 'checkout.authorize', timestamp: paidAt, data: { checkout } },
    },
  },
  CaptureDecision: { yes: { value: { approve: true } }, no: { value: { approve: false } } },
}
