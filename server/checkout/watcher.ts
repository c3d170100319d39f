import type { Clock } from '../clock.ts'
import type { PaymentRequest, Provider, Providers } from '../providers/provider.ts'
import { Agenda } from './agenda.ts'
import { isFinal } from '../protocol.ts'
import { openAttempt } from './checkout.ts'
import type { Approval, Attempt, Checkout, Fact, ProviderFact } from './checkout.ts'
import type { Ledger } from './ledger.ts'
import type { Gate } from './ports.ts'
import { nextStep } from './next-step.ts'
import type { Step } from './next-step.ts'

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

/** One checkout under watch. What is here is memory only: a restart begins with fresh patience. */
interface Watch {
  checkout: Checkout
  /** Not to ask the provider again before; its own pace counts from its last answer. */
  askAt: number
  /** Answers in a row that told nothing. */
  failures: number
  /** The last turn could not be carried out on our own side. */
  isStuck: boolean
  turn: Promise<void> | null
  /** A doorbell that waits for its turn; more of them join it. */
  rung: Promise<void> | null
}

/** [netgiro] the interval may be null; none is documented. Ours are bounds of decency. */
const pace = { usual: 2_000, least: 1_000, most: 30_000 }

const paceOf = (checkout: Checkout): number =>
  Math.min(Math.max(openAttempt(checkout)?.paceMs ?? pace.usual, pace.least), pace.most)

/** After a restart the unfinished are asked about one after the other, not all at once. */
const staggerMs = 2
const recordsAtOnce = 200

/**
 * So many questions may be out. The adapter has more connections than that: however slow the provider is, a request to a
 * phone, a confirmation or a cancellation need not stand in line behind questions.
 */
const mostQuestions = 192

/**
 * Sees every unfinished checkout through to its end: asks the provider at its pace, cancels what is to be canceled,
 * confirms what was approved. One turn at a time for each checkout, however many browsers look on, and it ends
 * with an answer, never with a timer.
 */
export class Watcher {
  readonly #deps: WatcherDeps
  readonly #watches = new Map<string, Watch>()
  readonly #agenda: Agenda
  /** Questions that are out, and the checkouts whose time has come but whose turn has not. */
  #questions = 0
  readonly #inLine = new Set<string>()
  #stopped = false

  constructor(deps: WatcherDeps) {
    this.#deps = deps
    this.#agenda = new Agenda(deps.clock, (id) => this.#comeDue(id))
  }

  /** Takes up what an earlier process left unfinished. */
  async resume(unfinished: readonly Checkout[]): Promise<void> {
    const now = this.#deps.clock.now()
    for (const [index, checkout] of unfinished.entries()) {
      // No denser than they will be asked about from then on.
      const turn = Math.min(index * staggerMs, (index / unfinished.length) * paceOf(checkout))
      this.#deps.ledger.keep(checkout)
      this.#watches.set(checkout.id, this.#newWatch(checkout, now + turn))
    }
    const starting = unfinished.filter(({ status }) => status === 'starting')
    for (let from = 0; from < starting.length; from += recordsAtOnce) {
      const some = starting.slice(from, from + recordsAtOnce)
      await Promise.all(some.map((checkout) => this.#recordInterrupted(checkout)))
    }
    for (const { id } of unfinished) this.#arrange(id)
  }

  /** To be told of every change. */
  follow(checkout: Checkout): void {
    const { id } = checkout
    const watch = this.#watches.get(id) ?? this.#newWatch(checkout, this.#deps.clock.now())
    watch.checkout = checkout
    if (this.#nextStep(watch)) {
      this.#watches.set(id, watch)
      this.#arrange(id)
    } else {
      this.#watches.delete(id)
      this.#agenda.delete(id)
      if (!isFinal(checkout.status)) this.#deps.onIdle?.(checkout)
    }
  }

  /** Sends the request of an attempt that is on disk; once, whatever becomes of it. */
  start(checkout: Checkout, attempt: Attempt, request: PaymentRequest): void {
    void this.#run(checkout.id, async (watch) => {
      const [fact] = await this.#learn(watch, attempt, this.#of(checkout, attempt).start(request))
      if (fact.type === 'requested' && fact.askAtOnce) watch.askAt = this.#deps.clock.now()
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
    const { ledger, clock, codeTries } = this.#deps
    const { providerRef } = attempt
    let outcome: 'sent' | 'not_expected' | 'failed' = 'failed'
    if (!providerRef) return 'not_expected'
    await this.#run(id, async (watch) => {
      const before = await ledger.get(id)
      const { codesTried = codeTries } = (before && openAttempt(before)) ?? {}
      const given =
        codesTried < codeTries && (await ledger.record(id, { type: 'code_given' }, attempt.id))
      // Codes are given in turn, so that one more is this one; everything else may change between two lines.
      if (!given || openAttempt(given)?.codesTried !== codesTried + 1) {
        outcome = 'not_expected'
        return
      }
      outcome = 'sent'
      const provider = this.#of(given, attempt)
      const handle = { ...about(provider, attempt), providerRef }
      const [fact] = await this.#learn(watch, attempt, provider.confirm(handle, code))
      // What it did not say, or said only in part, the provider tells when it is asked.
      if (fact.type !== 'code_refused') watch.askAt = clock.now()
    })
    return outcome
  }

