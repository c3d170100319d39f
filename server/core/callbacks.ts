import type { Clock } from './clock.ts'
import type { ProviderCallback, CallbackIdentifiers, Providers } from './provider.ts'
import { LruCache } from './lru-cache.ts'
import { mayCapture } from './capture.ts'
import type { CaptureMethod, Attempt, Checkout, ProviderResult } from './checkout.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore } from './store.ts'
import type { AttemptWorker } from './attempts/attempt-worker.ts'

interface CallbacksDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly worker: AttemptWorker
  readonly providers: Providers
  readonly clock: Clock
  readonly publicUrl: string
  /** The shop has a last word before the money is taken. */
  readonly hasCaptureApproval: boolean
  /** Told of a callback to a URL of ours that could not be proven to be the provider's. */
  readonly onUnproven?: (checkoutId: string) => void
}

/** What a callback gets for an answer. `later`: we could not find out, the provider should ring again. */
export type CallbackResult = 'accepted' | 'not_ours' | 'unknown' | 'refused' | 'later'

/** [netgiro] a callback without a 200 within about 5 to 10 s cancels the sale. */
const responseDeadlineMs = 2_500
/** However many callbacks come, an attempt is asked about no more often than this. */
const unsignedPollIntervalMs = 1_000

/** A poll that a callback asked for: made already, or waiting for its time; later callbacks join that one. */
interface CallbackPoll {
  readonly at: number
  waiting: Promise<void> | null
  saysApproved: boolean
}

/** Built from what is configured, never from what a request says of its host. */
export function callbackUrls(publicUrl: string, providerName: string, token: string) {
  const success = `${publicUrl}/v1/callbacks/${providerName}/${token}`
  return { success, cancel: `${success}/cancel` }
}

/**
 * A callback makes us ask; it decides nothing. The token in its URL identifies the attempt. Where our answer is what
 * completes the sale, it is given only when the approval and the intent to capture it are on disk.
 */
export class Callbacks {
  readonly #deps: CallbacksDeps
  /** The newest poll that a callback asked for, by attempt. */
  readonly #polls = new LruCache<CallbackPoll>(20_000)
  /** When a name was last tried for a request that is without one, by attempt. */
  readonly #adoptions = new LruCache<number>(20_000)

  /** Ends the wait of every poll that is postponed. */
  readonly #releasePolls = new Set<() => void>()

  constructor(deps: CallbacksDeps) {
    this.#deps = deps
  }

