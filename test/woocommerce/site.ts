/** The payment server with its simulator, and the stand-in shop with the plugin, connected. */
import { merchant, merchantKey, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { Shop } from './shop.ts'

const webhookSecret = `whsec_${Buffer.from('secret of the order stories 1234').toString('base64')}`

export type Confirmation = 'manual' | 'automatic'

export class Site {
  readonly shop: Shop
  readonly server: TestServer
  readonly random: () => number

  private constructor(shop: Shop, server: TestServer, random: () => number) {
    this.shop = shop
    this.server = server
    this.random = random
  }

  static async open(confirmation: Confirmation, random: () => number): Promise<Site> {
    const shop = new Shop(random)
    await shop.openRelay()
    const server = await startTestServer({
      env: {
        ...{ WEBHOOK_URL: shop.webhookUrl, WEBHOOK_SECRET: webhookSecret },
        ...{ NETGIRO_CONFIRMATION: confirmation, LOG_LEVEL: 'error' },
        PHONES_PER_ADDRESS_PER_10_MINUTES: '1000000',
      },
      envOf: ({ partnerUrl }) => ({ NETGIRO_PARTNER_API_URL: partnerUrl }),
    })
    await shop.start({
      ...{ BFF_URL: server.url, MERCHANT_API_KEY: merchantKey, WEBHOOK_SECRET: webhookSecret },
    })
    return new Site(shop, server, random)
  }

  /** Rejects what is still waiting, and delivers until the shop has accepted every event. */
  async settle(): Promise<void> {
    const { simulator } = this.server
    for (const { TransactionId, state } of simulator.inspect().carts)
      if (state === 'waiting') simulator.reject(TransactionId)
    await until(async () => {
      await this.shop.deliver()
      return this.shop.isQuiet && (await this.#unfinished()) === 0
    })
  }

  /** Requests that money may still move by, payments that nobody has reported, and events that the shop has not accepted. */
  async #unfinished(): Promise<number> {
    const { carts } = this.server.simulator.inspect()
    const events = await this.#readEvents()
    const reported = new Set(
      events.flatMap(({ data }) => data.checkout.payments.map((one) => one.transactionId)),
    )
    const open = carts.filter(
      ({ state, captures, TransactionId }) =>
        state === 'waiting' ||
        state === 'reserved' ||
        (captures > 0 && !reported.has(TransactionId)),
    )
    return open.length + events.filter(({ id }) => !this.shop.accepted.has(id)).length
  }

  #cursor = ''
  readonly #events: EventView[] = []

  async #readEvents(): Promise<readonly EventView[]> {
    for (;;) {
      const query = this.#cursor && `?after=${encodeURIComponent(this.#cursor)}`
      const response = await merchant(this.server, 'GET', `/v1/events${query}`)
      const page = (await response.json()) as EventPage
      this.#events.push(...page.events)
      this.#cursor = page.cursor
      if (!page.hasMore) return this.#events
    }
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.shop.close()
  }
}

interface EventView {
  readonly id: string
  readonly data: {
    readonly checkout: { readonly payments: readonly { readonly transactionId: string }[] }
  }
}

interface EventPage {
  readonly events: readonly EventView[]
  readonly cursor: string
  readonly hasMore: boolean
}
