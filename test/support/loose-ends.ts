import { merchant } from './test-server.ts'
import type { TestServer } from './test-server.ts'

interface EventView {
  readonly id: string
  readonly data: {
    readonly checkout: {
      readonly payments: readonly { readonly transactionId: string }[]
      readonly attempts: readonly {
        readonly transactionId: string | null
        readonly endedAt: string | null
      }[]
    }
  }
}

interface EventPage {
  readonly events: readonly EventView[]
  readonly cursor: string
  readonly hasMore: boolean
}

/** What is still to happen between the provider, the payment server and a shop, before the scenarios of a shop can be judged. */
export class LooseEnds {
  readonly #server: TestServer
  #cursor = ''
  readonly #events: EventView[] = []

  constructor(server: TestServer) {
    this.#server = server
  }

  /** Rejects every request that still waits for its shopper. */
  rejectWaiting(): void {
    const { simulator } = this.#server
    for (const { TransactionId, state } of simulator.inspect().carts)
      if (state === 'waiting') simulator.reject(TransactionId)
  }

  /**
   * Counts requests that money may still move by, payments that nobody has reported, and events that the shop has not accepted.
   *
   * @param accepted - the ids of the events that the shop has accepted
   */
  async count(accepted: Pick<ReadonlySet<string>, 'has'>): Promise<number> {
    const { carts } = this.#server.simulator.inspect()
    const events = await this.#readEvents()
    const reported = new Set(
      events.flatMap(({ data }) => data.checkout.payments.map((one) => one.transactionId)),
    )
    const attempts = events.flatMap(({ data }) => data.checkout.attempts)
    // A reservation that the provider would not cancel is never captured, and lapses.
    const released = new Set(
      attempts.filter(({ endedAt }) => endedAt !== null).map(({ transactionId }) => transactionId),
    )
    const open = carts.filter(
      ({ state, captures, TransactionId }) =>
        state === 'waiting' ||
        (state === 'reserved' && !released.has(TransactionId)) ||
        (captures > 0 && !reported.has(TransactionId)),
    )
    return open.length + events.filter(({ id }) => !accepted.has(id)).length
  }

  async #readEvents(): Promise<readonly EventView[]> {
    for (;;) {
      const query = this.#cursor && `?after=${encodeURIComponent(this.#cursor)}`
      const response = await merchant(this.#server, 'GET', `/v1/events${query}`)
      const page = (await response.json()) as EventPage
      this.#events.push(...page.events)
      this.#cursor = page.cursor
      if (!page.hasMore) return this.#events
    }
  }
}
