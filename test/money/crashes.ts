import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandbox } from '../../demo/simulator/sandbox.ts'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { CartView, Simulator } from '../../demo/simulator/simulator.ts'
import { systemClock } from '../../server/core/clock.ts'
import { merchantKey, origin } from '../support/test-server.ts'
import { bundleServer } from '../support/bundle.ts'
import { disagreementAbout, isTaken } from './agreement.ts'
import { expectExplained } from './audited.ts'
import { Child } from './child.ts'
import type { View } from './oracle.ts'
import { RecordingProxy } from './recording-proxy.ts'
import type { ProxyHooks } from './recording-proxy.ts'
import { Shop } from './shop.ts'
import type { Mode, Moment } from './simulation.ts'

/** When the process is killed: at a moment of an exchange, or some time after the shopper pressed the button. */
export type KillPoint = {
  readonly api: Api
  readonly confirmation: Mode['confirmation']
} & ({ readonly path: string; readonly moment: Moment } | { readonly afterMs: number })

export type Api = 'v1' | 'v2'

const moments = ['before', 'after', 'delivered'] as const
const at = (api: Api, confirmation: Mode['confirmation'], ...paths: string[]): KillPoint[] =>
  paths.flatMap((path) => moments.map((moment) => ({ api, path, moment, confirmation })))

export const refundPath = '/transaction/refund'
const cancelPaths = ['CancelCart', '/transaction/cancel']

/** Around every call, every callback and every webhook, in the mode where it matters most. */
export const namedPoints: readonly KillPoint[] = [
  ...at(
    ...(['v1', 'manual', 'InsertCart', 'CheckCart', 'ConfirmCart'] as const),
    ...['CancelCart', '/callbacks/', '/hook'],
  ),
  ...at('v1', 'callback', '/callbacks/', 'CheckCart'),
  ...at('v1', 'automatic', 'InsertCart', '/callbacks/', '/hook'),
  ...at(
    ...(['v2', 'manual', '/checkout/payment', '/checkout/status', '/transaction/details'] as const),
    ...['/transaction/capture', '/transaction/cancel', refundPath],
  ),
]

export const nameOf = (point: KillPoint): string =>
  'path' in point
    ? `${point.api} ${point.confirmation} ${point.moment} ${point.path}`
    : `${point.api} ${point.confirmation} after ${point.afterMs.toFixed(1)} ms`

export interface Tally {
  kills: number
  orders: number
  captured: number
  paid: number
  /** Webhooks that came more than once, under the same id. */
  repeatedWebhooks: number
  refunded: number
}

interface Placed {
  readonly id: string
  readonly session: string
  readonly reference: string
}

/** Less than any order's amount. */
const refundAmount = 100

export const webhookSecret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const timeoutMs = 60_000

/** A provider, a shop, and between them a server that is a real process and is killed often. */
export class CrashSite {
  readonly #folder: string
  readonly #api: Api
  readonly #confirmation: Mode['confirmation']
  readonly #script: string
  readonly #simulator: Simulator
  readonly #shop: Shop
  #front!: RecordingProxy
  #upstream!: RecordingProxy
  #outbound!: RecordingProxy
  #child: Child | null = null
  #point: KillPoint | null = null
  #placed: Placed[] = []
  /** Orders of which the shop refunds a part. */
  readonly #toRefund = new Set<string>()
  #number = 0
  #kills = 0

  private constructor(
    folder: string,
    api: Api,
    confirmation: Mode['confirmation'],
    script: string,
    simulator: Simulator,
    shop: Shop,
  ) {
    this.#folder = folder
    this.#api = api
    this.#confirmation = confirmation
    this.#script = script
    this.#simulator = simulator
    this.#shop = shop
  }

  /** `disk`: the folder for the server's data. */
  static async open(
    confirmation: Mode['confirmation'],
    disk = tmpdir(),
    api: Api = 'v1',
  ): Promise<CrashSite> {
    const folder = mkdtempSync(join(disk, 'money-crash-'))
    const simulator = await startSimulator({ callbackRetryMs: 300, pollIntervalMs: 1_000 })
    const shop = await Shop.open()
    const site = new CrashSite(folder, api, confirmation, await bundleServer(), simulator, shop)
    const tap: ProxyHooks = {
      before: ({ path }) => site.#pass('before', path),
      after: ({ path }) => site.#pass('after', path),
      delivered: ({ path }) => site.#pass('delivered', path),
    }
    site.#front = await RecordingProxy.open(null, tap)
    site.#upstream = await RecordingProxy.open(simulator.url, tap)
    site.#outbound = await RecordingProxy.open(site.#shop.url, tap)
    await site.#startServer()
    return site
  }

