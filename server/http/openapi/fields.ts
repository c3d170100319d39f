/**
 * What each field means, by its name, or by its name within what it is part of. `refunds.status` is more exact than `status` and
 * goes before it.
 */
const meanings: Readonly<Record<string, string>> = {
  action: 'What to do; the other fields are those of that action.',
  amount: 'In the currency’s minor unit: whole krónur for ISK, öre or cents for the others.',
  appCode: 'Point of sale: the code that the Netgíró app shows.',
  approve: 'Whether the money may be taken.',
  at: 'When it happened.',
  attemptId: 'The attempt that it belongs to.',
  attempts: 'Every payment request for this checkout, oldest first.',
  call: 'The call to the provider whose answer this is.',
  canCancelWaiting:
    'With `phone_busy`: the other request came from here, and nobody follows it any more; `cancelWaiting` cancels it first.',
  cancelRequested: 'Whether a cancellation was requested that has no result yet.',
  cancelWaiting:
    'Cancels a request to the same payer in another checkout first, if it came from here and no page follows it any more.',
  channel: '`web`, or `pos` for a point of sale.',
  checkoutId: 'With `reference_conflict`: the checkout that has the reference.',
  code: 'Stable: decide by it.',
  createdAt: 'When the checkout was created.',
  currency: 'ISO 4217.',
  cursor: 'For `after` of the next call.',
  description: 'Shown to the shopper: at most 4,000 characters, and what the provider accepts.',
  data: 'What it is about.',
  detail: 'For people: the fields that are wrong.',
  endedAt: 'When the attempt ended; null while it is open.',
  events: 'Oldest first.',
  expiresAt: 'When it can no longer be paid.',
  expiresInSeconds: 'How long the checkout may be paid. Default: `CHECKOUT_LIFETIME_SECONDS`.',
  form: 'With `awaiting_shopper` of Avarda: what its form needs.',
  hasMore: 'Whether another page follows at once.',
  history: 'Everything that happened, oldest first.',
  id: 'Unguessable, and never reused.',
  items: 'The order line by line, for the provider. With Avarda, the amounts must add up.',
  kind: 'How the payer was identified.',
  lastAt: 'When it was last repeated.',
  lastAttempt:
    'How the newest attempt ended; null before the first, while one is open, and when it was paid.',
  late: 'Paid after the checkout had ended unpaid, or after the request had been given up.',
  locationId: 'Of a point of sale; passed to Netgíró.',
  masked: 'What may be shown of it.',
  merchant: 'The shop’s name, as the shopper sees it.',
  metadata:
    'Yours: at most 20 entries with names of 40 and texts of 500 characters. No browser sees it.',
  nationalId: 'Point of sale: the kennitala.',
  notes: 'Avarda’s Notes of the row.',
  outcome: 'How the attempt ended without a payment; null while it is open, and when it was paid.',
  paidAt: 'When the payment was confirmed.',
  payer: 'Whom the request went to.',
  paymentId: 'The provider’s id of the payment.',
  payments: 'Money that was taken: one or none, unless the shopper paid twice.',
  phone: 'An Icelandic mobile number, with or without +354.',
  productGroup: 'Avarda’s ProductGroup of the row.',
  provider: 'Who moves the money.',
  providerCode: 'The provider’s own code of the newest answer.',
  providerOptions: 'Fields that only one provider has, such as Avarda.',
  quantity: 'With at most three decimals.',
  reason: 'Why it ended.',
  receipt: 'The signed receipt of a paid checkout, which any backend can verify; null otherwise.',
  reference: 'Your order number: at most 50 characters.',
  referenceId: 'The provider’s id of its answer, for its support.',
  refundedAmount: 'What went back so far.',
  refunds: 'Every refund, oldest first.',
  refused: 'Whether the code before was wrong.',
  registerId: 'Of a point of sale; passed to Netgíró.',
  repeats: 'How often the same came again since.',
  replaces: 'The earlier checkout of this reference, which had ended unpaid.',
  requestedAt: 'When it was asked for.',
  restarted: 'A backup was restored: the page starts with the oldest event that is kept.',
  review: 'Why a person must look at it, or null. May be set although it is paid.',
  script: 'The address of the form’s script.',
  serverTime: 'The clock of the server, for countdowns.',
  session: 'What the page may have: `<netgiro-checkout session="…">`.',
  settings: 'What the form’s script is given.',
  settledAt: 'When the provider settled it; null until then.',
  snapshot: 'What the browser may see; for the element’s `snapshot`.',
  startedAt: 'When the request was sent.',
  status: 'What the checkout waits for, or how it ended.',
  supportCode: 'What a shopper quotes; `/admin` and Netgíró find the payment by it.',
  taxAmount: 'The tax within `amount`.',
  taxCode: 'In percent.',
  timestamp: 'When it happened.',
  title: 'For people; its words may change.',
  transactionId: 'The provider’s id of the request.',
  triesLeft: 'How often a code may still be submitted.',
  type: 'Which event it is. Ignore those that you do not know.',
  uncertain: 'We do not know yet whether a call took effect: do not pay again.',
  version: 'Grows with every change: of two events, the higher one is current.',

  'CodeRequest.code': 'The code from the SMS.',
  'ActionRequest.code': 'The code from the SMS.',
  'CaptureRequest.type': 'Always `checkout.authorize`.',
  'CheckoutWithHistory.history.code': 'The provider’s code.',
  'CheckoutWithHistory.history.type':
    'What happened: `approved` is the shopper’s approval, `authorized` the shop’s answer at `AUTHORIZE_URL`.',
  'CheckoutWithHistory.history.version': 'Of the checkout after it.',
  'attempts.cancelRequested': 'Who requested its cancellation; null where nobody did.',
  'attempts.reference': 'What the provider and the shopper’s app show: yours with a suffix.',
  'Checkout.currency': 'ISO 4217.',
  'CreateRequest.provider': 'Who moves the money: `avarda` where it is set up.',
  'CreateRequest.reference':
    'Your order number: at most 50 characters. It belongs to one living checkout at a time.',
  'lastAttempt.outcome': 'How the attempt ended without a payment.',
  'items.amount': 'Of the whole line, tax included; negative for a discount.',
  'items.description': 'What was bought.',
  'payments.amount': 'As the provider reported it.',
  'payments.reference': 'Of the attempt.',
  'Problem.status': 'The HTTP status.',
  'Problem.type': 'Always `about:blank`: `code` tells the kind.',
  'RefundRequest.amount': 'At most what was paid and has not gone back.',
  'RefundRequest.attemptId': 'Which payment, where the shopper paid twice.',
  'Refund.attemptId': 'Which payment is refunded.',
  'Refund.status': '`pending` until the provider has settled it.',
  'Snapshot.code': 'With `awaiting_code`: about the code from the SMS.',
  'Snapshot.expiresAt': 'When the request, or else the checkout, ends.',
  'Snapshot.payer': 'At a point of sale: whom the request went to.',
  'Snapshot.phone': 'The masked number that the newest request went to.',
  'Snapshot.paidAt': 'When the payment was confirmed; only with `paid`.',
  'Snapshot.requestedAt': 'When the request was sent; only with `review`.',
  'Snapshot.receipt': 'The signed receipt; only with `paid`.',
  'Snapshot.supportCode': 'With `paid` and `review`: what a shopper quotes to support.',
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** Looks up the longest end of the path that is known. */
function meaningOf(path: readonly string[]): string | undefined {
  for (let from = 0; from < path.length; from++) {
    const meaning = meanings[path.slice(from).join('.')]
    if (meaning !== undefined) return meaning
  }
  return undefined
}

/**
 * Adds to each field of a JSON Schema what it means, where that is known.
 *
 * @param path - of the schema: the name of its component, and of the fields that it is in
 */
export function withMeanings(schema: Schema, path: readonly string[]): Schema {
  const { properties, items, anyOf } = schema
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => {
          const at = [...path, name]
          const description = meaningOf(at)
          // A component that is referred to says itself what it is.
          if (field.$ref !== undefined || description === undefined) return [name, field]
          return [name, { ...withMeanings(field, at), description }]
        }),
      ),
    }),
    ...(items && { items: withMeanings(items, path) }),
    ...(anyOf && { anyOf: anyOf.map((one) => withMeanings(one, path)) }),
  }
}
