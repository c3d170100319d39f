import { sleep } from './clock.ts'
import type { Clock } from './clock.ts'
import { CodesGiven } from './codes-given.ts'
import { localRouter } from './commands.ts'
import type { Command, CommandRouter } from './commands.ts'
import { CheckoutError, tryAgainShortly } from './errors.ts'
import { isFinal } from '../protocol/index.ts'
import type { Providers } from './provider.ts'
import { openAttempt } from './checkout.ts'
import type { Checkout, OperatorNote, Order, PayerRequest, ReviewReason } from './checkout.ts'
import type { Ownership } from './ownership.ts'
import type { PubSub } from './pubsub.ts'
import type { CheckoutRepository } from './repository.ts'
import type { CheckoutStore, HistoryEntry, IdempotencyKey, Secrets } from './store.ts'
import { Sessions } from './sessions.ts'
import { Starts } from './starts.ts'
import { Waiting, browserWaitMs } from './waiting.ts'
import type { AttemptWorker } from './attempts/attempt-worker.ts'
import type { CheckoutExpirer } from './jobs/expire-checkouts.ts'

export interface ServiceDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly worker: AttemptWorker
  readonly expirer: Pick<CheckoutExpirer, 'schedule'>
  readonly pubsub: PubSub
  readonly providers: Providers
  readonly clock: Clock
  readonly secrets: Secrets
  readonly publicUrl: string
  readonly approvalTimeoutMs: number
  readonly lifetimeMs: number
  /** Whether the shop is asked before a capture. */
  readonly hasCaptureApproval: boolean
  /** Only this machine reaches the server, as in development: all shoppers are in one place. Default: false. */
  readonly isLocal?: boolean
  /** Default: this process owns every checkout. */
  readonly ownership?: Ownership
  /** Default: this process carries out every command. */
  readonly router?: CommandRouter
  /** No new attempt is started; those that are open are completed. */
  readonly isRetired?: () => boolean
}

export interface CreateCheckoutInput extends Order {
  readonly lifetimeMs: number | null
  readonly options: Checkout['options']
}

/** The shop's backend waits for the outcome up to this long. */
const responseDeadlineMs = 10_000

/** The commands of shoppers and shops: create, start, submit a code, cancel, close. */
export class Checkouts {
  readonly #deps: ServiceDeps
  readonly #sessions: Sessions
  readonly #waiting: Waiting
  readonly #starts: Starts
  readonly #codesGiven: CodesGiven

  constructor(deps: ServiceDeps) {
    this.#deps = deps
    this.#sessions = new Sessions(deps)
    this.#waiting = new Waiting(deps)
    this.#starts = new Starts({ ...deps, waiting: this.#waiting })
    this.#codesGiven = new CodesGiven(deps.secrets)
  }

