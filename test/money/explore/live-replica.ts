import { AttemptActions } from '../../../server/core/attempts/attempt-actions.ts'
import { AttemptPlanner } from '../../../server/core/attempts/attempt-planner.ts'
import type { Action } from '../../../server/core/attempts/next-action.ts'
import { inputAfterRestart, inputForUnsentStart } from '../../../server/core/attempts/lost-start.ts'
import { PollSlots } from '../../../server/core/attempts/poll-slots.ts'
import type { AttemptWorker } from '../../../server/core/attempts/attempt-worker.ts'
import { AttemptCalls } from '../../../server/core/attempts/provider-calls.ts'
import { follow, newTracked } from '../../../server/core/attempts/tracked-attempt.ts'
import type { TrackedAttempt } from '../../../server/core/attempts/tracked-attempt.ts'
import { Callbacks } from '../../../server/core/callbacks.ts'
import { isUnresolved, openAttempt } from '../../../server/core/checkout.ts'
import type {
  Attempt,
  Checkout,
  Input,
  ProviderResult,
  RefundResult,
} from '../../../server/core/checkout.ts'
import type { Clock } from '../../../server/core/clock.ts'
import { RefundSettler } from '../../../server/core/jobs/settle-refunds.ts'
import { ownedApproval, ownedProvider } from '../../../server/core/owned-provider.ts'
import type { Ownership } from '../../../server/core/ownership.ts'
import { handleOf, Providers } from '../../../server/core/provider.ts'
import type { PaymentRequest, Provider } from '../../../server/core/provider.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import type { CheckoutStore } from '../../../server/core/store.ts'
import { attemptOf, refOf } from './provider-model.ts'
import { newAttempt, timeOf } from './world.ts'
import type { Answer, CallName, LogLine, Mode, Operation, Snapshot, Work } from './world.ts'

const id = 'chk_1'
export const codeTries = 3

/** Answers an operation at once; null: the activity waits for it. */
export type Decide = (operation: Operation, live: LiveReplica) => Answer | null

/** How far an activity came. */
export interface Progress {
  readonly cache: Checkout | null
  readonly tracked: TrackedAttempt | null
  readonly log: readonly LogLine[]
  /** Null: it has ended. */
  readonly pending: Operation | null
  /** What it published since the log that it was given, oldest first. */
  readonly published: readonly Checkout[]
}

interface Waiting {
  readonly operation: Operation
  readonly settle: (answer: Answer) => void
}

/** What does not depend on a state: built once for each mode, because there are millions of states. */
class Surroundings {
  readonly providers: Providers
  readonly #planner: AttemptPlanner
  readonly #clock: Clock = {
    ...{ now: () => this.#now, monotonic: () => this.#now, after: () => () => {} },
  }
  #now = 0
  /** The process that is executed. */
  live: LiveReplica | null = null

  constructor(mode: Mode) {
    const ownership = ownershipOf(() => this.#current)
    const provider = providerOf(mode, (name, attemptId, detail) =>
      this.#current.callProvider(name, attemptId, detail),
    )
    this.providers = new Providers([ownedProvider(provider, ownership)])
    this.#planner = new AttemptPlanner({ providers: this.providers, clock: this.#clock, codeTries })
  }

  static readonly #byMode = new Map<Mode, Surroundings>()

  static of(mode: Mode): Surroundings {
    const known = this.#byMode.get(mode) ?? new Surroundings(mode)
    this.#byMode.set(mode, known)
    return known
  }

  nextAction(tracked: TrackedAttempt, now: number): Action | null {
    this.#now = now
    return this.#planner.next(tracked)
  }

  get #current(): LiveReplica {
    if (!this.live) throw new Error('no process is executed')
    return this.live
  }
}

/**
 * One process of the server as far as one checkout is concerned: the real repository, calls, actions and planner, on a store
 * and a provider whose every answer is decided from outside. It is rebuilt from what it remembered and executed again up to
 * where it was, so that any number of futures can follow from one state.
 */
