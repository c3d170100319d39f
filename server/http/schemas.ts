import * as v from 'valibot'
import { cancelers, reviewReasons } from '../core/checkout.ts'
import { outcomes, payerKinds, problemCodes, reasons, statuses } from '../protocol/index.ts'
import type { Problem, Snapshot } from '../protocol/index.ts'
import { isPrintable, isPrintableThroughout, isVisible } from '../text.ts'

const printable = v.pipe(
  v.string('must be text'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode'),
  v.check(isPrintable, 'must not contain control characters or invisible characters'),
)

const maxLength = (max: number) =>
  v.check((text: string) => Array.from(text).length <= max, `must have at most ${max} characters`)
const visible = v.check(isVisible, 'must contain a visible character')

/** Text in one line, safe to store and show. Characters that cannot be shown are refused before trimming. */
const line = (max: number) =>
  v.pipe(
    printable,
    v.normalize('NFC'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    visible,
    maxLength(max),
  )

/** Text in several lines. Each provider has its own limits for them. */
const lines = (max: number) =>
  v.pipe(
    v.string('must be text'),
    v.check(
      (text) => text.split(/\r?\n/).every(isPrintable),
      'must not contain control characters other than line breaks, or invisible characters',
    ),
    v.normalize('NFC'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    visible,
    maxLength(max),
  )

/** Never normalized: if two names became equal, a value would be lost. */
const metadataName = v.pipe(
  printable,
  v.minLength(1, 'must not be empty'),
  visible,
  maxLength(40),
  v.check(
    (name) => name === name.normalize('NFC').trim(),
    'must be in NFC and must not start or end with spaces',
  ),
)

const wholePositive = v.pipe(
  v.number('must be a whole number'),
  v.safeInteger('must be a whole number'),
  v.minValue(1, 'must be positive'),
)

/** A count or a measure. [netgiro] cart items count in thousandths. */
const quantity = v.pipe(
  v.number('must be a number'),
  v.finite('must be a number'),
  v.check((count) => count > 0, 'must be positive'),
  v.check((count) => Math.round(count * 1_000) / 1_000 === count, 'must have at most 3 decimals'),
)

const whole = v.pipe(v.number('must be a whole number'), v.safeInteger('must be a whole number'))

/** A discount has a negative amount; the optional fields are for providers that print an invoice. */
const item = v.strictObject({
  description: line(255),
  quantity,
  amount: whole,
  notes: v.exactOptional(line(255)),
  taxCode: v.exactOptional(
    v.pipe(v.string('must be text'), v.regex(/^\d{1,2}(?:\.\d{1,2})?$/, 'must be a percentage')),
  ),
  taxAmount: v.exactOptional(v.pipe(whole, v.minValue(0, 'must not be negative'))),
  productGroup: v.exactOptional(line(50)),
})

/** [iso4217] The currencies that the providers support. */
export const currencies = ['ISK', 'SEK', 'NOK', 'DKK', 'EUR'] as const

/** The providers that an order may name. */
export const providerNames = ['netgiro', 'avarda'] as const

const lifetime = v.pipe(
  v.number('must be a whole number'),
  v.integer('must be a whole number'),
  v.minValue(60, 'must be at least 60'),
  v.maxValue(2_592_000, 'must be at most 2592000'),
)

/** `POST /v1/checkouts`. Amounts are in the currency's minor unit: whole krónur, or öre and cents. */
export const createRequest = v.strictObject({
  reference: line(50),
  amount: wholePositive,
  currency: v.picklist(currencies, `must be one of ${currencies.join(', ')}`),
  description: v.nullish(lines(4_000), null),
  items: v.optional(
    v.pipe(v.array(item, 'must be a list'), v.maxLength(100, 'must have at most 100 entries')),
    [],
  ),
  provider: v.optional(v.picklist(providerNames, 'must be netgiro or avarda'), 'netgiro'),
  channel: v.optional(v.picklist(['web', 'pos'], 'must be web or pos'), 'web'),
  locationId: v.nullish(line(50), null),
  registerId: v.nullish(line(50), null),
  expiresInSeconds: v.nullish(lifetime, null),
  /** Passed to the provider's adapter, which validates it: see `docs/providers/`. */
  providerOptions: v.nullish(
    v.pipe(
      v.record(v.string(), v.unknown(), 'must be an object'),
      v.check(
        (options) => isPrintableThroughout(options),
        'must not contain control characters or invisible characters',
      ),
    ),
    null,
  ),
  metadata: v.optional(
    v.pipe(
      v.record(
        metadataName,
        v.pipe(printable, v.maxLength(500, 'must have at most 500 characters')),
        'must be an object',
      ),
      v.check((entries) => Object.keys(entries).length <= 20, 'must have at most 20 entries'),
    ),
    {},
  ),
})

const typed = v.pipe(v.string('must be text'), v.maxLength(40, 'is too long'))

/** `POST /v1/session/start`: one way to identify the payer; none where the provider's own form asks. */
export const startRequest = v.union([
  /** `cancelWaiting`: cancel a request to that phone in another checkout, if no browser follows it any more. */
  v.strictObject({ phone: typed, cancelWaiting: v.optional(v.boolean()) }),
  v.strictObject({ nationalId: typed }),
  v.strictObject({ appCode: typed }),
  v.strictObject({}),
])

/** `POST /v1/session/code`. */
export const codeRequest = v.strictObject({ code: typed })

/** `POST /v1/checkouts/{id}/refunds`. */
export const refundRequest = v.strictObject({
  amount: wholePositive,
  /** Which payment to refund, where a checkout was paid by more than one attempt. */
  attemptId: v.exactOptional(line(100)),
})

/** The form on the support page that closes a refund by hand. */
export const closeRefundForm = v.strictObject({
  checkout: line(100),
  refund: line(100),
  as: v.picklist(['refunded', 'failed']),
  by: line(500),
  note: line(500),
})

export const emptyRequest = v.strictObject({})

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

export const createdCheckout = v.strictObject({ ...checkout.entries, session: v.string() })

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

export const webhook = v.strictObject({
  type: v.string(),
  timestamp: time,
  data: v.strictObject({ checkout }),
})

export const eventList = v.strictObject({
  events: v.array(v.strictObject({ ...webhook.entries, id: v.string() })),
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
