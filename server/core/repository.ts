import { toTime } from './clock.ts'
import { CheckoutError } from './errors.ts'
import type { Clock } from './clock.ts'
import { LruCache } from './lru-cache.ts'
import { limitReached, retryAt } from './rate-limits.ts'
import type { Limits, Usage } from './rate-limits.ts'
import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout, EventType, Evidence, Input, OpenAttempt } from './checkout.ts'
import type { PubSub } from './pubsub.ts'
import { transition } from './transition.ts'
import { historyTypeOf } from './history.ts'
import type {
  CheckoutStore,
  HistoryEntry,
  OutboxEvent,
  PaymentRequestLog,
  StartRefusal,
} from './store.ts'
import { merchantView } from './views.ts'

interface RepositoryDeps {
  readonly store: CheckoutStore
  readonly pubsub: PubSub
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  readonly limits: Limits
}

/** Intents change nothing that anybody is shown. */
const silent: ReadonlySet<string> = new Set([
  'cancel_sent',
  'decision_requested',
  'capture_requested',
])

/** Answers about calls with an effect. Said again without telling anything new, they are counted and not listed. */
const isCounted = (fact: Input): boolean =>
  fact.type === 'too_late_to_cancel' || (fact.type === 'unknown' && fact.effect)

/** By the provider, or by the shop, which is asked once and gives no evidence with it. */
const isSaid = (fact: Input): boolean => 'evidence' in fact || fact.type === 'shop_decided'

const evidenceIn = (fact: Input): Evidence | null => ('evidence' in fact ? fact.evidence : null)

/** The only way to change a checkout: a fact goes in, and what it made of the checkout is on disk before anyone hears. */
export class CheckoutRepository {
  readonly #deps: RepositoryDeps
  readonly #recent = new LruCache<Checkout>(10_000)
  /** Those with an open attempt are asked for at every poll. */
  readonly #waiting = new Map<string, Checkout>()
  /** The same by the token of their open attempt, for callbacks name nothing else. */
  readonly #byToken = new Map<string, string>()

  constructor(deps: RepositoryDeps) {
    this.#deps = deps
  }

  async get(id: string): Promise<Checkout | null> {
    const known = this.peek(id)
    if (known) return known
    const checkout = await this.#deps.store.load(id)
    if (checkout) this.keep(checkout)
    return checkout
  }

  /** The same without a look at the disk. */
  peek(id: string): Checkout | undefined {
    return this.#waiting.get(id) ?? this.#recent.get(id)
  }

  /** The open attempt with this token, if it is in memory. */
  peekToken(token: string): { readonly checkoutId: string; readonly attempt: Attempt } | null {
    const checkout = this.#waiting.get(this.#byToken.get(token) ?? '')
    const attempt = checkout && openAttempt(checkout)
    return checkout && attempt ? { checkoutId: checkout.id, attempt } : null
  }

  keep(checkout: Checkout): void {
    const { id } = checkout
    const open = openAttempt(checkout)
    if (open) {
      this.#byToken.set(open.token, id)
      this.#waiting.set(id, checkout)
      this.#recent.delete(id)
    } else {
      this.#leave(id)
      this.#recent.set(id, checkout)
    }
  }

  /** Another process may have changed it: those who follow it hear of what is on disk. */
  async refresh(id: string): Promise<void> {
    const stored = await this.#deps.store.load(id)
    if (stored && stored.version >= (this.peek(id)?.version ?? 0)) this.#publish(stored, [])
  }

  /**
   * Answers the checkout as it is then; the same object as before when the fact said nothing new. What the provider or the
   * shop said waits in memory until it is on disk, for it may not be said again. `andThen` is an intent that follows from the
   * fact: both are on disk together, at the price of one.
   */
  record(
    id: string,
    fact: Input,
    attemptId: string | null,
    andThen: Input | null = null,
  ): Promise<Checkout> {
    return this.#record(id, [fact, ...(andThen ? [andThen] : [])], attemptId)
  }

