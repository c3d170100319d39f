import { sandbox } from '../../../demo/simulator/sandbox.ts'
import { startSimulator } from '../../../demo/simulator/simulator.ts'
import type { CartView, Simulator } from '../../../demo/simulator/simulator.ts'
import { systemClock } from '../../../server/core/clock.ts'
import { bundleServer, bundleServerIn } from '../../support/bundle.ts'
import { hashKey } from '../../support/replicas.ts'
import { merchantKey, origin } from '../../support/test-server.ts'
import { expectExplained } from '../audited.ts'
import { webhookSecret } from '../crashes.ts'
import type { Api } from '../crashes.ts'
import { RecordingProxy } from '../recording-proxy.ts'
import type { Exchange } from '../recording-proxy.ts'
import { Shop } from '../shop.ts'
import type { Mode } from '../simulation.ts'
import { CallMonitor } from './call-monitor.ts'
import { SiteDatabase } from './database.ts'
import { CrashReplica } from './replica.ts'
import type { OnMoment, OwnWays } from './replica.ts'

/** How long the records of the provider may be reused: every read copies all of them. */
const recordsMaxAgeMs = 100
/** What a shopper waits for before the page asks again, perhaps another server. */
const callTimeoutMs = 5_000

/** How often the provider wants to be asked about each payment. */
export const paceMs = 1_000
const minutes = 60_000
/** Of the first servers, where clocks are off. */
const clocksAheadMs = [5 * minutes, -5 * minutes]

interface SiteOptions {
  /** Where the sources of an older version lie, which every server has in its first life. */
  readonly old?: string | null
  readonly isSkewed?: boolean
}

export interface SiteMode {
  readonly api: Api
  readonly confirmation: Mode['confirmation']
}

/** A provider, a shop, a balancer, a PostgreSQL database, and the servers that share it. */
export class ReplicaSite {
  readonly mode: SiteMode
  readonly simulator: Simulator
  readonly shop: Shop
  readonly monitor: CallMonitor
  readonly replicas: CrashReplica[] = []
  readonly database: SiteDatabase
  #balancer!: RecordingProxy
  #carts: { readonly at: number; readonly byOrder: Map<string, CartView[]> } | null = null

