import type { Clock } from './clock.ts'
import type { Checkout } from './checkout.ts'
import type { PubSub, Subscriber } from './pubsub.ts'
import type { CheckoutRepository } from './repository.ts'

/** A browser's start or cancel is answered after this long at the latest, with the state at that time. */
export const browserWaitMs = 2_000

interface WaitingDeps {
  readonly repository: CheckoutRepository
  readonly pubsub: PubSub
  readonly clock: Clock
}

/** Waits for changes of checkouts, up to a limit. */
export class Waiting {
  readonly #deps: WaitingDeps

  constructor(deps: WaitingDeps) {
    this.#deps = deps
  }

  /** The checkout as soon as `isSo` holds for it, or as it is after `ms`. */
  until(checkout: Checkout, isSo: (checkout: Checkout) => boolean, ms: number): Promise<Checkout> {
    const { pubsub, repository, clock } = this.#deps
    const { id } = checkout
    const latest = repository.peek(id) ?? checkout
    if (isSo(latest)) return Promise.resolve(latest)
    return new Promise((resolve) => {
      const finish = (result: Checkout) => {
        pubsub.unsubscribe(id, subscriber)
        cancelTimer()
        resolve(result)
      }
      const subscriber: Subscriber = {
        onChange: (changed) => {
          if (isSo(changed)) finish(changed)
        },
      }
      const cancelTimer = clock.after(ms, () => finish(repository.peek(id) ?? checkout))
      pubsub.subscribe(id, subscriber)
    })
  }
}
