import type { Clock } from '../clock.ts'
import type { PaymentRequest, Providers } from '../provider.ts'
import { TimerQueue } from './timer-queue.ts'
import { AttemptCalls, factOfLost } from './provider-calls.ts'
import type { CallResult } from './provider-calls.ts'
import { backoff, pollIntervalOf, pollLimits } from './backoff.ts'
import { isToBeReleased } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import type { Attempt, Checkout, Input, ProviderResult } from '../checkout.ts'
import type { Subscriber } from '../pubsub.ts'
import type { CheckoutRepository } from '../repository.ts'
import { nextAction } from './next-action.ts'
import type { Action, Timing } from './next-action.ts'
import type { CaptureApproval } from '../store.ts'

interface AttemptWorkerDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
  /** How many codes may be tried for one request. */
  readonly codeTries: number
  /** Null: the shop wants no last word. */
  readonly captureApproval: CaptureApproval | null
  readonly onError: (error: unknown, checkoutId: string) => void
  /** Told how much later than planned each step is taken. */
  readonly onActionDelay?: (lateMs: number) => void
}

/** One checkout under watch. What is here is memory only, never what a payment depends on. */
interface TrackedAttempt extends Timing {
  checkout: Checkout
  nextPollAt: number
  nextCancelAt: number
  lastCallAt: number
  mustPoll: boolean
  cancelAgain: boolean
  /** The provider said last that its payer has not been shown the request. */
  isUnseen: boolean
  /** Answers in a row that told nothing. */
  failures: number
  /** Cancellations and captures in a row that did not settle anything. */
  repeats: number
  /** This process stood still past the time at which a person was to be called, and has begun to ask anew. */
  standstills: number
  /** The last turn could not be carried out on our own side. */
  isStalled: boolean
  turn: Promise<void> | null
  /** A callback that waits for its turn; more of them join it. */
  pendingPoll: Promise<void> | null
}

/** After a restart the unfinished are asked about one after the other, not all at once. */
const resumeStaggerMs = 2
const resumeBatchSize = 200

/**
 * So many questions may be out. The adapter has more connections than that: however slow the provider is, a request to a
 * phone, a confirmation or a cancellation need not stand in line behind questions.
 */
const maxConcurrentPolls = 192

/** A step that comes later than this was not late: the machine slept, or the process was stopped. */
const standstillMs = 60_000

/** A process that stands still again and again is not forgiven for ever: everything ends. */
const maxStandstills = 5

/** A stop waits this long for calls that are out; each has a deadline of its own, which is shorter. */
const stopTimeoutMs = 60_000

/**
 * Sees every unfinished checkout through to its end: asks the provider at its pace, cancels what is to be canceled,
 * captures what was approved. One turn at a time for each checkout, however many browsers look on, and it ends
 * with an answer, never with a timer.
 */
export class AttemptWorker implements Subscriber {
  readonly #deps: AttemptWorkerDeps
  readonly #calls: AttemptCalls
  readonly #tracked = new Map<string, TrackedAttempt>()
  readonly #timers: TimerQueue
  /** Questions that are out, and the checkouts whose time has come but whose turn has not. */
  #pollsInFlight = 0
  readonly #queue = new Set<string>()
  #stopped = false

  constructor(deps: AttemptWorkerDeps) {
    this.#deps = deps
    this.#calls = new AttemptCalls({ ...deps, now: () => deps.clock.now() })
    this.#timers = new TimerQueue(deps.clock, (id) => this.#onDue(id))
  }

