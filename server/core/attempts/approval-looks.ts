import { isToBeCanceled } from '../capture.ts'
import { openAttempt } from '../checkout.ts'
import { sleep } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { LruCache } from '../lru-cache.ts'
import { approvedHandleOf } from '../provider.ts'
import type { Providers } from '../provider.ts'
import type { CheckoutRepository } from '../repository.ts'
import { mismatchIn } from '../transitions/mismatch.ts'

interface ApprovalLooksDeps {
  readonly repository: CheckoutRepository
  readonly providers: Providers
  readonly clock: Clock
}

/** An attempt is looked at no more often than this, however many callbacks come. */
const lookIntervalMs = 500
/** Node counts a timer from when the event loop last looked at its clock, so that it may end this much early. */
const timerEarlyMs = 100

/**
 * Looks whether an approval that a signed callback has reported shows at the provider, whose view may lag behind its callbacks. It
 * looks beside the checkout's turn, which may be taken by a call that is not answered, and so it records an approval alone, none that
 * a cancellation may undo, and none of another payment: everything else is for the turn.
 */
export class ApprovalLooks {
  readonly #deps: ApprovalLooksDeps
  /** When an attempt was last looked at. */
  readonly #lookedAt = new LruCache<number>(20_000)

  constructor(deps: ApprovalLooksDeps) {
    this.#deps = deps
  }

  /**
   * @param polled - the poll in the checkout's turn: it may bring the approval, and is all there is where nothing may be looked at
   * @returns when the approval is on disk, or after `forMs`; where nothing is to be looked at, when `polled` has ended, however late
   */
  async untilShown(
    id: string,
    attemptId: string,
    polled: Promise<void>,
    forMs: number,
  ): Promise<void> {
    for (let left = forMs; left > 0; left -= lookIntervalMs) {
      const looked = left === forMs ? polled : this.#look(id, attemptId)
      const pause = sleep(this.#deps.clock, Math.min(left, lookIntervalMs))
      for (const step of [Promise.race([looked, pause]), pause]) {
        await step
        const awaited = await this.#awaited(id, attemptId)
        if (awaited === 'shown') return
        if (awaited === 'not_awaited') return polled
      }
    }
  }

  async #look(id: string, attemptId: string): Promise<void> {
    const { repository, providers, clock } = this.#deps
    const now = clock.monotonic()
    const checkout = await repository.get(id)
    const open = checkout && openAttempt(checkout)
    const sinceLast = now - (this.#lookedAt.get(attemptId) ?? -Infinity)
    if (!open || sinceLast < lookIntervalMs - timerEarlyMs) return
    this.#lookedAt.set(attemptId, now)
    const provider = providers.for(checkout, open)
    const handle = approvedHandleOf(provider, open)
    const result = handle && (await provider.check(handle))
    if (result?.type !== 'authorized' || mismatchIn(checkout, open, result.payment, 'proven'))
      return
    if ((await this.#awaited(id, attemptId)) === 'awaited')
      await repository.record(id, result, attemptId)
  }

  async #awaited(id: string, attemptId: string): Promise<'awaited' | 'shown' | 'not_awaited'> {
    const checkout = await this.#deps.repository.get(id)
    const open = checkout && openAttempt(checkout)
    if (!open || open.id !== attemptId) return 'not_awaited'
    if (checkout.status === 'confirming') return 'shown'
    // A cancellation that was sent may still arrive.
    const isUndoable = open.cancelSentAt !== null || isToBeCanceled(checkout, open)
    return isUndoable || open.providerRef === null ? 'not_awaited' : 'awaited'
  }
}
