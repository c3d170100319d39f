/** The payment server with its simulator, and the stand-in shop with the plugin, connected. */
import { LooseEnds } from '../support/loose-ends.ts'
import { merchantKey, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { Shop } from './shop.ts'

const webhookSecret = `whsec_${Buffer.from('secret of the order scenarios 1').toString('base64')}`

export type Confirmation = 'manual' | 'automatic'

export class Site {
  readonly shop: Shop
  readonly server: TestServer
  readonly random: () => number
  readonly #looseEnds: LooseEnds

  private constructor(shop: Shop, server: TestServer, random: () => number) {
    this.shop = shop
    this.server = server
    this.random = random
    this.#looseEnds = new LooseEnds(server)
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
    const notices = JSON.stringify(await shop.call('/settings'))
    if (!notices.startsWith('["message: '))
      throw new Error(`The test of the connection failed when the settings were saved: ${notices}`)
    return new Site(shop, server, random)
  }

  /** Rejects what is still waiting, and delivers until the shop has accepted every event. */
  async settle(): Promise<void> {
    this.#looseEnds.rejectWaiting()
    await until(async () => {
      await this.shop.deliver()
      return this.shop.isQuiet && (await this.#looseEnds.count(this.shop.accepted)) === 0
    })
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.shop.close()
  }
}
