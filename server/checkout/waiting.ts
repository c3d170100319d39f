import type { Clock } from '../clock.ts'
import type { Checkout } from './checkout.ts'
import type { Feed, Subscriber } from './feed.ts'
import type { Ledger } from './ledger.ts'

/** A browser's start or cancel is answered after this long at the latest, with whatever is known then. */
export const browserWaitMs = 2_000

interface WaitingDeps {
  readonly ledger: Ledger
  readonly feed: Feed
  readonly clock: Clock
}

/** Waits for changes of checkouts, but never for long. */
export class Waiting {
  readonly #deps: WaitingDeps

  constructor(deps: WaitingDeps) {
    this.#deps = deps
  }

  /** The checkout as soon as `isSo` holds for it, or as it is after `ms`. */
  until(checkout: Checkout, isSo: (checkout: Checkout) => boolean, ms: number): Promise<Checkout> {
    const { feed, ledger, clock } = this.#deps
    const { id } = checkout
    const latest = ledger.peek(id) ?? checkout
    if (isSo(latest)) return Promise.resolve(latest)
    return new Promise((resolve) => {
      const finish = (result: Checkout) => {
        feed.unsubscribe(id, reader)
        cancelTimer()
        resolve(result)
      }
      const reader: Subscriber = {
        changed: (changed) => {
          if (isSo(changed)) finish(changed)
        },
      }
      const cancelTimer = clock.after(ms, () => finish(ledger.peek(id) ?? checkout))
      feed.subscribe(id, reader)
    })
  }
}