  /** Takes up what an earlier process left unfinished. */
  async resume(unfinished: readonly Checkout[]): Promise<void> {
    const now = this.#deps.clock.now()
    for (const [index, checkout] of unfinished.entries()) {
      // No denser than they will be asked about from then on.
      const turn = Math.min(
        index * resumeStaggerMs,
        (index / unfinished.length) * pollIntervalOf(checkout),
      )
      this.#deps.repository.keep(checkout)
      this.#tracked.set(checkout.id, this.#newTracked(checkout, now + turn))
    }
    for (let from = 0; from < unfinished.length; from += resumeBatchSize) {
      const some = unfinished.slice(from, from + resumeBatchSize)
      await Promise.all(some.map((checkout) => this.#recordInterrupted(checkout)))
    }
    for (const { id } of unfinished) this.#schedule(id)
  }

  onChange(checkout: Checkout): void {
    const { id } = checkout
    const tracked = this.#tracked.get(id) ?? this.#newTracked(checkout, this.#deps.clock.now())
    const before = openAttempt(tracked.checkout)
    const open = openAttempt(checkout)
    tracked.checkout = checkout
    if (before && open && before.id !== open.id) Object.assign(tracked, initialTiming)
    if (open) {
      this.#tracked.set(id, tracked)
      this.#schedule(id)
    } else {
      this.#tracked.delete(id)
      this.#timers.delete(id)
    }
  }

  /** Sends the request of an attempt that is on disk; once, whatever becomes of it. */
  async start(checkout: Checkout, attempt: Attempt, request: PaymentRequest): Promise<void> {
    // What this process knows that it has not sent, it says.
    if (this.#stopped) return this.#recordUnsent(checkout.id, attempt.id)
    await this.#run(checkout.id, async (tracked) => {
      const result = await this.#calls.send(checkout, attempt, request)
      this.#applyResult(tracked, result)
      const { fact } = result ?? {}
      if (fact?.type === 'requested' && fact.pollImmediately)
        tracked.nextPollAt = this.#deps.clock.now()
    })
  }

  /**
   * Sends the payer's code, once, unless another one was faster; that it is sent is on disk before it is. Resolves when
   * the answer is there as well.
   */
  async submitCode(
    { id }: Checkout,
    attempt: Attempt,
    code: string,
  ): Promise<'sent' | 'not_expected' | 'failed'> {
    const { clock, codeTries } = this.#deps
    let outcome: 'sent' | 'not_expected' | 'failed' = 'failed'
    if (!attempt.providerRef) return 'not_expected'
    await this.#run(id, async (tracked) => {
      const result = await this.#calls.submitCode(id, attempt, code, codeTries)
      outcome = result ? 'sent' : 'not_expected'
      this.#applyResult(tracked, result)
      // What it did not say, or said only in part, the provider tells when it is asked.
      if (result && result.fact.type !== 'code_refused') tracked.nextPollAt = clock.now()
    })
    return outcome
  }

  /** A callback: asks now, without regard to the pace. Resolves when the answer is on disk. */
  async pollNow(id: string, attempt: Attempt, saysApproved = false): Promise<void> {
    if (!attempt.providerRef || this.#stopped) return
    const tracked = this.#tracked.get(id) ?? (await this.#trackAgain(id, attempt))
    if (!tracked || openAttempt(tracked.checkout)?.id !== attempt.id)
      return this.#pollLate(id, attempt, saysApproved)
    tracked.pendingPoll ??= (async () => {
      await tracked.turn
      tracked.pendingPoll = null
      // The turn before it may have ended the watch.
      if (this.#tracked.get(id) !== tracked) await this.pollNow(id, attempt, saysApproved)
      else await this.#run(id, () => this.#pollAndCapture(tracked, attempt, saysApproved))
    })()
    await tracked.pendingPoll
  }

  /** Cancels at once what is due to be canceled, without regard to the pause between tries. */
  cancelNow(id: string): void {
    const tracked = this.#tracked.get(id)
    if (!tracked) return
    tracked.nextCancelAt = -Infinity
    this.#schedule(id)
  }

  /** What is over here and alive at the provider must not come to anything: it is canceled, once. */
  async cancelStray(checkout: Checkout, attempt: Attempt): Promise<void> {
    if (this.#stopped || !this.#calls.providerOf(checkout, attempt).canCancel) return
    await this.#calls.cancel(checkout, attempt)
  }

  /** Begins nothing new and waits for the calls that are out, but not for ever. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timers.clear()
    const turns = [...this.#tracked.values()].flatMap(({ turn }) => (turn ? [turn] : []))
    let cancelTimer = () => {}
    const tooLong = new Promise<void>((resolve) => {
      cancelTimer = this.#deps.clock.after(stopTimeoutMs, resolve)
    })
    await Promise.race([Promise.allSettled(turns), tooLong])
    cancelTimer()
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  get size(): number {
    return this.#tracked.size
  }

  /** A request that is over may turn out to have been approved: while the checkout is open, its approval is as good as any. */
  async #trackAgain(id: string, attempt: Attempt): Promise<TrackedAttempt | undefined> {
    const checkout = await this.#deps.repository.get(id)
    const isNewest = checkout?.attempts.at(-1)?.id === attempt.id
    if (checkout && isNewest && openAttempt(checkout) && !this.#tracked.has(id))
      this.#tracked.set(id, this.#newTracked(checkout, this.#deps.clock.now()))
    return this.#tracked.get(id)
  }

  /** It is over here, but the provider may know better: an approval, or a payment. */
  async #pollLate(id: string, attempt: Attempt, saysApproved: boolean): Promise<void> {
    const checkout = await this.#deps.repository.get(id)
    const known = checkout?.attempts.find((one) => one.id === attempt.id)
    if (!checkout || !known || known.paidAt !== null) return
    const result = await this.#calls.check(checkout, { ...known, ...refOf(attempt) }, saysApproved)
    if (result?.fact.type !== 'authorized') return
    const tracked = this.#tracked.get(id)
    if (tracked && openAttempt(tracked.checkout)?.id === attempt.id)
      await this.#run(id, () => this.#captureApproved(tracked, attempt, result))
  }

  /**
   * The request was on its way when the process ended. It may have arrived, so it is not sent again. What was started with
   * an account that is not configured any more cannot be asked about.
   */
  async #recordInterrupted(checkout: Checkout): Promise<void> {
    const { repository, providers } = this.#deps
    const open = openAttempt(checkout)
    if (!open) return
    if (!providers.isConfigured(checkout, open)) {
      await repository.record(checkout.id, { type: 'unresolved', why: 'not_configured' }, open.id)
    } else if (checkout.status === 'starting') {
      const evidence = { call: 'start', code: 'interrupted', referenceId: null }
      await repository.record(checkout.id, { type: 'unknown', effect: true, evidence }, open.id)
    }
  }

  async #recordUnsent(id: string, attemptId: string): Promise<void> {
    const evidence = { call: 'start', code: 'shutting_down', referenceId: null }
    await this.#deps.repository.record(id, { type: 'not_sent', evidence }, attemptId)
  }

  #newTracked(checkout: Checkout, nextPollAt: number): TrackedAttempt {
    const open = openAttempt(checkout)
    // An intent whose answer this process has not heard: what became of it is asked before anything is repeated.
    const isUnsure = open?.cancelSentAt != null || open?.captureRequestedAt != null
    return {
      ...initialTiming,
      ...{ checkout, nextPollAt, mustPoll: isUnsure || open?.uncertain === true },
      trackedSince: this.#deps.clock.now(),
      ...{ isStalled: false, turn: null, pendingPoll: null },
    }
  }

  /** Takes the step whose time has come, unless it is one more question than may be out. */
  #onDue(id: string): void {
    const tracked = this.#tracked.get(id)
    if (!tracked) return
    const isQuestion =
      this.#pollsInFlight >= maxConcurrentPolls && this.#nextAction(tracked)?.do === 'ask'
    if (isQuestion) this.#queue.add(id)
    else void this.#run(id, () => this.#runAction(tracked))
  }

  /** The first in line: an answer has made room for them. Some may have nothing to ask any more. */
  #drainQueue(): void {
    for (const id of this.#queue) {
      if (this.#pollsInFlight >= maxConcurrentPolls || this.#stopped) return
      this.#queue.delete(id)
      this.#onDue(id)
    }
  }

  /** One turn at a time. */
  #run(id: string, work: (tracked: TrackedAttempt) => Promise<void>): Promise<void> {
    const tracked = this.#tracked.get(id)
    if (!tracked || this.#stopped) return Promise.resolve()
    this.#timers.delete(id)
    const turn = this.#runTurn(tracked, work).then(() => {
      if (tracked.turn === turn) tracked.turn = null
      // What another process wrote, the ledger may have read by now, and this watch has not heard of it.
      const latest = this.#deps.repository.peek(id)
      if (latest && latest.version > tracked.checkout.version) this.onChange(latest)
      else this.#schedule(id)
    })
    tracked.turn = turn
    return turn
  }

  async #runTurn(
    tracked: TrackedAttempt,
    work: (tracked: TrackedAttempt) => Promise<void>,
  ): Promise<void> {
    if (tracked.turn) await tracked.turn
    try {
      await work(tracked)
      tracked.isStalled = false
    } catch (error) {
      tracked.isStalled = true
      tracked.failures++
      this.#setBackoff(tracked)
      this.#deps.onError(error, tracked.checkout.id)
    }
  }

  async #runAction(tracked: TrackedAttempt): Promise<void> {
    const { repository, clock } = this.#deps
    const step = this.#nextAction(tracked)
    if (!step || clock.now() < step.at) return
    // A cancellation has no time of its own: it is due since for ever.
    if (Number.isFinite(step.at)) this.#deps.onActionDelay?.(clock.now() - step.at)
    if (step.do === 'ask' || step.do === 'cancel') {
      const { attempt } = step
      return step.do === 'ask'
        ? this.#pollAndCapture(tracked, attempt, false)
        : this.#cancel(tracked, attempt)
    }
    const { id } = tracked.checkout
    const stoodStill = clock.now() - step.at > standstillMs
    if (step.do === 'call_person' && stoodStill && tracked.standstills < maxStandstills) {
      // Nobody was asked while it stood still, and the provider may have had its say long ago.
      tracked.standstills++
      Object.assign(tracked, { trackedSince: clock.now(), nextPollAt: clock.now() })
    } else if (step.do === 'close') {
      await repository.record(
        id,
        { type: 'closing', as: 'expired' },
        openAttempt(tracked.checkout)?.id ?? null,
      )
    } else {
      await repository.record(id, this.#commandFor(tracked, step), step.attempt.id)
    }
  }

  #commandFor({ checkout, isUnseen }: TrackedAttempt, step: CommandAction): Input {
    switch (step.do) {
      case 'end_window':
        return { type: 'cancel_requested', by: 'approval_timeout' }
      case 'end_codes':
        return { type: 'cancel_requested', by: 'wrong_code' }
      case 'release':
        return { type: 'capture_timed_out' }
      case 'call_person':
        // What its payer was never shown, and cannot be shown any more, is not paid.
        return isUnseen
          ? { type: 'start_abandoned' }
          : { type: 'unresolved', why: 'outcome_unknown' }
      case 'give_up_lost':
        return factOfLost(this.#calls.providerOf(checkout, step.attempt), step.attempt)
    }
  }

  async #cancel(tracked: TrackedAttempt, attempt: Attempt): Promise<void> {
    const { clock } = this.#deps
    const wasRefused = attempt.cancelRefused
    const result = await this.#calls.cancel(tracked.checkout, attempt)
    tracked.cancelAgain = false
    const pause = backoff(pollLimits.usualMs, tracked.repeats++)
    tracked.nextCancelAt = clock.now() + pause
    this.#applyResult(tracked, result)
    if (result?.fact.type === 'too_late_to_cancel')
      tracked.nextPollAt = wasRefused ? clock.now() + pause : clock.now()
  }

  async #pollAndCapture(
    tracked: TrackedAttempt,
    attempt: Attempt,
    saysApproved: boolean,
  ): Promise<void> {
    this.#pollsInFlight++
    let result
    try {
      result = await this.#calls.check(tracked.checkout, attempt, saysApproved)
    } finally {
      this.#pollsInFlight--
      this.#drainQueue()
    }
    this.#applyResult(tracked, result)
    if (result?.fact.type === 'authorized') await this.#captureApproved(tracked, attempt, result)
    else if (result && isAnswer(result.fact)) this.#contradict(tracked)
  }

  async #captureApproved(
    tracked: TrackedAttempt,
    attempt: Attempt,
    { fact, checkout }: NonNullable<CallResult>,
  ): Promise<void> {
    if (fact.type !== 'authorized') return
    if (fact.awaits === 'callback_answer') {
      await this.#calls.decide(checkout, attempt.id)
    } else {
      const captured = await this.#calls.capture(checkout, attempt.id)
      this.#applyResult(tracked, captured)
      if (captured && captured.fact.type !== 'paid')
        tracked.nextPollAt =
          this.#deps.clock.now() + backoff(pollIntervalOf(tracked.checkout), ++tracked.repeats)
    }
    const open = openAttempt(tracked.checkout)
    if (open?.id !== attempt.id) return
    // A reservation that is not wanted and cannot be canceled: it is never captured, and lapses.
    const isHeld = tracked.checkout.status === 'confirming' && open.cancelRefused
    if (isHeld && isToBeReleased(tracked.checkout, open, this.#deps.clock.now()))
      await this.#deps.repository.record(checkout.id, { type: 'released' }, attempt.id)
  }

  /** Too late to cancel, it was said, and now it is neither paid nor approved: the cancellation is tried again. */
  #contradict(tracked: TrackedAttempt): void {
    if (openAttempt(tracked.checkout)?.cancelRefused) tracked.cancelAgain = true
  }

  /** Sets the pace by an answer that is on disk. */
  #applyResult(tracked: TrackedAttempt, result: CallResult): void {
    if (!result) return
    const { fact } = result
    const isAnswered = isAnswer(fact)
    tracked.lastCallAt = this.#deps.clock.now()
    tracked.isUnseen = fact.type === 'pending' && fact.isUnseen === true
    tracked.failures = isAnswered ? 0 : tracked.failures + 1
    if (isAnswered) tracked.mustPoll = false
    else if (fact.type === 'unknown' && fact.effect) tracked.mustPoll = true
    this.#setBackoff(tracked)
  }

  #setBackoff(tracked: TrackedAttempt): void {
    const pause = this.#isStale(tracked.checkout)
      ? pollLimits.maxMs
      : pollIntervalOf(tracked.checkout)
    // The clock counts whole milliseconds; one more, so that no question is a fraction too early.
    tracked.nextPollAt = this.#deps.clock.now() + backoff(pause, tracked.failures) + 1
    if (tracked.failures > 0)
      tracked.nextCancelAt = Math.max(tracked.nextCancelAt, tracked.nextPollAt)
  }

  /** What nobody can call off may wait for its payer for ever: past its window there is no hurry. */
  #isStale(checkout: Checkout): boolean {
    const open = openAttempt(checkout)
    return (
      open !== null &&
      open.approvalExpiresAt < this.#deps.clock.now() &&
      !this.#calls.providerOf(checkout, open).canCancel
    )
  }

  #nextAction(tracked: TrackedAttempt): Action | null {
    const { checkout, nextPollAt, isStalled } = tracked
    const open = openAttempt(checkout)
    if (!open) return null
    const provider = this.#calls.providerOf(checkout, open)
    const { startNotifiesPayer, canCancel } = provider
    const captureMethod =
      open.connection?.captureMethod ?? provider.captureMethodFor(open.payer.kind)
    const traits = { startNotifiesPayer, canCancel, captureMethod }
    const step = nextAction(checkout, tracked, traits, this.#deps.codeTries, this.#deps.clock.now())
    // What could not be written down stays due: to try it again at once would leave no time for anything else.
    return step && isStalled ? { ...step, at: Math.max(step.at, nextPollAt) } : step
  }

  #schedule(id: string): void {
    const tracked = this.#tracked.get(id)
    if (!tracked || tracked.turn || this.#stopped) return
    const step = this.#nextAction(tracked)
    if (!step && !tracked.pendingPoll) this.#tracked.delete(id)
    if (!step) return
    if (step.at > this.#deps.clock.now()) this.#timers.set(id, step.at)
    else this.#onDue(id)
  }
}

/** Those that are settled by a command of ours alone. */
type CommandAction = Exclude<Action, { readonly do: 'ask' | 'cancel' | 'close' }>

const initialTiming = {
  nextPollAt: -Infinity,
  nextCancelAt: -Infinity,
  lastCallAt: -Infinity,
  mustPoll: false,
  cancelAgain: false,
  isUnseen: false,
  failures: 0,
  repeats: 0,
  standstills: 0,
}

const isAnswer = ({ type }: ProviderResult): boolean => type !== 'unknown' && type !== 'not_sent'

const refOf = ({ providerRef }: Attempt) => ({ providerRef })
