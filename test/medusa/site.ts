/** The payment server with its simulator, and a Medusa shop with the provider, connected. */
import { LooseEnds } from '../support/loose-ends.ts'
import { merchantKey, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { LossyProxy } from './lossy-proxy.ts'
import { Medusa } from './medusa.ts'
import { Relay } from './relay.ts'

export const webhookSecret = `whsec_${Buffer.from('secret of the order scenarios 1').toString('base64')}`
export const webhookRoute = '/netgiro/webhook'

export class Site {
  readonly medusa: Medusa
  readonly server: TestServer
  readonly relay: Relay
  readonly proxy: LossyProxy
  readonly random: () => number
  readonly #looseEnds: LooseEnds

  private constructor(parts: Pick<Site, 'medusa' | 'server' | 'relay' | 'proxy' | 'random'>) {
    this.medusa = parts.medusa
    this.server = parts.server
    this.relay = parts.relay
    this.proxy = parts.proxy
    this.random = parts.random
    this.#looseEnds = new LooseEnds(parts.server)
  }

  static async open(random: () => number): Promise<Site> {
    const relay = await Relay.open(random)
    const server = await startTestServer({
      env: {
        ...{ WEBHOOK_URL: relay.url, WEBHOOK_SECRET: webhookSecret, LOG_LEVEL: 'error' },
        PHONES_PER_ADDRESS_PER_10_MINUTES: '1000000',
      },
      envOf: ({ partnerUrl }) => ({ NETGIRO_PARTNER_API_URL: partnerUrl }),
    })
    const proxy = await LossyProxy.open()
    proxy.pointTo(server.url)
    const medusa = await Medusa.start({
      ...{ BFF_URL: proxy.url, MERCHANT_API_KEY: merchantKey, WEBHOOK_SECRET: webhookSecret },
    })
    return new Site({ medusa, server, relay, proxy, random })
  }

  deliver(): Promise<void> {
    return this.relay.deliver((body, headers) => this.medusa.deliver(webhookRoute, body, headers))
  }

  /** Rejects what is still waiting, and delivers until the shop has accepted every event. */
  async settle(): Promise<void> {
    this.#looseEnds.rejectWaiting()
    await until(async () => {
      await this.deliver()
      return this.relay.isQuiet && (await this.#looseEnds.count(this.relay.accepted)) === 0
    })
  }

  async close(): Promise<void> {
    await this.medusa.stop()
    await this.server.close()
    await this.proxy.close()
    await this.relay.close()
  }
}