  /** A doorbell: asks now, without regard to the pace. Resolves when the answer is on disk. */
  async ask(id: string, attempt: Attempt): Promise<void> {
    const { providerRef } = attempt
    if (!providerRef || this.#stopped) return
    const watch = this.#watches.get(id) ?? (await this.#watchAgain(id))
    if (!watch) return this.#askLate(id, attempt, providerRef)
    watch.rung ??= (async () => {
      await watch.turn
      watch.rung = null
      // The turn before it may have ended the watch.
      if (this.#watches.get(id) !== watch) await this.ask(id, attempt)
      else await this.#run(id, () => this.#askAndConfirm(watch, attempt, providerRef))
    })()
    await watch.rung
  }

  /** Begins nothing new and waits for the calls that are out. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#agenda.clear()
    const turns = [...this.#watches.values()].flatMap(({ turn }) => (turn ? [turn] : []))
    await Promise.allSettled(turns)
  }

  get size(): number {
    return this.#watches.size
  }

  #of(checkout: Checkout, attempt: Attempt | null): Provider {
    const { providers } = this.#deps
    return attempt ? providers.for(checkout, attempt) : providers.of(checkout)
  }

  /** A request that is over may turn out to have been approved: while the checkout is open, its approval is as good as any. */
  async #watchAgain(id: string): Promise<Watch | undefined> {
    const checkout = await this.#deps.ledger.get(id)
    if (checkout && !isFinal(checkout.status) && !this.#watches.has(id))
      this.#watches.set(id, this.#newWatch(checkout, this.#deps.clock.now()))
    return this.#watches.get(id)
  }

  /** It is over here, but the provider may know better: a late payment. Nothing is later than paid. */
  async #askLate(id: string, attempt: Attempt, providerRef: string): Promise<void> {
    const { ledger } = this.#deps
    const checkout = await ledger.get(id)
    if (!checkout || checkout.status === 'paid') return
    const provider = this.#of(checkout, attempt)
    const handle = { ...about(provider, attempt), providerRef }
    await ledger.record(id, await provider.check(handle), attempt.id)
  }

  /** The request was on its way when the process ended. It may have arrived, so it is not sent again. */
  #recordInterrupted(checkout: Checkout): Promise<Checkout> {
    const evidence = { call: 'start', code: 'interrupted', referenceId: null }
    const fact = { type: 'unknown', effect: true, evidence } as const
    return this.#deps.ledger.record(checkout.id, fact, openAttempt(checkout)?.id ?? null)
  }

