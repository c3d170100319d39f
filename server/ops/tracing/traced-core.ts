import { Callbacks } from '../../core/callbacks.ts'
import { Checkouts } from '../../core/checkouts.ts'
import type { Attempt, Checkout, Input } from '../../core/checkout.ts'
import { Refunds } from '../../core/refunds.ts'
import { CheckoutRepository } from '../../core/repository.ts'
import type { CaptureApproval, CheckoutStore } from '../../core/store.ts'
import type { Tracing } from './tracing.ts'

type ParametersOf<Class extends abstract new (deps: never) => unknown> =
  ConstructorParameters<Class>[0]

/** Commands, each in a span. */
export class TracedCheckouts extends Checkouts {
  readonly #tracing: Tracing

  constructor(deps: ParametersOf<typeof Checkouts>, tracing: Tracing) {
    super(deps)
    this.#tracing = tracing
  }

  override create(...input: Parameters<Checkouts['create']>) {
    return this.#tracing.span('checkout create', 'internal', {}, async (span) => {
      const created = await super.create(...input)
      span.set({ 'checkout.id': created.checkout.id, 'checkout.created': created.created })
      return created
    })
  }

  override start(checkout: Checkout, ...input: Tail<Parameters<Checkouts['start']>>) {
    return this.#command('start', checkout, () => super.start(checkout, ...input))
  }

  override submitCode(checkout: Checkout, ...input: Tail<Parameters<Checkouts['submitCode']>>) {
    return this.#command('submit_code', checkout, () => super.submitCode(checkout, ...input))
  }

  override cancelAttempt(checkout: Checkout) {
    return this.#command('cancel_attempt', checkout, () => super.cancelAttempt(checkout))
  }

  override close(checkout: Checkout) {
    return this.#command('close', checkout, () => super.close(checkout))
  }

  #command(name: string, { id }: Checkout, work: () => Promise<Checkout>): Promise<Checkout> {
    return this.#tracing.command(`checkout ${name}`, id, work)
  }
}

type Tail<List extends readonly unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never

export class TracedRefunds extends Refunds {
  readonly #tracing: Tracing

  constructor(deps: ParametersOf<typeof Refunds>, tracing: Tracing) {
    super(deps)
    this.#tracing = tracing
  }

  override request(checkout: Checkout, ...input: Tail<Parameters<Refunds['request']>>) {
    return this.#tracing.command('refund request', checkout.id, () =>
      super.request(checkout, ...input),
    )
  }

  override close(checkoutId: string, ...input: Tail<Parameters<Refunds['close']>>) {
    return this.#tracing.command('refund close', checkoutId, () =>
      super.close(checkoutId, ...input),
    )
  }
}

export class TracedCallbacks extends Callbacks {
  readonly #tracing: Tracing

  constructor(deps: ParametersOf<typeof Callbacks>, tracing: Tracing) {
    super(deps)
    this.#tracing = tracing
  }

  override handle(...input: Parameters<Callbacks['handle']>) {
    // Neither the token nor the name in the URL: both are whatever the caller wrote.
    const attributes = { 'callback.about': input[2] }
    return this.#tracing.span('callback', 'internal', attributes, async (span) => {
      const result = await super.handle(...input)
      span.set({ 'callback.result': result })
      return result
    })
  }
}

/** Transitions, each in a span that ends when the change is on disk. */
export class TracedRepository extends CheckoutRepository {
  readonly #tracing: Tracing

  constructor(deps: ParametersOf<typeof CheckoutRepository>, tracing: Tracing) {
    super({ ...deps, store: noting(deps.store, tracing) })
    this.#tracing = tracing
  }

  override record(id: string, input: Input, attemptId: string | null, next: Input | null = null) {
    return this.#transition(input.type, id, attemptId, () =>
      super.record(id, input, attemptId, next),
    )
  }

  override tryRecord(id: string, input: Input) {
    return this.#transition(input.type, id, null, () => super.tryRecord(id, input))
  }

  override begin(id: string, ...input: Tail<Parameters<CheckoutRepository['begin']>>) {
    const [attempt]: readonly [Pick<Attempt, 'id'>, ...unknown[]] = input
    return this.#transition('started', id, attempt.id, () => super.begin(id, ...input))
  }

  #transition<After extends Checkout | null>(
    type: string,
    checkoutId: string,
    attemptId: string | null,
    work: () => Promise<After>,
  ): Promise<After> {
    const about = {
      'checkout.id': checkoutId,
      ...(attemptId !== null && { 'attempt.id': attemptId }),
    }
    const attributes = { ...about, 'transition.input': type }
    return this.#tracing.span(`transition ${type}`, 'internal', attributes, async (span) => {
      const before = this.peek(checkoutId)
      const after = await work()
      if (after) span.set({ 'checkout.status': after.status, 'checkout.version': after.version })
      if (before) span.set({ 'transition.from': before.status })
      return after
    })
  }
}

/** Remembers the span of each event, which is delivered later. */
const noting = (store: CheckoutStore, tracing: Tracing): CheckoutStore => ({
  ...store,
  save(checkout, entries, events, before, options) {
    if (events.length > 0) tracing.noteEvents(events)
    return store.save(checkout, entries, events, before, options)
  },
})

export const tracedApproval = (approval: CaptureApproval, tracing: Tracing): CaptureApproval => ({
  approves: (checkout, attemptId) =>
    tracing.span(
      'capture approval',
      'client',
      { 'checkout.id': checkout.id, 'attempt.id': attemptId },
      async (span) => {
        const isApproved = await approval.approves(checkout, attemptId)
        span.set({ 'capture.approved': isApproved })
        return isApproved
      },
    ),
})
