import type { Clock } from '../clock.ts'
import { CheckoutError } from '../errors.ts'
import type { Providers } from '../providers/provider.ts'
import { refundable } from './checkout.ts'
import type { Checkout, Refund } from './checkout.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore } from './ports.ts'

interface RefundsDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly providers: Providers
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  readonly onTrouble: (error: unknown) => void
}

/** What is not settled is asked for again: soon, then ever more rarely. */
const patience = { first: 10_000, most: 60 * 60_000 }
const lookEvery = 10_000
const atOnce = 20
/** The shop's backend waits for the outcome this long; a webhook tells the rest. */
const patienceOfShop = 10_000

/**
 * Gives money back. A refund is on disk before the provider is asked, and its id is the key that it is asked with, so
 * that asking again, after a lost answer or a crash, makes no second one.
 */
export class Refunds {
  readonly #deps: RefundsDeps
  readonly #running = new Map<string, Promise<void>>()
  readonly #waits = new Map<string, { readonly until: number; readonly ms: number }>()
  #cancelTimer = () => {}
  #round: Promise<void> | null = null
  #stopped = false

  constructor(deps: RefundsDeps) {
    this.#deps = deps
  }

  /** The refund with this key: a new one, or the one that is there. */
  async request(
    checkout: Checkout,
    amount: number,
    key: string,
  ): Promise<{ readonly created: boolean; readonly refund: Refund }> {
    const { ledger, providers, clock, newId } = this.#deps
    const known = checkout.refunds.find((one) => one.key === key)
    if (known) return { created: false, refund: await this.#repeat(checkout, known, amount) }
    if (!providers.of(checkout).refund) {
      throw new CheckoutError('not_supported', { detail: 'not supported by this provider' })
    }
    if (checkout.paidAt === null) throw new CheckoutError('not_paid')
    if (amount > refundable(checkout)) throw new CheckoutError('refund_too_large')
    const now = clock.now()
    const fresh = { amount, key, requestedAt: now, status: 'pending', settledAt: null } as const
    const refund: Refund = { ...fresh, id: newId('ref') }
    const after = await ledger.record(checkout.id, { type: 'refund_requested', refund }, null)
    const written = after.refunds.find((one) => one.key === key)
    // Another one was faster: the same again, or one that left too little.
    if (!written) throw new CheckoutError('refund_too_large')
    if (written.id !== refund.id) {
      return { created: false, refund: await this.#repeat(after, written, amount) }
    }
    return { created: true, refund: await this.#settled(after, written) }
  }

  /** Takes up what an earlier process, or a lost answer, left open. */
  begin(): void {
    if (this.#stopped) return
    this.#cancelTimer = this.#deps.clock.after(lookEvery, () => {
      this.#round = this.#look()
        .catch(this.#deps.onTrouble)
        .finally(() => {
          this.begin()
        })
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#round
    await Promise.allSettled(this.#running.values())
  }

  /** [ietf] draft-ietf-httpapi-idempotency-key-header: the same key with another payload is an error. */
  #repeat(checkout: Checkout, known: Refund, amount: number): Promise<Refund> {
    if (known.amount !== amount) throw new CheckoutError('idempotency_key_reused')
    return known.status === 'pending' ? this.#settled(checkout, known) : Promise.resolve(known)
  }

  async #settled(checkout: Checkout, refund: Refund): Promise<Refund> {
    const asked = this.#ask(checkout, refund).catch(this.#deps.onTrouble)
    await Promise.race([asked, this.#sleep(patienceOfShop)])
    const latest = this.#deps.ledger.peek(checkout.id) ?? checkout
    return latest.refunds.find(({ id }) => id === refund.id) ?? refund
  }

  async #look(): Promise<void> {
    const { store, clock } = this.#deps
    const checkouts = await store.refunding(atOnce)
    const due = checkouts.flatMap((checkout) =>
      checkout.refunds
        .filter(({ id, status }) => status === 'pending' && this.#isDue(id, clock.now()))
        .map((refund) => this.#ask(checkout, refund)),
    )
    await Promise.all(due)
  }

  #isDue(refundId: string, now: number): boolean {
    return (this.#waits.get(refundId)?.until ?? 0) <= now
  }

  #ask(checkout: Checkout, refund: Refund): Promise<void> {
    const { id } = refund
    const running = this.#running.get(id)
    if (running) return running
    const asking = this.#askProvider(checkout, refund).finally(() => this.#running.delete(id))
    this.#running.set(id, asking)
    return asking
  }

  async #askProvider(checkout: Checkout, { id, amount }: Refund): Promise<void> {
    const { ledger, providers, clock } = this.#deps
    const paid = checkout.attempts.find((attempt) => attempt.id === checkout.paidAttemptId)
    const provider = providers.of(checkout)
    if (!paid?.providerRef || !provider.refund || this.#stopped) return
    const wish = { providerRef: paid.providerRef, amount, key: id }
    const fact = await provider.refund(wish)
    if (fact.type === 'refunded' || fact.type === 'refund_refused') {
      this.#waits.delete(id)
      const { type, evidence } = fact
      await ledger.record(checkout.id, { type, refundId: id, evidence }, null)
      return
    }
    const ms = Math.min((this.#waits.get(id)?.ms ?? patience.first / 2) * 2, patience.most)
    this.#waits.set(id, { until: clock.now() + ms, ms })
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.after(ms, resolve)
    })
  }
}
