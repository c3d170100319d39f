import { isSameName } from './same-name.ts'
import { callbackPollIntervalMs, CallbackPolls } from './callback-polls.ts'
import { CallbackRetries } from './callback-retries.ts'
import { callbackUrls } from './callback-urls.ts'
import { mayCapture, needsDecision } from './capture.ts'
import { openAttempt } from './checkout.ts'
import type { CaptureMethod, Attempt, Checkout, ProviderResult } from './checkout.ts'
import type { Clock } from './clock.ts'
import { localRouter } from './commands.ts'
import type { Command, CommandRouter } from './commands.ts'
import { LruCache } from './lru-cache.ts'
import { soleOwner } from './ownership.ts'
import type { Ownership } from './ownership.ts'
import { captureMethodOf } from './provider.ts'
import type { ProviderCallback, CallbackIdentifiers, Providers } from './provider.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore } from './store.ts'
import type { AttemptWorker } from './attempts/attempt-worker.ts'

interface CallbacksDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly worker: Pick<AttemptWorker, 'pollNow' | 'awaitApproval'>
  readonly providers: Providers
  readonly clock: Clock
  readonly publicUrl: string
  /** Whether the shop is asked before a capture. */
  readonly hasCaptureApproval: boolean
  /** Called with each callback to a URL of ours that could not be proven to be the provider's. */
  readonly onUnproven?: (checkoutId: string) => void
  /** Default: this process carries out every command. */
  readonly router?: CommandRouter
  /** Default: this process owns every checkout. */
  readonly ownership?: Pick<Ownership, 'keeps' | 'mayCall'>
}

/** What a callback is answered with. `later`: we could not find out, the provider should call again. */
export type CallbackResult = 'accepted' | 'not_ours' | 'unknown' | 'refused' | 'later'

/** [netgiro] a callback without a 200 within about 5 to 10 s cancels the sale. */
const responseDeadlineMs = 2_500
/**
 * Handles the provider's callbacks. A callback makes us poll and decides nothing. The token in its URL identifies the attempt.
 * Where our answer captures the payment, it is given only when the approval and the intent to capture are on disk.
 */
export class Callbacks {
  readonly #deps: CallbacksDeps
  readonly #polls: CallbackPolls
  readonly #retries: CallbackRetries
  /** When a provider reference was last tried for an attempt that has none, by attempt. */
  readonly #adoptedAt = new LruCache<number>(20_000)
  readonly #adopting = new Set<Promise<unknown>>()
  #isStopped = false

  constructor(deps: CallbacksDeps) {
    this.#deps = deps
    this.#polls = new CallbackPolls(deps)
    this.#retries = new CallbackRetries(deps.clock)
  }

  /**
   * Makes now what is postponed.
   *
   * @returns when what the provider was asked about its callbacks is on disk
   */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#polls.stop()
    await this.#retries.stop()
    await Promise.allSettled(this.#adopting)
  }

  async handle(
    providerName: string,
    token: string,
    about: 'success' | 'cancel',
    callback: Omit<ProviderCallback, 'url'>,
  ): Promise<CallbackResult> {
    const { store, repository, providers, router = localRouter } = this.#deps
    const found = repository.peekToken(token) ?? (await store.findByToken(token))
    const checkout = found && (await repository.get(found.checkoutId))
    if (!found || checkout?.provider !== providerName) return 'unknown'
    const attempt = checkout.attempts.find(({ id }) => id === found.attempt.id) ?? found.attempt
    const checkoutId = checkout.id
    const command: Command = {
      ...({ type: 'callback', checkoutId, provider: providerName, token, about } as const),
      callback,
    }
    const isAnswerNeeded =
      captureMethodOf(providers.for(checkout, attempt), attempt) === 'callback' &&
      about === 'success'
    return router.run<CallbackResult>(command, {
      here: () => this.#handle(checkout, attempt, about, callback),
      waitMs: responseDeadlineMs,
      // Elsewhere it is a hint to poll, and the owner polls anyway, unless only the callback names the request.
      late: () =>
        Promise.resolve(isAnswerNeeded || attempt.providerRef === null ? 'later' : 'accepted'),
      stays: true,
    })
  }

