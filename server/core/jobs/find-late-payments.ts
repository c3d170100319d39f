import { isUnresolved } from '../checkout.ts'
import type { Attempt, Checkout } from '../checkout.ts'
import type { Clock } from '../clock.ts'
import { handleOf } from '../provider.ts'
import type { Providers } from '../provider.ts'
import type { Subscriber } from '../pubsub.ts'
import { nextRecheck, nextRecheckUnanswered } from '../recheck-delays.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { Service } from '../service.ts'
import type { CheckoutStore, LateCheck, OutboxEvent } from '../store.ts'
import { PeriodicTask } from './periodic-task.ts'
import { isAnswer } from '../attempts/attempt-planner.ts'
import type { AttemptWorker } from '../attempts/attempt-worker.ts'

interface LatePaymentFinderDeps {
  readonly store: CheckoutStore
  readonly repository: CheckoutRepository
  readonly worker: Pick<AttemptWorker, 'pollNow' | 'cancelStray'>
  readonly providers: Providers
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

const intervalMs = 30_000
const concurrency = 32

/**
 * Checks at growing intervals, for 7 days and until the last check is answered, whether an attempt that ended without a payment
 * was paid after all, however it ended; cancels it where the provider still holds it; and closes the checkout that replaced one
 * which was paid.
 */
export class LatePaymentFinder implements Service, Subscriber {
  readonly #deps: LatePaymentFinderDeps
  readonly #task: PeriodicTask
  #startedAt = -Infinity
  #isStopped = false

  constructor(deps: LatePaymentFinderDeps) {
    this.#deps = deps
    const { clock, onError } = deps
    this.#task = new PeriodicTask({ clock, onError, intervalMs, run: () => this.#run() })
  }

  start(): void {
    this.#startedAt = this.#deps.clock.now()
    this.#task.start()
  }

  stop(): Promise<void> {
    this.#isStopped = true
    return this.#task.stop()
  }

  /** A late payment may have overtaken the checkout that replaced its own: it is closed now and not in half a minute. */
  onChange(checkout: Checkout, events: readonly OutboxEvent[]): void {
    if (checkout.late && events.some(({ type }) => type === 'checkout.paid')) this.#task.runNow()
  }

  async #run(): Promise<void> {
    if (await this.#checkDue()) await this.#closeOvertaken()
  }

  /**
   * Checks all that are due, a page at a time: a thousand shoppers who gave up together are checked together.
   *
   * @returns false where nothing at all could be written, or the process is about to end
   */
  async #checkDue(): Promise<boolean> {
    const { store, clock } = this.#deps
    /** Those that could not be written stay due, at the front: the next run tries them again. */
    const failed = new Set<string>()
    let due: readonly LateCheck[]
    do {
      const first = await store.lateChecks(clock.now(), concurrency + failed.size)
      due = first.filter(({ attemptId }) => !failed.has(attemptId)).slice(0, concurrency)
      const failedBefore = failed.size
      await Promise.all(due.map((lateCheck) => this.#tryCheck(lateCheck, failed)))
      // Nothing at all can be written: that is the disk, and no row's fault.
      if (due.length > 0 && failed.size - failedBefore === due.length) return false
    } while (due.length === concurrency && !this.#isStopped)
    return !this.#isStopped
  }

  async #tryCheck(lateCheck: LateCheck, failed: Set<string>): Promise<void> {
    try {
      await this.#check(lateCheck)
    } catch (error) {
      failed.add(lateCheck.attemptId)
      this.#deps.onError(error)
    }
  }

  async #check({ checkoutId, attemptId, endedAt }: LateCheck): Promise<void> {
    const { store, repository, worker, providers, clock } = this.#deps
    const checkout = await repository.get(checkoutId)
    const attempt = checkout && attemptOf(checkout, attemptId)
    if (!attempt || attempt.paidAt !== null) return store.setLateCheck(checkoutId, attemptId, null)
    const provider = providers.for(checkout, attempt)
    const handle = handleOf(provider, attempt)
    if (!handle) return store.setLateCheck(checkoutId, attemptId, null)
    const checkedAt = clock.now()
    const result = await provider.check(handle)
    const after = await repository.record(checkoutId, result, attemptId)
    const checked = attemptOf(after, attemptId)
    if (!checked || checked.paidAt !== null) return store.setLateCheck(checkoutId, attemptId, null)
    const isAlive = result.type === 'authorized' || result.type === 'pending'
    // Absence is no end: where the provider has not reported how the attempt ended, its answer to a cancellation does.
    const isUnsure = isUnresolved(after, checked) && checked.providerCode === null
    const isAbsent = result.type === 'ended' && !result.isFinal
    const isStray = isAlive || (isAbsent && isUnsure)
    if (isStray && checked.endedAt !== null) await worker.cancelStray(after, checked)
    const next = isAnswer(result)
      ? nextRecheck(endedAt, checkedAt)
      : nextRecheckUnanswered(endedAt, this.#startedAt, checkedAt)
    // A doubtful report about money is checked again soon, and not in an hour; the doubt stays when the next answer is sound.
    const isSoon = 'payment' in result || (!isAnswer(result) && next !== null)
    const soon = checked.doubt && isSoon ? clock.now() + intervalMs : null
    await store.setLateCheck(checkoutId, attemptId, soon ?? next)
    // Reopened by an approval: it is captured in a turn of its checkout's own.
    if (checked.endedAt === null) await worker.pollNow(checkoutId, checked)
  }

  async #closeOvertaken(): Promise<void> {
    const { store, repository } = this.#deps
    for (const id of await store.overtaken(concurrency))
      await repository.record(id, { type: 'predecessor_paid' }, null)
  }
}

const attemptOf = ({ attempts }: Checkout, attemptId: string): Attempt | undefined =>
  attempts.find(({ id }) => id === attemptId)
