import type { Clock } from '../clock.ts'
import { captureWithinMs, isToBeReleased } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { Attempt, Input } from '../checkout.ts'
import { captureMethodOf } from '../provider.ts'
import type { Providers } from '../provider.ts'
import type { CheckoutRepository } from '../repository.ts'
import { isAnswer } from './attempt-planner.ts'
import type { AttemptPlanner } from './attempt-planner.ts'
import { backoff, pollIntervalOf, pollLimits } from './backoff.ts'
import { isUnderWay, send } from './calls-under-way.ts'
import type { Pending } from './calls-under-way.ts'
import { inputForLostStart } from './lost-start.ts'
import type { Action } from './next-action.ts'
import type { PollSlots } from './poll-slots.ts'
import type { AttemptCalls, CallResult } from './provider-calls.ts'
import { follow } from './tracked-attempt.ts'
import type { TrackedAttempt } from './tracked-attempt.ts'

interface AttemptActionsDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
  readonly calls: AttemptCalls
  readonly planner: AttemptPlanner
  readonly slots: PollSlots
}

/** An action that is taken this long after its time was not late: the machine slept, or the process was stopped. */
const standstillMs = 60_000

/** How often standstills may put off the review of one attempt: everything ends. */
const maxStandstills = 5

/** Takes the actions of attempts. Each is one turn: it ends with an answer of the provider or a change on disk, never with a timer. */
export class AttemptActions {
  readonly #deps: AttemptActionsDeps

  constructor(deps: AttemptActionsDeps) {
    this.#deps = deps
  }

  async take(tracked: TrackedAttempt, action: Action): Promise<void> {
    switch (action.type) {
      case 'poll':
        this.#noteStandstill(tracked, action.at)
        return this.poll(tracked, action.attempt)
      case 'cancel':
        this.#noteStandstill(tracked, action.at)
        return this.#cancel(tracked, action.attempt)
      case 'expire_checkout':
        return this.#record(
          tracked,
          { type: 'closing', as: 'expired' },
          openAttempt(tracked.checkout)?.id ?? null,
        )
      case 'request_review':
        if (!this.#noteStandstill(tracked, action.at)) break
        tracked.nextPollAt = this.#deps.clock.now()
        return
    }
    return this.#record(tracked, this.#commandFor(tracked, action), action.attempt.id)
  }

  /** Polls the provider, and captures what was approved. */
  async poll(tracked: TrackedAttempt, attempt: Attempt): Promise<void> {
    const { calls, planner, slots, clock } = this.#deps
    const { provider } = tracked.checkout
    const pending = this.#pending(tracked, attempt)
    const saysApproved = () => clock.monotonic() < tracked.lagsUntil
    slots.take(provider)
    let answer
    try {
      answer = await calls.check(tracked.checkout, attempt, { saysApproved, pending })
    } finally {
      slots.release(provider)
    }
    if (!answer) return
    planner.noteResult(tracked, answer.result, saysApproved())
    // It was asked, and what it says is not believed yet: a cancellation need not wait for that.
    if (pending.cancel || pending.code) tracked.mustPoll = false
    if (answer.result.type === 'authorized') await this.captureApproved(tracked, attempt, answer)
    // Neither paid nor approved, though it was too late to cancel: the cancellation is tried again.
    else if (isAnswer(answer.result) && openAttempt(tracked.checkout)?.cancelRefused)
      tracked.cancelAgain = true
  }

  /** Captures, or asks for the shop's decision where our answer to the callback captures. */
  async captureApproved(
    tracked: TrackedAttempt,
    attempt: Attempt,
    { result, checkout }: NonNullable<CallResult>,
  ): Promise<void> {
    const { repository, calls, clock } = this.#deps
    if (result.type !== 'authorized') return
    if (result.awaits === 'callback_answer') await calls.decide(checkout, attempt.id)
    else {
      const capture = () => calls.capture(checkout, attempt.id)
      this.#noteCapture(tracked, await send(tracked, 'capture', clock, capture))
    }
    const open = openAttempt(tracked.checkout)
    if (open?.id !== attempt.id) return
    // A reservation that is not wanted and cannot be canceled: it is never captured, and lapses.
    const isHeld = tracked.checkout.status === 'confirming' && open.cancelRefused
    const isUnwanted = isHeld && isToBeReleased(tracked.checkout, open, clock.now())
    if (isUnwanted && !this.#mayBeCaptured(tracked, open))
      await repository.record(checkout.id, { type: 'released' }, attempt.id)
  }

  /** A capture that was asked for before may still take the money; after the answer to a callback, the provider does so in its own time. */
  #mayBeCaptured(tracked: TrackedAttempt, attempt: Attempt): boolean {
    const { providers, clock } = this.#deps
    const provider = providers.for(tracked.checkout, attempt)
    if (captureMethodOf(provider, attempt) !== 'callback')
      return isUnderWay(tracked, 'capture', clock)
    const { captureRequestedAt } = attempt
    return captureRequestedAt !== null && clock.now() < captureRequestedAt + captureWithinMs
  }