  async #handle(
    checkout: Checkout,
    attempt: Attempt,
    about: 'success' | 'cancel',
    callback: Omit<ProviderCallback, 'url'>,
  ): Promise<CallbackResult> {
    const { providers, clock } = this.#deps
    const until = clock.monotonic() + responseDeadlineMs
    const provider = providers.for(checkout, attempt)
    const captureMethod = captureMethodOf(provider, attempt)
    const parsed = provider.parseCallback({
      ...callback,
      url: this.#urlOf(checkout, attempt, about),
    })
    // The URL of a form's callback is known to the browser: that something else is sent there shows nothing.
    const isUrlSecret = attempt.payer.kind !== 'provider_form'
    if (!parsed && isUrlSecret) this.#deps.onUnproven?.(checkout.id)
    if (!parsed || !isAbout(attempt, parsed))
      return this.#handleUnproven(checkout, attempt, captureMethod)

    const saysApproved = parsed.signed && parsed.saysApproved && about === 'success'
    const poll = (named: Attempt) => this.#polls.poll(checkout.id, named, saysApproved)
    // By the server that owns the checkout then.
    const again = () => this.handle(checkout.provider, attempt.token, about, callback)
    const found = parsed.signed
      ? this.#adoptOrRetry(checkout, attempt, { ...parsed, saysApproved }, again)
      : Promise.resolve({ adopted: attempt, retried: null })
    const inTime = await this.#inTime(until, found)
    if (inTime === 'later') {
      // Nobody waits for it any more: the provider's next call is answered by what the poll brings.
      found.then(({ adopted }) => (isAttempt(adopted) ? poll(adopted) : undefined)).catch(() => {})
      return 'later'
    }
    const { adopted, retried } = inTime
    // Where our answer captures, there is time for the one that the retry comes to.
    if (retried && saysApproved && captureMethod === 'callback') return this.#inTime(until, retried)
    if (adopted === 'not_found_out') return 'later'
    const named = adopted === 'absent' ? attempt : adopted
    if (captureMethod === 'callback') {
      const ask = () => poll(named)
      const polled = saysApproved ? this.#awaitApproval(checkout.id, named, ask) : ask()
      return this.#answerAfter(polled, until, checkout.id, named, about)
    }
    poll(named).catch(() => {}) // The next poll meets the same error.
    return 'accepted'
  }

  /** The URL that the provider was given, which is what it signed. */
  #urlOf(checkout: Checkout, attempt: Attempt, about: 'success' | 'cancel'): string {
    const base = attempt.connection?.publicUrl ?? this.#deps.publicUrl
    return callbackUrls(base, checkout.provider, attempt.token)[about]
  }

  /**
   * Not proven to be the provider's, or about another attempt. It is not accepted where our answer captures the payment.
   * Elsewhere it is as good a hint to poll as any: to refuse it would make the provider cancel a sale over a key that is
   * wrong here.
   */
  #handleUnproven(
    checkout: Checkout,
    attempt: Attempt,
    captureMethod: CaptureMethod,
  ): CallbackResult {
    if (captureMethod === 'callback') return 'not_ours'
    this.#polls.poll(checkout.id, attempt, false).catch(() => {})
    return 'accepted'
  }

  /** A stop waits for it; where it is not found out, `again` is called later, and `retried` is what that comes to. */
  #adoptOrRetry(
    checkout: Checkout,
    attempt: Attempt,
    callback: ProvenCallback,
    again: () => Promise<CallbackResult>,
  ): Promise<Found> {
    const adopting = this.#adopt(checkout, attempt, callback).then(
      (adopted) => ({ adopted, retried: isAttempt(adopted) ? null : this.#retry(attempt, again) }),
      (error: unknown) => {
        void this.#retry(attempt, again)
        throw error
      },
    )
    this.#adopting.add(adopting)
    const forget = () => this.#adopting.delete(adopting)
    adopting.then(forget, forget)
    return adopting
  }

  /**
   * The start whose answer was lost did arrive: the attempt gets the provider reference that the callback names.
   *
   * @returns why it did not get it, where it may yet: nothing but another callback brings the reference
   */
  async #adopt(
    checkout: Checkout,
    attempt: Attempt,
    { providerRef, paymentRef, saysApproved }: ProvenCallback,
  ): Promise<Attempt | NotAdopted> {
    const candidate = providerRef ?? paymentRef
    if (attempt.providerRef || !candidate || attempt.paidAt !== null) return attempt
    const result = providerRef === null ? await this.#tryRef(checkout, attempt, candidate) : null
    if (result === 'not_found_out') return result
    // The provider's view may lag behind its callback.
    if (result?.type === 'ended' && !result.isFinal) return saysApproved ? 'absent' : attempt
    if (providerRef === null && result === null) return attempt
    const requested = {
      type: 'requested',
      providerRef: candidate,
      pollIntervalMs: null,
      evidence: { call: 'callback', code: 'adopted', referenceId: null },
    } as const
    // What the provider has just said need not wait for the call whose answer is not here yet.
    const { repository } = this.#deps
    const { attempts } = await repository.record(checkout.id, requested, attempt.id, result)
    return attempts.find(({ id }) => id === attempt.id) ?? attempt
  }

  /**
   * A payment's own id may be the id of its request as well: it is where the provider, polled by it, knows such a request.
   *
   * @returns what the provider said; null where the id is not this attempt's
   */
  async #tryRef(
    checkout: Checkout,
    attempt: Attempt,
    candidate: string,
  ): Promise<ProviderResult | 'not_found_out' | null> {
    const now = this.#deps.clock.now()
    const triedAt = this.#adoptedAt.get(attempt.id) ?? -Infinity
    // What a stop asks is asked for the last time, as soon as it may be.
    if (now - triedAt < callbackPollIntervalMs && !this.#isStopped) return 'not_found_out'
    this.#adoptedAt.set(attempt.id, now)
    const provider = this.#deps.providers.for(checkout, attempt)
    const { reference } = attempt
    const captureMethod = captureMethodOf(provider, attempt)
    const result = await provider.check({ providerRef: candidate, reference, captureMethod })
    if (result.type === 'unknown' || result.type === 'not_sent') return 'not_found_out'
    if (result.type === 'ended' && !result.isFinal) return result
    const isKnown = ['pending', 'authorized', 'paid'].includes(result.type)
    const isOther =
      'payment' in result &&
      result.payment.reference !== null &&
      result.payment.reference !== reference
    return isKnown && !isOther ? result : null
  }

  /** @returns what the retry comes to, however late */
  #retry({ id }: Attempt, handle: () => Promise<CallbackResult>): Promise<CallbackResult> {
    if (this.#isStopped) return Promise.resolve('later')
    return new Promise((resolve) => {
      this.#retries.retry(id, async () => resolve(await handle()))
    })
  }

  /**
   * The poll may have to wait for its turn, and the provider's view may lag behind its callback; the provider waits for neither.
   *
   * @returns when there is an answer to give
   */
  async #awaitApproval(
    checkoutId: string,
    attempt: Attempt,
    poll: () => Promise<void>,
  ): Promise<void> {
    const { worker, repository } = this.#deps
    const polled = poll()
    await worker.awaitApproval(checkoutId, attempt.id, polled, responseDeadlineMs)
    // Only the turn asks for the shop's decision.
    for (const asked of [() => polled, poll]) {
      const checkout = await repository.get(checkoutId)
      const open = checkout && openAttempt(checkout)
      if (checkout?.status !== 'confirming' || open?.id !== attempt.id) return
      if (!this.#lacksDecision(open)) return
      await asked()
    }
  }

  /**
   * @param until - by the clock that measures durations: when the provider must not wait longer
   * @returns what is found out by then
   */
  async #inTime<T>(until: number, found: Promise<T>): Promise<T | 'later'> {
    const { clock } = this.#deps
    let cancel = () => {}
    const late = new Promise<'later'>((resolve) => {
      cancel = clock.after(until - clock.monotonic(), () => resolve('later'))
    })
    try {
      return await Promise.race([found, late])
    } finally {
      cancel()
    }
  }

  #lacksDecision(attempt: Attempt): boolean {
    return attempt.shopDecision === null && needsDecision(attempt, this.#deps.hasCaptureApproval)
  }

  /** The answer that captures the payment, or refuses to: once the poll has ended, or when the provider must not wait longer. */
  async #answerAfter(
    polled: Promise<void>,
    until: number,
    checkoutId: string,
    attempt: Attempt,
    about: 'success' | 'cancel',
  ): Promise<CallbackResult> {
    const { repository } = this.#deps
    await this.#inTime(until, polled)
    const checkout = await repository.get(checkoutId)
    const newest = checkout?.attempts.at(-1)
    if (!checkout || !newest) return 'refused'
    if (checkout.attempts.some(({ id, paidAt }) => id === attempt.id && paidAt !== null))
      return 'accepted'
    // A cancellation is nothing that our answer could complete.
    if (about === 'cancel') return 'accepted'
    const isWanted =
      newest.id === attempt.id && newest.outcome === null && newest.shopDecision !== 'deny'
    if (!isWanted || checkout.status === 'review' || checkout.closing) return 'refused'
    return this.#answerToApproval(checkoutId, checkout, attempt, newest)
  }

  async #answerToApproval(
    checkoutId: string,
    checkout: Checkout,
    attempt: Attempt,
    newest: Attempt,
  ): Promise<CallbackResult> {
    const { repository, clock, ownership = soleOwner } = this.#deps
    if (checkout.status !== 'confirming') return 'later'
    if (!mayCapture(checkout, newest, clock.now())) return 'refused'
    if (this.#lacksDecision(newest)) return 'later'
    const intended = await repository.record(checkoutId, { type: 'capture_requested' }, attempt.id)
    // The answer takes the money. This process may have stood still while it wrote, and another one may have gone on since.
    if (!ownership.keeps(checkoutId) || !ownership.mayCall()) return 'later'
    const open = intended.attempts.at(-1)
    return open?.captureRequestedAt != null && mayCapture(intended, open, clock.now())
      ? 'accepted'
      : 'refused'
  }
}

type ProvenCallback = CallbackIdentifiers & { readonly saysApproved: boolean }

/** Why a request has not got its provider reference. `absent`: the provider knows of no request with it. */
type NotAdopted = 'not_found_out' | 'absent'

/** What became of a callback that may bring a provider reference. */
interface Found {
  readonly adopted: Attempt | NotAdopted
  readonly retried: Promise<CallbackResult> | null
}

const isAttempt = (adopted: Attempt | NotAdopted): adopted is Attempt => typeof adopted !== 'string'

/** A callback may name nothing; the request and the reference that it names must be this attempt's. */
const isAbout = (attempt: Attempt, { providerRef, reference }: CallbackIdentifiers): boolean =>
  (reference === null || isSameName(reference, attempt.reference)) &&
  (providerRef === null ||
    attempt.providerRef === null ||
    isSameName(providerRef, attempt.providerRef))