export class LiveReplica {
  readonly repository: CheckoutRepository
  readonly #planner: AttemptPlanner
  readonly #calls: AttemptCalls
  readonly #actions: AttemptActions
  readonly #providers: Providers
  readonly #mode: Mode
  readonly #clock: Clock = {
    ...{ now: () => this.now, monotonic: () => this.now, after: () => () => {} },
  }
  readonly #skewMs: number
  readonly #keepsPace: boolean
  #moment: number
  now: number
  holds: boolean
  mayCall: boolean
  cache: Checkout | null
  tracked: TrackedAttempt | null
  #waiting: Waiting | null = null
  #isReplaying = false
  readonly #log: LogLine[] = []
  readonly #published: Checkout[] = []

  /** @param keepsPace - whether polls are due when the planner says so, and not at any time */
  constructor(mode: Mode, index: number, snapshot: Snapshot, keepsPace = false) {
    const { moment, holds, mayCall, cache, tracked } = snapshot
    this.#mode = mode
    this.#skewMs = index === 1 ? mode.skewMs : 0
    this.#keepsPace = keepsPace
    this.#moment = moment
    this.now = timeOf(moment, this.#skewMs)
    this.holds = holds
    this.mayCall = mayCall
    this.cache = cache
    // A copy: the snapshot has other futures.
    this.tracked = tracked && { ...tracked }
    const surroundings = Surroundings.of(mode)
    surroundings.live = this
    const { providers } = surroundings
    const ownership = ownershipOf(() => this)
    const clock = this.#clock
    const pubsub = new PubSub()
    pubsub.subscribeToAll({ onChange: (checkout) => this.#onChange(checkout) })
    const repository = new CheckoutRepository({
      ...{ store: this.#store(), pubsub, clock, receipt: noReceipts, ownership },
      newId: () => 'evt',
      limits: defaultLimits,
    })
    const approval = {
      approves: async (_: Checkout, attemptId: string) => {
        const answer = await this.#ask(this.#call('approval', attemptId))
        return answer.kind === 'decision' && answer.isApproved
      },
    }
    const captureApproval = mode.gate ? ownedApproval(approval, ownership) : null
    const now = () => this.now
    const calls = new AttemptCalls({ repository, providers, captureApproval, ownership, now })
    const planner = new AttemptPlanner({ providers, clock, codeTries })
    const slots = new PollSlots(9)
    this.repository = repository
    this.#planner = planner
    this.#calls = calls
    this.#providers = providers
    this.#actions = new AttemptActions({ repository, providers, clock, calls, planner, slots })
    if (cache) repository.keep(cache)
  }

  /** Executes an activity up to where its log ends, and on from there as far as `decide` answers. */
  async perform(work: Work, log: readonly LogLine[], decide: Decide): Promise<Progress> {
    let isDone = false as boolean
    this.#isReplaying = true
    const done = this.#work(work).then(
      () => (isDone = true),
      () => (isDone = true),
    )
    const untilWaiting = async () => {
      while (!isDone && !this.#waiting) await Promise.resolve()
    }
    for (const line of log) {
      await untilWaiting()
      this.#apply(line)
    }
    await untilWaiting()
    this.#isReplaying = false
    this.#published.length = 0
    for (let waiting = this.#waiting; waiting; waiting = this.#waiting) {
      const answer = decide(waiting.operation, this)
      if (!answer) return this.#progress(waiting.operation)
      this.#apply({ kind: 'answer', answer })
      await untilWaiting()
    }
    await done
    return this.#progress(null)
  }

  /** Records an input as a command of a shopper, a shop or a timer does. */
  record(input: Input, attemptId: string | null, decide: Decide): Promise<Progress> {
    return this.#atOnce(this.repository.record(id, input, attemptId), decide)
  }

  /** Reads what may have changed without it. */
  refresh(decide: Decide): Promise<Progress> {
    return this.#atOnce(this.repository.refresh(id), decide)
  }

  async #atOnce(work: Promise<unknown>, decide: Decide): Promise<Progress> {
    let isDone = false as boolean
    const done = work.catch(() => {}).finally(() => (isDone = true))
    for (;;) {
      while (!isDone && !this.#waiting) await Promise.resolve()
      const waiting = this.#waiting
      if (!waiting) break
      const answer = decide(waiting.operation, this)
      if (!answer) throw new Error('a command cannot wait')
      this.#apply({ kind: 'answer', answer })
    }
    await done
    return this.#progress(null)
  }

  /** Takes up what a former owner left open, as `resumeAttempts` does. */
  async resume(stored: Checkout, decide: Decide): Promise<Progress> {
    this.repository.keep(stored)
    this.cache = stored
    const open = openAttempt(stored)
    if (!open) return this.#progress(null)
    this.tracked = newTracked(stored, this.now, clockAt(this.now))
    const input = inputAfterRestart(stored, this.#providers.isConfigured(stored, open))
    return input ? this.record(input, open.id, decide) : this.#progress(null)
  }

  /** What the planner names as the next action. */
  nextAction(): Action | null {
    return this.tracked && this.#planner.next(this.tracked)
  }

  async #work(work: Work): Promise<void> {
    switch (work.type) {
      case 'act':
        return this.#turn((tracked) => this.#act(tracked))
      case 'press':
        return this.#press(work.attemptId)
      case 'code':
        return this.#submitCode(work.attemptId, work.code)
      case 'callback':
        return this.#answerCallback(work.attemptId, work.isPolled)
      case 'refund':
        return this.#settler().settle(id, work.refundId)
      case 'late_check':
        return this.#lateCheck(work.attemptId)
    }
  }

  /** As `AttemptQueue` runs a turn. */
  async #turn(work: (tracked: TrackedAttempt) => Promise<void>): Promise<void> {
    const { tracked } = this
    if (!tracked) return
    try {
      await work(tracked)
      tracked.isStalled = false
    } catch {
      this.#planner.noteError(tracked)
    }
    const latest = this.repository.peek(id)
    if (latest && latest.version > tracked.checkout.version) this.#onChange(latest)
  }

  async #act(tracked: TrackedAttempt): Promise<void> {
    if (!this.#keepsPace) makeDue(tracked, this.now)
    const action = this.#planner.next(tracked)
    if (action && action.at <= this.now) await this.#actions.take(tracked, action)
  }

  /** As `Starts` and `AttemptWorker.start` do. */
  async #press(attemptId: string): Promise<void> {
    const attempt = newAttempt(attemptId, this.now, this.#mode)
    const log = { attemptId, phone: 'h', phones: ['h'], address: null, at: this.now }
    const started = await this.repository.begin(id, attempt, log)
    if (openAttempt(started)?.id !== attemptId) return
    if (!this.tracked) {
      await this.repository.record(id, inputForUnsentStart, attemptId)
      return
    }
    await this.#turn(async (tracked) => {
      const request = { reference: attempt.reference } as PaymentRequest
      const { result } = await this.#calls.send(started, attempt, request)
      this.#planner.noteResult(tracked, result)
    })
  }

  /** As `AttemptWorker.submitCode` does. */
  async #submitCode(attemptId: string, code: string): Promise<void> {
    const attempt = this.cache?.attempts.find((one) => one.id === attemptId)
    if (!attempt?.providerRef) return
    await this.#turn(async (tracked) => {
      const answer = await this.#calls.submitCode(id, attempt, code, codeTries)
      if (answer === 'unclear') return
      if (answer) this.#planner.noteResult(tracked, answer.result)
    })
  }

  /** The real answer to a callback, which the provider gets only where it is `accepted`. */
  async #answerCallback(attemptId: string, isPolled: boolean): Promise<void> {
    const poll = (attempt: Attempt) =>
      this.#turn(async (tracked) => {
        if (openAttempt(tracked.checkout)?.id === attempt.id)
          await this.#actions.poll(tracked, attempt)
      })
    const worker: Pick<AttemptWorker, 'pollNow' | 'awaitApproval'> = {
      pollNow: async (_, attempt, saysApproved) => {
        const { tracked } = this
        const isOpen = tracked && openAttempt(tracked.checkout)?.id === attempt.id
        // The lag is shorter than a moment: it is over in the next.
        if (isOpen && saysApproved) tracked.lagsUntil = this.now + 1
        if (isPolled) await poll(attempt)
      },
      awaitApproval: (_, __, polled) => polled,
    }
    const callbacks = new Callbacks({
      ...{ store: this.#store(), repository: this.repository, worker },
      ...{ providers: this.#providers, clock: this.#clock, publicUrl: 'https://pay.example' },
      hasCaptureApproval: this.#mode.gate,
      ownership: ownershipOf(() => this),
    })
    const callback = { headers: new Headers(), body: attemptId } as never
    const answer = await callbacks.handle('netgiro', `token of ${attemptId}`, 'success', callback)
    if (answer === 'accepted') await this.#ask(this.#call('answer', attemptId))
  }

  #settler(): RefundSettler {
    return new RefundSettler({
      ...{ store: this.#store(), repository: this.repository },
      ...{ providers: this.#providers, clock: this.#clock },
      ...{ onError: () => {}, onUnsettled: () => {}, onConcern: () => {} },
    })
  }

  /** As `LatePaymentFinder` does. What it reopens is captured in a turn. */
  async #lateCheck(attemptId: string): Promise<void> {
    const checkout = await this.repository.get(id)
    const attempt = checkout?.attempts.find((one) => one.id === attemptId)
    if (!checkout || !attempt || attempt.paidAt !== null) return
    const provider = this.#providers.for(checkout, attempt)
    const handle = handleOf(provider, attempt)
    if (!handle) return
    const result = await provider.check(handle)
    const after = await this.repository.record(id, result, attemptId)
    const checked = after.attempts.find((one) => one.id === attemptId)
    if (!checked || checked.endedAt === null || checked.paidAt !== null) return
    const isAlive = result.type === 'authorized' || result.type === 'pending'
    const isAbsent = result.type === 'ended' && !result.isFinal
    const isUnsure = isUnresolved(after, checked) && checked.providerCode === null
    if (isAlive || (isAbsent && isUnsure))
      await this.#calls.cancel(after, checked, { cancel: false, code: false })
  }

  /** As the queue follows what the repository publishes. */
  #onChange(checkout: Checkout): void {
    if (!this.holds) return
    this.cache = checkout
    if (!this.#isReplaying) this.#published.push(checkout)
    this.tracked = followed(this.tracked, checkout, this.now)
  }

  #apply(line: LogLine): void {
    this.#log.push(line)
    switch (line.kind) {
      case 'answer': {
        const waiting = this.#waiting
        if (!waiting) throw new Error('an answer that nobody waits for')
        this.#waiting = null
        waiting.settle(line.answer)
        return
      }
      case 'published':
        this.repository.keep(line.checkout)
        this.#onChange(line.checkout)
        return
      case 'moment':
        this.#moment = line.moment
        this.now = timeOf(line.moment, this.#skewMs)
        return
      case 'lease':
        this.mayCall = line.mayCall
        return
      case 'dropped':
        this.holds = false
        this.repository.forget(() => true)
        this.cache = null
        this.tracked = null
    }
  }

  #progress(pending: Operation | null): Progress {
    const { cache, tracked } = this
    return { cache, tracked, log: this.#log, pending, published: this.#published }
  }

  #ask(operation: Operation): Promise<Answer> {
    if (this.#waiting) throw new Error('two operations at a time would never both be answered')
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer) =>
        answer.kind === 'threw' ? reject(new Error('no answer')) : resolve(answer)
      this.#waiting = { operation, settle }
    })
  }

  #call(call: CallName, attemptId: string, detail: string | null = null): Operation {
    return { type: 'call', call, attemptId, detail, since: this.#moment }
  }

  #store(): CheckoutStore {
    const write = async (
      checkout: Checkout,
      entries: Parameters<CheckoutStore['save']>[1],
      events: readonly string[],
    ) => {
      const { kind } = await this.#ask({ type: 'save', checkout, entries, events })
      if (kind === 'stale') this.cache = null
      return kind === 'stale'
    }
    const store: Partial<CheckoutStore> = {
      load: async () => {
        const answer = await this.#ask({ type: 'load' })
        if (answer.kind !== 'loaded') return null
        if (this.holds) this.cache = answer.checkout
        return answer.checkout
      },
      save: async (checkout, entries, events) =>
        (await write(
          checkout,
          entries,
          events.map(({ type }) => type),
        ))
          ? 'stale'
          : 'saved',
      begin: async (_, checkout, entry) =>
        (await write(checkout, [entry], [])) ? 'stale' : 'begun',
      countRepeat: () => Promise.resolve(),
      findByToken: (token) => {
        const attempt = this.cache?.attempts.find((one) => one.token === token)
        return Promise.resolve(attempt ? { checkoutId: id, attempt } : null)
      },
    }
    return store as CheckoutStore
  }

  async callProvider(
    name: CallName,
    attemptId: string,
    detail?: string,
  ): Promise<ProviderResult | RefundResult> {
    const answer = await this.#ask(this.#call(name, attemptId, detail))
    if (answer.kind !== 'result') throw new Error('not an answer of the provider')
    return answer.result
  }
}

