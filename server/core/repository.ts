import type { Attempt, Checkout, Input, OpenAttempt } from './checkout.ts'
import { CheckoutCache } from './checkout-cache.ts'
import { toTime } from './clock.ts'
import type { Clock } from './clock.ts'
import { historyTypeOf } from './history.ts'
import { applyInputs } from './pending-change.ts'
import type { PendingChange } from './pending-change.ts'
import { soleOwner } from './ownership.ts'
import type { Ownership } from './ownership.ts'
import type { PubSub } from './pubsub.ts'
import type { Limits } from './rate-limits.ts'
import type { IssueReceipt } from './receipt.ts'
import { startRefusal, startRefusedError } from './start-refusal.ts'
import type { CheckoutStore, OutboxEvent, PaymentRequestLog, Saved } from './store.ts'
import { transition } from './transition.ts'
import { merchantView } from './views.ts'

interface RepositoryDeps {
  readonly store: CheckoutStore
  readonly pubsub: PubSub
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  readonly limits: Limits
  readonly receipt: IssueReceipt
  /** Default: this process owns every checkout. */
  readonly ownership?: Ownership
}

/** Intents, which no snapshot shows, by the type of their history line. */
const silentTypes: ReadonlySet<string> = new Set([
  'cancel_sent',
  'decision_requested',
  'capture_requested',
])

/** The only way to change a checkout: what an input makes of it is on disk before it is published. */
export class CheckoutRepository {
  readonly #deps: RepositoryDeps
  readonly #ownership: Ownership
  readonly #cache = new CheckoutCache()
  /** How many writes about a checkout are out: other servers may see already what memory does not contain yet. */
  readonly #writesOut = new Map<string, number>()

  constructor(deps: RepositoryDeps) {
    this.#deps = deps
    this.#ownership = deps.ownership ?? soleOwner
  }

  /** From memory where this process owns the checkout, and from the database otherwise. */
  async get(id: string): Promise<Checkout | null> {
    return this.peekNewest(id) ?? this.#load(id)
  }

  /** The checkout if it is in memory, and no other server can show a newer state of it. */
  peekNewest(id: string): Checkout | undefined {
    return this.#ownership.isShared && this.#writesOut.has(id) ? undefined : this.peek(id)
  }

  /** The checkout if it is in memory, and no other server can have changed it. */
  peek(id: string): Checkout | undefined {
    const known = this.#cache.get(id)
    return known && this.#ownership.owns(id) ? known : undefined
  }

  /** The open attempt with this token, if it is in memory. */
  peekToken(token: string): { readonly checkoutId: string; readonly attempt: Attempt } | null {
    const found = this.#cache.byToken(token)
    return found && this.#ownership.owns(found.checkoutId) ? found : null
  }

