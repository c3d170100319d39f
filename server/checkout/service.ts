import type { Clock } from '../clock.ts'
import { CheckoutError } from '../errors.ts'
import { isFinal } from '../protocol.ts'
import type { PaymentRequest, Provider, Providers } from '../providers/provider.ts'
import { Recent } from '../recent.ts'
import { callbackUrls } from './doorbells.ts'
import { openAttempt, untouched } from './checkout.ts'
import type { Attempt, Checkout, Order, PayerRequest } from './checkout.ts'
import type { Feed, Subscriber } from './feed.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore, HistoryEntry } from './ports.ts'
import { payerOf, payerText } from './payer.ts'
import type { Watcher } from './watcher.ts'

export interface Secrets {
  /** An id that cannot be guessed. */
  readonly newId: (prefix: string) => string
  readonly newSession: () => string
  /** How a session is stored. */
  readonly hash: (session: string) => string
  /** The same text always gives the same, and nobody without the key can tell from what. */
  readonly keyed: (text: string) => string
  /** Short, and unlike any other: it ends up on the shopper's phone behind the shop's reference. */
  readonly newSuffix: () => string
}

export interface ServiceDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly watcher: Watcher
  readonly feed: Feed
  readonly providers: Providers
  readonly clock: Clock
  readonly secrets: Secrets
  readonly publicUrl: string
  readonly approvalWindowMs: number
  readonly lifetimeMs: number
}

export interface CreateWish extends Order {
  readonly lifetimeMs: number | null
  readonly options: Checkout['options']
}

/** A browser's start or cancel is answered after this long at the latest, with whatever is known then. */
const patienceOfBrowser = 2_000
/** The shop's backend would rather wait for the outcome. */
const patienceOfShop = 10_000

/** Create, start, give a code, cancel, close: the story of a checkout in the order it happens. */
export class Checkouts {
  readonly #deps: ServiceDeps
  readonly #sessions = new Recent<string>(20_000)

  constructor(deps: ServiceDeps) {
    this.#deps = deps
  }

