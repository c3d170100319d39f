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
const edgeCases = 'test/money/edge-cases.test.ts'
const held = 'test/money/held.test.ts'
const explored = 'test/money/explore.test.ts'
const test = (path: string) => `test/${path}.test.ts`
const transition = test('core/transitions/transition')

/** A PostgreSQL database without a unique index of a SQLite file is refused before anything is written to it. */
const unlikeSqlite: Patch = {
  file: 'server/store/schema-check.ts',
  from: 'if (!actual.lines.has(line)) return',
  to: "if (!actual.lines.has(line) && !line.startsWith('unique')) return",
}

/** What keeps a shopper from being charged wrongly, and how to remove each that no mutant of Stryker's removes. */
export const guards: readonly Guard[] = [
  {
    name: 'one open attempt for each checkout, in the database',
    file: 'server/store/migrations/001-checkouts.ts',
    from: "    .createIndex('one_open_attempt')\n    .unique()\n",
    to: "    .createIndex('one_open_attempt')\n",
    tests: [test('store/store')],
  },
  {
    name: 'one open attempt for each checkout, in a PostgreSQL database',
    file: 'server/store/postgres/schema.ts',
    from: 'create unique index one_open_attempt',
    to: 'create index one_open_attempt',
    also: [unlikeSqlite],
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
    tests: [edgeCases, model],
  },
  {
    name: 'every commit is synced to the disk',
    file: 'server/store/sqlite.ts',
    from: 'pragma synchronous = full',
    to: 'pragma synchronous = normal',
    tests: [test('store/store')],
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
    name: 'the rate limit of a phone within ten minutes',
    file: 'server/core/rate-limits.ts',
    from: 'windowFreeAt(usage.toPhone, limits.toPhonePer10Minutes, 10 * minutes, now)',
    to: 'windowFreeAt(usage.toPhone, limits.toPhonePerDay, 10 * minutes, now)',
    tests: [model, test('http/rate-limits')],
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
    from: '...events.map((event) => insertEvent(trx, merchantId, event))',
    to: 'void insertEvent',
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
    tests: [edgeCases, model],
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
      '    amend(checkout, attempt, {',
      '      cancelRefused: true,',
      '      uncertain: attempt.uncertain && attempt.captureRequestedAt !== null,',
      '    }),',
    ].join('\n'),
    to: [
      'too_late_to_cancel: (checkout, attempt, _, now) =>',
      "    released(checkout, attempt, { type: 'released' }, now),",
    ].join('\n'),
    tests: [interleavings, model],
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
    name: 'a cart that the provider denies does not permit a second request',
    file: 'server/core/transitions/ends.ts',
    from: 'return reportEnd(checkout, attempt, { outcome, reason, providerCode: evidence.code })',
    to: 'return end(checkout, attempt, { outcome, reason, providerCode: evidence.code }, now)',
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
    name: 'one attempt for each id of the provider, in a PostgreSQL database',
    file: 'server/store/postgres/schema.ts',
    from: 'create unique index one_attempt_per_provider_ref',
    to: 'create index one_attempt_per_provider_ref',
    also: [unlikeSqlite],
    tests: [held],
  },
  {
    name: 'an id of the provider that another attempt has goes to review',
    file: 'server/store/save-checkout.ts',
    from: "newRef && (await isRefTaken(trx, newRef)) ? 'ref_taken' : 'stale'",
    to: "newRef?.ref === '' ? 'ref_taken' : 'stale'",
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
    tests: [edgeCases],
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
    tests: [edgeCases],
  },
  {
    name: 'only the owner of a checkout writes about it, on PostgreSQL',
    file: 'server/store/postgres/leases.ts',
    from: 'row?.held !== list.length',
    to: 'row === undefined',
    tests: [test('store/postgres/leases')],
  },
  {
    name: 'of servers on one database, each reads what the others write about phones',
    file: 'server/store/postgres/lease-table.ts',
    from: "!theirs.includes(ours[0] ?? '')",
    to: 'theirs.length === 0',
    tests: [test('server/replicas-keys')],
  },
  {
    name: 'a COMMIT in doubt is not believed of a database that may have lost it',
    file: 'server/store/postgres/database.ts',
    from: "status === 'committed' && isUpSince === upSince",
    to: "status === 'committed' && isUpSince !== undefined",
    tests: [test('store/postgres/writes')],
  },
  {
    name: 'a server that may have a successor makes no call with an effect',
    file: 'server/core/owned-provider.ts',
    from: '(ownership.mayCall() ? send()',
    to: '(name !== undefined ? send()',
    tests: [test('core/owned-provider')],
  },
  {
    name: 'a call decided on in a former life of its server does not leave',
    file: 'server/store/postgres/leases.ts',
    from: 'return () => this.#losses === losses && this.mayCall()',
    to: 'return () => this.#losses >= losses && this.mayCall()',
    tests: [test('store/postgres/lives')],
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
    name: 'no payment is believed while a cancellation under way may undo it',
    file: 'server/core/attempts/attempt-actions.ts',
    from: "cancel: cancelUndoesPayments && isUnderWay(tracked, 'cancel', clock),",
    to: 'cancel: cancelUndoesPayments && clock.now() < 0,',
    tests: [test('core/attempts/calls-under-way')],
  },
  {
    name: 'no approval that a cancellation may undo is believed beside the turn',
    file: 'server/core/attempts/approval-looks.ts',
    from: 'return isUndoable || open.providerRef === null',
    to: 'return open.providerRef === null',
    tests: [test('core/attempts/approval-looks')],
  },
  {
    name: 'no absence is believed just after a callback that says that the payer approved',
    file: 'server/core/attempts/provider-calls.ts',
    from: "const isLagging = saysApproved() && answer.type === 'ended' && !answer.isFinal",
    to: "const isLagging = saysApproved() && answer.type === 'ended' && attempt.id === ''",
    tests: [test('core/callbacks-lag')],
  },
  {
    name: 'no reservation is called over while a capture of it may be under way',
    file: 'server/core/attempts/attempt-actions.ts',
    from: 'if (isUnwanted && !this.#mayBeCaptured(tracked, open))',
    to: 'if (isUnwanted && (this.#mayBeCaptured(tracked, open) || true))',
    tests: [test('core/attempts/calls-under-way')],
  },
  {
    name: 'no other code is submitted while one may be under way',
    file: 'server/core/attempts/attempt-actions.ts',
    from: "code: isUnderWay(tracked, 'code', clock),",
    to: 'code: false,',
    tests: [test('core/attempts/calls-under-way')],
  },
  {
    name: 'one request at a time to a phone, whichever server is asked',
    file: 'server/store/begin-attempt.ts',
    from: '    lockPhones(trx, paymentRequest.phones),\n',
    to: '    null,\n',
    tests: [test('server/replicas'), test('store/postgres/writes')],
  },
  {
    name: 'one request at a time to a phone, also of those that one transaction writes',
    file: 'server/store/checkout-store.ts',
    from: 'countsBy: countedBy(paymentRequest)',
    to: 'countsBy: []',
    tests: [test('store/fences')],
  },
  {
    name: 'events are numbered in the order in which they are committed',
    file: 'server/store/save-checkout.ts',
    from: 'lockEvents(trx), ',
    to: '',
    tests: [test('store/postgres/writes')],
  },
  {
    name: 'a checkout is found by its own merchant alone',
    file: 'server/store/checkout-queries.ts',
    from: ".selectAll().where('merchant_id', '=', merchantId)",
    to: ".selectAll().where('merchant_id', '!=', '')",
    also: [
      {
        file: 'server/store/checkout-queries.ts',
        from: ".where('checkouts.merchant_id', '=', merchantId)",
        to: ".where('checkouts.merchant_id', '!=', '')",
      },
    ],
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
  {
    name: 'a phone that a request waits on is released by its sender alone',
    file: 'server/core/starts.ts',
    from: 'return (from) => from !== null && own.includes(from)',
    to: 'return () => own.length > 0',
    tests: [test('core/money-phones')],
  },
  {
    name: 'a phone that a request from an unknown address waits on is released by no shopper',
    file: 'server/core/starts.ts',
    from: 'return (from) => from === null && isLocal === true',
    to: 'return (from) => from === null',
    tests: [test('core/money-phones')],
  },
  {
    name: 'the payer of an open request cannot be found by trying',
    file: 'server/core/starts.ts',
    from: ' || others >= maxOtherPayers',
    to: '',
    tests: [test('http/rate-limits')],
  },
]