  #noteCapture(tracked: TrackedAttempt, answer: CallResult): void {
    if (!answer) return
    const { planner, clock } = this.#deps
    planner.noteResult(tracked, answer.result)
    if (answer.result.type !== 'paid')
      tracked.nextPollAt =
        clock.now() + backoff(pollIntervalOf(tracked.checkout), ++tracked.repeats)
  }

  async #cancel(tracked: TrackedAttempt, attempt: Attempt): Promise<void> {
    const { calls, planner, clock } = this.#deps
    const wasRefused = attempt.cancelRefused
    const pending = this.#pending(tracked, attempt)
    const cancel = () => calls.cancel(tracked.checkout, attempt, pending)
    const answer = await send(tracked, 'cancel', clock, cancel)
    tracked.cancelAgain = false
    const pauseMs = backoff(pollLimits.defaultMs, tracked.repeats++)
    tracked.nextCancelAt = clock.now() + pauseMs
    if (!answer) return
    planner.noteResult(tracked, answer.result)
    if (answer.result.type === 'too_late_to_cancel')
      tracked.nextPollAt = wasRefused ? clock.now() + pauseMs : clock.now()
  }

  #pending(tracked: TrackedAttempt, attempt: Attempt): Pending {
    const { providers, clock } = this.#deps
    const { cancelUndoesPayments } = providers.for(tracked.checkout, attempt)
    return {
      cancel: cancelUndoesPayments && isUnderWay(tracked, 'cancel', clock),
      code: isUnderWay(tracked, 'code', clock),
    }
  }

  async #record(tracked: TrackedAttempt, input: Input, attemptId: string | null): Promise<void> {
    const { id, version } = tracked.checkout
    const after = await this.#deps.repository.record(id, input, attemptId)
    // Its action would be due again at once, forever. As an error it is reported, and waits like one that could not be written.
    if (after.version === version) throw new Error(`The command ${input.type} changed nothing`)
    // So it would if what another process wrote, and was read here, has left nothing for it to do.
    if (after.version > tracked.checkout.version) follow(tracked, after)
  }

  /**
   * After the lifetime: during a standstill the provider was neither polled nor asked to cancel, and it may know the end by now. It
   * is given the same time before a review as by a process that has just started.
   */
  #noteStandstill(tracked: TrackedAttempt, at: number): boolean {
    const now = this.#deps.clock.now()
    const wasStill = Number.isFinite(at) && now - at > standstillMs
    if (!wasStill || now < tracked.checkout.expiresAt || tracked.standstills >= maxStandstills)
      return false
    tracked.standstills++
    tracked.trackedSince = now
    return true
  }

  #commandFor({ checkout, isUnseen }: TrackedAttempt, action: CommandAction): Input {
    switch (action.type) {
      case 'expire_attempt':
        return { type: 'cancel_requested', by: 'approval_timeout' }
      case 'too_many_codes':
        return { type: 'cancel_requested', by: 'wrong_code' }
      case 'release':
        return { type: 'capture_timed_out' }
      case 'request_review':
        // A payer who was never shown the request, and cannot be shown it any more, has not paid.
        return isUnseen
          ? { type: 'start_abandoned' }
          : { type: 'unresolved', why: 'outcome_unknown' }
      case 'abandon_start':
        return inputForLostStart(this.#deps.providers.for(checkout, action.attempt), action.attempt)
    }
  }
}

/** Those that are settled by a command of ours alone. */
type CommandAction = Exclude<Action, { readonly type: 'poll' | 'cancel' | 'expire_checkout' }>
