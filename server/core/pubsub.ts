import type { Checkout } from './checkout.ts'
import type { OutboxEvent } from './store.ts'

export interface Subscriber {
  /**
   * Called with a change once it is on disk.
   *
   * @param events - what the shop is notified of
   * @param isSilent - whether the change is only an intent, which no snapshot shows
   */
  onChange(checkout: Checkout, events: readonly OutboxEvent[], isSilent: boolean): void
}

const noEvents: readonly OutboxEvent[] = []

/**
 * Passes the changes of checkouts to their subscribers: first to those of the one checkout, which miss the silent changes, then
 * to those of all checkouts, in the order in which they subscribed. A change costs calls and no objects.
 */
export class PubSub {
  /** Most checkouts have one reader; a Set for each would cost more than the reader itself. */
  readonly #byCheckout = new Map<string, Subscriber | Set<Subscriber>>()
  readonly #ofAll: Subscriber[] = []

  subscribe(id: string, subscriber: Subscriber): void {
    const present = this.#byCheckout.get(id)
    if (!present) this.#byCheckout.set(id, subscriber)
    else if (present instanceof Set) present.add(subscriber)
    else this.#byCheckout.set(id, new Set([present, subscriber]))
  }

  unsubscribe(id: string, subscriber: Subscriber): void {
    const present = this.#byCheckout.get(id)
    if (present === subscriber) this.#byCheckout.delete(id)
    else if (present instanceof Set && present.delete(subscriber) && present.size === 0) {
      this.#byCheckout.delete(id)
    }
  }

  /** Subscribes to the changes of all checkouts, the silent ones included, for as long as the process runs. */
  subscribeToAll(subscriber: Subscriber): void {
    this.#ofAll.push(subscriber)
  }

  /** The subscribers of this one checkout. */
  subscribers(id: string): readonly Subscriber[] {
    const present = this.#byCheckout.get(id)
    if (!present) return []
    return present instanceof Set ? [...present] : [present]
  }

  /** The checkouts that have subscribers of their own. */
  followed(): Iterable<string> {
    return this.#byCheckout.keys()
  }

  /** Passes on a change that another process made: the subscribers of that checkout learn it, and those of all checkouts do not. */
  show(checkout: Checkout): void {
    this.#publishToReaders(checkout, noEvents)
  }

  publish(checkout: Checkout, events = noEvents, isSilent = false): void {
    if (!isSilent) this.#publishToReaders(checkout, events)
    for (const subscriber of this.#ofAll) subscriber.onChange(checkout, events, isSilent)
  }

  #publishToReaders(checkout: Checkout, events: readonly OutboxEvent[]): void {
    const present = this.#byCheckout.get(checkout.id)
    // A reader that leaves during its call must not keep the others from theirs.
    if (present instanceof Set) {
      for (const subscriber of [...present]) subscriber.onChange(checkout, events, false)
    } else {
      present?.onChange(checkout, events, false)
    }
  }
}