  async create(
    { lifetimeMs, ...order }: CreateCheckoutInput,
    idempotency: IdempotencyKey | null,
  ): Promise<{ created: boolean; checkout: Checkout; session: string }> {
    const { store, repository, expirer, clock, secrets } = this.#deps
    this.#validate(order)
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
      review: null,
      reviewClosedAt: null,
      replaces: null,
      attempts: [],
      refunds: [],
      ...order,
    }
    const session = secrets.newSession()
    const hash = secrets.sha256(session)
    const created = await store.create(fresh, hash, idempotency)
    if (created.kind === 'key_reused') throw new CheckoutError('idempotency_key_reused')
    if (created.kind === 'reference_taken') {
      throw new CheckoutError('reference_conflict', { checkoutId: created.checkoutId })
    }
    const { kind, checkout } = created
    this.#sessions.forget(created.endedSessions)
    this.#sessions.keep(hash, checkout.id)
    if (kind === 'created') {
      repository.keep(checkout)
      expirer.schedule(checkout.expiresAt)
    }
    return {
      created: kind === 'created',
      checkout: repository.peek(checkout.id) ?? checkout,
      session,
    }
  }

  /** @throws CheckoutError `unknown_session`, the same for unknown, foreign and ended sessions */
  bySession(session: string): Promise<Checkout> {
    return this.#sessions.find(session)
  }

  /** The same from memory alone; undefined where it is not there, or may have ended. */
  peekSession(session: string): Checkout | undefined {
    return this.#sessions.peek(session)
  }

  /** Ends every session of a checkout. The checkout stays, and the shop may create it again for another session. */
  async revokeSessions({ id }: Checkout): Promise<void> {
    this.#sessions.forget(await this.#deps.store.revokeSessions(id))
  }

  async byId(id: string): Promise<Checkout> {
    const checkout = await this.#deps.repository.get(id)
    if (!checkout) throw new CheckoutError('checkout_not_found')
    return checkout
  }

  async byReference(reference: string): Promise<Checkout> {
    const checkout = await this.#deps.store.findByReference(reference)
    if (!checkout) throw new CheckoutError('checkout_not_found')
    return checkout
  }

  /** Its history up to this version: another process may have written more since. */
  async history({ id, version }: Checkout): Promise<readonly HistoryEntry[]> {
    const entries = await this.#deps.store.history(id)
    return entries.filter((entry) => entry.version <= version)
  }

  /** Sends the request to a payer, or joins the open attempt of the same payer. See `Starts`. */
  start(
    checkout: Checkout,
    payer: PayerRequest,
    address: string | null,
    cancelWaiting = false,
  ): Promise<Checkout> {
    return this.#byOwner(
      { type: 'start', checkoutId: checkout.id, payer, address, cancelWaiting },
      () => this.#starts.start(checkout, { payer, address, cancelWaiting }),
    )
  }

  /**
   * Submits the code that the payer reads out. The try is on disk before the provider gets the code.
   *
   * @param key - under which the same code uses one try, however often it is submitted
   */
  submitCode(checkout: Checkout, code: string, key: string | null = null): Promise<Checkout> {
    return this.#byOwner({ type: 'submit_code', checkoutId: checkout.id, code, key }, () =>
      this.#codesGiven.once(checkout, code, key, () => this.#submitCode(checkout, code)),
    )
  }

  async #submitCode(checkout: Checkout, code: string): Promise<Checkout> {
    const { repository, worker } = this.#deps
    const attempt = openAttempt(checkout)
    const isExpected =
      checkout.status === 'awaiting_code' && attempt?.cancelRequested === null && !attempt.uncertain
    if (!attempt || !isExpected) throw new CheckoutError('code_not_expected')
    const submitted = worker.submitCode(checkout, attempt, code)
    const outcome = await Promise.race([submitted, sleep(this.#deps.clock, browserWaitMs)])
    if (outcome === 'not_expected') throw new CheckoutError('code_not_expected')
    if (outcome === 'failed') throw new CheckoutError('provider_unavailable')
    return repository.peek(checkout.id) ?? checkout
  }

  /** The shopper cancels the open attempt; the checkout stays open for another one. */
  cancelAttempt(checkout: Checkout): Promise<Checkout> {
    return this.#byOwner({ type: 'cancel_attempt', checkoutId: checkout.id }, () =>
      this.#cancelAttempt(checkout),
    )
  }

  async #cancelAttempt(checkout: Checkout): Promise<Checkout> {
    const attempt = openAttempt(checkout)
    if (!attempt) return checkout
    const asked = await this.#deps.repository.record(
      checkout.id,
      { type: 'cancel_requested', by: 'shopper' },
      attempt.id,
    )
    const { canCancel } = this.#deps.providers.for(checkout, attempt)
    if (!attempt.providerRef || !canCancel) return asked
    const isAnswered = (latest: Checkout) =>
      latest.status === 'confirming' || openAttempt(latest)?.id !== attempt.id
    return this.#waiting.until(asked, isAnswered, browserWaitMs)
  }

  /** The shop closes the checkout; its open attempt is canceled first, and may turn out to be paid. */
  close(checkout: Checkout): Promise<Checkout> {
    const command = { type: 'close', checkoutId: checkout.id } as const
    return this.#byOwner(command, () => this.#close(checkout), responseDeadlineMs)
  }

  async #close(checkout: Checkout): Promise<Checkout> {
    if (isFinal(checkout.status)) return checkout
    const attemptId = openAttempt(checkout)?.id ?? null
    const asked = await this.#deps.repository.record(
      checkout.id,
      { type: 'closing', as: 'canceled' },
      attemptId,
    )
    return this.#waiting.until(asked, (latest) => isFinal(latest.status), responseDeadlineMs)
  }

  /**
   * A person has dealt with a review. The payment stays as it is.
   *
   * @param review - the reason that the person has seen; where another one has come since, nothing is changed
   * @returns null where there was no such review to close
   */
  closeReview(
    checkoutId: string,
    review: ReviewReason,
    note: OperatorNote,
  ): Promise<Checkout | null> {
    const { router = localRouter } = this.#deps
    return router.run<Checkout | null>(
      { type: 'close_review', checkoutId, review, note },
      {
        here: () => this.#closeReview(checkoutId, review, note),
        waitMs: responseDeadlineMs,
        late: () => Promise.reject(tryAgainShortly()),
      },
    )
  }

  async #closeReview(
    id: string,
    review: ReviewReason,
    note: OperatorNote,
  ): Promise<Checkout | null> {
    await this.byId(id)
    return this.#deps.repository.tryRecord(id, { type: 'review_closed', review, ...note })
  }

  #byOwner(
    command: Command,
    here: () => Promise<Checkout>,
    waitMs = browserWaitMs,
  ): Promise<Checkout> {
    const { router = localRouter } = this.#deps
    // Where it takes longer there, the answer is the state at that time, as it is here.
    return router.run(command, { here, waitMs, late: () => this.byId(command.checkoutId) })
  }

  /** @throws CheckoutError where the provider cannot serve this order */
  #validate({ options, ...order }: Omit<CreateCheckoutInput, 'lifetimeMs'>): void {
    const provider = this.#deps.providers.find(order.provider)
    if (!provider || provider.payers[order.channel].length === 0) {
      const detail = `Provider ${order.provider} is not set up for channel ${order.channel}`
      throw new CheckoutError('not_supported', { detail })
    }
    const errors = provider.validateOrder(order, options)
    if (errors.length > 0) throw new CheckoutError('invalid_request', { detail: errors.join('; ') })
  }
}
