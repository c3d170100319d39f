import { openAttempt } from '../checkout.ts'
import type { Checkout } from '../checkout.ts'
import type { Clock } from '../clock.ts'
import type { CallOut, Ownership } from '../ownership.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { AttemptActions } from './attempt-actions.ts'
import type { AttemptPlanner } from './attempt-planner.ts'
import { pollIntervalOf } from './backoff.ts'
import type { PollSlots } from './poll-slots.ts'
import { TimerQueue } from './timer-queue.ts'
import { follow, newTracked } from './tracked-attempt.ts'
import type { TrackedAttempt } from './tracked-attempt.ts'

interface AttemptQueueDeps {
  readonly clock: Clock
  readonly planner: AttemptPlanner
  readonly actions: AttemptActions
  readonly slots: PollSlots
  readonly repository: Pick<CheckoutRepository, 'peek'>
  readonly ownership: Pick<Ownership, 'holds'>
  readonly onError: (error: unknown, checkoutId: string) => void
  /** Called with how much later than planned an action is taken. */
  readonly onActionDelay?: ((lateMs: number) => void) | undefined
  readonly aroundTurn?: AroundTurn | undefined
}

/** Called with each turn of a checkout; runs it. */
export type AroundTurn = (checkoutId: string, turn: () => Promise<void>) => Promise<void>

/** A stop waits this long for the calls that are out; each has a deadline of its own, which is shorter. */
export const stopTimeoutMs = 60_000

/**
 * Takes each action when its time has come, in one turn at a time for each checkout. After a failed turn its action is due
 * again later; polls wait while all slots of their provider are taken.
 */
export class AttemptQueue {
  readonly #deps: AttemptQueueDeps
  readonly #tracked = new Map<string, TrackedAttempt>()
  readonly #timers: TimerQueue
  /** The checkouts whose polls are due and wait for a slot, by provider. */
  readonly #waiting = new Map<string, Set<string>>()
  /** The earliest next poll of attempts that were released: after a restart of the database all of them come back. */
  readonly #pollsAgainAt = new Map<string, number>()
  #stopped = false

