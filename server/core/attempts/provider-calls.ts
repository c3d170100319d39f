import { handleOf } from '../provider.ts'
import type { PaymentHandle, PaymentRequest, Provider, Providers } from '../provider.ts'
import { isToBeCanceled, mayCapture } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { Attempt, Checkout, Input, ProviderResult } from '../checkout.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { CaptureApproval } from '../store.ts'

interface AttemptCallsDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  /** Null: the shop wants no last word. */
  readonly captureApproval: CaptureApproval | null
  readonly now: () => number
}

/** What came of a call: the provider's answer and the checkout that it made. Null: the call was not made. */
export type CallResult = { readonly fact: ProviderResult; readonly checkout: Checkout } | null

/**
 * The calls to the provider about one attempt. Each call with an effect is an intent on disk before it is made, and legal
 * only in the state that allows it; each answer is on disk before anything follows from it.
 */
export class AttemptCalls {
  readonly #deps: AttemptCallsDeps

  constructor(deps: AttemptCallsDeps) {
    this.#deps = deps
  }

  /** The attempt on disk is the intent: it is sent once, whatever becomes of it. */
  async send(checkout: Checkout, attempt: Attempt, request: PaymentRequest): Promise<CallResult> {
    const provider = this.#deps.providers.for(checkout, attempt)
    return this.#learn(checkout.id, attempt.id, await provider.start(request))
  }

  /** Asking has no effect. `saysApproved`: a proven callback has just told so. */
  async check(checkout: Checkout, attempt: Attempt, saysApproved: boolean): Promise<CallResult> {
    const [provider, handle] = this.#about(checkout, attempt)
    if (!handle) return null
    const fact = await provider.check(saysApproved ? { ...handle, saysApproved } : handle)
    // Where nobody is to be asked first, the intent to capture is written with the approval that it follows from.
    const isCaptureNext =
      fact.type === 'authorized' && fact.awaits === 'capture' && this.#deps.captureApproval === null
    const intent = isCaptureNext ? ({ type: 'capture_requested' } as const) : null
    return this.#learn(checkout.id, attempt.id, fact, intent)
  }

  /** One that is over is canceled too, where the provider still holds it. */
  async cancel(checkout: Checkout, attempt: Attempt): Promise<CallResult> {
    const intended = await this.#deps.repository.record(
      checkout.id,
      { type: 'cancel_sent' },
      attempt.id,
    )
    const known = intended.attempts.find(({ id }) => id === attempt.id)
    if (!known || known.paidAt !== null || !isToBeCanceled(intended, known)) return null
    const [provider, handle] = this.#about(intended, known)
    return handle ? this.#learn(checkout.id, attempt.id, await provider.cancel(handle)) : null
  }

  /** Takes the money, after the shop's yes where it is asked: for an approval that the provider has just told of. */
  async capture(checkout: Checkout, attemptId: string): Promise<CallResult> {
    const decided = await this.decide(checkout, attemptId)
    if (!decided) return null
    const { repository, now } = this.#deps
    const intended = await repository.record(checkout.id, { type: 'capture_requested' }, attemptId)
    const open = openAttempt(intended)
    if (open?.id !== attemptId || !mayCapture(intended, open, now())) return null
    const [provider, handle] = this.#about(intended, open)
    return handle ? this.#learn(checkout.id, attemptId, await provider.capture(handle)) : null
  }

  /** The shop's decision, asked for once and written down before anything follows from it. Null: not to be captured. */
  async decide(checkout: Checkout, attemptId: string): Promise<Checkout | null> {
    const { captureApproval, repository, now } = this.#deps
    const open = openAttempt(checkout)
    if (open?.id !== attemptId || !mayCapture(checkout, open, now())) return null
    if (open.shopDecision === 'approve') return checkout
    // It was asked, what it said was never heard, and it cannot be asked again: that is no yes.
    const isUnheard = open.decisionRequestedAt !== null
    if (!captureApproval && !isUnheard) return checkout
    if (!captureApproval) {
      await repository.record(checkout.id, { type: 'shop_decided', decision: 'deny' }, attemptId)
      return null
    }
    const intended = await repository.record(checkout.id, { type: 'decision_requested' }, attemptId)
    const isApproved = await captureApproval.approves(intended, attemptId)
    const decision = isApproved ? 'approve' : 'deny'
    const decided = await repository.record(
      checkout.id,
      { type: 'shop_decided', decision },
      attemptId,
    )
    return isApproved ? decided : null
  }

  /** The payer's code, once, unless another one was faster. Null: no code is expected. */
  async submitCode(id: string, attempt: Attempt, code: string, codeTries: number) {
    const { repository } = this.#deps
    const before = await repository.get(id)
    const { codesTried = codeTries } = (before && openAttempt(before)) ?? {}
    if (codesTried >= codeTries) return null
    const given = await repository.record(id, { type: 'code_given' }, attempt.id)
    const open = openAttempt(given)
    // Codes are given in turn, so that one more is this one; everything else may change between two lines.
    if (open?.codesTried !== codesTried + 1) return null
    const [provider, handle] = this.#about(given, open)
    return handle ? this.#learn(id, attempt.id, await provider.submitCode(handle, code)) : null
  }

  providerOf(checkout: Checkout, attempt: Attempt | null): Provider {
    const { providers } = this.#deps
    return attempt ? providers.for(checkout, attempt) : providers.of(checkout)
  }

  #about(checkout: Checkout, attempt: Attempt): [Provider, PaymentHandle | null] {
    const provider = this.#deps.providers.for(checkout, attempt)
    return [provider, handleOf(provider, attempt)]
  }

  async #learn(
    id: string,
    attemptId: string,
    fact: ProviderResult,
    intent: Input | null = null,
  ): Promise<CallResult> {
    return { fact, checkout: await this.#deps.repository.record(id, fact, attemptId, intent) }
  }
}

/** What is to be made of a request whose name the provider never told. */
export function factOfLost(provider: Provider, attempt: Attempt): Input {
  const evidence = { call: 'start', code: 'lost', referenceId: null }
  if (!provider.startNotifiesPayer) return { type: 'not_sent', evidence }
  const captureMethod =
    attempt.connection?.captureMethod ?? provider.captureMethodFor(attempt.payer.kind)
  // Where an approval of it could have taken money unseen, a person must look; elsewhere it is harmless.
  return captureMethod === 'automatic'
    ? { type: 'unresolved', why: 'outcome_unknown' }
    : { type: 'start_abandoned' }
}