  async #record(id: string, facts: readonly Input[], attemptId: string | null): Promise<Checkout> {
    const { store, clock } = this.#deps
    for (;;) {
      const before = this.peek(id) ?? (await this.get(id))
      if (!before) throw new Error(`No checkout ${id}`)
      const now = clock.now()
      let checkout = before
      const entries: HistoryEntry[] = []
      const repeats: Input[] = []
      const events: OutboxEvent[] = []
      for (const fact of facts) {
        const change = transition(checkout, fact, attemptId, now)
        if (change.kind === 'ignored') {
          if (isCounted(fact)) await store.countRepeat(id, historyTypeOf(fact), now)
          continue
        }
        checkout = change.checkout
        if (change.isRepeat) {
          repeats.push(fact)
          continue
        }
        events.push(...change.events.map((type) => this.#toEvent(change.checkout, type, now)))
        const { version } = checkout
        entries.push({
          attemptId,
          version,
          at: now,
          type: historyTypeOf(fact),
          evidence: evidenceOf(fact, before),
        })
      }
      if (checkout === before) return before
      const saved = await store.save(checkout, entries, events, before, {
        ...(facts.some(isSaid) && { mustPersist: true }),
      })
      const isSilent = entries.every(({ type }) => silent.has(type))
      if (saved === 'saved')
        for (const fact of repeats)
          if ('evidence' in fact) await store.countRepeat(id, historyTypeOf(fact), now)
      if (saved === 'saved') return this.#publish(checkout, events, isSilent)
      const [fact] = facts
      const evidence = fact && evidenceIn(fact)
      // What was refused in the name of another request is no request.
      if (saved === 'ref_taken' && fact?.type === 'refused')
        return this.#record(id, [withoutRef(fact)], attemptId)
      if (saved === 'ref_taken' && evidence)
        return this.#record(id, [{ type: 'duplicate_ref', evidence }], attemptId)
      this.#forget(id)
    }
  }

  /** The start of an attempt: a fact like any other, but it counts against a budget and may be refused. */
  async begin(
    id: string,
    attempt: OpenAttempt,
    paymentRequest: PaymentRequestLog,
  ): Promise<Checkout> {
    const { store, limits } = this.#deps
    for (;;) {
      const before = await this.get(id)
      if (!before) throw new Error(`No checkout ${id}`)
      const input = { type: 'started', attempt } as const
      const change = transition(before, input, attempt.id, paymentRequest.at)
      if (change.kind === 'ignored') return before
      const { checkout } = change
      const entry = {
        attemptId: attempt.id,
        version: checkout.version,
        at: paymentRequest.at,
        type: 'started',
        evidence: null,
      }
      const begun = await store.begin(checkout, entry, paymentRequest, (usage) =>
        refusalOf(usage, limits, paymentRequest.at),
      )
      if (begun === 'begun') return this.#publish(checkout, [])
      if (begun !== 'stale') throw refusedStart(begun, paymentRequest.at)
      this.#forget(id)
    }
  }

  #publish(checkout: Checkout, events: readonly OutboxEvent[], isSilent = false): Checkout {
    this.keep(checkout)
    this.#deps.pubsub.publish(checkout, events, isSilent)
    return checkout
  }

  #toEvent(checkout: Checkout, type: EventType, now: number): OutboxEvent {
    const body = JSON.stringify({
      type,
      timestamp: toTime(now),
      data: { checkout: merchantView(checkout) },
    })
    return { id: this.#deps.newId('evt'), checkoutId: checkout.id, type, at: now, body }
  }

  #forget(id: string): void {
    this.#leave(id)
    this.#recent.delete(id)
  }

  #leave(id: string): void {
    const before = this.#waiting.get(id)
    const open = before && openAttempt(before)
    if (open) this.#byToken.delete(open.token)
    this.#waiting.delete(id)
  }
}

const withoutRef = ({ type, outcome, reason, evidence }: Extract<Input, { type: 'refused' }>) => ({
  ...{ type, outcome, reason, evidence },
})

function refusalOf(usage: Usage, limits: Limits, now: number): StartRefusal | null {
  // The budgets first: whoever has used them up is not offered to cancel a request of somebody else's.
  const budgets = { ...usage, openToPhone: 0 }
  const limit = limitReached(budgets, limits, now)
  const until = retryAt(budgets, limits, now)
  if (until !== null) return { because: 'too_many', until, limit }
  const freeAt = retryAt(usage, limits, now)
  return freeAt === null ? null : { because: 'phone_busy', until: freeAt, limit }
}

function refusedStart({ because, until, limit }: StartRefusal, now: number): CheckoutError {
  const more = Number.isFinite(until) ? { retryAfter: Math.ceil((until - now) / 1000) } : {}
  return because === 'phone_busy'
    ? new CheckoutError('phone_busy', more)
    : new CheckoutError('too_many_requests', { ...more, event: `limit_${limit}` })
}

/** What support reads beside the line of the history. */
function evidenceOf(fact: Input, { refunds }: Checkout): Evidence | null {
  if (fact.type !== 'refund_closed') return 'evidence' in fact ? fact.evidence : null
  const { by, note, as, refundId } = fact
  const lastAnswer = refunds.find(({ id }) => id === refundId)?.lastAnswer ?? null
  const operator = { by, note, lastAnswer }
  return { call: 'operator', code: as, referenceId: null, operator }
}
