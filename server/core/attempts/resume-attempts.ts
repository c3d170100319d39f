import { openAttempt } from '../checkout.ts'
import type { Checkout } from '../checkout.ts'
import type { Providers } from '../provider.ts'
import type { CheckoutRepository } from '../repository.ts'
import type { AttemptQueue } from './attempt-queue.ts'
import { pollIntervalOf } from './backoff.ts'
import { inputAfterRestart } from './lost-start.ts'

interface ResumeDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly queue: AttemptQueue
}

/** After a restart the open attempts are polled one after the other, not all at once. */
const staggerMs = 2
const batchSize = 200

/** Takes up the attempts that an earlier process left open. */
export async function resumeAttempts(
  { repository, providers, queue }: ResumeDeps,
  unfinished: readonly Checkout[],
  now: number,
): Promise<void> {
  for (const [index, checkout] of unfinished.entries()) {
    // No denser than they will be polled from then on.
    const delayMs = Math.min(
      index * staggerMs,
      (index / unfinished.length) * pollIntervalOf(checkout),
    )
    repository.keep(checkout)
    // A resumption that failed half way is repeated.
    if (!queue.get(checkout.id)) queue.add(checkout, now + delayMs)
  }
  for (let from = 0; from < unfinished.length; from += batchSize) {
    const batch = unfinished.slice(from, from + batchSize)
    await Promise.all(batch.map((checkout) => recordRestart(repository, providers, checkout)))
  }
  for (const { id } of unfinished) queue.schedule(id)
}

async function recordRestart(
  repository: CheckoutRepository,
  providers: Providers,
  checkout: Checkout,
): Promise<void> {
  const open = openAttempt(checkout)
  const input = open && inputAfterRestart(checkout, providers.isConfigured(checkout, open))
  if (input) await repository.record(checkout.id, input, open.id)
}