  /** A process that ends postpones nothing any more. */
  stop(): void {
    for (const release of this.#releasePolls) release()
  }

  async handle(
    providerName: string,
    token: string,
    about: 'success' | 'cancel',
    callback: Omit<ProviderCallback, 'url'>,
  ): Promise<CallbackResult> {
    const { store, repository, providers } = this.#deps
    const found = repository.peekToken(token) ?? (await store.findByToken(token))
    const checkout = found && (await repository.get(found.checkoutId))
    if (!found || checkout?.provider !== providerName) return 'unknown'
    const attempt = checkout.attempts.find(({ id }) => id === found.attempt.id) ?? found.attempt
    const provider = providers.for(checkout, attempt)
    const captureMethod =
      attempt.connection?.captureMethod ?? provider.captureMethodFor(attempt.payer.kind)
    const said = provider.parseCallback({ ...callback, url: this.#urlOf(checkout, attempt, about) })
    if (!said) this.#deps.onUnproven?.(checkout.id)
    if (!said || !isAbout(attempt, said)) return this.#hint(checkout, attempt, captureMethod)

    const named = said.signed ? await this.#adopt(checkout, attempt, said) : attempt
    const saysApproved = said.signed && said.saysApproved && about === 'success'
    const asked = this.#poll(checkout.id, named, saysApproved)
    if (captureMethod === 'callback') return this.#consent(checkout.id, named, about, asked)
    asked.catch(() => {}) // Whatever it was, the next poll meets it again.
    return 'accepted'
  }

  /** The URL that the provider was given, which is what it signed. */
  #urlOf(checkout: Checkout, attempt: Attempt, about: 'success' | 'cancel'): string {
    const base = attempt.connection?.publicUrl ?? this.#deps.publicUrl
    return callbackUrls(base, checkout.provider, attempt.token)[about]
  }

  /**
   * Not proven to be the provider's, or about something else. Where our answer is what completes the sale, it gets none.
   * Elsewhere it is as good a hint as any to ask: to refuse it would make the provider cancel a sale over a key that is
   * wrong here.
   */
  #hint(checkout: Checkout, attempt: Attempt, captureMethod: CaptureMethod): CallbackResult {
    if (captureMethod === 'callback') return 'not_ours'
    this.#poll(checkout.id, attempt, false).catch(() => {})
    return 'accepted'
  }

  /**
   * The request whose answer was lost did arrive. What the callback names may be the request or the payment, which are two
   * ids: it is taken for the request's where the provider, asked by it, knows of one.
   */
  async #adopt(checkout: Checkout, attempt: Attempt, said: CallbackIdentifiers): Promise<Attempt> {
    const { repository, providers } = this.#deps
    const candidate = said.providerRef ?? said.paymentRef
    if (attempt.providerRef || !candidate || attempt.paidAt !== null) return attempt
    const provider = providers.for(checkout, attempt)
    let learned: ProviderResult | null = null
    if (said.providerRef === null) {
      const now = this.#deps.clock.now()
      const isTooSoon =
        now - (this.#adoptions.get(attempt.id) ?? -Infinity) < unsignedPollIntervalMs
      if (isTooSoon) return attempt
      this.#adoptions.set(attempt.id, now)
      const captureMethod =
        attempt.connection?.captureMethod ?? provider.captureMethodFor(attempt.payer.kind)
      const { reference } = attempt
      const fact = await provider.check({ providerRef: candidate, reference, captureMethod })
      learned = fact
      const isKnown = ['pending', 'authorized', 'paid'].includes(fact.type)
      const isOther =
        'payment' in fact &&
        fact.payment.reference !== null &&
        fact.payment.reference !== attempt.reference
      if (!isKnown || isOther) return attempt
    }
    const evidence = { call: 'callback', code: 'adopted', referenceId: null }
    const fact = {
      type: 'requested',
      providerRef: candidate,
      pollIntervalMs: null,
      evidence,
    } as const
    // What the provider has just said need not wait for the call whose answer is not here yet.
    const { attempts } = await repository.record(checkout.id, fact, attempt.id, learned)
    return attempts.find(({ id }) => id === attempt.id) ?? attempt
  }

  /** At once, or as soon as the last one is long enough ago: postponed, and never dropped. */
  #poll(checkoutId: string, attempt: Attempt, saysApproved: boolean): Promise<void> {
    const { clock, worker } = this.#deps
    const last = this.#polls.get(attempt.id)
    if (last?.waiting) {
      last.saysApproved ||= saysApproved
      return last.waiting
    }
    const now = clock.now()
    const wait = last ? last.at + unsignedPollIntervalMs - now : 0
    const poll: CallbackPoll = { at: Math.max(now, now + wait), waiting: null, saysApproved }
    this.#polls.set(attempt.id, poll)
    if (wait <= 0) return worker.pollNow(checkoutId, attempt, saysApproved)
    let release = () => {}
    const time = new Promise<void>((resolve) => {
      release = resolve
      this.#releasePolls.add(resolve)
      clock.after(wait, resolve)
    })
    poll.waiting = time.then(async () => {
      this.#releasePolls.delete(release)
      poll.waiting = null
      await worker.pollNow(checkoutId, attempt, poll.saysApproved)
    })
    return poll.waiting
  }

  async #consent(
    checkoutId: string,
    attempt: Attempt,
    about: 'success' | 'cancel',
    asked: Promise<void>,
  ): Promise<CallbackResult> {
    const { repository, clock, hasCaptureApproval } = this.#deps
    const tooLong = new Promise<void>((resolve) => {
      clock.after(responseDeadlineMs, resolve)
    })
    await Promise.race([asked, tooLong])
    const checkout = await repository.get(checkoutId)
    const newest = checkout?.attempts.at(-1)
    if (!checkout || !newest) return 'refused'
    if (checkout.attempts.some(({ id, paidAt }) => id === attempt.id && paidAt !== null))
      return 'accepted'
    // That it was canceled is nothing that our answer could complete.
    if (about === 'cancel') return 'accepted'
    const isWanted =
      newest.id === attempt.id && newest.outcome === null && newest.shopDecision !== 'deny'
    if (!isWanted || checkout.status === 'review' || checkout.closing) return 'refused'
    if (checkout.status !== 'confirming') return 'later'
    if (!mayCapture(checkout, newest, clock.now())) return 'refused'
    const isToBeAsked = hasCaptureApproval || newest.decisionRequestedAt !== null
    if (isToBeAsked && newest.shopDecision !== 'approve') return 'later'
    const intended = await repository.record(checkoutId, { type: 'capture_requested' }, attempt.id)
    const open = intended.attempts.at(-1)
    return open?.captureRequestedAt != null && mayCapture(intended, open, clock.now())
      ? 'accepted'
      : 'refused'
  }
}

/** A callback may name nothing; the request and the reference that it names must be this attempt's. */
const isAbout = (attempt: Attempt, { providerRef, reference }: CallbackIdentifiers): boolean =>
  (reference === null || isSame(reference, attempt.reference)) &&
  (providerRef === null || attempt.providerRef === null || isSame(providerRef, attempt.providerRef))

/** GUIDs are printed in either case, and texts come back with spaces behind. The token in the URL is compared exactly. */
const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase()