  keep(checkout: Checkout): void {
    if (this.#ownership.holds(checkout.id)) this.#cache.set(checkout)
  }

  /** Forgets the checkouts that another process owns from now on. */
  forget(isGone: (id: string) => boolean): void {
    this.#cache.deleteWhere(isGone)
  }

  /** Reads and publishes what another process may have changed. */
  async refresh(id: string): Promise<void> {
    const stored = await this.#deps.store.load(id)
    if (!stored || stored.version < (this.#cache.get(id)?.version ?? 0)) return
    if (this.#ownership.holds(id)) this.#publish(stored)
    else this.#deps.pubsub.show(stored)
  }

  /**
   * Applies an input. A result of the provider, or the shop's decision, waits in memory until it can be written, for it may not
   * be reported again.
   *
   * @param next - an intent that follows from the input: both are written together, at the price of one
   * @returns the checkout as it is then; the same object as before where nothing changed
   */
  async record(
    id: string,
    input: Input,
    attemptId: string | null,
    next: Input | null = null,
  ): Promise<Checkout> {
    const inputs = next ? [input, next] : [input]
    return (await this.#record(id, inputs, attemptId)).checkout
  }

  /**
   * Applies an input to the checkout as a whole, for a caller that must know whether this input changed it.
   *
   * @returns null where it changed nothing, though others may have changed the checkout meanwhile
   */
  async tryRecord(id: string, input: Input): Promise<Checkout | null> {
    const { checkout, isChanged } = await this.#record(id, [input], null)
    return isChanged ? checkout : null
  }

  async #record(
    id: string,
    inputs: readonly Input[],
    attemptId: string | null,
  ): Promise<{ readonly checkout: Checkout; readonly isChanged: boolean }> {
    const { clock } = this.#deps
    for (;;) {
      // Good enough to begin with: it is written only if it is the newest version, and only by the owner.
      const before = this.#cache.get(id) ?? (await this.#load(id))
      if (!before) throw new Error(`No checkout ${id}`)
      const now = clock.now()
      const change = applyInputs(before, inputs, attemptId, now)
      if (change.checkout === before) {
        if (change.repeats.length > 0) await this.#count(id, change.repeats, now)
        return { checkout: before, isChanged: false }
      }
      const events = this.#toEvents(change, now)
      const saved = await this.#save(change, events, before, inputs)
      if (saved === 'saved') {
        const isSilent = change.entries.every(({ type }) => silentTypes.has(type))
        const checkout = this.#publish(change.checkout, events, isSilent)
        await this.#count(id, change.repeats, now)
        return { checkout, isChanged: true }
      }
      const instead = saved === 'ref_taken' ? withoutTakenRef(inputs[0]) : null
      if (instead) return this.#record(id, [instead], attemptId)
      this.#cache.delete(id)
    }
  }

  /**
   * Records the start of an attempt, which counts against the rate limits.
   *
   * @throws CheckoutError where a limit is reached or another request to the same phone is open
   */
  async begin(
    id: string,
    attempt: OpenAttempt,
    paymentRequest: PaymentRequestLog,
  ): Promise<Checkout> {
    const { store, limits } = this.#deps
    const { at } = paymentRequest
    for (;;) {
      const before = await this.get(id)
      if (!before) throw new Error(`No checkout ${id}`)
      const change = transition(before, { type: 'started', attempt }, attempt.id, at)
      if (change.kind === 'ignored') return before
      const { checkout } = change
      const { version } = checkout
      const entry = { attemptId: attempt.id, version, at, type: 'started', evidence: null }
      const begun = await this.#write(id, () =>
        store.begin(before, checkout, entry, paymentRequest, (usage) =>
          startRefusal(usage, limits, at),
        ),
      )
      if (begun === 'begun') return this.#publish(checkout)
      if (begun !== 'stale') throw startRefusedError(begun, at)
      this.#cache.delete(id)
    }
  }

  #save(
    { checkout, entries }: PendingChange,
    events: readonly OutboxEvent[],
    before: Checkout,
    inputs: readonly Input[],
  ): Promise<Saved> {
    const options = inputs.some(isAnswer) ? { mustPersist: true } : {}
    return this.#write(checkout.id, () =>
      this.#deps.store.save(checkout, entries, events, before, options),
    )
  }

  async #write<T>(id: string, write: () => Promise<T>): Promise<T> {
    this.#writesOut.set(id, (this.#writesOut.get(id) ?? 0) + 1)
    try {
      return await write()
    } catch (error) {
      // It may be written all the same.
      this.#cache.delete(id)
      throw error
    } finally {
      const left = (this.#writesOut.get(id) ?? 1) - 1
      if (left > 0) this.#writesOut.set(id, left)
      else this.#writesOut.delete(id)
    }
  }

  async #count(id: string, inputs: readonly Input[], now: number): Promise<void> {
    for (const input of inputs) await this.#deps.store.countRepeat(id, historyTypeOf(input), now)
  }

  async #load(id: string): Promise<Checkout | null> {
    const checkout = await this.#deps.store.load(id)
    // A change may have been written while this was read.
    const known = this.#cache.get(id)
    if (checkout && known && known.version > checkout.version) return known
    if (checkout) this.keep(checkout)
    return checkout
  }

  #publish(checkout: Checkout, events?: readonly OutboxEvent[], isSilent?: boolean): Checkout {
    this.keep(checkout)
    this.#deps.pubsub.publish(checkout, events, isSilent)
    return checkout
  }

  #toEvents({ events }: PendingChange, now: number): readonly OutboxEvent[] {
    const { newId, receipt } = this.#deps
    return events.map(({ type, checkout }) => {
      const data = { checkout: merchantView(checkout, receipt(checkout)) }
      const body = JSON.stringify({ type, timestamp: toTime(now), data })
      return { id: newId('evt'), checkoutId: checkout.id, type, at: now, body }
    })
  }
}

/** From the provider, or from the shop, which is asked once and gives no evidence with its decision. */
const isAnswer = (input: Input): boolean => 'evidence' in input || input.type === 'shop_decided'

/** What is recorded instead of a result that names another attempt's request; null: nothing. */
function withoutTakenRef(input: Input | undefined): Input | null {
  if (!input || !('evidence' in input)) return null
  const { evidence } = input
  // A refusal that names another request is a refusal without a request.
  if (input.type === 'refused') {
    const { type, outcome, reason } = input
    return { type, outcome, reason, evidence }
  }
  return { type: 'duplicate_ref', evidence }
}
