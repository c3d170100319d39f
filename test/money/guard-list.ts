import type { RailName } from './rails/rail.ts'

export interface Guard {
  readonly name: string
  readonly file: string
  /** Must be there exactly once, so that a guard that moved is not passed over. */
  readonly from: string
  readonly to: string
  readonly tests: readonly string[]
  /** The way to pay that the model's stories are to be about; all of them where nothing is said. */
  readonly rail?: RailName
}

const model = 'test/money/model.test.ts'
const interleavings = 'test/money/interleavings.test.ts'
const odd = 'test/money/odd.test.ts'
const test = (name: string) => `test/server/${name}.test.ts`

/** What stands between a shopper and being charged wrongly, and how each would be forgotten. */
export const guards: readonly Guard[] = [
  {
    name: 'one open attempt for each checkout, in the database',
    file: 'server/store/schema.ts',
    from: "        .createIndex('one_open_attempt')\n        .unique()\n",
    to: "        .createIndex('one_open_attempt')\n",
    tests: [test('store')],
  },
  {
    name: 'the attempt is on disk before InsertCart',
    file: 'server/checkout/service.ts',
    from: '    const started = await ledger.begin(id, attempt, sending)\n',
    to: [
      '    watcher.start(checkout, attempt, this.#toRequest(checkout, attempt, payer))',
      '    const started = await ledger.begin(id, attempt, sending)',
      '    if (attempt.id.length > 0) return started',
      '',
    ].join('\n'),
    tests: [model, odd],
  },
  {
    name: 'synchronous = full',
    file: 'server/store/sqlite.ts',
    from: 'pragma synchronous = full',
    to: 'pragma synchronous = normal',
    tests: [test('store')],
  },
  {
    name: 'the amount is ours',
    file: 'server/checkout/machine.ts',
    from: '(amount === null || amount === checkout.amount)',
    to: '(amount === null || checkout.amount > 0)',
    tests: [model, test('machine')],
  },
  {
    name: 'the reference is ours',
    file: 'server/checkout/machine.ts',
    from: '(reference === null || reference === attempt.reference)',
    to: '(reference === null || attempt.reference !== null)',
    tests: [model, test('machine')],
  },
  {
    name: 'a change is saved only over the version it was made from',
    file: 'server/store/checkout-store.ts',
    from: ".where('version', '=', before)",
    to: ".where('version', '>=', before)",
    tests: [test('store')],
  },
  {
    name: 'only the origins that were named',
    file: 'server/app.ts',
    from: "app.use('/v1/session/*', onlyFrom(origins), limit(8))",
    to: "app.use('/v1/session/*', limit(8))",
    tests: [test('http')],
  },
  {
    name: "the signature of the provider's answers",
    file: 'server/providers/netgiro/client.ts',
    from: 'isSignedBy(secret, answer) ? parseReply(answer.body) : null',
    to: 'secret ? parseReply(answer.body) : null',
    tests: [test('provider'), test('signature'), test('flow')],
  },
  {
    name: 'the signature of callbacks',
    file: 'server/providers/netgiro/adapter.ts',
    from: 'if (!isSignedBy(secretKey, { nonce, url, body, signature })) return null',
    to: 'if (!isSignedBy(secretKey, { nonce, url, body, signature }) && !body) return null',
    tests: [test('callbacks')],
  },
  {
    name: 'the budget of a phone',
    file: 'server/checkout/budget.ts',
    from: '  return latest > now ? latest : null\n',
    to: '  return latest > now && latest < 0 ? latest : null\n',
    tests: [test('budget')],
  },
  {
    name: 'the same budget, as the model sees it',
    file: 'server/checkout/budget.ts',
    from: 'freeAgainAt(usage.toPhone, limits.toPhonePer10Minutes, 10 * minutes, now)',
    to: 'freeAgainAt(usage.toPhone, limits.toPhonePerDay, 10 * minutes, now)',
    tests: [model, test('budget')],
  },
  {
    name: 'one open request for each phone',
    file: 'server/checkout/budget.ts',
    from: '  if (usage.openToPhone > 0) return now + minutes\n',
    to: '',
    tests: [test('budget')],
  },
  {
    name: 'ten attempts for each checkout',
    file: 'server/checkout/budget.ts',
    from: '  if (usage.ofCheckout >= limits.attemptsPerCheckout) return Infinity\n',
    to: '',
    tests: [test('budget')],
  },
  {
    name: 'the limit of phones for each address',
    file: 'server/checkout/budget.ts',
    from: 'Math.max(short ?? 0, long ?? 0, address ?? 0)',
    to: 'Math.max(short ?? 0, long ?? 0, address ? 0 : 0)',
    tests: [test('budget')],
  },
  {
    name: 'one creation at a time under one idempotency key',
    file: 'server/routes/idempotency.ts',
    from: '    this.#fingerprints.set(key, fingerprint)\n',
    to: '',
    tests: [test('idempotency')],
  },
  {
    name: 'an idempotency key stands for one body',
    file: 'server/store/checkout-store.ts',
    from: "if (known && known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }",
    to: "if (known && !idempotency) return { kind: 'key_reused' }",
    tests: [test('http'), test('store')],
  },
  {
    name: 'what the shop is told is written with the change that it tells of',
    file: 'server/store/checkout-store.ts',
    from: '  for (const event of events) await remember(trx, event)\n',
    to: '  void events\n  void remember\n',
    tests: [test('store'), test('webhooks')],
  },
  {
    name: 'an event is given up only when it was taken, or after its whole schedule',
    file: 'server/webhooks/sender.ts',
    from: 'taken: status >= 200 && status < 300',
    to: 'taken: status >= 200 && status < 400',
    tests: [test('webhooks')],
  },
  {
    name: 'an early "canceled" is not believed the first time',
    file: 'server/checkout/machine.ts',
    from: "if (fact.vague && !attempt.doubted && (isTooSoon || status === 'confirming')) {",
    to: "if (fact.vague && attempt.doubted && (isTooSoon || status === 'confirming')) {",
    tests: [test('machine'), model],
  },
  {
    name: 'only the newest attempt may be consented to',
    file: 'server/checkout/doorbells.ts',
    from: 'newest?.id === attempt.id && newest.outcome === null',
    to: 'newest?.outcome === null',
    tests: [model],
  },
  {
    name: 'what is uncertain is asked about before it is canceled',
    file: 'server/checkout/next-step.ts',
    from: 'cancelRequested !== null && !cancelRefused && !uncertain',
    to: 'cancelRequested !== null && !cancelRefused && uncertain !== null',
    tests: [odd],
  },
  {
    name: "the shop's no",
    file: 'server/checkout/watcher.ts',
    from: 'if (open.authorized === false) {',
    to: 'if (open.authorized === false && open.cancelRefused) {',
    tests: [test('gate'), model],
  },
  {
    name: 'nothing is confirmed once the checkout is paid by an older request',
    file: 'server/checkout/watcher.ts',
    from: "if (checkout.status !== 'confirming' || open?.id !== attempt.id) return",
    to: 'if (open?.id !== attempt.id) return',
    tests: [odd],
  },
  {
    name: 'only the attempt that was approved is confirmed',
    file: 'server/checkout/watcher.ts',
    from: "if (checkout.status !== 'confirming' || open?.id !== attempt.id) return",
    to: "if (checkout.status !== 'confirming' || !open) return",
    tests: [odd, model],
  },
  {
    name: 'paid absorbs',
    file: 'server/checkout/machine.ts',
    from: '  paid: [],\n',
    to: "  paid: ['open', 'canceled', 'expired', 'review'],\n",
    tests: [test('machine'), interleavings],
  },
  {
    name: 'a cancellation is asked for, not assumed',
    file: 'server/checkout/machine.ts',
    from: 'return amend(checkout, attempt, { cancelRefused: true, uncertain: false })',
    to: "return end(checkout, attempt, 'canceled', 'canceled_by_shop', null, now)",
    tests: [interleavings, model],
  },
  {
    name: 'no second code before the answer to the first is known',
    file: 'server/checkout/machine.ts',
    from: "status === 'awaiting_code' && !attempt.uncertain && attempt.cancelRequested === null",
    to: "status === 'awaiting_code' && attempt.cancelRequested === null",
    tests: [model],
    rail: 'till',
  },
  {
    name: 'that a code is on its way is on disk before it is',
    file: 'server/checkout/machine.ts',
    from: '              codeRefused: false,\n              uncertain: true,\n',
    to: '              codeRefused: false,\n',
    tests: [model],
    rail: 'till',
  },
  {
    name: 'a code that was not taken after all is not believed the first time',
    file: 'server/checkout/machine.ts',
    from: 'if (notTaken && !attempt.doubted)',
    to: 'if (notTaken && attempt.doubted)',
    tests: [model],
    rail: 'till',
  },
  {
    name: 'so many codes and no more',
    file: 'server/checkout/watcher.ts',
    from: 'codesTried < codeTries && (await',
    to: 'codesTried < codeTries + 9 && (await',
    tests: [model],
    rail: 'till',
  },
  {
    name: 'a lost capture is asked about',
    file: 'server/providers/netgiro/v2/adapter.ts',
    from: "    if (captured.kind === 'unknown') return unsure\n    const fact = await check(providerRef)\n    return fact.type === 'paid' || fact.type === 'ended' ? fact : unsure\n",
    to: "    const payment = { amount: null, reference: null }\n    if (unsure.effect) return { type: 'paid', payment, evidence: captured.evidence }\n    return check(providerRef)\n",
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'one key for each refund, for ever',
    file: 'server/checkout/refunds.ts',
    from: 'amount, key: id })',
    to: 'amount, key: `${id}-${this.#deps.clock.now()}` })',
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'no more goes back than was paid',
    file: 'server/checkout/refund-transitions.ts',
    from: 'isKnown || !attempt || refund.amount > refundable(checkout, attempt)',
    to: 'isKnown || !attempt || refund.amount > checkout.amount',
    tests: [test('refunds'), test('machine')],
  },
  {
    name: 'a no to what may have happened is not believed',
    file: 'server/checkout/refund-transitions.ts',
    from: "fact.type === 'refund_refused' && isOnlyTry(refund)",
    to: "fact.type === 'refund_refused'",
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'a refund that is open is taken up after a restart',
    file: 'server/compose.ts',
    from: '      refunds.begin()\n',
    to: '',
    tests: [model],
    rail: 'v2',
  },
  {
    name: 'what a form was left with is no payment',
    file: 'server/providers/avarda/status.ts',
    from: "[3, ended('failure')]",
    to: '[3, paid]',
    tests: [model],
    rail: 'avarda',
  },
  {
    name: 'the currency is ours',
    file: 'server/checkout/machine.ts',
    from: '(currency === null || currency === checkout.currency)',
    to: '(currency === null || checkout.currency !== null)',
    tests: [test('avarda-flow')],
  },
]