  private constructor(mode: SiteMode, simulator: Simulator, shop: Shop, database: SiteDatabase) {
    this.mode = mode
    this.simulator = simulator
    this.shop = shop
    this.database = database
    this.monitor = new CallMonitor((phone) => this.#openCartsTo(phone))
  }

  static async open(
    mode: SiteMode,
    count: number,
    onMoment: OnMoment,
    { old = null, isSkewed = false }: SiteOptions = {},
  ): Promise<ReplicaSite> {
    const simulator = await startSimulator({ callbackRetryMs: 300, pollIntervalMs: paceMs })
    const database = await SiteDatabase.open()
    const site = new ReplicaSite(mode, simulator, await Shop.open(), database)
    // Like a balancer that asks for the servers' readiness.
    const choose = () => {
      const replica = site.running()
      if (replica) site.#balancer.point(replica.url)
    }
    site.#balancer = await RecordingProxy.open(simulator.url, { before: choose })
    const next = await bundleServer()
    const scripts = { first: old === null ? next : await bundleServerIn(old), next }
    for (let index = 0; index < count; index++) {
      const replica = await CrashReplica.open({
        ...{ scripts, providerUrl: simulator.url, shopUrl: site.shop.url },
        databaseUrl: database.url,
        aheadMs: (isSkewed && clocksAheadMs[index]) || 0,
        settingsFor: (own) => site.#settings(own),
        onMoment(moved, moment, exchange) {
          if (moment === 'before' && isToProvider(exchange))
            site.monitor.onCall(lifeOf(moved), exchange)
          onMoment(moved, moment, exchange)
        },
      })
      site.replicas.push(replica)
      await replica.start()
    }
    return site
  }

  /** Any server that answers. */
  running(): CrashReplica | undefined {
    return anyOf(this.replicas.filter(({ isRunning }) => isRunning))
  }

  /** Two servers that requests reach, if there are so many. */
  twoReady(): readonly CrashReplica[] {
    const ready = this.replicas.filter(({ isReady }) => isReady)
    const from = Math.floor(Math.random() * ready.length)
    return [...ready.slice(from), ...ready.slice(0, from)].slice(0, 2)
  }

  /** Sends a request to a server: any that the balancer takes for alive, which a paused one is for a while. Null: no answer. */
  async call(
    method: string,
    path: string,
    key: string,
    { body, address, idempotencyKey, at }: CallOptions = {},
  ): Promise<Answer | null> {
    const replica = at ?? anyOf(this.replicas.filter(({ isReady }) => isReady))
    if (!replica) return null
    try {
      const response = await fetch(replica.url + path, {
        ...{ method, signal: AbortSignal.timeout(callTimeoutMs) },
        headers: {
          ...{ authorization: `Bearer ${key}`, origin, 'content-type': 'application/json' },
          ...(address !== undefined && { 'x-forwarded-for': address }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: await response.json() }
    } catch {
      return null
    }
  }

  /** The provider's record of an order, a moment old at most. */
  cartsOf(reference: string): readonly CartView[] {
    if (!this.#carts || performance.now() - this.#carts.at > recordsMaxAgeMs) this.#readCarts()
    return this.#carts?.byOrder.get(reference) ?? []
  }

  /** Makes `cartsOf` read again. */
  forgetCarts(): void {
    this.#carts = null
  }

  /** Fails if `audit` finds a checkout that its history does not explain. */
  expectExplained(): Promise<void> {
    const env = this.#settings({
      ...{ providerUrl: this.simulator.url, shopUrl: this.shop.url },
      databaseUrl: this.database.url,
    })
    return expectExplained({ env, clock: systemClock })
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.close()))
    this.#balancer.close()
    await this.simulator.close()
    this.shop.close()
    await this.database.close()
  }

  #readCarts(): void {
    const byOrder = new Map<string, CartView[]>()
    for (const cart of this.simulator.inspect().carts) {
      const order = cart.Reference.slice(0, cart.Reference.lastIndexOf('-'))
      byOrder.set(order, [...(byOrder.get(order) ?? []), cart])
    }
    this.#carts = { at: performance.now(), byOrder }
  }

  #openCartsTo(phone: string): readonly CartView[] {
    return this.simulator
      .inspect()
      .carts.filter(
        ({ CustomerId, state }) =>
          CustomerId === phone && (state === 'waiting' || state === 'reserved'),
      )
  }

  #settings({ providerUrl, shopUrl, databaseUrl }: OwnWays) {
    const { api, confirmation } = this.mode
    return {
      NETGIRO_APP_ID: sandbox.appId,
      NETGIRO_SECRET_KEY: sandbox.secretKey,
      NETGIRO_API: api,
      NETGIRO_API_URL: `${providerUrl}/${api}`,
      NETGIRO_CONFIRMATION: confirmation,
      PUBLIC_URL: this.#balancer.url,
      PORT: '0',
      ALLOWED_ORIGINS: origin,
      MERCHANT_API_KEY: merchantKey,
      MERCHANT_NAME: 'Ullarbúðin',
      DATABASE_URL: databaseUrl,
      HASH_KEY: hashKey,
      WEBHOOK_URL: `${shopUrl}/hook`,
      WEBHOOK_SECRET: webhookSecret,
      TRUSTED_PROXIES: '127.0.0.1',
    }
  }
}

/** Of the exchanges around a server, those that it has with the provider. */
const isToProvider = ({ path }: Exchange): boolean =>
  /^\/v\d\/(?:Checkout|checkout|transaction)\//.test(path)

interface CallOptions {
  readonly body?: object
  readonly address?: string
  readonly idempotencyKey?: string
  readonly at?: CrashReplica
}

interface Answer {
  readonly status: number
  readonly json: unknown
}

/** One process of a replica, by name. */
export const lifeOf = (replica: CrashReplica): string => `${replica.url} ${replica.life}`

export const anyOf = <T>(list: readonly T[]): T | undefined =>
  list[Math.floor(Math.random() * list.length)]
