import * as v from 'valibot'
import { reviewReasons } from '../core/checkout.ts'
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

/** Never normalized: if two names became equal, an order or a value would be taken for another. */
const name = (max: number) =>
  v.pipe(
    printable,
    v.check((text) => text.trim() !== '', 'must not be empty'),
    visible,
    maxLength(max),
    v.check(
      (text) => text === text.normalize('NFC').trim(),
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
export const item = v.strictObject({
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

/**
 * valibot takes a list for an object whose names are its indices. An empty one is what PHP makes of an array without entries, and
 * says the same as an empty object. The schema itself stays what it is, because the OpenAPI document is made from it.
 */
const notList = <S extends v.GenericSchema>(schema: S): S => ({
  ...schema,
  '~run': (dataset, config) => {
    const { value } = dataset
    const isList = Array.isArray(value) && value.length > 0
    return schema['~run'](isList ? { ...dataset, value: null } : dataset, config)
  },
})

/** `POST /v1/checkouts`. Amounts are in the currency's minor unit: whole krónur, or öre and cents. */
export const createRequest = v.strictObject({
  reference: name(50),
  amount: wholePositive,
  currency: v.picklist(currencies, `must be one of ${currencies.join(', ')}`),
  description: v.nullish(lines(4_000), null),
  items: v.optional(
    v.pipe(v.array(item, 'must be a list'), v.maxLength(100, 'must have at most 100 entries')),
    [],
  ),
  provider: v.optional(v.picklist(providerNames, 'must be netgiro or avarda'), 'netgiro'),
  channel: v.optional(v.picklist(['web', 'pos'], 'must be web or pos'), 'web'),
  locationId: v.nullish(name(50), null),
  registerId: v.nullish(name(50), null),
  expiresInSeconds: v.nullish(lifetime, null),
  /** Passed to the provider's adapter, which validates it: see `docs/providers/`. */
  providerOptions: v.nullish(
    v.pipe(
      notList(v.record(v.string(), v.unknown(), 'must be an object')),
      v.check(
        (options) => isPrintableThroughout(options),
        'must not contain control characters or invisible characters',
      ),
    ),
    null,
  ),
  metadata: v.optional(
    v.pipe(
      notList(
        v.record(
          name(40),
          v.pipe(printable, v.maxLength(500, 'must have at most 500 characters')),
          'must be an object',
        ),
      ),
      v.check((entries) => Object.keys(entries).length <= 20, 'must have at most 20 entries'),
    ),
    {},
  ),
})

const typed = v.pipe(v.string('must be text'), v.maxLength(40, 'is too long'))

/** Whether to cancel a request from here to the same payer in another checkout first, if no browser follows it any more. */
const cancelWaiting = v.optional(v.boolean())

/** `POST /v1/session/start`: one way to identify the payer; none where the provider's own form asks. */
export const startRequest = v.union([
  v.strictObject({ phone: typed, cancelWaiting }),
  v.strictObject({ nationalId: typed, cancelWaiting }),
  v.strictObject({ appCode: typed, cancelWaiting }),
  v.strictObject({}),
])

/** `POST /v1/session/code`. */
export const codeRequest = v.strictObject({ code: typed })

export const actionNames = ['start', 'code', 'cancel'] as const

/** `POST /v1/session`: the name of an action, beside the fields of its own request. */
export const actionRequest = v.looseObject({
  action: v.picklist(actionNames, `must be one of ${actionNames.join(', ')}`),
})

/** The same, with those fields. */
export const anyActionRequest = v.union([
  ...startRequest.options.map(({ entries }) =>
    v.strictObject({ action: v.literal('start'), ...entries }),
  ),
  v.strictObject({ action: v.literal('code'), ...codeRequest.entries }),
  v.strictObject({ action: v.literal('cancel') }),
])

/** `POST /v1/checkouts/{id}/refunds`. */
export const refundRequest = v.strictObject({
  amount: wholePositive,
  /** Which payment to refund, where a checkout was paid by more than one attempt. */
  attemptId: v.exactOptional(name(100)),
})

/** The form on the support page that closes a refund by hand. */
export const closeRefundForm = v.strictObject({
  checkout: line(100),
  refund: line(100),
  as: v.picklist(['refunded', 'failed']),
  by: line(500),
  note: line(500),
})

/** The form on the support page that closes a review. */
export const closeReviewForm = v.strictObject({
  checkout: line(100),
  review: v.picklist(reviewReasons),
  by: line(500),
  note: line(500),
})

export const emptyRequest = v.strictObject({})
