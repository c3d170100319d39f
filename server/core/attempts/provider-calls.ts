import { approvedHandleOf, handleOf } from '../provider.ts'
import type { PaymentHandle, PaymentRequest, Provider, Providers } from '../provider.ts'
import { isToBeCanceled, mayCapture, needsDecision } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { Attempt, Checkout, Input, ProviderResult } from '../checkout.ts'
import type { Ownership } from '../ownership.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { CaptureApproval } from '../store.ts'
import { believable } from './calls-under-way.ts'
import type { Pending } from './calls-under-way.ts'

interface AttemptCallsDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  /** Null: the shop is not asked before a capture. */
  readonly captureApproval: CaptureApproval | null
  readonly ownership: Pick<Ownership, 'keeps'>
  readonly now: () => number
}

/** The provider's result and the checkout that it led to, which is on disk. */
interface RecordedResult {
  readonly result: ProviderResult
  readonly checkout: Checkout
}

export interface CheckContext {
  /** Whether a proven callback has just said that the payer approved; it may say so while the call is out. */
  readonly saysApproved: () => boolean
  readonly pending: Pending
}

/** Null: the call was not made. */
export type CallResult = RecordedResult | null

/**
 * The calls to the provider about one attempt. Each call with an effect is an intent on disk before it is made, and legal
 * only in the state that allows it; each result is on disk before anything follows from it.
 */
export class AttemptCalls {
  readonly #deps: AttemptCallsDeps

  constructor(deps: AttemptCallsDeps) {
    this.#deps = deps
  }

  /** The attempt on disk is the intent: its request is sent once, whatever becomes of it. */
  async send(
    checkout: Checkout,
    attempt: Attempt,
    request: PaymentRequest,
  ): Promise<RecordedResult> {
    const provider = this.#deps.providers.for(checkout, attempt)
    this.#assertOwned(checkout)
    return this.#record(checkout.id, attempt.id, await provider.start(request))
  }

  /** Has no effect at the provider. */
  async check(
    checkout: Checkout,
    attempt: Attempt,
    { saysApproved, pending }: CheckContext,
  ): Promise<CallResult> {
    const provider = this.#deps.providers.for(checkout, attempt)
    const handle = (saysApproved() ? approvedHandleOf : handleOf)(provider, attempt)
    if (!handle) return null
    const answer = await provider.check(handle)
    // Absence says less than the callback does: the provider's view lags behind it.
    const isLagging = saysApproved() && answer.type === 'ended' && !answer.isFinal
    const result = isLagging
      ? ({ type: 'unknown', effect: false, evidence: answer.evidence } as const)
      : believable(answer, pending)
    // Where the shop is not asked first, the intent to capture is written with the approval that it follows from.
    const isCaptureNext =
      result.type === 'authorized' &&
      result.awaits === 'capture' &&
      !needsDecision(attempt, this.#deps.captureApproval !== null)
    const intent = isCaptureNext ? ({ type: 'capture_requested' } as const) : null
    return this.#record(checkout.id, attempt.id, result, intent)
  }

  /**
   * Cancels an attempt, also one that is over and that the provider still holds.
   *
   * @param pending - a cancellation before this one may still arrive, whatever this one comes too late for
   */
  async cancel(checkout: Checkout, attempt: Attempt, pending: Pending): Promise<CallResult> {
    const intended = await this.#deps.repository.record(
      checkout.id,
      { type: 'cancel_sent' },
      attempt.id,
    )
    const known = intended.attempts.find(({ id }) => id === attempt.id)
    if (!known || known.paidAt !== null || !isToBeCanceled(intended, known)) return null
    const [provider, handle] = this.#providerFor(intended, known)
    this.#assertOwned(intended)
    if (!handle) return null
    const answer = await provider.cancel(handle)
    const result = believable(answer, pending)
    return this.#record(checkout.id, attempt.id, result)
  }

