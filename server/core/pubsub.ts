import type { Checkout } from './checkout.ts'

export interface Subscriber {
  onChange(checkout: Checkout): void
}

/** Who wants to hear of which checkout. */
export class PubSub {
  /** Most checkouts have one reader; a Set for each would cost more than the reader itself. */
  readonly #subscribers = new Map<string, Subscriber | Set<Subscriber>>()

  subscribe(id: string, subscriber: Subscriber): void {
    const present = this.#subscribers.get(id)
    if (!present) this.#subscribers.set(id, subscriber)
    else if (present instanceof Set) present.add(subscriber)
    else this.#subscribers.set(id, new Set([present, subscriber]))
  }

  unsubscribe(id: string, subscriber: Subscriber): void {
    const present = this.#subscribers.get(id)
    if (present === subscriber) this.#subscribers.delete(id)
    else if (present instanceof Set && present.delete(subscriber) && present.size === 0) {
      this.#subscribers.delete(id)
    }
  }

  /** Who hears of it now. */
  subscribers(id: string): readonly Subscriber[] {
    const present = this.#subscribers.get(id)
    if (!present) return []
    return present instanceof Set ? [...present] : [present]
  }

  publish(checkout: Checkout): void {
    const present = this.#subscribers.get(checkout.id)
    if (present instanceof Set) for (const subscriber of [...present]) subscriber.onChange(checkout)
    else present?.onChange(checkout)
  }
}