  /** Makes one payment, kills the server and starts it again. Resolves when both sides agree about the payment. */
  async killAndRecover(point: KillPoint): Promise<void> {
    const killed = this.#child?.gone
    if (!killed) throw new Error('no server is running')
    const order = await this.#place()
    if ('path' in point) this.#point = point
    const isCancel = 'path' in point && cancelPaths.includes(point.path)
    if ('path' in point && point.path === refundPath) this.#toRefund.add(order.id)
    void this.#browser(order, 'start', { phone: `85${String(this.#number).padStart(5, '0')}` })
    if ('afterMs' in point) {
      await tick(point.afterMs)
      this.#kill()
    }
    // The shopper approves or cancels until the moment is reached.
    const deadline = Date.now() + timeoutMs
    while (!this.#child?.isGone) {
      const cart = this.#cartOf(order)
      if (cart?.state === 'waiting' && (await this.#isNamed(order))) {
        if (isCancel) void this.#browser(order, 'cancel', {})
        else this.#simulator.approve(cart.TransactionId)
      }
      if (isTaken(cart)) this.#requestRefund(order)
      await Promise.race([killed, tick(5)])
      if (Date.now() > deadline) throw new Error(`${nameOf(point)} was never reached`)
    }
    this.#point = null
    await this.#startServer()
    await this.#awaitAgreement(order, nameOf(point))
  }

  /** One payment that is approved while the process is stopped, or the disk is full. */
  async approveAmid(
    what: string,
    begin: () => void,
    end: () => void,
    ms: number,
  ): Promise<CartView> {
    const order = await this.#place()
    await this.#browser(order, 'start', { phone: `85${String(this.#number).padStart(5, '0')}` })
    begin()
    this.#simulator.approve(this.#cartOf(order)?.TransactionId ?? '')
    await tick(ms)
    const amid = this.#cartOf(order)
    end()
    await this.#awaitAgreement(order, what)
    if (!amid) throw new Error('no request was sent')
    return amid
  }

  /** The response of the readiness probe. */
  readiness(): Promise<unknown> {
    return this.#call('GET', '/readyz', merchantKey)
  }

  /** A signal to the process. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.signal(signal)
  }

  /** Every order once more, and the counts. */
  async verdict(): Promise<Tally> {
    const tally: Tally = { ...noTally, kills: this.#kills }
    for (const order of this.#placed) {
      const view = await this.#view(order)
      const disagreement = this.#disagreement(order, view)
      if (disagreement) throw new Error(`${order.reference}: ${disagreement}`)
      tally.orders++
      tally.captured += this.#cartsOf(order).filter(isTaken).length
      tally.refunded += this.#refundsOf(order).length
      tally.paid += view?.status === 'paid' ? 1 : 0
    }
    await expectExplained({ env: this.#environment(), clock: systemClock })
    for (const { times } of this.#shop.events.values()) tally.repeatedWebhooks += times > 1 ? 1 : 0
    return tally
  }

  async close(): Promise<void> {
    this.#child?.kill()
    await this.#child?.gone
    for (const relay of [this.#front, this.#upstream, this.#outbound]) relay.close()
    await this.#simulator.close()
    this.#shop.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #pass(moment: Moment, path: string): void {
    const point = this.#point
    if (!point || !('path' in point)) return
    if (point.moment === moment && path.includes(point.path)) this.#kill()
  }

  #kill(): void {
    const child = this.#child
    if (!child || child.isGone) return
    this.#point = null
    this.#kills++
    child.kill()
    // From now on nothing that it sent may arrive, and nothing may reach it.
    for (const relay of [this.#front, this.#upstream, this.#outbound]) relay.cut()
  }

  async #startServer(): Promise<void> {
    this.#upstream.point(this.#simulator.url)
    this.#outbound.point(this.#shop.url)
    const child = new Child(this.#script, this.#environment())
    this.#child = child
    this.#front.point(await child.ready)
  }

  #environment() {
    return {
      NETGIRO_APP_ID: sandbox.appId,
      NETGIRO_SECRET_KEY: sandbox.secretKey,
      NETGIRO_API: this.#api,
      NETGIRO_API_URL: `${this.#upstream.url}/${this.#api}`,
      NETGIRO_CONFIRMATION: this.#confirmation,
      PUBLIC_URL: this.#front.url,
      PORT: '0',
      ALLOWED_ORIGINS: origin,
      MERCHANT_API_KEY: merchantKey,
      MERCHANT_NAME: 'Ullarbúðin',
      DATABASE_URL: `file:${join(this.#folder, 'checkout.db')}`,
      WEBHOOK_URL: `${this.#outbound.url}/hook`,
      WEBHOOK_SECRET: webhookSecret,
      TRUSTED_PROXIES: '127.0.0.1',
    }
  }

  async #place(): Promise<Placed> {
    const number = ++this.#number
    const order = { reference: `WEB-${number}`, amount: 1_000 + number, currency: 'ISK' }
    const made = await this.#call('POST', '/v1/checkouts', merchantKey, order)
    if (!made) throw new Error('the order could not be created')
    this.#placed.push(made as Placed)
    return made as Placed
  }

  #browser({ session }: Placed, action: 'start' | 'cancel', body: object): Promise<unknown> {
    return this.#call('POST', `/v1/session/${action}`, session, body)
  }

  /** Like a shop that got no response: sends the same request again, with the same key. */
  #requestRefund({ id }: Placed): void {
    const path = `/v1/checkouts/${id}/refunds`
    if (this.#toRefund.has(id))
      void this.#call('POST', path, merchantKey, { amount: refundAmount }, `refund-${id}`)
  }

  #refundsOf(order: Placed) {
    return this.#cartsOf(order).flatMap(({ refunds }) => refunds)
  }

  async #view({ id }: Placed): Promise<View | null> {
    return (await this.#call('GET', `/v1/checkouts/${id}`, merchantKey)) as View | null
  }

  async #call(
    method: string,
    path: string,
    key: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<unknown> {
    const number = this.#number
    try {
      const response = await fetch(this.#front.url + path, {
        method,
        headers: {
          ...{ authorization: `Bearer ${key}`, origin, 'content-type': 'application/json' },
          // Every shopper has an address of their own, or the rate limit of one would stop them all.
          'x-forwarded-for': `10.0.${number >> 8}.${number & 255}`,
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      return await response.json()
    } catch {
      return null
    }
  }

  #cartsOf({ reference }: Placed): readonly CartView[] {
    const { carts } = this.#simulator.inspect()
    return carts.filter(({ Reference }) => Reference.startsWith(`${reference}-`))
  }

  #cartOf(order: Placed): CartView | undefined {
    return this.#cartsOf(order).at(-1)
  }

  /** Whether the server knows the provider's id; before that, the kill point can only be the call that starts it. */
  async #isNamed(order: Placed): Promise<boolean> {
    const view = await this.#view(order)
    return view?.attempts.at(-1)?.transactionId != null
  }

  /** The shopper comes back, and approves what is waiting. */
  async #awaitAgreement(order: Placed, what: string): Promise<void> {
    const deadline = Date.now() + timeoutMs
    let disagreement: string | null = 'not compared yet'
    while (disagreement) {
      const cart = this.#cartOf(order)
      if (cart?.state === 'waiting') this.#simulator.approve(cart.TransactionId)
      if (isTaken(cart)) this.#requestRefund(order)
      const view = await this.#view(order)
      disagreement = this.#disagreement(order, view)
      if (!disagreement) return
      if (Date.now() > deadline) throw new Error(`${what}: ${disagreement}`)
      await tick(10)
    }
  }

  #disagreement(order: Placed, view: View | null): string | null {
    return disagreementAbout({
      reference: order.reference,
      view,
      carts: this.#cartsOf(order),
      eventsOf: (id) => this.#shop.eventsOf(id),
      isToRefund: this.#toRefund.has(order.id),
    })
  }
}

export const noTally: Tally = {
  ...{ kills: 0, orders: 0, captured: 0, paid: 0, repeatedWebhooks: 0, refunded: 0 },
}

const tick = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
