import type { Clock } from '../clock.ts'
import { openAttempt } from '../checkout.ts'
import type { Checkout, ProviderResult } from '../checkout.ts'
import { captureMethodOf } from '../provider.ts'
import type { Providers } from '../provider.ts'
import { backoff, pollIntervalOf, pollLimits } from './backoff.ts'
import { nextAction } from './next-action.ts'
import type { Action } from './next-action.ts'
import type { TrackedAttempt } from './tracked-attempt.ts'

interface AttemptPlannerDeps {
  readonly providers: Providers
  readonly clock: Clock
  readonly codeTries: number
}

/** Plans the next action of a tracked attempt, and when: by what its provider can do and how the last calls went. */
export class AttemptPlanner {
  readonly #deps: AttemptPlannerDeps

  constructor(deps: AttemptPlannerDeps) {
    this.#deps = deps
  }

  /** Null: there is nothing left to do. */
  next(tracked: TrackedAttempt): Action | null {
    const { providers, clock, codeTries } = this.#deps
    const { checkout, nextPollAt, isStalled } = tracked
    const open = openAttempt(checkout)
    if (!open) return null
    const provider = providers.for(checkout, open)
    const { startNotifiesPayer, canCancel } = provider
    const captureMethod = captureMethodOf(provider, open)
    const traits = { startNotifiesPayer, canCancel, captureMethod }
    const action = nextAction(checkout, tracked, traits, codeTries, clock.now())
    // A change that could not be written stays due: retrying it at once would leave no time for anything else.
    return action && isStalled ? { ...action, at: Math.max(action.at, nextPollAt) } : action
  }

  /**
   * Times the next call by a result that is on disk.
   *
   * @param isLagging - the provider's view may lag behind its callback: no result is a reason to ask less often
   */
  noteResult(tracked: TrackedAttempt, result: ProviderResult, isLagging = false): void {
    const isAnswered = isAnswer(result)
    tracked.lastCallAt = this.#deps.clock.now()
    tracked.isUnseen = result.type === 'pending' && result.isUnseen === true
    tracked.failures = isAnswered || isLagging ? 0 : tracked.failures + 1
    if (isAnswered) tracked.mustPoll = false
    else if (result.type === 'unknown' && result.effect) tracked.mustPoll = true
    this.#setBackoff(tracked)
  }

  /** The turn failed on our own side; its action is retried. */
  noteError(tracked: TrackedAttempt): void {
    tracked.isStalled = true
    tracked.failures++
    this.#setBackoff(tracked)
  }

  #setBackoff(tracked: TrackedAttempt): void {
    const intervalMs = this.#isStale(tracked.checkout)
      ? pollLimits.maxMs
      : pollIntervalOf(tracked.checkout)
    // The clock counts whole milliseconds; one more, so that no poll is a fraction too early.
    tracked.nextPollAt = this.#deps.clock.now() + backoff(intervalMs, tracked.failures) + 1
    if (tracked.failures > 0)
      tracked.nextCancelAt = Math.max(tracked.nextCancelAt, tracked.nextPollAt)
  }

  /** Where the provider has no call to cancel, an attempt may stay open long after its approval timeout: there is no hurry. */
  #isStale(checkout: Checkout): boolean {
    const { providers, clock } = this.#deps
    const open = openAttempt(checkout)
    return (
      open !== null &&
      open.approvalExpiresAt < clock.now() &&
      !providers.for(checkout, open).canCancel
    )
  }
}

export const isAnswer = ({ type }: ProviderResult): boolean =>
  type !== 'unknown' && type !== 'not_sent'