  constructor(deps: AttemptQueueDeps) {
    this.#deps = deps
    this.#timers = new TimerQueue(deps.clock, (id) => this.#onDue(id))
    deps.slots.onFree((provider) => this.#pollWaiting(provider))
  }

  get size(): number {
    return this.#tracked.size
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  get(id: string): TrackedAttempt | undefined {
    return this.#tracked.get(id)
  }

  /** Tracks a checkout with an open attempt; `schedule` then takes its first action. */
  add(checkout: Checkout, nextPollAt: number): void {
    // While it was read, it may have gone to another process, of which nothing more would be heard here.
    if (!this.#deps.ownership.holds(checkout.id)) return
    const againAt = this.#pollsAgainAt.get(openAttempt(checkout)?.id ?? '') ?? -Infinity
    const pollAt = Math.max(nextPollAt, againAt)
    this.#tracked.set(checkout.id, newTracked(checkout, pollAt, this.#deps.clock))
  }

  /** Goes on with a newer state of a checkout; without an open attempt it is not tracked any more. */
  update(checkout: Checkout): void {
    const { id } = checkout
    if (!openAttempt(checkout)) {
      this.#tracked.delete(id)
      this.#timers.delete(id)
      return
    }
    const tracked = this.#tracked.get(id)
    if (tracked) follow(tracked, checkout)
    else this.add(checkout, this.#deps.clock.now())
    this.schedule(id)
  }

  schedule(id: string): void {
    const tracked = this.#tracked.get(id)
    if (!tracked || tracked.turn || this.#stopped) return
    const action = this.#deps.planner.next(tracked)
    if (!action && !tracked.pendingPoll) this.#tracked.delete(id)
    if (!action) return
    if (action.at > this.#deps.clock.now()) this.#timers.set(id, action.at)
    else this.#onDue(id)
  }

  /** Does the work in the checkout's next turn; does nothing where it is not tracked. Never rejects. */
  run(id: string, work: (tracked: TrackedAttempt) => Promise<void>): Promise<void> {
    const tracked = this.#tracked.get(id)
    if (!tracked || this.#stopped) return Promise.resolve()
    this.#timers.delete(id)
    const turn = this.#runTurn(tracked, work).then(() => {
      if (tracked.turn === turn) tracked.turn = null
      // The repository may have read what another process wrote, which is not published.
      const latest = this.#deps.repository.peek(id)
      if (latest && latest.version > tracked.checkout.version) this.update(latest)
      else this.schedule(id)
    })
    tracked.turn = turn
    return turn
  }

  /**
   * Tracks these checkouts no more.
   *
   * @returns the calls about them that may be out; each counts as ended after a limit
   */
  release(isGone: (id: string) => boolean): readonly CallOut[] {
    const now = this.#deps.clock.now()
    for (const [id, at] of this.#pollsAgainAt) if (at <= now) this.#pollsAgainAt.delete(id)
    const gone = [...this.#tracked].filter(([id]) => isGone(id))
    for (const [id, { checkout }] of gone) {
      this.#tracked.delete(id)
      this.#timers.delete(id)
      this.#waiting.get(checkout.provider)?.delete(id)
    }
    return gone.flatMap(([checkoutId, tracked]) => {
      this.#notePace(tracked)
      if (!tracked.turn) return []
      const ended = this.#endOf([tracked.turn]).then(() => this.#notePace(tracked))
      return [{ checkoutId, ended }]
    })
  }

  /** Begins nothing new and waits for the calls that are out, up to a limit. */
  stop(): Promise<void> {
    this.#stopped = true
    this.#timers.clear()
    return this.#endOf([...this.#tracked.values()].flatMap(({ turn }) => (turn ? [turn] : [])))
  }

  /** By its last call, and not by its backoff: that what went wrong does so again is not known. */
  #notePace({ checkout, lastCallAt }: TrackedAttempt): void {
    const attemptId = openAttempt(checkout)?.id
    if (attemptId !== undefined)
      this.#pollsAgainAt.set(attemptId, lastCallAt + pollIntervalOf(checkout) + 1)
  }

  async #endOf(turns: readonly Promise<void>[]): Promise<void> {
    if (turns.length === 0) return
    let cancelTimer = () => {}
    const timeout = new Promise<void>((resolve) => {
      cancelTimer = this.#deps.clock.after(stopTimeoutMs, resolve)
    })
    await Promise.race([Promise.allSettled(turns), timeout])
    cancelTimer()
  }

  #onDue(id: string): void {
    const { slots, planner } = this.#deps
    const tracked = this.#tracked.get(id)
    if (!tracked) return
    const { provider } = tracked.checkout
    const mustWait = slots.isFull(provider) && planner.next(tracked)?.type === 'poll'
    if (mustWait) this.#waitingOf(provider).add(id)
    else void this.run(id, () => this.#takeAction(tracked))
  }

  /** The longest waiting come first; some may have nothing to poll any more. */
  #pollWaiting(provider: string): void {
    const waiting = this.#waitingOf(provider)
    for (const id of waiting) {
      if (this.#deps.slots.isFull(provider) || this.#stopped) return
      waiting.delete(id)
      this.#onDue(id)
    }
  }

  #waitingOf(provider: string): Set<string> {
    const known = this.#waiting.get(provider)
    if (known) return known
    const none = new Set<string>()
    this.#waiting.set(provider, none)
    return none
  }

  async #runTurn(
    tracked: TrackedAttempt,
    work: (tracked: TrackedAttempt) => Promise<void>,
  ): Promise<void> {
    const { aroundTurn } = this.#deps
    if (tracked.turn) await tracked.turn
    try {
      if (aroundTurn) await aroundTurn(tracked.checkout.id, () => work(tracked))
      else await work(tracked)
      tracked.isStalled = false
    } catch (error) {
      this.#deps.planner.noteError(tracked)
      this.#deps.onError(error, tracked.checkout.id)
    }
  }

  async #takeAction(tracked: TrackedAttempt): Promise<void> {
    const { planner, actions, clock, onActionDelay } = this.#deps
    const action = planner.next(tracked)
    if (!action || clock.now() < action.at) return
    // Some actions have no time of their own: they are due at once.
    if (Number.isFinite(action.at)) onActionDelay?.(clock.now() - action.at)
    await actions.take(tracked, action)
  }
}
