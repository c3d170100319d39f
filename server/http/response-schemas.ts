import * as v from 'valibot'
import { cancelers, eventTypes, reviewReasons } from '../core/checkout.ts'
import type { EventType } from '../core/checkout.ts'
import { outcomes, payerKinds, problemCodes, reasons, statuses } from '../protocol/index.ts'
import type { Problem, Snapshot } from '../protocol/index.ts'
import { item } from './request-schemas.ts'

const time = v.pipe(v.string(), v.isoTimestamp())
const nullable = <S extends v.GenericSchema>(schema: S) => v.nullable(schema)

const payer = v.strictObject({ kind: v.picklist(payerKinds), masked: v.string() })

export const snapshot = v.strictObject({
  status: v.picklist(statuses),
  version: v.pipe(v.number(), v.integer()),
  amount: v.pipe(v.number(), v.integer()),
  currency: v.string(),
  reference: v.string(),
  description: nullable(v.string()),
  merchant: v.string(),
  phone: nullable(v.string()),
  expiresAt: time,
  serverTime: time,
  cancelRequested: v.boolean(),
  uncertain: v.boolean(),
  lastAttempt: nullable(
    v.strictObject({ outcome: v.picklist(outcomes), reason: v.picklist(reasons) }),
  ),
  paidAt: v.exactOptional(time),
  requestedAt: v.exactOptional(time),
  supportCode: v.exactOptional(v.string()),
  receipt: v.exactOptional(v.string()),
  payer: v.exactOptional(payer),
  code: v.exactOptional(v.strictObject({ refused: v.boolean(), triesLeft: v.number() })),
  form: v.exactOptional(
    v.strictObject({ script: v.string(), settings: v.record(v.string(), v.string()) }),
  ),
}) satisfies v.GenericSchema<unknown, Snapshot>

const attempt = v.strictObject({
  id: v.string(),
  reference: v.string(),
  payer,
  transactionId: nullable(v.string()),
  startedAt: time,
  endedAt: nullable(time),
  uncertain: v.boolean(),
  cancelRequested: nullable(v.picklist(cancelers)),
  outcome: nullable(v.picklist(outcomes)),
  reason: nullable(v.picklist(reasons)),
  providerCode: nullable(v.string()),
})

const payment = v.strictObject({
  attemptId: v.string(),
  reference: v.string(),
  /** The provider's id of the request, and of the payment where that differs. */
  transactionId: nullable(v.string()),
  paymentId: nullable(v.string()),
  amount: nullable(v.number()),
  paidAt: time,
})

export const refund = v.strictObject({
  id: v.string(),
  /** Which payment is refunded. */
  attemptId: nullable(v.string()),
  amount: v.number(),
  status: v.picklist(['pending', 'refunded', 'failed']),
  requestedAt: time,
  settledAt: nullable(time),
})

/** A checkout as the shop's backend sees it, in responses and in webhooks. */
export const checkout = v.strictObject({
  id: v.string(),
  status: v.picklist(statuses),
  version: v.pipe(v.number(), v.integer()),
  reference: v.string(),
  amount: v.pipe(v.number(), v.integer()),
  currency: v.string(),
  description: nullable(v.string()),
  items: v.array(item),
  provider: v.string(),
  channel: v.string(),
  locationId: nullable(v.string()),
  registerId: nullable(v.string()),
  metadata: v.record(v.string(), v.string()),
  createdAt: time,
  expiresAt: time,
  paidAt: nullable(time),
  /** Once paid: the signed receipt, which anyone can verify. Null without `RECEIPT_KEY`. */
  receipt: nullable(v.string()),
  /** Paid after it had ended unpaid. */
  late: v.boolean(),
  /** Why a person must review it; null when no review is needed. */
  review: nullable(v.picklist(reviewReasons)),
  /** The earlier checkout of the same reference, which had ended unpaid. */
  replaces: nullable(v.string()),
  /** Captured payments: usually one or none. */
  payments: v.array(payment),
  refundedAmount: v.number(),
  refunds: v.array(refund),
  attempts: v.array(attempt),
})

export const createdCheckout = v.strictObject({
  ...checkout.entries,
  session: v.string(),
  /** For the element's `snapshot`, so that it needs no request of its own to be shown. */
  snapshot,
})

const historyEntry = v.strictObject({
  attemptId: nullable(v.string()),
  version: v.number(),
  at: time,
  type: v.string(),
  call: nullable(v.string()),
  code: nullable(v.string()),
  referenceId: nullable(v.string()),
  /** How often it was repeated since, and when last. */
  repeats: v.number(),
  lastAt: nullable(time),
})

export const checkoutWithHistory = v.strictObject({
  ...checkout.entries,
  history: v.array(historyEntry),
})

const webhookEntries = { timestamp: time, data: v.strictObject({ checkout }) }

const webhookOf = <T extends EventType>(type: T) =>
  v.strictObject({ type: v.literal(type), ...webhookEntries })
const eventOf = <T extends EventType>(type: T) =>
  v.strictObject({ id: v.string(), type: v.literal(type), ...webhookEntries })

/** The schema of each event, as a webhook and as an entry of `GET /v1/events`. */
export const eventSchemas = eventTypes.map((type) => ({
  type,
  webhook: webhookOf(type),
  event: eventOf(type),
}))

export const webhook = v.variant(
  'type',
  eventSchemas.map((one) => one.webhook),
)

export const event = v.variant(
  'type',
  eventSchemas.map((one) => one.event),
)

/** Sent to `AUTHORIZE_URL`, signed like a webhook. */
export const captureRequest = v.strictObject({
  type: v.literal('checkout.authorize'),
  ...webhookEntries,
})

/** The shop's answer to it. */
export const captureDecision = v.object({ approve: v.boolean() })

export const eventList = v.strictObject({
  events: v.array(event),
  /** Pass it as `after` in the next request. */
  cursor: v.string(),
  hasMore: v.boolean(),
  /** Only if `after` is from before a backup was restored: the page starts with the oldest event that is kept. */
  restarted: v.exactOptional(v.literal(true)),
})

export const problem = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(problemCodes),
  detail: v.exactOptional(v.string()),
  checkoutId: v.exactOptional(v.string()),
  canCancelWaiting: v.exactOptional(v.boolean()),
}) satisfies v.GenericSchema<unknown, Problem>
