import type { Clock } from '../clock.ts'
import { CheckoutError } from '../errors.ts'
import type { Providers } from '../providers/provider.ts'
import { refundable } from './checkout.ts'
import type { Checkout, Refund, RefundFact } from './checkout.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore } from './ports.ts'
import { Rounds } from './rounds.ts'

interface RefundsDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly providers: Providers
  readonly clock: Clock
  readonly newId: (prefix: string) => string
  readonly onTrouble: (error: unknown) => void
  /** Told of every answer that did not settle a refund; a refusal among them needs a person. */
  readonly onUnsettled: (checkoutId: string, refundId: string, said: RefundFact) => void
}

/** What is not settled is asked for again: soon, then ever more rarely. */
const patience = { first: 10_000, most: 60 * 60_000 }
const lookEvery = 10_000
const atOnce = 20
/** Another process may be waiting for the answer to one that it has just asked for. */
const patienceWithOthers = 30_000
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
  /** Those of which no try can have arrived yet. Of the others only a yes is believed. */
  readonly #untried = new Set<string>()
  readonly #rounds: Rounds
  #stopped = false

  constructor(deps: RefundsDeps) {
    this.#deps = deps
    const { clock, onTrouble } = deps
    this.#rounds = new Rounds({ clock, onTrouble, everyMs: lookEvery, round: () => this.#look() })
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
    this.#untried.add(refund.id)
    const after = await ledger.record(checkout.id, { type: 'refund_requested', refund }, null)
    const written = after.refunds.find((one) => one.key === key)
    // Another one was faster: the same again, or one that left too little.
    if (written?.id === refund.id)
      return { created: true, refund: await this.#settled(after, refund) }
    this.#untried.delete(refund.id)
    if (!written) throw new CheckoutError('refund_too_large')
    return { created: false, refund: await this.#repeat(after, written, amount) }
  }

  /** Takes up what an earlier process, or a lost answer, left open. */
  begin(): void {
    this.#rounds.begin()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#rounds.stop()
    await Promise.allSettled(this.#running.values())
  }

  /** [ietf] draft-ietf-httpapi-idempotency-key-header: the same key with another payload is an error. */
  #repeat(checkout: Checkout, known: Refund, amount: number): Promise<Refund> {
    if (known.amount !== amount) throw new CheckoutError('idempotency_key_reused')
    return known.status === 'pending' ? this.#settled(checkout, known) : Promise.resolve(known)
  }

  async #settled(checkout: Checkout, refund: Refund): Promise<Refund> {
    await this.#waitAtMost(patienceOfShop, this.#ask(checkout, refund))
    const latest = this.#deps.ledger.peek(checkout.id) ?? checkout
    return latest.refunds.find(({ id }) => id === refund.id) ?? refund
  }

  /** All that are open, a page at a time: those that fail on must not keep the others from their turn. */
  async #look(): Promise<void> {
    const { store, ledger } = this.#deps
    let page: readonly Checkout[] = []
    do {
      page = await store.refunding(page.at(-1)?.id ?? '', atOnce)
      const asked = page.map(async ({ id }) => {
        // What is in memory may be newer than what was read.
        const checkout = await ledger.get(id)
        const due = checkout?.refunds.filter((refund) => this.#isDue(refund)) ?? []
        for (const refund of due) if (checkout) await this.#ask(checkout, refund)
      })
      await Promise.all(asked)
    } while (page.length === atOnce && !this.#stopped)
  }

  #isDue({ id, status, requestedAt }: Refund): boolean {
    const from = this.#waits.get(id)?.until ?? requestedAt + patienceWithOthers
    return status === 'pending' && from <= this.#deps.clock.now()
  }

  /** Never rejects: what went wrong is told, and the refund stays open. */
  #ask(checkout: Checkout, refund: Refund): Promise<void> {
    const { id } = refund
    const running = this.#running.get(id)
    if (running) return running
    const asking = this.#askProvider(checkout, refund)
      .catch(this.#deps.onTrouble)
      .finally(() => this.#running.delete(id))
    this.#running.set(id, asking)
    return asking
  }

  async #askProvider(checkout: Checkout, { id, amount }: Refund): Promise<void> {
    const { ledger, providers } = this.#deps
    const paid = checkout.attempts.find((attempt) => attempt.id === checkout.paidAttemptId)
    const provider = providers.of(checkout)
    if (!paid?.providerRef || !provider.refund || this.#stopped) return
    const fact = await provider.refund({ providerRef: paid.providerRef, amount, key: id })
    this.#waitLonger(id)
    if (fact.type === 'unknown' && fact.effect) this.#untried.delete(id)
    // A provider may refuse a key that it has had before; an earlier try may then have given the money back.
    const isLastWord =
      fact.type === 'refunded' || (fact.type === 'refund_refused' && this.#untried.has(id))
    if (isLastWord) {
      const { type, evidence } = fact
      await ledger.record(checkout.id, { type, refundId: id, evidence }, null)
      this.#waits.delete(id)
      this.#untried.delete(id)
    } else {
      this.#deps.onUnsettled(checkout.id, id, fact)
    }
  }

  #waitLonger(id: string): void {
    const ms = Math.min((this.#waits.get(id)?.ms ?? patience.first / 2) * 2, patience.most)
    this.#waits.set(id, { until: this.#deps.clock.now() + ms, ms })
  }

  #waitAtMost(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve)
      void work.then(() => {
        cancel()
        resolve()
      })
    })
  }
}
