import type { Clock } from '../clock.ts'
import type { PaymentRequest, Providers } from '../providers/provider.ts'
import { Agenda } from './agenda.ts'
import { AttemptCalls, factOfLost } from './attempt-calls.ts'
import type { CallResult } from './attempt-calls.ts'
import { backoff, pollIntervalOf, pollLimits } from './backoff.ts'
import { isToBeReleased } from './capture.ts'
import { openAttempt } from './checkout.ts'
import type { Attempt, Checkout, Fact, ProviderFact } from './checkout.ts'
import type { Ledger } from './ledger.ts'
import { nextStep } from './next-step.ts'
import type { Step, Timing } from './next-step.ts'
import type { Gate } from './ports.ts'
import { isFinal } from '../protocol.ts'

interface WatcherDeps {
  readonly ledger: Ledger
  readonly providers: Providers
  readonly clock: Clock
  /** How many codes may be tried for one request. */
  readonly codeTries: number
  /** Null: the shop wants no last word. */
  readonly gate: Gate | null
  readonly onTrouble: (error: unknown, checkoutId: string) => void
  /** Told how much later than planned each step is taken. */
  readonly onStep?: (lateMs: number) => void
  /** Told of a checkout that could be paid and for which nothing is under way. */
  readonly onIdle?: (checkout: Checkout) => void
}

/** One checkout under watch. What is here is memory only, never what a payment depends on. */
interface Watch extends Timing {
  checkout: Checkout
  askAt: number
  cancelAt: number
  calledAt: number
  mustAsk: boolean
  cancelAgain: boolean
  /** The provider said last that its payer has not been shown the request. */
  isUnseen: boolean
  /** Answers in a row that told nothing. */
  failures: number
  /** Cancellations and captures in a row that did not settle anything. */
  repeats: number
  /** This process stood still past the time at which a person was to be called, and has begun to ask anew. */
  wakes: number
  /** The last turn could not be carried out on our own side. */
  isStuck: boolean
  turn: Promise<void> | null
  /** A callback that waits for its turn; more of them join it. */
  pendingPoll: Promise<void> | null
}

/** After a restart the unfinished are asked about one after the other, not all at once. */
const staggerMs = 2
const recordsAtOnce = 200

/**
 * So many questions may be out. The adapter has more connections than that: however slow the provider is, a request to a
 * phone, a confirmation or a cancellation need not stand in line behind questions.
 */
const mostQuestions = 192

/** A step that comes later than this was not late: the machine slept, or the process was stopped. */
const standstillMs = 60_000

/** A process that stands still again and again is not forgiven for ever: everything ends. */
const mostWakes = 5

/** A stop waits this long for calls that are out; each has a deadline of its own, which is shorter. */
const stopWithinMs = 60_000

/**
 * Sees every unfinished checkout through to its end: asks the provider at its pace, cancels what is to be canceled,
 * captures what was approved. One turn at a time for each checkout, however many browsers look on, and it ends
 * with an answer, never with a timer.
 */
export class Watcher {
  readonly #deps: WatcherDeps
  readonly #calls: AttemptCalls
  readonly #watches = new Map<string, Watch>()
  readonly #agenda: Agenda
  /** Questions that are out, and the checkouts whose time has come but whose turn has not. */
  #questions = 0
  readonly #inLine = new Set<string>()
  #stopped = false

  constructor(deps: WatcherDeps) {
    this.#deps = deps
    this.#calls = new AttemptCalls({ ...deps, now: () => deps.clock.now() })
    this.#agenda = new Agenda(deps.clock, (id) => this.#comeDue(id))
  }