/** Guards that a mutant of `npm run test:mutation` removes, each with its file. */
export const mutatedGuards: Readonly<Record<string, string>> = {
  'a payment has the amount of its checkout': 'server/core/transitions/mismatch.ts',
  'a payment has the reference of its checkout': 'server/core/transitions/mismatch.ts',
  'an answer of the provider counts only with its signature':
    'server/providers/netgiro/v1/reply.ts',
  'a callback is accepted only with its signature': 'server/providers/netgiro/v1/adapter.ts',
  'the rate limit of a phone': 'server/core/rate-limits.ts',
  'one open request for each phone': 'server/core/rate-limits.ts',
  'ten attempts for each checkout': 'server/core/rate-limits.ts',
  'the limit of phones for each address': 'server/core/rate-limits.ts',
  'an early "canceled" counts only when it is reported twice': 'server/core/transitions/ends.ts',
  'an uncertain attempt is polled before it is canceled': 'server/core/attempts/next-action.ts',
  'nothing is captured after the shop denies it': 'server/core/transitions/open-attempt.ts',
  'nothing is captured unasked that was started with the question to the shop':
    'server/core/capture.ts',
  'nothing is captured once the checkout is paid by an older request': 'server/core/capture.ts',
  'no second code before the answer to the first is known':
    'server/core/transitions/open-attempt.ts',
  'a code is recorded as sent before it is sent': 'server/core/transitions/open-attempt.ts',
  'a report that a code was not accepted counts only when it is repeated':
    'server/core/transitions/open-attempt.ts',
  'a refusal does not end a refund that may have been made': 'server/core/transitions/refunds.ts',
  'a payment has the currency of its checkout': 'server/core/transitions/mismatch.ts',
  'an approval is captured within minutes or not at all': 'server/core/capture.ts',
  'nothing is captured for a checkout that is being closed': 'server/core/capture.ts',
  'nothing is captured after the lifetime': 'server/core/capture.ts',
  'nothing is captured while a report about it is in doubt': 'server/core/capture.ts',
  'the intent to capture is on disk before ConfirmCart': 'server/core/transitions/open-attempt.ts',
  'the intent to cancel is on disk before CancelCart': 'server/core/transitions/open-attempt.ts',
  'a second payment of one order is reported': 'server/core/transitions/payments.ts',
  'an unproven payment is polled again': 'server/core/transitions/mismatch.ts',
  'a contradictory payment is polled again': 'server/core/transitions/mismatch.ts',
  'an attempt keeps the capture method that it was started with': 'server/core/provider.ts',
  'every checkout ends, whatever the provider reports': 'server/core/attempts/next-action.ts',
  'a call whose lease ends while its connection is made does not leave':
    'server/providers/pending-request.ts',
}
