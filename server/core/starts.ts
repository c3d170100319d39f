import type { Clock } from './clock.ts'
import { CheckoutError, shuttingDown } from './errors.ts'
import { isFinal } from '../protocol/index.ts'
import type { PaymentRequest, Provider, Providers } from './provider.ts'
import { callbackUrls } from './callback-urls.ts'
import { openAttempt, newAttemptDefaults } from './checkout.ts'
import type { Attempt, Checkout, OpenAttempt, PayerRequest } from './checkout.ts'
import { LruCache } from './lru-cache.ts'
import type { Ownership } from './ownership.ts'
import type { PubSub } from './pubsub.ts'
import type { CheckoutRepository } from './repository.ts'
import { payerOf, payerText } from './payer.ts'
import type { CheckoutStore, Secrets, PaymentRequestLog } from './store.ts'
import { browserWaitMs } from './waiting.ts'
import type { Waiting } from './waiting.ts'
import type { AttemptWorker } from './attempts/attempt-worker.ts'

interface StartsDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly worker: AttemptWorker
  readonly pubsub: PubSub
  readonly providers: Providers
  readonly clock: Clock
  readonly secrets: Secrets
  readonly waiting: Waiting
  readonly publicUrl: string
  readonly approvalTimeoutMs: number
  /** Whether the shop is asked before a capture. */
  readonly hasCaptureApproval: boolean
  readonly isLocal?: boolean
  readonly ownership?: Ownership
  readonly isRetired?: () => boolean
}

interface StartInput {
  readonly payer: PayerRequest
  /** The browser's, for the rate limit of addresses; null: unknown. */
  readonly address: string | null
  /** Whether to cancel a request to this phone first that waits in another checkout, which no browser follows any more. */
  readonly cancelWaiting: boolean
}

/** A start that finds another request waiting on its phone. */
interface Asker {
  readonly id: string
  readonly phones: readonly string[]
  /** Whether a request that came from this address may have been the same person's. */
  readonly isFrom: (address: string | null) => boolean
}

/** With less than this left, a shopper could not find the phone before the checkout expires. */
const minApprovalTimeoutMs = 10_000

/**
 * Other payers that may be tried while an attempt is open. Every session of a checkout reads the end of the payer's number, and a
 * few thousand tries would find the rest of it.
 */
const maxOtherPayers = 10

/** Sends payment requests to payers. */
export class Starts {
  readonly #deps: StartsDeps
  /** How many others than its own payer were tried, by attempt. */
  readonly #otherPayers = new LruCache<number>(20_000)

  constructor(deps: StartsDeps) {
    this.#deps = deps
  }

  /** Sends the request to a payer, or joins the open attempt of the same payer. The attempt is on disk before the call. */
  async start(checkout: Checkout, input: StartInput): Promise<Checkout> {
    const { payer, cancelWaiting } = input
    const { worker, clock } = this.#deps
    const provider = this.#deps.providers.of(checkout)
    if (!provider.payers[checkout.channel].includes(payer.kind)) {
      throw payer.kind === 'provider_form'
        ? new CheckoutError('invalid_request', { detail: 'phone: is missing' })
        : new CheckoutError('not_supported')
    }
    const ready = await this.#readyForNext(checkout)
    if (isFinal(ready.status) || ready.closing) throw new CheckoutError('checkout_closed')
    const open = openAttempt(ready)
    if (open) return this.#joinOpen(ready, open, payer)
    if (this.#deps.isRetired?.()) throw new CheckoutError('checkout_closed')
    // A start that is refused before it is written leaves nothing behind for the next process.
    if (worker.isStopped) throw shuttingDown()
    const now = clock.now()
    if (ready.expiresAt - now < minApprovalTimeoutMs) throw new CheckoutError('too_little_time')
    const paymentRequest = this.#paymentRequestOf(checkout, input, now)
    const asker: Asker = {
      ...{ id: checkout.id, phones: paymentRequest.phones },
      isFrom: this.#isFrom(checkout, input.address),
    }
    const begin = () => this.#begin(ready, provider, input, { ...paymentRequest, at: clock.now() })
    return begin()
      .catch(async (error: unknown) => {
        if (!cancelWaiting || !isBusy(error)) throw error
        // Only for a request that may then go out.
        await this.#cancelWaiting(asker)
        return begin()
      })
      .catch(async (error: unknown) => {
        throw await this.#withCanCancel(error, asker)
      })
  }

  /** Expires a checkout whose lifetime is over, and waits for the cancellation of an attempt that the shopper saw end. */
  async #readyForNext(checkout: Checkout): Promise<Checkout> {
    const { repository, clock, worker, waiting } = this.#deps
    const open = openAttempt(checkout)
    if (!open && !isFinal(checkout.status) && clock.now() >= checkout.expiresAt)
      return repository.record(checkout.id, { type: 'closing', as: 'expired' }, null)
    if (!open || open.outcome === null) return checkout
    worker.cancelNow(checkout.id)
    const isSettled = (latest: Checkout) =>
      openAttempt(latest)?.id !== open.id || openAttempt(latest)?.outcome === null
    return waiting.until(checkout, isSettled, browserWaitMs)
  }