  async create(
    { lifetimeMs, ...order }: CreateWish,
    idempotency: { readonly key: string; readonly fingerprint: string } | null,
  ): Promise<{ created: boolean; checkout: Checkout; session: string }> {
    const { store, ledger, watcher, clock, secrets } = this.#deps
    this.#admit(order)
    const now = clock.now()
    const fresh: Checkout = {
      id: secrets.newId('chk'),
      status: 'open',
      version: 1,
      createdAt: now,
      expiresAt: now + (lifetimeMs ?? this.#deps.lifetimeMs),
      closing: null,
      paidAt: null,
      paidAttemptId: null,
      late: false,
      attempts: [],
      refunds: [],
      ...order,
    }
    const session = secrets.newSession()
    const hash = secrets.hash(session)
    const created = await store.create(fresh, hash, idempotency)
    if (created.kind === 'key_reused') throw new CheckoutError('idempotency_key_reused')
    if (created.kind === 'reference_taken') {
      throw new CheckoutError('reference_conflict', { checkoutId: created.checkoutId })
    }
    const { kind, checkout } = created
    this.#sessions.set(hash, checkout.id)
    if (kind === 'created') {
      ledger.keep(checkout)
      watcher.follow(checkout)
    }
    return { created: kind === 'created', checkout: ledger.peek(checkout.id) ?? checkout, session }
  }

  /** Unknown and foreign sessions are answered alike. */
  async bySession(session: string): Promise<Checkout> {
    const { store, ledger, secrets } = this.#deps
    const hash = secrets.hash(session)
    const id = this.#sessions.get(hash) ?? (await store.findBySession(hash))
    const checkout = id && (await ledger.get(id))
    if (!checkout) throw new CheckoutError('unknown_session')
    this.#sessions.set(hash, id)
    return checkout
  }

  /** The same from memory alone; undefined when it is not there. */
  peekSession(session: string): Checkout | undefined {
    const id = this.#sessions.get(this.#deps.secrets.hash(session))
    return id === undefined ? undefined : this.#deps.ledger.peek(id)
  }

  async byId(id: string): Promise<Checkout> {
    const checkout = await this.#deps.ledger.get(id)
    if (!checkout) throw new CheckoutError('checkout_not_found')
    return checkout
  }

  async byReference(reference: string): Promise<Checkout> {
    const checkout = await this.#deps.store.findByReference(reference)
    if (!checkout) throw new CheckoutError('checkout_not_found')
    return checkout
  }

  history(id: string): Promise<readonly HistoryEntry[]> {
    return this.#deps.store.history(id)
  }

  /** Sends the request to a payer, unless one is out already. The attempt is on disk before the call. */
  async start(checkout: Checkout, payer: PayerRequest, address: string | null): Promise<Checkout> {
    const { ledger, watcher, clock } = this.#deps
    const { id } = checkout
    const provider = this.#of(checkout)
    if (!provider.payers[checkout.channel].includes(payer.kind)) {
      throw payer.kind === 'provider_form'
        ? new CheckoutError('invalid_request', { detail: 'phone: is missing' })
        : new CheckoutError('not_supported')
    }
    const now = clock.now()
    if (!isFinal(checkout.status) && !openAttempt(checkout) && now >= checkout.expiresAt) {
      checkout = await ledger.record(id, { type: 'closing', as: 'expired' }, null)
    }
    if (isFinal(checkout.status)) throw new CheckoutError('checkout_closed')
    const open = openAttempt(checkout)
    if (open) return this.#joinOpen(checkout, open, payer)

    const attempt = this.#newAttempt(checkout, payer, now)
    const { keyed } = this.#deps.secrets
    // A till asks its customers one after the other from one address, and whoever stands at it is known to the shop.
    const from = checkout.channel === 'web' ? address : null
    const sending = { phone: attempt.payer.hash, address: from && keyed(from), at: now }
    const started = await ledger.begin(id, attempt, sending)
    const theirs = openAttempt(started)
    // Two presses at once: the one that was written first is the one that counts.
    if (theirs?.id !== attempt.id) return theirs ? this.#joinOpen(started, theirs, payer) : started
    watcher.start(started, attempt, this.#toRequest(started, attempt, payer))
    return this.#untilSent(started)
  }

  /** The code that the payer reads out. That it is tried is on disk before the provider is told. */
  async giveCode(checkout: Checkout, code: string): Promise<Checkout> {
    const { ledger, watcher } = this.#deps
    const attempt = openAttempt(checkout)
    const isWanted =
      checkout.status === 'awaiting_code' && attempt?.cancelRequested === null && !attempt.uncertain
    if (!attempt || !isWanted) throw new CheckoutError('code_not_expected')
    const given = watcher.giveCode(checkout, attempt, code)
    const outcome = await Promise.race([given, this.#sleep(patienceOfBrowser)])
    if (outcome === 'not_expected') throw new CheckoutError('code_not_expected')
    if (outcome === 'failed') throw new CheckoutError('provider_unavailable')
    return ledger.peek(checkout.id) ?? checkout
  }

  /** The shopper's wish to cancel the request that is out; the checkout stays open for another try. */
  async cancelAttempt(checkout: Checkout): Promise<Checkout> {
    const attempt = openAttempt(checkout)
    if (!attempt) return checkout
    const asked = await this.#deps.ledger.record(
      checkout.id,
      { type: 'cancel_requested', by: 'shopper' },
      attempt.id,
    )
    if (!attempt.providerRef || !this.#of(checkout).canCancel) return asked
    const isAnswered = (latest: Checkout) =>
      latest.status === 'confirming' || openAttempt(latest)?.id !== attempt.id
    return this.#waitUntil(asked, isAnswered, patienceOfBrowser)
  }

  /** The shop closes the checkout; a request that is out is called off first, and may turn out to be paid. */
  async close(checkout: Checkout): Promise<Checkout> {
    if (isFinal(checkout.status)) return checkout
    const attemptId = openAttempt(checkout)?.id ?? null
    const asked = await this.#deps.ledger.record(
      checkout.id,
      { type: 'closing', as: 'canceled' },
      attemptId,
    )
    return this.#waitUntil(asked, (latest) => isFinal(latest.status), patienceOfShop)
  }

  /** An order that this provider cannot serve is refused before anybody is asked for anything. */
  #admit({ options, ...order }: Omit<CreateWish, 'lifetimeMs'>): void {
    const provider = this.#deps.providers.find(order.provider)
    if (!provider || provider.payers[order.channel].length === 0) {
      const detail = `Provider ${order.provider} is not set up for channel ${order.channel}`
      throw new CheckoutError('not_supported', { detail })
    }
    const objections = provider.objections(order, options)
    if (objections.length > 0)
      throw new CheckoutError('invalid_request', { detail: objections.join('; ') })
  }

  #of(checkout: Checkout): Provider {
    return this.#deps.providers.of(checkout)
  }

  #joinOpen(checkout: Checkout, open: Attempt, payer: PayerRequest): Promise<Checkout> {
    const hash = this.#deps.secrets.keyed(payerText(payer, checkout.id))
    if (open.payer.hash !== hash) throw new CheckoutError('attempt_open')
    return this.#untilSent(checkout)
  }