  #newWatch(checkout: Checkout, askAt: number): Watch {
    return { checkout, askAt, failures: 0, isStuck: false, turn: null, rung: null }
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
      this.#setPatience(watch, false)
      this.#deps.onTrouble(error, watch.checkout.id)
    }
  }

  async #takeStep(watch: Watch): Promise<void> {
    const { ledger, clock } = this.#deps
    const { id } = watch.checkout
    const provider = this.#of(watch.checkout, openAttempt(watch.checkout))
    const step = this.#nextStep(watch)
    if (!step || clock.now() < step.at) return
    // A cancellation has no time of its own: it is due since for ever.
    if (Number.isFinite(step.at)) this.#deps.onStep?.(clock.now() - step.at)
    switch (step.do) {
      case 'close':
        await ledger.record(
          id,
          { type: 'closing', as: 'expired' },
          openAttempt(watch.checkout)?.id ?? null,
        )
        return
      case 'end_window':
        await ledger.record(id, { type: 'cancel_requested', by: 'window' }, step.attempt.id)
        return
      case 'end_codes':
        await ledger.record(id, { type: 'cancel_requested', by: 'wrong_code' }, step.attempt.id)
        return
      case 'give_up_lost':
        await ledger.record(id, lost(provider, step.attempt), step.attempt.id)
        return
      case 'cancel': {
        const [fact] = await this.#learn(
          watch,
          step.attempt,
          provider.cancel({
            ...about(provider, step.attempt),
            providerRef: step.providerRef,
          }),
        )
        if (fact.type === 'too_late_to_cancel') watch.askAt = clock.now()
        return
      }
      case 'ask':
        await this.#askAndConfirm(watch, step.attempt, step.providerRef)
    }
  }

  async #askAndConfirm(watch: Watch, attempt: Attempt, providerRef: string): Promise<void> {
    const { ledger } = this.#deps
    const provider = this.#of(watch.checkout, attempt)
    const handle = { ...about(provider, attempt), providerRef }
    this.#questions++
    let learned
    try {
      learned = await this.#learn(watch, attempt, provider.check(handle))
    } finally {
      this.#questions--
      this.#callNext()
    }
    const [fact, approved] = learned
    if (fact.type !== 'approved') return
    const checkout = await this.#askShop(approved, attempt.id)
    const open = openAttempt(checkout)
    if (checkout.status !== 'confirming' || open?.id !== attempt.id) return
    if (open.authorized === false) {
      if (open.cancelRefused) await ledger.record(checkout.id, { type: 'released' }, attempt.id)
    } else if (fact.awaits === 'confirm') {
      // `confirming` is on disk, and so is that amount and reference are ours: now the money may be taken.
      await this.#learn(watch, attempt, provider.confirm(handle))
    }
  }

  /** The shop's last word, asked once for each attempt and written down before anything follows from it. */
  async #askShop(checkout: Checkout, attemptId: string): Promise<Checkout> {
    const { gate, ledger } = this.#deps
    const open = openAttempt(checkout)
    const isUndecided =
      checkout.status === 'confirming' && open?.id === attemptId && open.authorized === null
    if (!gate || !isUndecided) return checkout
    const approve = await gate.approves(checkout, attemptId)
    return ledger.record(checkout.id, { type: 'authorized', approve }, attemptId)
  }

  /** Waits for the provider's word, writes it down, and sets the pace by it. */
  async #learn(
    watch: Watch,
    attempt: Attempt,
    answer: Promise<ProviderFact>,
  ): Promise<[ProviderFact, Checkout]> {
    const fact = await answer
    const checkout = await this.#deps.ledger.record(watch.checkout.id, fact, attempt.id)
    this.#setPatience(watch, fact.type !== 'unknown' && fact.type !== 'not_sent')
    return [fact, checkout]
  }

  #setPatience(watch: Watch, answered: boolean): void {
    watch.failures = answered ? 0 : watch.failures + 1
    const pause = this.#isStale(watch.checkout) ? pace.most : paceOf(watch.checkout)
    const patience = Math.min(pause * 2 ** Math.min(watch.failures, 5), pace.most)
    // The clock counts whole milliseconds; one more, so that no question is a fraction too early.
    watch.askAt = this.#deps.clock.now() + patience + 1
  }

  /** What nobody can call off may wait for its payer for ever: past its window there is no hurry. */
  #isStale(checkout: Checkout): boolean {
    const open = openAttempt(checkout)
    return (
      open !== null &&
      open.windowEndsAt < this.#deps.clock.now() &&
      !this.#of(checkout, open).canCancel
    )
  }

  #nextStep({ checkout, askAt, failures, isStuck }: Watch): Step | null {
    const times = { askAt, failing: failures > 0 }
    const open = openAttempt(checkout)
    const provider = this.#of(checkout, open)
    const { startTouchesPayer, canCancel } = provider
    const traits = { startTouchesPayer, canCancel, approval: approvalOf(provider, open) }
    const step = nextStep(checkout, times, traits, this.#deps.codeTries)
    // What could not be written down stays due: to try it again at once would leave no time for anything else.
    return step && isStuck ? { ...step, at: Math.max(step.at, askAt) } : step
  }

  #arrange(id: string): void {
    const watch = this.#watches.get(id)
    if (!watch || watch.turn || this.#stopped) return
    // No patience is longer than this, unless the clock was set back meanwhile.
    watch.askAt = Math.min(watch.askAt, this.#deps.clock.now() + pace.most + 1)
    const step = this.#nextStep(watch)
    if (!step && !watch.rung) this.#watches.delete(id)
    if (!step) return
    if (step.at > this.#deps.clock.now()) this.#agenda.set(id, step.at)
    else this.#comeDue(id)
  }
}

/** What is to be made of a request that nobody told the name of. */
function lost(provider: Provider, attempt: Attempt): Fact {
  const { startTouchesPayer } = provider
  const approval = approvalOf(provider, attempt)
  const evidence = { call: 'start', code: 'lost', referenceId: null }
  if (!startTouchesPayer) return { type: 'not_sent', evidence }
  // Where an approval of it could have taken money unseen, a person must look; elsewhere it is harmless.
  return { type: approval === 'takes_money' ? 'unresolved' : 'lapsed' }
}

const approvalOf = (provider: Provider, attempt: Attempt | null): Approval =>
  attempt?.connection?.approval ?? provider.approvalOf(attempt?.payer.kind ?? 'phone')

const about = (provider: Provider, attempt: Attempt) => ({
  reference: attempt.reference,
  approval: approvalOf(provider, attempt),
})