  /** Takes up what an earlier process left unfinished. */
  async resume(unfinished: readonly Checkout[]): Promise<void> {
    const now = this.#deps.clock.now()
    for (const [index, checkout] of unfinished.entries()) {
      // No denser than they will be asked about from then on.
      const turn = Math.min(
        index * staggerMs,
        (index / unfinished.length) * pollIntervalOf(checkout),
      )
      this.#deps.ledger.keep(checkout)
      this.#watches.set(checkout.id, this.#newWatch(checkout, now + turn))
    }
    for (let from = 0; from < unfinished.length; from += recordsAtOnce) {
      const some = unfinished.slice(from, from + recordsAtOnce)
      await Promise.all(some.map((checkout) => this.#recordInterrupted(checkout)))
    }
    for (const { id } of unfinished) this.#arrange(id)
  }

  /** To be told of every change. */
  follow(checkout: Checkout): void {
    const { id } = checkout
    const watch = this.#watches.get(id) ?? this.#newWatch(checkout, this.#deps.clock.now())
    const before = openAttempt(watch.checkout)
    const open = openAttempt(checkout)
    watch.checkout = checkout
    if (before && open && before.id !== open.id) Object.assign(watch, freshTiming)
    if (open) {
      this.#watches.set(id, watch)
      this.#arrange(id)
    } else {
      this.#watches.delete(id)
      this.#agenda.delete(id)
      if (!isFinal(checkout.status)) this.#deps.onIdle?.(checkout)
    }
  }

  /** Sends the request of an attempt that is on disk; once, whatever becomes of it. */
  async start(checkout: Checkout, attempt: Attempt, request: PaymentRequest): Promise<void> {
    // What this process knows that it has not sent, it says.
    if (this.#stopped) return this.#recordUnsent(checkout.id, attempt.id)
    await this.#run(checkout.id, async (watch) => {
      const result = await this.#calls.send(checkout, attempt, request)
      this.#note(watch, result)
      const { fact } = result ?? {}
      if (fact?.type === 'requested' && fact.askAtOnce) watch.askAt = this.#deps.clock.now()
    })
  }

  /**
   * Sends the payer's code, once, unless another one was faster; that it is sent is on disk before it is. Resolves when
   * the answer is there as well.
   */
  async giveCode(
    { id }: Checkout,
    attempt: Attempt,
    code: string,
  ): Promise<'sent' | 'not_expected' | 'failed'> {
    const { clock, codeTries } = this.#deps
    let outcome: 'sent' | 'not_expected' | 'failed' = 'failed'
    if (!attempt.providerRef) return 'not_expected'
    await this.#run(id, async (watch) => {
      const result = await this.#calls.submitCode(id, attempt, code, codeTries)
      outcome = result ? 'sent' : 'not_expected'
      this.#note(watch, result)
      // What it did not say, or said only in part, the provider tells when it is asked.
      if (result && result.fact.type !== 'code_refused') watch.askAt = clock.now()
    })
    return outcome
  }

  /** A callback: asks now, without regard to the pace. Resolves when the answer is on disk. */
  async ask(id: string, attempt: Attempt, saysApproved = false): Promise<void> {
    if (!attempt.providerRef || this.#stopped) return
    const watch = this.#watches.get(id) ?? (await this.#watchAgain(id, attempt))
    if (!watch || openAttempt(watch.checkout)?.id !== attempt.id)
      return this.#askLate(id, attempt, saysApproved)
    watch.pendingPoll ??= (async () => {
      await watch.turn
      watch.pendingPoll = null
      // The turn before it may have ended the watch.
      if (this.#watches.get(id) !== watch) await this.ask(id, attempt, saysApproved)
      else await this.#run(id, () => this.#askAndCapture(watch, attempt, saysApproved))
    })()
    await watch.pendingPoll
  }

  /** Cancels at once what is due to be canceled, without regard to the pause between tries. */
  hurry(id: string): void {
    const watch = this.#watches.get(id)
    if (!watch) return
    watch.cancelAt = -Infinity
    this.#arrange(id)
  }

  /** What is over here and alive at the provider must not come to anything: it is canceled, once. */
  async callOff(checkout: Checkout, attempt: Attempt): Promise<void> {
    if (this.#stopped || !this.#calls.providerOf(checkout, attempt).canCancel) return
    await this.#calls.cancel(checkout, attempt)
  }

  /** Begins nothing new and waits for the calls that are out, but not for ever. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#agenda.clear()
    const turns = [...this.#watches.values()].flatMap(({ turn }) => (turn ? [turn] : []))
    let cancelTimer = () => {}
    const tooLong = new Promise<void>((resolve) => {
      cancelTimer = this.#deps.clock.after(stopWithinMs, resolve)
    })
    await Promise.race([Promise.allSettled(turns), tooLong])
    cancelTimer()
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  get size(): number {
    return this.#watches.size
  }

  /** A request that is over may turn out to have been approved: while the checkout is open, its approval is as good as any. */
  async #watchAgain(id: string, attempt: Attempt): Promise<Watch | undefined> {
    const checkout = await this.#deps.ledger.get(id)
    const isNewest = checkout?.attempts.at(-1)?.id === attempt.id
    if (checkout && isNewest && openAttempt(checkout) && !this.#watches.has(id))
      this.#watches.set(id, this.#newWatch(checkout, this.#deps.clock.now()))
    return this.#watches.get(id)
  }

  /** It is over here, but the provider may know better: an approval, or a payment. */
  async #askLate(id: string, attempt: Attempt, saysApproved: boolean): Promise<void> {
    const checkout = await this.#deps.ledger.get(id)
    const known = checkout?.attempts.find((one) => one.id === attempt.id)
    if (!checkout || !known || known.paidAt !== null) return
    const result = await this.#calls.check(checkout, { ...known, ...refOf(attempt) }, saysApproved)
    if (result?.fact.type !== 'approved') return
    const watch = this.#watches.get(id)
    if (watch && openAttempt(watch.checkout)?.id === attempt.id)
      await this.#run(id, () => this.#captureApproved(watch, attempt, result))
  }

  /**
   * The request was on its way when the process ended. It may have arrived, so it is not sent again. What was started with
   * an account that is not configured any more cannot be asked about.
   */
  async #recordInterrupted(checkout: Checkout): Promise<void> {
    const { ledger, providers } = this.#deps
    const open = openAttempt(checkout)
    if (!open) return
    if (!providers.isConfigured(checkout, open)) {
      await ledger.record(checkout.id, { type: 'unresolved', why: 'not_configured' }, open.id)
    } else if (checkout.status === 'starting') {
      const evidence = { call: 'start', code: 'interrupted', referenceId: null }
      await ledger.record(checkout.id, { type: 'unknown', effect: true, evidence }, open.id)
    }
  }

  async #recordUnsent(id: string, attemptId: string): Promise<void> {
    const evidence = { call: 'start', code: 'shutting_down', referenceId: null }
    await this.#deps.ledger.record(id, { type: 'not_sent', evidence }, attemptId)
  }

  #newWatch(checkout: Checkout, askAt: number): Watch {
    const open = openAttempt(checkout)
    // An intent whose answer this process has not heard: what became of it is asked before anything is repeated.
    const isUnsure = open?.cancelSentAt != null || open?.captureRequestedAt != null
    return {
      ...freshTiming,
      ...{ checkout, askAt, mustAsk: isUnsure || open?.uncertain === true },
      watchedSince: this.#deps.clock.now(),
      ...{ isStuck: false, turn: null, pendingPoll: null },
    }
  }

  /** Takes the step whose time has come, unless it is one more question than may be out. */
  #comeDue(id: string): void {
    const watch = this.#watches.get(id)
    if (!watch) return
    const isQuestion = this.#questions >= mostQuestions && this.#nextStep(watch)?.do === 'ask'
    if (isQuestion) this.#inLine.add(id)
    else void this.#run(id, () => this.#takeStep(watch))
  }

  /** The first in line: an answer has made room for them. Some may have nothing to ask any more. */
  #callNext(): void {
    for (const id of this.#inLine) {
      if (this.#questions >= mostQuestions || this.#stopped) return
      this.#inLine.delete(id)
      this.#comeDue(id)
    }
  }

  /** One turn at a time. */
  #run(id: string, work: (watch: Watch) => Promise<void>): Promise<void> {
    const watch = this.#watches.get(id)
    if (!watch || this.#stopped) return Promise.resolve()
    this.#agenda.delete(id)
    const turn = this.#takeTurn(watch, work).then(() => {
      if (watch.turn === turn) watch.turn = null
      // What another process wrote, the ledger may have read by now, and this watch has not heard of it.
      const latest = this.#deps.ledger.peek(id)
      if (latest && latest.version > watch.checkout.version) this.follow(latest)
      else this.#arrange(id)
    })
    watch.turn = turn
    return turn
  }

  async #takeTurn(watch: Watch, work: (watch: Watch) => Promise<void>): Promise<void> {
    if (watch.turn) await watch.turn
    try {
      await work(watch)
      watch.isStuck = false
    } catch (error) {
      watch.isStuck = true
      watch.failures++
      this.#setPace(watch)
      this.#deps.onTrouble(error, watch.checkout.id)
    }
  }

  async #takeStep(watch: Watch): Promise<void> {
    const { ledger, clock } = this.#deps
    const step = this.#nextStep(watch)
    if (!step || clock.now() < step.at) return
    // A cancellation has no time of its own: it is due since for ever.
    if (Number.isFinite(step.at)) this.#deps.onStep?.(clock.now() - step.at)
    if (step.do === 'ask' || step.do === 'cancel') {
      const { attempt } = step
      return step.do === 'ask'
        ? this.#askAndCapture(watch, attempt, false)
        : this.#cancel(watch, attempt)
    }
    const { id } = watch.checkout
    const stoodStill = clock.now() - step.at > standstillMs
    if (step.do === 'call_person' && stoodStill && watch.wakes < mostWakes) {
      // Nobody was asked while it stood still, and the provider may have had its say long ago.
      watch.wakes++
      Object.assign(watch, { watchedSince: clock.now(), askAt: clock.now() })
    } else if (step.do === 'close') {
      await ledger.record(
        id,
        { type: 'closing', as: 'expired' },
        openAttempt(watch.checkout)?.id ?? null,
      )
    } else {
      await ledger.record(id, this.#commandOf(watch, step), step.attempt.id)
    }
  }

  #commandOf({ checkout, isUnseen }: Watch, step: CommandStep): Fact {
    switch (step.do) {
      case 'end_window':
        return { type: 'cancel_requested', by: 'window' }
      case 'end_codes':
        return { type: 'cancel_requested', by: 'wrong_code' }
      case 'release':
        return { type: 'capture_timed_out' }
      case 'call_person':
        // What its payer was never shown, and cannot be shown any more, is not paid.
        return isUnseen ? { type: 'lapsed' } : { type: 'unresolved', why: 'outcome_unknown' }
      case 'give_up_lost':
        return factOfLost(this.#calls.providerOf(checkout, step.attempt), step.attempt)
    }
  }

  async #cancel(watch: Watch, attempt: Attempt): Promise<void> {
    const { clock } = this.#deps
    const wasRefused = attempt.cancelRefused
    const result = await this.#calls.cancel(watch.checkout, attempt)
    watch.cancelAgain = false
    const pause = backoff(pollLimits.usualMs, watch.repeats++)
    watch.cancelAt = clock.now() + pause
    this.#note(watch, result)
    if (result?.fact.type === 'too_late_to_cancel')
      watch.askAt = wasRefused ? clock.now() + pause : clock.now()
  }

  async #askAndCapture(watch: Watch, attempt: Attempt, saysApproved: boolean): Promise<void> {
    this.#questions++
    let result
    try {
      result = await this.#calls.check(watch.checkout, attempt, saysApproved)
    } finally {
      this.#questions--
      this.#callNext()
    }
    this.#note(watch, result)
    if (result?.fact.type === 'approved') await this.#captureApproved(watch, attempt, result)
    else if (result && isAnswer(result.fact)) this.#contradict(watch)
  }

  async #captureApproved(
    watch: Watch,
    attempt: Attempt,
    { fact, checkout }: NonNullable<CallResult>,
  ): Promise<void> {
    if (fact.type !== 'approved') return
    if (fact.awaits === 'callback_answer') {
      await this.#calls.decide(checkout, attempt.id)
    } else {
      const captured = await this.#calls.capture(checkout, attempt.id)
      this.#note(watch, captured)
      if (captured && captured.fact.type !== 'paid')
        watch.askAt =
          this.#deps.clock.now() + backoff(pollIntervalOf(watch.checkout), ++watch.repeats)
    }
    const open = openAttempt(watch.checkout)
    if (open?.id !== attempt.id) return
    // A reservation that is not wanted and cannot be canceled: it is never captured, and lapses.
    const isHeld = watch.checkout.status === 'confirming' && open.cancelRefused
    if (isHeld && isToBeReleased(watch.checkout, open, this.#deps.clock.now()))
      await this.#deps.ledger.record(checkout.id, { type: 'released' }, attempt.id)
  }

  /** Too late to cancel, it was said, and now it is neither paid nor approved: the cancellation is tried again. */
  #contradict(watch: Watch): void {
    if (openAttempt(watch.checkout)?.cancelRefused) watch.cancelAgain = true
  }

  /** Sets the pace by an answer that is on disk. */
  #note(watch: Watch, result: CallResult): void {
    if (!result) return
    const { fact } = result
    const isAnswered = isAnswer(fact)
    watch.calledAt = this.#deps.clock.now()
    watch.isUnseen = fact.type === 'pending' && fact.isUnseen === true
    watch.failures = isAnswered ? 0 : watch.failures + 1
    if (isAnswered) watch.mustAsk = false
    else if (fact.type === 'unknown' && fact.effect) watch.mustAsk = true
    this.#setPace(watch)
  }

  #setPace(watch: Watch): void {
    const pause = this.#isStale(watch.checkout) ? pollLimits.maxMs : pollIntervalOf(watch.checkout)
    // The clock counts whole milliseconds; one more, so that no question is a fraction too early.
    watch.askAt = this.#deps.clock.now() + backoff(pause, watch.failures) + 1
    if (watch.failures > 0) watch.cancelAt = Math.max(watch.cancelAt, watch.askAt)
  }

  /** What nobody can call off may wait for its payer for ever: past its window there is no hurry. */
  #isStale(checkout: Checkout): boolean {
    const open = openAttempt(checkout)
    return (
      open !== null &&
      open.windowEndsAt < this.#deps.clock.now() &&
      !this.#calls.providerOf(checkout, open).canCancel
    )
  }

  #nextStep(watch: Watch): Step | null {
    const { checkout, askAt, isStuck } = watch
    const open = openAttempt(checkout)
    if (!open) return null
    const provider = this.#calls.providerOf(checkout, open)
    const { startTouchesPayer, canCancel } = provider
    const approval = open.connection?.approval ?? provider.approvalOf(open.payer.kind)
    const traits = { startTouchesPayer, canCancel, approval }
    const step = nextStep(checkout, watch, traits, this.#deps.codeTries, this.#deps.clock.now())
    // What could not be written down stays due: to try it again at once would leave no time for anything else.
    return step && isStuck ? { ...step, at: Math.max(step.at, askAt) } : step
  }

  #arrange(id: string): void {
    const watch = this.#watches.get(id)
    if (!watch || watch.turn || this.#stopped) return
    const step = this.#nextStep(watch)
    if (!step && !watch.pendingPoll) this.#watches.delete(id)
    if (!step) return
    if (step.at > this.#deps.clock.now()) this.#agenda.set(id, step.at)
    else this.#comeDue(id)
  }
}

/** Those that are settled by a command of ours alone. */
type CommandStep = Exclude<Step, { readonly do: 'ask' | 'cancel' | 'close' }>

const freshTiming = {
  askAt: -Infinity,
  cancelAt: -Infinity,
  calledAt: -Infinity,
  mustAsk: false,
  cancelAgain: false,
  isUnseen: false,
  failures: 0,
  repeats: 0,
  wakes: 0,
}

const isAnswer = ({ type }: ProviderFact): boolean => type !== 'unknown' && type !== 'not_sent'

const refOf = ({ providerRef }: Attempt) => ({ providerRef })
