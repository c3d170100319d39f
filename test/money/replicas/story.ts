import type { CartView } from '../../../demo/simulator/simulator.ts'
import { merchantKey } from '../../support/test-server.ts'
import { disagreementAbout, isTaken } from '../agreement.ts'
import type { View } from '../oracle.ts'
import { pause } from './pause.ts'
import type { CrashReplica } from './replica.ts'
import type { ReplicaSite } from './site.ts'

/** How a shopper and a shop behave about one order. */
export const plots = [
  ...(['honest', 'honest', 'two_clicks', 'cancels', 'closes', 'rejects', 'refunds'] as const),
  'two_servers',
  ...(['cancels_while_approving', 'closes_while_approving'] as const),
]
export type Plot = (typeof plots)[number]

interface Placed {
  readonly id: string
  readonly session: string
}

/** Less than any order's amount. */
const refundAmount = 100
/** After this, a request that did not show at the provider has been lost on the way. */
const requestTimeoutMs = 4_000
const agreementTimeoutMs = 120_000
const pauseMs = 60

/** One order, which is told at whichever server answers. */
export class Story {
  readonly #site: ReplicaSite
  readonly #number: number
  readonly #plot: Plot
  #placed: Placed | null = null
  #version = 0

  constructor(site: ReplicaSite, number: number, plot: Plot) {
    this.#site = site
    this.#number = number
    this.#plot = plot
  }

  get reference(): string {
    return `WEB-${this.#number}`
  }

  get carts(): readonly CartView[] {
    return this.#site.cartsOf(this.reference)
  }

  /** Until both sides agree about the order. */
  async run(): Promise<void> {
    await this.request()
    await this.#decide()
    await this.agree()
  }

  /** Creates the order and sends the request to the phone; resolves when it shows there, or has been lost. */
  async request(): Promise<void> {
    await this.#place()
    await this.#start()
    await this.#untilWaiting()
  }

  approve(): void {
    for (const { TransactionId, state } of this.carts)
      if (state === 'waiting') this.#site.simulator.approve(TransactionId)
    this.#site.forgetCarts()
  }

  /** The shopper comes back and approves what waits, until both sides agree. */
  async agree(): Promise<void> {
    const deadline = Date.now() + agreementTimeoutMs
    for (;;) {
      this.approve()
      if (this.#isToRefund && this.carts.some(isTaken)) void this.#refund()
      const disagreement = await this.disagreement()
      if (!disagreement) return
      if (Date.now() > deadline) throw new Error(`${disagreement}\n${await this.describe()}`)
      await pause(pauseMs)
    }
  }

  /** Everything that is known of it, for a run that failed. */
  async describe(): Promise<string> {
    const view = await this.view()
    const types = view?.history.map(({ type }) => type).join(' ')
    const carts = this.carts.map(
      ({ state, calls, callbacks }) => `${state} ${JSON.stringify({ calls, callbacks })}`,
    )
    return [`${this.reference} ${this.#plot}: ${view?.status} ${types}`, ...carts].join('\n')
  }

  /** Where the provider, our database and the shop disagree about the order. */
  async disagreement(): Promise<string | null> {
    const view = await this.view()
    this.#site.forgetCarts()
    const { reference, carts } = this
    const eventsOf = (id: string) => this.#site.shop.eventsOf(id)
    return disagreementAbout({ reference, view, carts, eventsOf, isToRefund: this.#isToRefund })
  }

  /** As any server shows it. */
  async view(): Promise<View | null> {
    const path = `/v1/checkouts/${this.#placed?.id}`
    const answer = await this.#site.call('GET', path, merchantKey)
    if (answer?.status !== 200) return null
    const view = answer.json as View
    if (view.version < this.#version)
      throw new Error(`${this.reference} went back from ${this.#version} to ${view.version}`)
    this.#version = view.version
    return view
  }

  get #isToRefund(): boolean {
    return this.#plot === 'refunds' && this.#site.mode.api === 'v2'
  }

  async #decide(): Promise<void> {
    await pause(Math.random() * 1_500)
    switch (this.#plot) {
      case 'cancels':
        await this.#browser('cancel')
        return this.#startAgain()
      case 'cancels_while_approving':
        void this.#browser('cancel')
        {
          this.approve()
          return
        }
      case 'closes':
        await this.#close()
        return
      case 'closes_while_approving':
        void this.#close()
        {
          this.approve()
          return
        }
      case 'rejects':
        for (const { TransactionId } of this.carts) this.#site.simulator.reject(TransactionId)
        return this.#startAgain()
      default: {
        this.approve()
        return
      }
    }
  }

  async #place(): Promise<void> {
    const { reference } = this
    const order = { reference, amount: 1_000 + this.#number, currency: 'ISK' }
    for (const deadline = Date.now() + agreementTimeoutMs; ;) {
      // The same reference brings the same checkout, wherever it is asked for again.
      const answer = await this.#site.call('POST', '/v1/checkouts', merchantKey, { body: order })
      if (answer && answer.status < 300) {
        this.#placed = answer.json as Placed
        return
      }
      if (Date.now() > deadline) throw new Error(`${reference} could not be created`)
      await pause(pauseMs)
    }
  }

  async #start(): Promise<void> {
    const isTwice = this.#plot === 'two_clicks' || this.#plot === 'two_servers'
    const [one, other] = this.#plot === 'two_servers' ? this.#site.twoReady() : []
    await Promise.all(isTwice ? [this.#click(one), this.#click(other)] : [this.#click()])
  }

  /**
   * A page that gets no answer sends the same again, as does one that is asked to wait.
   *
   * @param at - the server that is asked first; by default any
   */
  async #click(at?: CrashReplica): Promise<void> {
    const phone = `85${String(this.#number).padStart(5, '0')}`
    let first = at
    for (const deadline = Date.now() + requestTimeoutMs; Date.now() < deadline;) {
      const answer = await this.#browser('start', { phone }, first)
      first = undefined
      if (answer && answer.status < 500) return
      await pause(pauseMs)
    }
  }

  /** The shopper sees how the request ended, and tries once more with the same number. */
  async #startAgain(): Promise<void> {
    for (const deadline = Date.now() + requestTimeoutMs; Date.now() < deadline;) {
      if ((await this.view())?.status === 'open') break
      await pause(pauseMs)
    }
    await this.#click()
    await this.#untilWaiting()
    this.approve()
  }

  async #untilWaiting(): Promise<void> {
    for (const deadline = Date.now() + requestTimeoutMs; Date.now() < deadline;) {
      if (this.carts.some(({ state }) => state === 'waiting')) return
      await pause(pauseMs)
    }
  }

  #browser(action: 'start' | 'cancel', body: object = {}, at?: CrashReplica) {
    const address = `10.0.${(this.#number >> 8) & 255}.${this.#number & 255}`
    const path = `/v1/session/${action}`
    return this.#site.call('POST', path, this.#placed?.session ?? '', {
      ...{ body, address },
      ...(at && { at }),
    })
  }

  #close() {
    const path = `/v1/checkouts/${this.#placed?.id}/cancel`
    return this.#site.call('POST', path, merchantKey, { body: {} })
  }

  #refund() {
    const path = `/v1/checkouts/${this.#placed?.id}/refunds`
    const idempotencyKey = `refund-${this.#number}`
    return this.#site.call('POST', path, merchantKey, {
      ...{ body: { amount: refundAmount }, idempotencyKey },
    })
  }
}
