import type { Clock } from '../clock.ts'
import type { PaymentRequest, Providers } from '../provider.ts'
import { openAttempt } from '../checkout.ts'
import type { Attempt, Checkout } from '../checkout.ts'
import { soleOwner } from '../ownership.ts'
import type { CallOut, Ownership } from '../ownership.ts'
import type { Subscriber } from '../pubsub.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { CaptureApproval, CheckoutStore } from '../store.ts'
import { ApprovalLooks } from './approval-looks.ts'
import { AttemptActions } from './attempt-actions.ts'
import { AttemptPlanner, isAnswer } from './attempt-planner.ts'
import { AttemptQueue } from './attempt-queue.ts'
import type { AroundTurn } from './attempt-queue.ts'
import { isUnderWay, send } from './calls-under-way.ts'
import { inputForUnsentStart } from './lost-start.ts'
import { PollSlots } from './poll-slots.ts'
import { AttemptCalls } from './provider-calls.ts'
import { resumeAttempts } from './resume-attempts.ts'
import type { TrackedAttempt } from './tracked-attempt.ts'

interface AttemptWorkerDeps {
  readonly store: Pick<CheckoutStore, 'setLateCheck'>
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
  /** How many codes may be tried for one request. */
  readonly codeTries: number
  /** Null: the shop is not asked before a capture. */
  readonly captureApproval: CaptureApproval | null
  readonly onError: (error: unknown, checkoutId: string) => void
  /** Called with how much later than planned an action is taken. */
  readonly onActionDelay?: (lateMs: number) => void
  readonly aroundTurn?: AroundTurn
  /** Default: this process owns every checkout. */
  readonly ownership?: Ownership
}

/** For each provider. */
const maxConcurrentPolls = 192

/** How long the provider's view may lag behind its callback. */
const callbackLagMs = 5_000

const nothingPending = { cancel: false, code: false }

/**
 * Drives each open attempt to its end: polls the provider, cancels what is to be canceled, captures what was approved. One turn
 * at a time for each checkout, however many browsers follow it.
 */
export class AttemptWorker implements Subscriber {
  readonly #deps: AttemptWorkerDeps
  readonly #calls: AttemptCalls
  readonly #planner: AttemptPlanner
  readonly #actions: AttemptActions
  readonly #queue: AttemptQueue
  readonly #ownership: Ownership
  readonly #looks: ApprovalLooks

  constructor(deps: AttemptWorkerDeps) {
    this.#deps = deps
    this.#ownership = deps.ownership ?? soleOwner
    const { repository, providers, clock, codeTries, captureApproval } = deps
    const { onError, onActionDelay, aroundTurn } = deps
    const now = () => clock.now()
    const slots = new PollSlots(maxConcurrentPolls)
    const ownership = this.#ownership
    const calls = new AttemptCalls({ repository, providers, captureApproval, ownership, now })
    const planner = new AttemptPlanner({ providers, clock, codeTries })
    const actions = new AttemptActions({ repository, providers, clock, calls, planner, slots })
    const events = { onError, onActionDelay, aroundTurn }
    this.#looks = new ApprovalLooks({ repository, providers, clock })
    this.#calls = calls
    this.#planner = planner
    this.#actions = actions
    const deciding = { clock, planner, actions, slots, repository, ownership }
    this.#queue = new AttemptQueue({ ...deciding, ...events })
  }

  /** Takes up the attempts that an earlier process left open. */
  resume(unfinished: readonly Checkout[]): Promise<void> {
    const { repository, providers, clock } = this.#deps
    return resumeAttempts({ repository, providers, queue: this.#queue }, unfinished, clock.now())
  }

  /** Whether it drives the open attempt of this checkout. */
  drives(checkout: Checkout): boolean {
    const tracked = this.#queue.get(checkout.id)
    return tracked !== undefined && openAttempt(tracked.checkout)?.id === openAttempt(checkout)?.id
  }

  /** Leaves these checkouts to another process; returns the calls about them that may be out. */
  release(isGone: (id: string) => boolean): readonly CallOut[] {
    return this.#queue.release(isGone)
  }

  onChange(checkout: Checkout): void {
    this.#queue.update(checkout)
  }

  /** Sends the payment request of an attempt that is on disk; once, whatever becomes of it. Never rejects. */
  async start(checkout: Checkout, attempt: Attempt, request: PaymentRequest): Promise<void> {
    // It may have been released since the attempt was written.
    if (this.isStopped || !this.#queue.get(checkout.id)) {
      await this.#recordUnsent(checkout, attempt)
      return
    }
    await this.#queue.run(checkout.id, async (tracked) => {
      const { result } = await this.#calls.send(checkout, attempt, request)
      this.#planner.noteResult(tracked, result)
      if (result.type === 'requested' && result.pollImmediately)
        tracked.nextPollAt = this.#deps.clock.now()
    })
  }

