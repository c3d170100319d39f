import type { Clock } from '../clock.ts'
import { handleOf } from '../provider.ts'
import type { Providers } from '../provider.ts'
import { nextRecheck } from '../recheck-delays.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { CheckoutStore, LateCheck } from '../store.ts'
import { PeriodicTask } from './periodic-task.ts'
import type { AttemptWorker } from '../attempts/attempt-worker.ts'

interface FindLatePaymentsDeps {
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
 * Looks, at a falling pace and for 7 days, whether what ended without a payment was paid after all, however it ended;
 * cancels what the provider still holds of it; and calls off what replaced a checkout that was paid.
 */
export function findLatePayments({
  store,
  repository,
  worker,
  providers,
  clock,
  onError,
}: FindLatePaymentsDeps): PeriodicTask {
  /** All that is due, a page at a time: what a thousand shoppers gave up together is looked at together. */
  async function look(): Promise<void> {
    /** What could not be written down stays due, at the front of the line: the next round tries it again. */
    const failed = new Set<string>()
    let due: readonly LateCheck[]
    do {
      const first = await store.lateChecks(clock.now(), concurrency + failed.size)
      due = first.filter(({ attemptId }) => !failed.has(attemptId)).slice(0, concurrency)
      const failedBefore = failed.size
      await Promise.all(
        due.map((one) =>
          check(one).catch((error: unknown) => {
            failed.add(one.attemptId)
            onError(error)
          }),
        ),
      )
      // Nothing at all can be written: that is the disk, and no row's fault.
      if (due.length > 0 && failed.size - failedBefore === due.length) return
    } while (due.length === concurrency)
    for (const id of await store.overtaken(concurrency))
      await repository.record(id, { type: 'predecessor_paid' }, null)
  }

  async function check({ checkoutId, attemptId, endedAt }: LateCheck): Promise<void> {
    const checkout = await repository.get(checkoutId)
    const attempt = checkout?.attempts.find(({ id }) => id === attemptId)
    const next = nextRecheck(endedAt, clock.now())
    if (!checkout || !attempt || attempt.paidAt !== null) return store.setLateCheck(attemptId, null)
    const provider = providers.for(checkout, attempt)
    const handle = handleOf(provider, attempt)
    if (!handle) return store.setLateCheck(attemptId, null)
    const fact = await provider.check(handle)
    const after = await repository.record(checkoutId, fact, attemptId)
    const now = after.attempts.find(({ id }) => id === attemptId)
    if (!now || now.paidAt !== null) return store.setLateCheck(attemptId, null)
    const isAlive = fact.type === 'authorized' || fact.type === 'pending'
    if (isAlive && now.endedAt !== null) await worker.cancelStray(after, now)
    // What is odd about money is asked about again soon, and not in an hour.
    await store.setLateCheck(attemptId, now.doubt ? clock.now() + intervalMs : next)
    // Reopened by an approval: it is captured in a turn of its checkout's own.
    if (now.endedAt === null) await worker.pollNow(checkoutId, now)
  }

  return new PeriodicTask({ clock, onError, intervalMs: intervalMs, run: look })
}
