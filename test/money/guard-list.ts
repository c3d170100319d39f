import type { RailName } from './rails/rail.ts'

export interface Patch {
  readonly file: string
  /** Must occur exactly once, so that a guard that moved is not skipped. */
  readonly from: string
  readonly to: string
}

export interface Guard extends Patch {
  readonly name: string
  /** Where one line backs another, both are removed: the test that fails shows what they hold together. */
  readonly also?: readonly Patch[]
  readonly tests: readonly string[]
  /** The rail of the model's scenarios; all rails by default. */
  readonly rail?: RailName
}

const model = 'test/money/model.test.ts'
const interleavings = 'test/money/interleavings.test.ts'
const odd = 'test/money/edge-cases.test.ts'
const held = 'test/money/held.test.ts'
const explored = 'test/money/explore.test.ts'
const test = (path: string) => `test/${path}.test.ts`
const transition = test('core/transitions/transition')

/** What keeps a shopper from being charged wrongly, and how to remove each. */
export const guards: readonly Guard[] = [
  {
    name: 'one open attempt for each checkout, in the database',
    file: 'server/store/migrations/001-checkouts.ts',
    from: "    .createIndex('one_open_attempt')\n    .unique()\n",
    to: "    .createIndex('one_open_attempt')\n",
    tests: [test('store/store')],
  },
  {
    name: 'the attempt is on disk before InsertCart',
    file: 'server/core/starts.ts',
    from: '    const started = await repository.begin(checkout.id, attempt, ',
    to: [
      '    void provider.start(this.#toRequest(checkout, attempt, payer))',
      '    const started = await repository.begin(checkout.id, attempt, ',
    ].join('\n'),
    tests: [odd, model],
  },
  {
    name: 'every commit is synced to the disk',
    file: 'server/store/sqlite.ts',
    from: 'pragma synchronous = full',
    to: 'pragma synchronous = normal',
    tests: [test('store/store')],
  },
  {
    name: 'a payment has the amount of its checkout',
    file: 'server/core/transitions/mismatch.ts',
    from: 'reported.amount !== null && reported.amount !== amount',
    to: 'reported.amount !== null && amount < 0',
    tests: [transition, model],
  },
  {
    name: 'a payment has the reference of its checkout',
    file: 'server/core/transitions/mismatch.ts',
    from: 'reported.reference !== null && reported.reference !== reference',
    to: "reported.reference !== null && reference === ''",
    tests: [transition, model],
  },
  {
    name: 'a change is saved only over the version it was made from',
    file: 'server/store/save-checkout.ts',
    from: ".where('version', '=', storedVersion)",
    to: ".where('version', '>=', storedVersion)",
    tests: [test('store/store')],
  },
  {
    name: 'a session answers only pages of allowed origins',
    file: 'server/http/app.ts',
    from: "app.use('/v1/session/*', allowOrigins(origins), bodyLimit(8))",
    to: "app.use('/v1/session/*', bodyLimit(8))",
    tests: [test('http/http')],
  },
  {
    name: 'an answer of the provider counts only with its signature',
    file: 'server/providers/netgiro/v1/reply.ts',
    from: 'isSignedBy(secret, signed) ? parseReply(body) : null',
    to: 'secret || signed ? parseReply(body) : null',
    tests: [
      test('providers/netgiro/provider'),
      test('providers/netgiro/signature'),
      test('server/flow'),
    ],
  },
  {
    name: 'a callback is accepted only with its signature',
    file: 'server/providers/netgiro/v1/adapter.ts',
    from: 'if (!isSignedBy(secretKey, { nonce, url, body, signature })) return null',
    to: 'if (!isSignedBy(secretKey, { nonce, url, body, signature }) && !body) return null',
    tests: [test('core/callbacks')],
  },
  {
    name: 'the rate limit of a phone',
    file: 'server/core/rate-limits.ts',
    from: '  return latest > now ? latest : null\n',
    to: '  return latest > now && latest < 0 ? latest : null\n',
    tests: [test('http/rate-limits')],
  },
  {
    name: 'the rate limit of a phone within ten minutes',
    file: 'server/core/rate-limits.ts',
    from: 'windowFreeAt(usage.toPhone, limits.toPhonePer10Minutes, 10 * minutes, now)',
    to: 'windowFreeAt(usage.toPhone, limits.toPhonePerDay, 10 * minutes, now)',
    tests: [model, test('http/rate-limits')],
  },
  {
    name: 'one open request for each phone',
    file: 'server/core/rate-limits.ts',
    from: '  if (usage.openToPhone > 0) return now + minutes\n',
    to: '',
    tests: [test('http/rate-limits')],
  },
  {
    name: 'ten attempts for each checkout',
    file: 'server/core/rate-limits.ts',
    from: '  if (usage.ofCheckout >= limits.attemptsPerCheckout) return Infinity\n',
    to: '',
    tests: [test('http/rate-limits')],
  },
  {
    name: 'the limit of phones for each address',
    file: 'server/core/rate-limits.ts',
    from: 'Math.max(short ?? 0, long ?? 0, address ?? 0)',
    to: 'Math.max(short ?? 0, long ?? 0, address ? 0 : 0)',
    tests: [test('http/rate-limits')],
  },
  {
    name: 'one creation at a time under one idempotency key',
    file: 'server/http/idempotency.ts',
    from: '    this.#fingerprints.set(key, fingerprint)\n',
    to: '',
    tests: [test('http/idempotency')],
  },
  {
    name: 'an idempotency key is valid for one body',
    file: 'server/store/create-checkout.ts',
    from: "if (known && known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }",
    to: "if (known && !idempotency) return { kind: 'key_reused' }",
    tests: [test('http/http'), test('store/store')],
  },
  {
    name: 'an event for the shop is written together with its change',
    file: 'server/store/save-checkout.ts',
    from: '  for (const event of events) await insertEvent(trx, merchantId, event)\n',
    to: '  void events\n  void insertEvent\n',
    tests: [test('store/store'), test('webhooks/webhooks')],
  },
  {
    name: 'an event is sent until it is delivered or its schedule ends',
    file: 'server/webhooks/post.ts',
    from: 'status >= 200 && status < 300',
    to: 'status >= 200 && status < 400',
    tests: [test('webhooks/webhooks')],
  },
  {
    name: 'an early "canceled" counts only when it is reported twice',
    file: 'server/core/transitions/ends.ts',
    from: "if (attempt.doubt?.about !== 'absence' && (isTooSoon || status === 'confirming'))",
    to: "if (attempt.doubt?.about === 'absence' && (isTooSoon || status === 'confirming'))",
    tests: [transition, model],
  },
  {
    name: 'only the callback of the newest attempt is accepted',
    file: 'server/core/callbacks.ts',
    from: 'newest.id === attempt.id && newest.outcome === null',
    to: 'newest.outcome === null',
    also: [
      {
        file: 'server/core/callbacks.ts',
        from: "repository.record(checkoutId, { type: 'capture_requested' }, attempt.id)",
        to: "repository.record(checkoutId, { type: 'capture_requested' }, newest.id)",
      },
    ],
    tests: [model],
  },
  {
    name: 'an uncertain attempt is polled before it is canceled',
    file: 'server/core/attempts/next-action.ts',
    from: 'canCancel && !mustPoll && (',
    to: 'canCancel && mustPoll !== null && (',
    tests: [odd],
  },
  {
    name: 'nothing is captured after the shop denies it',
    file: 'server/core/transitions/open-attempt.ts',
    from: "amend(checkout, attempt, { shopDecision: 'deny', cancelRequested: 'shop' })",
    to: "amend(checkout, attempt, { shopDecision: 'approve' })",
    tests: [test('webhooks/capture-approval'), model],
  },
  {
    name: 'nothing is captured once the checkout is paid by an older request',
    file: 'server/core/capture.ts',
    from: "  checkout.status === 'confirming' &&\n",
    to: '',
    also: [
      {
        file: 'server/core/capture.ts',
        from: "  attempt.cancelRequested === 'shop' ||\n",
        to: '',
      },
    ],
    tests: [odd],
  },
  {
    name: 'only the attempt that was approved is captured',
    file: 'server/core/attempts/attempt-worker.ts',
    from: 'if (tracked && openAttempt(tracked.checkout)?.id === attempt.id)',
    to: 'if (tracked)',
    also: [
      {
        file: 'server/core/attempts/provider-calls.ts',
        from: 'if (open?.id !== attemptId || !mayCapture(checkout, open, now())) return null',
        to: 'if (!open || !mayCapture(checkout, open, now())) return null',
      },
      {
        file: 'server/core/attempts/provider-calls.ts',
        from: [
          'if (open?.id !== attemptId || !mayCapture(intended, open, now())) return null',
          '    const [provider, handle] = this.#providerFor(intended, open)',
        ].join('\n'),
        to: [
          'if (!open || !mayCapture(intended, open, now())) return null',
          '    const asked = intended.attempts.find(({ id }) => id === attemptId) ?? open',
          '    const [provider, handle] = this.#providerFor(intended, asked)',
        ].join('\n'),
      },
    ],
    tests: [odd, model],
  },
  {
    name: 'a paid checkout stays paid',
    file: 'server/core/transitions/change.ts',
    from: "  paid: ['review'],\n",
    to: "  paid: ['open', 'canceled', 'expired', 'review'],\n",
    also: [
      {
        file: 'server/core/transitions/ends.ts',
        from: 'if (isFinal(status) || status === to) return changed(checkout, patch)',
        to: 'if (status === to) return changed(checkout, patch)',
      },
    ],
    tests: [held, transition],
  },
  {
    name: 'a cancellation is requested, not assumed',
    file: 'server/core/transitions/open-attempt.ts',
    from: [
      'too_late_to_cancel: (checkout, attempt) =>',
      '    amend(checkout, attempt, { cancelRefused: true, uncertain: false }),',
    ].join('\n'),
    to: [
      'too_late_to_cancel: (checkout, attempt, _, now) =>',
      "    released(checkout, attempt, { type: 'released' }, now),",
    ].join('\n'),
    tests: [interleavings, model],
  },
  {
    name: 'no second code before the answer to the first is known',
    file: 'server/core/transitions/open-attempt.ts',
    from: "    if (attempt.uncertain) return ignored('code_uncertain')\n",
    to: '',
    tests: [model],
    rail: 'pos',
  },
  {
    name: 'a code is recorded as sent before it is sent',
    file: 'server/core/transitions/open-attempt.ts',
    from: 'codeRefused: false, uncertain: true })',
    to: 'codeRefused: false })',
    tests: [model],
    rail: 'pos',
  },
  {
    name: 'a report that a code was not accepted counts only when it is repeated',
    file: 'server/core/transitions/open-attempt.ts',
    from: "if (isNotTaken && doubt?.about !== 'code')",
    to: "if (isNotTaken && doubt?.about === 'code')",
    tests: [model],
    rail: 'pos',
  },
  {
    name: 'the limit of codes for each attempt',
    file: 'server/core/attempts/provider-calls.ts',
    from: 'if (!before || codesTried >= codeTries) return null',
    to: 'if (!before || codesTried >= codeTries + 9) return null',
    tests: [model],
    rail: 'pos',
  },
  {
    name: 'another code only to what still waits for one',
    file: 'server/core/attempts/provider-calls.ts',
    from: 'if (codesTried > 0) {',
    to: 'if (codesTried < 0) {',
    tests: [model],
    rail: 'pos',
  },
  {
    name: 'a capture without an answer is followed by a poll',
    file: 'server/providers/netgiro/v2/calls.ts',
    from: [
      "  if (captured.kind === 'unknown') return unknown",
      '  const result = await check(client, payment)',
      "  return result.type === 'paid' || result.type === 'ended' ? result : unknown",
    ].join('\n'),
    to: [
      '  const result = { payment: { amount: null, reference: null }, proof: "proven" } as const',
      "  return unknown.effect ? { type: 'paid', ...result, evidence: captured.evidence } : check(client, payment)",
    ].join('\n'),
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'a refund keeps its idempotency key',
    file: 'server/core/jobs/settle-refunds.ts',
    from: 'amount, key: id })',
    to: 'amount, key: `${id}-${this.#deps.clock.now()}` })',
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'no more is refunded than was paid',
    file: 'server/core/transitions/refunds.ts',
    from: 'refund.amount > refundable(checkout, attempt)',
    to: 'refund.amount > checkout.amount',
    tests: [test('core/refunds'), transition],
  },
  {
    name: 'a refusal does not end a refund that may have been made',
    file: 'server/core/transitions/refunds.ts',
    from: 'isOnlyTry(refund) ? fail',
    to: 'isOnlyTry(refund) || now > 0 ? fail',
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'an open refund is resumed after a restart',
    file: 'server/compose/services.ts',
    from: ', core.settler]',
    to: ']',
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'a form that the shopper left is not a payment',
    file: 'server/providers/avarda/status.ts',
    from: "[3, ended('failure')]",
    to: '[3, paid]',
    tests: [model],
    rail: 'avarda',
  },
  {
    name: 'a payment has the currency of its checkout',
    file: 'server/core/transitions/mismatch.ts',
    from: '(reported.currency ?? currency) !== currency',
    to: "(reported.currency ?? currency) === ''",
    tests: [test('providers/avarda/avarda-flow')],
  },
  {
    name: 'a cart that the provider denies does not permit a second request',
    file: 'server/core/transitions/ends.ts',
    from: 'return reportEnd(checkout, attempt, { outcome, reason, providerCode: evidence.code })',
    to: 'return end(checkout, attempt, { outcome, reason, providerCode: evidence.code }, now)',
    tests: [transition, model],
  },
  {
    name: 'an approval is captured within minutes or not at all',
    file: 'server/core/capture.ts',
    from: 'now >= attempt.approvedAt + captureWithinMs',
    to: 'now >= attempt.approvedAt + captureWithinMs * 99',
    tests: [transition, model],
  },
  {
    name: 'nothing is captured for a checkout that is being closed',
    file: 'server/core/capture.ts',
    from: '  checkout.closing !== null ||\n',
    to: '',
    tests: [transition, model],
  },
  {
    name: 'nothing is captured after the lifetime',
    file: 'server/core/capture.ts',
    from: '  now >= checkout.expiresAt ||\n',
    to: '',
    tests: [transition, model],
  },
  {
    name: 'nothing is captured while a report about it is in doubt',
    file: 'server/core/capture.ts',
    from: '  attempt.doubt === null &&\n',
    to: '',
    tests: [held],
  },
  {
    name: 'the intent to capture is on disk before ConfirmCart',
    file: 'server/core/transitions/open-attempt.ts',
    from: '{ captureRequestedAt: now }',
    to: '{ captureRequestedAt: null }',
    tests: [odd, model],
  },
  {
    name: 'the intent to cancel is on disk before CancelCart',
    file: 'server/core/transitions/open-attempt.ts',
    from: [
      'isToBeCanceled(checkout, attempt)',
      '      ? amend(checkout, attempt, { cancelSentAt: now })',
    ].join('\n'),
    to: [
      'isToBeCanceled(checkout, attempt)',
      '      ? amend(checkout, attempt, { cancelSentAt: null })',
    ].join('\n'),
    tests: [odd, model],
  },
  {
    name: 'a second payment of one order is reported',
    file: 'server/core/transitions/payments.ts',
    from: "review: 'paid_twice' }, ['checkout.review'])",
    to: "review: 'paid_twice' })",
    tests: [transition],
  },
  {
    name: 'an unproven payment is polled again',
    file: 'server/core/transitions/mismatch.ts',
    from: "return proof === 'unproven' ? 'unproven_payment' : null",
    to: 'return null',
    tests: [transition, model],
  },
  {
    name: 'a contradictory payment is polled again',
    file: 'server/core/transitions/mismatch.ts',
    from: "  if (proof === 'contradictory') return 'contradiction'\n",
    to: '',
    tests: [transition, model],
  },
  {
    name: 'a mismatch is reported several times before it goes to review',
    file: 'server/core/transitions/mismatch.ts',
    from: 'reportsBelieved = 3',
    to: 'reportsBelieved = 1',
    tests: [transition],
  },
  {
    name: 'one attempt for each id of the provider, in the database',
    file: 'server/store/migrations/002-reviews-and-replacements.ts',
    from: "    .createIndex('one_attempt_per_provider_ref')\n    .unique()\n",
    to: "    .createIndex('one_attempt_per_provider_ref')\n",
    tests: [held],
  },
  {
    name: 'an id of the provider that another attempt has goes to review',
    file: 'server/store/save-checkout.ts',
    from: "if (hasNewRef && (await isRefTaken(trx, checkout, attemptId))) return 'ref_taken'",
    to: "if (hasNewRef && checkout.id === '') return 'ref_taken'",
    tests: [held],
  },
  {
    name: 'one active checkout for each reference, in the database',
    file: 'server/store/migrations/006-merchants.ts',
    from: 'create unique index one_checkout_per_reference',
    to: 'create index one_checkout_per_reference',
    tests: [held],
  },
  {
    name: 'a reference is used again only after an end without a payment',
    file: 'server/store/create-checkout.ts',
    from: "const isOver = found?.status === 'canceled' || found?.status === 'expired'",
    to: "const isOver = found !== undefined && found.status !== 'open'",
    tests: [held],
  },
  {
    name: 'the reference of a late payment is never used again',
    file: 'server/store/checkout-queries.ts',
    from: 'return kept ?? newest',
    to: 'return newest',
    tests: [test('core/money-references')],
  },
  {
    name: 'an unsent request does not count towards the rate limit',
    file: 'server/store/save-checkout.ts',
    from: "entries.some(({ type }) => type === 'not_sent')",
    to: "entries.some(({ type }) => type === 'refused')",
    tests: [held],
  },
  {
    name: 'an attempt keeps the capture method that it was started with',
    file: 'server/core/provider.ts',
    from: 'connection?.captureMethod ?? provider.captureMethodFor(payer.kind)',
    to: 'provider.captureMethodFor(payer.kind)',
    tests: [model],
  },
  {
    name: 'an attempt keeps the callback address that the provider was given',
    file: 'server/core/callbacks.ts',
    from: 'attempt.connection?.publicUrl ?? this.#deps.publicUrl',
    to: 'this.#deps.publicUrl',
    tests: [held],
  },
  {
    name: "the provider's answer is kept until it can be recorded",
    file: 'server/store/checkout-store.ts',
    from: 'mustPersist = entries.some(hasEvidence)',
    to: 'mustPersist = entries.some(hasEvidence) && entries.length > 99',
    tests: [odd],
  },
  {
    name: 'declined attempts are checked for late payments as well',
    file: 'server/core/recheck-delays.ts',
    from: [
      '({ providerRef, endedAt, paidAt }: Attempt): number | null =>',
      '  providerRef !== null && ',
    ].join('\n'),
    to: [
      '({ providerRef, endedAt, paidAt, outcome }: Attempt): number | null =>',
      "  outcome !== 'declined' && providerRef !== null && ",
    ].join('\n'),
    tests: [odd],
  },
  {
    name: 'every checkout ends, whatever the provider reports',
    file: 'server/core/attempts/next-action.ts',
    from: "return isPolled && next.at > at ? { type: 'request_review', at, attempt } : next",
    to: 'return isPolled && now < 0 ? { ...next, at } : next',
    tests: [odd],
  },
  {
    name: 'only the owner of a checkout writes about it, on PostgreSQL',
    file: 'server/store/postgres/leases.ts',
    from: 'row?.held !== list.length',
    to: 'row === undefined',
    tests: [test('store/postgres')],
  },
  {
    name: 'a server that may have a successor makes no call with an effect',
    file: 'server/core/owned-provider.ts',
    from: '(ownership.mayCall() ? send()',
    to: '(name !== undefined ? send()',
    tests: [test('core/owned-provider')],
  },
  {
    name: 'a call whose lease ends while its connection is made does not leave',
    file: 'server/providers/pending-request.ts',
    from: 'if (!this.#isSettled && !this.#options.mayLeave())',
    to: 'if (this.#isSettled && !this.#options.mayLeave())',
    tests: [test('providers/permit')],
  },
  {
    name: 'a call decided on in a former life of its server does not leave',
    file: 'server/store/postgres/leases.ts',
    from: 'return () => this.#losses === losses && this.mayCall()',
    to: 'return () => this.#losses >= losses && this.mayCall()',
    tests: [test('store/postgres')],
  },
  {
    name: 'a call with an effect is made by the owner of its checkout alone',
    file: 'server/core/attempts/provider-calls.ts',
    from: 'if (!this.#deps.ownership.keeps(id)) throw',
    to: "if (id === '' && !this.#deps.ownership.keeps(id)) throw",
    tests: [explored],
  },
  {
    name: 'a callback is answered by the owner of its checkout alone, where the answer captures',
    file: 'server/core/callbacks.ts',
    from: "if (!ownership.keeps(checkoutId) || !ownership.mayCall()) return 'later'",
    to: "if (checkoutId === '' && !ownership.keeps(checkoutId)) return 'later'",
    tests: [explored],
  },
  {
    name: 'one request at a time to a phone, whichever server is asked',
    file: 'server/store/begin-attempt.ts',
    from: '  await lockPhones(trx, paymentRequest.phones)\n',
    to: '',
    tests: [test('server/replicas')],
  },
  {
    name: 'events are numbered in the order in which they are committed',
    file: 'server/store/save-checkout.ts',
    from: '  if (events.length > 0) await lockEvents(trx)\n',
    to: '',
    tests: [test('server/replicas')],
  },
  {
    name: 'a checkout is found by its own merchant alone',
    file: 'server/store/checkout-queries.ts',
    from: ".selectAll().where('merchant_id', '=', merchantId)",
    to: ".selectAll().where('merchant_id', '!=', '')",
    tests: [test('http/merchants'), test('store/merchants')],
  },
  {
    name: 'a session is used on pages of its own merchant alone',
    file: 'server/compose/merchants.ts',
    from: 'origin === undefined || origins.has(origin)',
    to: 'origin === undefined || origins.size > 0',
    tests: [test('http/merchants')],
  },
  {
    name: 'no payment is started for a merchant that was removed',
    file: 'server/core/starts.ts',
    from: "    if (this.#deps.isRetired?.()) throw new CheckoutError('checkout_closed')\n",
    to: '',
    tests: [test('server/merchants-reload')],
  },
]