const ownershipOf = (live: () => LiveReplica): Ownership => ({
  holds: () => live().holds,
  keeps: () => live().holds,
  owns: () => live().holds && live().mayCall,
  accepts: () => live().holds && live().mayCall,
  mayCall: () => live().mayCall,
  permit: () => () => live().mayCall,
  ...{ isAlone: false, isShared: true },
})

type CallProvider = (
  name: CallName,
  attemptId: string,
  detail?: string,
) => Promise<ProviderResult | RefundResult>

function providerOf({ captureMethod }: Mode, call: CallProvider): Provider {
  const idOf = (reference: string) => reference.replace('WEB-1-', '')
  const ask = async (name: CallName, attemptId: string, detail?: string) =>
    (await call(name, attemptId, detail)) as ProviderResult
  return {
    ...{
      name: 'netgiro',
      api: 'v1',
      account: 'only',
      apiUrl: 'https://provider.example',
      startNotifiesPayer: true,
      canCancel: true,
      cancelUndoesPayments: false,
    },
    ...{ payers: { web: ['phone'], pos: [] }, approvalTimeoutMs: {} },
    captureMethodFor: () => captureMethod,
    validateOrder: () => [],
    start: ({ reference }) => ask('start', idOf(reference)),
    check: ({ reference }) => ask('check', idOf(reference)),
    capture: ({ reference }) => ask('capture', idOf(reference)),
    cancel: ({ reference }) => ask('cancel', idOf(reference)),
    submitCode: ({ reference }, code) => ask('code', idOf(reference), code),
    refund: async ({ providerRef, key }) =>
      (await call('refund', attemptOf(providerRef), key)) as RefundResult,
    parseCallback: ({ body }) => ({
      ...{ providerRef: refOf(String(body)), paymentRef: null, reference: null },
      ...{ saysApproved: true, signed: true },
    }),
    close: () => Promise.resolve(),
  }
}

/** Whether the planner names an action that is due. */
export function isActionDue(mode: Mode, tracked: TrackedAttempt, now: number): boolean {
  const copy = { ...tracked }
  makeDue(copy, now)
  const action = Surroundings.of(mode).nextAction(copy, now)
  return action !== null && action.at <= now
}

/** Polls and cancellations are due at any time, whatever the pause between them. */
function makeDue(tracked: TrackedAttempt, now: number): void {
  tracked.nextPollAt = now
  tracked.nextCancelAt = now
}

const clockAt = (now: number) => ({ now: () => now, monotonic: () => now })

/** What is tracked after a change, as `AttemptQueue.update` does it. */
export function followed(
  tracked: TrackedAttempt | null,
  checkout: Checkout,
  now: number,
): TrackedAttempt | null {
  if (!openAttempt(checkout)) return null
  if (!tracked) return newTracked(checkout, now, clockAt(now))
  follow(tracked, checkout)
  return tracked
}