  /**
   * Sends the payer's code, once, unless another one was faster; that it is sent is on disk before it is.
   *
   * @returns when the answer is on disk
   */
  async submitCode(
    { id }: Checkout,
    attempt: Attempt,
    code: string,
  ): Promise<'sent' | 'not_expected' | 'failed'> {
    const { clock, codeTries } = this.#deps
    let outcome: 'sent' | 'not_expected' | 'failed' = 'failed'
    if (!attempt.providerRef) return 'not_expected'
    await this.#queue.run(id, async (tracked) => {
      // What it would be submitted to may have been reserved by then.
      if (isUnderWay(tracked, 'code', clock)) return
      const answer = await send(tracked, 'code', clock, () =>
        this.#calls.submitCode(id, attempt, code, codeTries),
      )
      if (answer === 'unclear') return
      outcome = answer ? 'sent' : 'not_expected'
      if (!answer) {
        tracked.nextPollAt = clock.now()
        return
      }
      this.#planner.noteResult(tracked, answer.result)
      // A poll brings what the answer left out.
      if (answer.result.type !== 'code_refused') tracked.nextPollAt = clock.now()
    })
    return outcome
  }

  /**
   * Polls now, whatever the interval, for a callback.
   *
   * @param saysApproved - whether a proven callback says that the payer approved
   * @returns when the answer is on disk
   */
  async pollNow(id: string, attempt: Attempt, saysApproved = false): Promise<void> {
    // Its owner polls it, and the next one begins with a poll.
    if (!attempt.providerRef || this.isStopped || !this.#ownership.holds(id)) return
    const tracked = this.#queue.get(id) ?? (await this.#trackAgain(id, attempt))
    if (!tracked || openAttempt(tracked.checkout)?.id !== attempt.id)
      return this.#pollLate(id, attempt, saysApproved)
    if (saysApproved) tracked.lagsUntil = this.#deps.clock.monotonic() + callbackLagMs
    tracked.pendingPoll ??= this.#pollInTurn(tracked, attempt, saysApproved)
    await tracked.pendingPoll
  }

  /**
   * Looks beside the turn whether an approval that a proven callback has reported shows.
   *
   * @param polled - the poll for that callback
   * @returns when the approval is on disk, or after `forMs`; where nothing is to be looked at, when `polled` has ended, however late
   */
  awaitApproval(
    id: string,
    attemptId: string,
    polled: Promise<void>,
    forMs: number,
  ): Promise<void> {
    if (this.isStopped || !this.#ownership.holds(id)) return polled
    return this.#looks.untilShown(id, attemptId, polled, forMs)
  }

  /** Cancels at once what is due to be canceled, whatever the pause between tries. */
  cancelNow(id: string): void {
    const tracked = this.#queue.get(id)
    if (!tracked) return
    tracked.nextCancelAt = -Infinity
    this.#queue.schedule(id)
  }

  /** Cancels, once, an attempt that is over here and that the provider still holds. */
  async cancelStray(checkout: Checkout, attempt: Attempt): Promise<void> {
    if (this.isStopped || !this.#deps.providers.for(checkout, attempt).canCancel) return
    await this.#calls.cancel(checkout, attempt, nothingPending)
  }

  /** Begins nothing new and waits for the calls that are out, up to a limit. */
  stop(): Promise<void> {
    return this.#queue.stop()
  }

  get isStopped(): boolean {
    return this.#queue.isStopped
  }

  /** The number of open attempts. */
  get size(): number {
    return this.#queue.size
  }

  async #recordUnsent({ id }: Checkout, attempt: Attempt): Promise<void> {
    try {
      await this.#deps.repository.record(id, inputForUnsentStart, attempt.id)
    } catch (error) {
      // Where even this cannot be written, the next process takes the request for one that may have arrived.
      this.#deps.onError(error, id)
    }
  }

  async #pollInTurn(
    tracked: TrackedAttempt,
    attempt: Attempt,
    saysApproved: boolean,
  ): Promise<void> {
    const { id } = tracked.checkout
    await tracked.turn
    tracked.pendingPoll = null
    // The turn before it may have ended the attempt.
    if (this.#queue.get(id) !== tracked) await this.pollNow(id, attempt, saysApproved)
    else await this.#queue.run(id, () => this.#actions.poll(tracked, attempt))
  }

  /** Tracks the newest attempt again where it is open on disk, which another process may have brought about. */
  async #trackAgain(id: string, attempt: Attempt): Promise<TrackedAttempt | undefined> {
    const checkout = await this.#deps.repository.get(id)
    const isNewest = checkout?.attempts.at(-1)?.id === attempt.id
    if (checkout && isNewest && openAttempt(checkout) && !this.#queue.get(id))
      this.#queue.add(checkout, this.#deps.clock.now())
    return this.#queue.get(id)
  }

  /** The attempt is over here, but the provider may know better: it may be approved, or paid. */
  async #pollLate(id: string, attempt: Attempt, saysApproved: boolean): Promise<void> {
    const { store, repository, clock } = this.#deps
    const checkout = await repository.get(id)
    const known = checkout?.attempts.find((one) => one.id === attempt.id)
    if (!checkout || !known || known.paidAt !== null) return
    const named = { ...known, providerRef: attempt.providerRef }
    // It was told to be over, and is late as it is: nothing is put off any further.
    const context = { saysApproved: () => saysApproved, pending: nothingPending }
    const answer = await this.#calls.check(checkout, named, context)
    if (!answer) return
    const { result } = answer
    if (result.type === 'authorized') {
      const tracked = this.#queue.get(id)
      // It is open again, and goes on like any other.
      if (tracked && openAttempt(tracked.checkout)?.id === attempt.id)
        return this.#pollInTurn(tracked, attempt, saysApproved)
    }
    // The provider may never call again: `LatePaymentFinder` looks again soon, and cancels what is not wanted.
    const isSettled =
      result.type === 'paid' || (isAnswer(result) && result.type !== 'authorized' && !saysApproved)
    if (!isSettled) await store.setLateCheck(id, attempt.id, clock.now())
  }
}