  async #begin(
    checkout: Checkout,
    provider: Provider,
    { payer }: StartInput,
    paymentRequest: Omit<PaymentRequestLog, 'attemptId'>,
  ): Promise<Checkout> {
    const { repository, worker } = this.#deps
    const attempt = this.#newAttempt(checkout, provider, payer, paymentRequest)
    const started = await repository.begin(checkout.id, attempt, {
      ...paymentRequest,
      attemptId: attempt.id,
    })
    const open = openAttempt(started)
    // Of two starts at once, the one that was written first counts.
    if (open?.id !== attempt.id) return open ? this.#joinOpen(started, open, payer) : started
    void worker.start(started, attempt, this.#toRequest(started, attempt, payer))
    return this.#untilSent(started, provider)
  }

  /**
   * Only the same payer joins an open attempt, and after many others not even that one, who sees it waiting anyway. One that
   * the shopper saw end, and that is not known to be over at the provider, keeps every payer waiting: two of them could both be paid.
   */
  #joinOpen(checkout: Checkout, open: Attempt, payer: PayerRequest): Promise<Checkout> {
    const { secrets, providers } = this.#deps
    const hashes = secrets.hmacAll(payerText(payer, checkout.id))
    const others = this.#otherPayers.get(open.id) ?? 0
    if (!hashes.includes(open.payer.hash) || others >= maxOtherPayers) {
      this.#otherPayers.set(open.id, others + 1)
      throw new CheckoutError(
        'attempt_open',
        others >= maxOtherPayers ? { event: 'limit_payers' } : {},
      )
    }
    return this.#untilSent(checkout, providers.for(checkout, open))
  }

  #untilSent(checkout: Checkout, { startNotifiesPayer }: Provider): Promise<Checkout> {
    // Where no payer was notified, a lost start is abandoned at once, which is worth waiting for.
    const isSent = (latest: Checkout) =>
      latest.status !== 'starting' ||
      (startNotifiesPayer && openAttempt(latest)?.uncertain === true)
    return this.#deps.waiting.until(checkout, isSent, browserWaitMs)
  }

  /** Whether a request came from the same place. A cashier sees the customer, who may have sent it from home. */
  #isFrom({ channel }: Checkout, address: string | null): Asker['isFrom'] {
    const { secrets, isLocal } = this.#deps
    if (channel === 'pos') return () => true
    // Two requests from unknown addresses are not from the same place, unless there is only one place.
    if (address === null) return (from) => from === null && isLocal === true
    const own = secrets.hmacAll(address)
    return (from) => from !== null && own.includes(from)
  }

  /** Adds whether the request that keeps the phone busy may be canceled: no browser follows it any more. */
  async #withCanCancel(error: unknown, asker: Asker): Promise<unknown> {
    if (!isBusy(error)) return error
    const abandoned = await this.#abandonedAttempts(asker)
    const canCancelWaiting = abandoned.length > 0
    return new CheckoutError('phone_busy', { ...error.details, canCancelWaiting })
  }

  /**
   * Open attempts to the phone in other checkouts that no browser follows any more. Not those from elsewhere: on a phone, no
   * browser follows a request while the app is open, and a stranger who knows the number could put another one in its place.
   */
  async #abandonedAttempts({ id, phones, isFrom }: Asker) {
    const { store, pubsub, ownership } = this.#deps
    // Browsers that follow them may be connected to another server.
    if (ownership?.isAlone === false) return []
    const open = await store.openToPhone(phones)
    return open.filter(
      ({ checkoutId, address }) =>
        checkoutId !== id && isFrom(address) && pubsub.subscribers(checkoutId).length === 0,
    )
  }

  async #cancelWaiting(asker: Asker): Promise<void> {
    const { repository, worker, waiting } = this.#deps
    const abandoned = await this.#abandonedAttempts(asker)
    await Promise.all(
      abandoned.map(async ({ checkoutId, attemptId }) => {
        const command = { type: 'cancel_requested', by: 'shopper' } as const
        const asked = await repository.record(checkoutId, command, attemptId)
        worker.cancelNow(checkoutId)
        const isOver = (latest: Checkout) => openAttempt(latest)?.id !== attemptId
        await waiting.until(asked, isOver, browserWaitMs)
      }),
    )
  }

  #paymentRequestOf(
    { id, channel }: Checkout,
    { payer, address }: StartInput,
    at: number,
  ): Omit<PaymentRequestLog, 'attemptId'> {
    const { hmac, hmacAll } = this.#deps.secrets
    const phones = hmacAll(payerText(payer, id))
    // A point of sale serves all its customers from one address, and the shop sees them.
    const from = channel === 'web' ? address : null
    return { phone: phones[0] ?? '', phones, address: from && hmac(from), at }
  }

  #newAttempt(
    checkout: Checkout,
    provider: Provider,
    payer: PayerRequest,
    { phone, at }: Pick<PaymentRequestLog, 'phone' | 'at'>,
  ): OpenAttempt {
    const { secrets, publicUrl, hasCaptureApproval } = this.#deps
    const captureMethod = provider.captureMethodFor(payer.kind)
    const approvalTimeoutMs = provider.approvalTimeoutMs[payer.kind] ?? this.#deps.approvalTimeoutMs
    const { api, account, apiUrl } = provider
    return {
      id: secrets.newId('att'),
      reference: `${checkout.reference}-${secrets.newSuffix()}`,
      token: secrets.newSession(),
      payer: payerOf(payer, phone),
      startedAt: at,
      // A countdown never shows more time than the checkout has left.
      approvalExpiresAt: Math.min(at + approvalTimeoutMs, checkout.expiresAt),
      connection: {
        ...{ api, account, apiUrl, publicUrl, captureMethod },
        // An approval that takes the money at once leaves no time to ask.
        ...(hasCaptureApproval && captureMethod !== 'automatic' && { asksShop: true }),
      },
      ...newAttemptDefaults,
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
}

const isBusy = (error: unknown): error is CheckoutError =>
  error instanceof CheckoutError && error.code === 'phone_busy'