  #untilSent(checkout: Checkout): Promise<Checkout> {
    // Where nobody was touched, what got lost is given up at once, and that is worth waiting for.
    const { startTouchesPayer } = this.#of(checkout)
    const isSent = (latest: Checkout) =>
      latest.status !== 'starting' || (startTouchesPayer && openAttempt(latest)?.uncertain === true)
    return this.#waitUntil(checkout, isSent, patienceOfBrowser)
  }

  #newAttempt(checkout: Checkout, payer: PayerRequest, now: number): Attempt {
    const { secrets, approvalWindowMs } = this.#deps
    const windowMs = this.#of(checkout).windowMs[payer.kind] ?? approvalWindowMs
    return {
      id: secrets.newId('att'),
      reference: `${checkout.reference}-${secrets.newSuffix()}`,
      token: secrets.newSession(),
      payer: payerOf(payer, secrets.keyed(payerText(payer, checkout.id))),
      startedAt: now,
      windowEndsAt: now + windowMs,
      ...untouched,
    }
  }

  #toRequest(checkout: Checkout, attempt: Attempt, payer: PayerRequest): PaymentRequest {
    const { amount, currency, description, items, locationId, registerId, options } = checkout
    const { success, cancel } = callbackUrls(this.#deps.publicUrl, checkout.provider, attempt.token)
    return {
      amount,
      currency,
      reference: attempt.reference,
      description,
      items,
      locationId,
      registerId,
      payer,
      options,
      callbackUrl: success,
      cancelCallbackUrl: cancel,
    }
  }

  #waitUntil(
    checkout: Checkout,
    isSo: (checkout: Checkout) => boolean,
    ms: number,
  ): Promise<Checkout> {
    const { feed, ledger, clock } = this.#deps
    const { id } = checkout
    const latest = ledger.peek(id) ?? checkout
    if (isSo(latest)) return Promise.resolve(latest)
    return new Promise((resolve) => {
      const finish = (result: Checkout) => {
        feed.unsubscribe(id, reader)
        cancelTimer()
        resolve(result)
      }
      const reader: Subscriber = {
        changed: (changed) => {
          if (isSo(changed)) finish(changed)
        },
      }
      const cancelTimer = clock.after(ms, () => finish(ledger.peek(id) ?? checkout))
      feed.subscribe(id, reader)
    })
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.after(ms, resolve)
    })
  }
}