  /** Captures an approval that the provider has just reported, where the shop agrees. */
  async capture(checkout: Checkout, attemptId: string): Promise<CallResult> {
    const decided = await this.decide(checkout, attemptId)
    if (!decided) return null
    const { repository, now } = this.#deps
    const intended = await repository.record(checkout.id, { type: 'capture_requested' }, attemptId)
    const open = openAttempt(intended)
    if (open?.id !== attemptId || !mayCapture(intended, open, now())) return null
    const [provider, handle] = this.#providerFor(intended, open)
    this.#assertOwned(intended)
    return handle ? this.#record(checkout.id, attemptId, await provider.capture(handle)) : null
  }

  /** Asks for the shop's decision, once; it is on disk before anything follows from it. Null: not to be captured. */
  async decide(checkout: Checkout, attemptId: string): Promise<Checkout | null> {
    const { captureApproval, repository, now } = this.#deps
    const open = openAttempt(checkout)
    if (open?.id !== attemptId || !mayCapture(checkout, open, now())) return null
    if (open.shopDecision === 'approve') return checkout
    if (!needsDecision(open, captureApproval !== null)) return checkout
    if (!captureApproval) {
      await repository.record(checkout.id, { type: 'shop_decided', decision: 'deny' }, attemptId)
      return null
    }
    const intended = await repository.record(checkout.id, { type: 'decision_requested' }, attemptId)
    this.#assertOwned(intended)
    const isApproved = await captureApproval.approves(intended, attemptId)
    const decision = isApproved ? 'approve' : 'deny'
    const decided = await repository.record(
      checkout.id,
      { type: 'shop_decided', decision },
      attemptId,
    )
    return isApproved ? decided : null
  }

  /** Sends the payer's code, once, unless another one was faster. Null: no code is expected; `unclear`: the provider did not say whether one is. */
  async submitCode(
    id: string,
    attempt: Attempt,
    code: string,
    codeTries: number,
  ): Promise<CallResult | 'unclear'> {
    const { repository } = this.#deps
    const before = await repository.get(id)
    const { codesTried = codeTries } = (before && openAttempt(before)) ?? {}
    if (!before || codesTried >= codeTries) return null
    // [netgiro] ConfirmCart failed: "400 or other", which may be about something else than the code before; and on a
    // reservation a code takes the money, without a look at the amount or the shop's approval.
    if (codesTried > 0) {
      const seen = await this.#look(before, attempt)
      if (seen?.result.type === 'unknown') return 'unclear'
      if (seen?.result.type !== 'pending' || seen.checkout.status !== 'awaiting_code') return null
    }
    const given = await repository.record(id, { type: 'code_given' }, attempt.id)
    const open = openAttempt(given)
    // Codes are submitted in turn, so that one more is this one; everything else may change between two lines.
    if (open?.codesTried !== codesTried + 1) return null
    const [provider, handle] = this.#providerFor(given, open)
    this.#assertOwned(given)
    return handle ? this.#record(id, attempt.id, await provider.submitCode(handle, code)) : null
  }

  /** Asks how the payment stands; nothing follows from it. */
  async #look(checkout: Checkout, attempt: Attempt): Promise<CallResult> {
    const [provider, handle] = this.#providerFor(checkout, attempt)
    return handle ? this.#record(checkout.id, attempt.id, await provider.check(handle)) : null
  }

  /**
   * The last thing before a call with an effect. A write confirms the lease, but an intent that is on disk already is not
   * written again, and the answer to a write may be read after a standstill, when another process has gone on long since.
   */
  #assertOwned({ id }: Checkout): void {
    if (!this.#deps.ownership.keeps(id)) throw new Error('Another server owns the checkout by now')
  }

  #providerFor(checkout: Checkout, attempt: Attempt): [Provider, PaymentHandle | null] {
    const provider = this.#deps.providers.for(checkout, attempt)
    return [provider, handleOf(provider, attempt)]
  }

  async #record(
    id: string,
    attemptId: string,
    result: ProviderResult,
    intent: Input | null = null,
  ): Promise<RecordedResult> {
    return { result, checkout: await this.#deps.repository.record(id, result, attemptId, intent) }
  }
}
