/** One shopper's random scenario with a cart that changes, and a shopkeeper who cancels and refunds. */
import assert from 'node:assert/strict'
import type { Snapshot } from '../../server/protocol/index.ts'
import { browser } from '../support/test-server.ts'
import type { Json } from './medusa.ts'
import type { Site } from './site.ts'

const providers = { netgiro: 'pp_netgiro_netgiro', otherwise: 'pp_system_default' } as const
const maxTries = 8

/** A payment session of Netgíró's, as the page knew it. */
export interface KnownSession {
  readonly id: string
  readonly amount: number
  readonly checkout: string
  readonly session: string
}

export class Scenario {
  readonly #site: Site
  readonly #phone: string
  readonly sessions = new Map<string, KnownSession>()
  /** The amounts that the shopper saw when a request was sent, by payment session. */
  readonly shown = new Map<string, Set<number>>()
  readonly orders = new Set<string>()
  cart = ''
  #collection = ''
  #current: KnownSession | null = null

  constructor(site: Site, index: number) {
    this.#site = site
    // Seven digits that the simulator has no script for.
    this.#phone = String(8_300_000 + (index % 100_000))
  }

  async tell(): Promise<void> {
    await this.newCart()
    await this.openPage()
    if (this.#chance(0.7)) await this.startAndAnswer()
    const steps = 2 + this.#pick(6)
    for (let step = 0; step < steps; step++) {
      await this.#step()
      if (this.#chance(0.6)) await this.#site.deliver()
    }
  }

  readonly #actions: readonly (readonly [weight: number, act: () => Promise<unknown>])[] = [
    [5, () => this.startAndAnswer()],
    [2, () => this.answer('approve')],
    [1, () => this.answer('reject')],
    [1, () => this.answer('expire')],
    [1, () => this.#cancelAsShopper()],
    [3, () => this.addItem()],
    [1, () => Promise.all([this.addItem(), this.answer('approve')])],
    [3, () => this.openPage()],
    [1, () => Promise.all([this.openPage(), this.answer('approve')])],
    [3, () => this.complete()],
    [1, () => Promise.all([this.complete(), this.#site.deliver()])],
    [1, () => this.#payOtherwise()],
    [1, () => this.#cancelOrder()],
    [1, () => Promise.all([this.newCart(), this.answer('approve')])],
    [5, () => this.refund()],
  ]

  async #step(): Promise<void> {
    const sum = this.#actions.reduce((all, [weight]) => all + weight, 0)
    let at = this.#pick(sum)
    for (const [weight, act] of this.#actions) {
      if (at < weight) {
        await act()
        return
      }
      at -= weight
    }
  }

  /** A cart with something in it; the former one is left as it is. */
  async newCart(variant?: string): Promise<void> {
    const { medusa } = this.#site
    const { body } = await medusa.store('POST', '/carts', {
      ...{ region_id: medusa.shop.region, email: `${this.#phone}@example.is` },
    })
    this.cart = text(body['cart']?.['id'])
    this.#collection = ''
    this.#current = null
    await this.addItem(variant)
  }

  async addItem(variant?: string): Promise<void> {
    const item = variant
      ? { variant_id: variant, quantity: 1 }
      : { variant_id: this.#variant(), quantity: 1 + this.#pick(2) }
    await this.#site.medusa.store('POST', `/carts/${this.cart}/line-items`, item)
  }

  /** Opens the page of the payment, which needs a payment session for the cart as it is now. */
  async openPage(provider: string = providers.netgiro): Promise<void> {
    const { medusa } = this.#site
    const created = await medusa.store('POST', '/payment-collections', { cart_id: this.cart })
    this.#collection = text(created.body['payment_collection']?.['id']) || this.#collection
    if (!this.#collection) return
    const path = `/payment-collections/${this.#collection}/payment-sessions`
    const { body } = await medusa.store('POST', path, { provider_id: provider })
    const sessions = body['payment_collection']?.['payment_sessions']
    for (const one of (sessions as unknown as Session[] | undefined) ?? []) {
      if (one.provider_id !== providers.netgiro || !one.data.checkout) continue
      const { checkout, session } = one.data
      const known = this.sessions.get(one.id) ?? {
        ...{ id: one.id, amount: one.amount, checkout, session },
      }
      this.sessions.set(one.id, known)
      if (session) this.#current = known
    }
  }

  async startAndAnswer(): Promise<void> {
    await this.start()
    if (this.#chance(0.7)) await this.answer('approve')
  }

  /** Presses the button of the element. */
  async start(): Promise<void> {
    const current = this.#current
    if (!current?.session) return
    const { server } = this.#site
    const started = await browser(server, current.session, 'POST', '/v1/session/start', {
      body: { phone: this.#phone },
    })
    if (started.status === 202) {
      const { amount } = (await started.json()) as Snapshot
      const shown = this.shown.get(current.id) ?? new Set()
      this.shown.set(current.id, shown.add(amount))
    } else await started.arrayBuffer()
  }

  /** The status of a payment session in Medusa. */
  async statusOf(session: string): Promise<string> {
    const query = `fields=payment_collection.payment_sessions.id,payment_collection.payment_sessions.status`
    const { body } = await this.#site.medusa.store('GET', `/carts/${this.cart}?${query}`)
    const sessions = body['cart']?.['payment_collection']?.['payment_sessions']
    const known = sessions as unknown as readonly { id: string; status: string }[]
    return known.find(({ id }) => id === session)?.status ?? 'none'
  }

  /** The simulated phone: the newest request of this shopper. */
  answer(how: 'approve' | 'reject' | 'expire'): Promise<void> {
    const { simulator } = this.#site.server
    const cart = simulator
      .inspect()
      .carts.findLast(({ CustomerId, state }) => CustomerId === this.#phone && state === 'waiting')
    if (cart) simulator[how](cart.TransactionId)
    return Promise.resolve()
  }

  /** What the page does when the element says `netgiro-paid`, and what somebody may do before. */
  async complete(): Promise<string | null> {
    const { body } = await this.#site.medusa.store('POST', `/carts/${this.cart}/complete`, {})
    const order = text(body['order']?.['id'])
    if (order) this.orders.add(order)
    return order || null
  }

  async #cancelAsShopper(): Promise<void> {
    if (!this.#current?.session) return
    const { server } = this.#site
    const path = '/v1/session/cancel'
    const response = await browser(server, this.#current.session, 'POST', path)
    await response.arrayBuffer()
  }

  async #payOtherwise(): Promise<void> {
    await this.openPage(providers.otherwise)
    await this.complete()
  }

  async #cancelOrder(): Promise<void> {
    const order = [...this.orders].at(-1)
    if (order) await this.#site.medusa.admin('POST', `/orders/${order}/cancel`)
  }

  /** In part or in full, repeated until the shop knows the result, as a shopkeeper does. */
  async refund(): Promise<void> {
    await this.#site.deliver()
    const { medusa, proxy } = this.#site
    for (const known of this.sessions.values()) {
      const payment = await readPayment(this.#site, known.id)
      const left = payment ? payment.captured - payment.refunded : 0
      if (!payment || left < 1) continue
      const amount = 1 + this.#pick(left)
      if (this.#chance(0.4)) proxy.losing.set(known.checkout, 1 + this.#pick(9))
      for (let tries = 0; ; tries++) {
        assert(tries < maxTries, 'the refund never got an answer')
        const { status } = await medusa.admin('POST', `/payments/${payment.id}/refund`, { amount })
        // 500: the payment server did not answer.
        if (status !== 500) return
      }
    }
  }

  #variant(): string | undefined {
    const { variants } = this.#site.medusa.shop
    return variants[this.#pick(variants.length)]?.id
  }

  #pick(below: number): number {
    return Math.floor(this.#site.random() * below)
  }

  #chance(probability: number): boolean {
    return this.#site.random() < probability
  }
}

interface Session {
  readonly id: string
  readonly provider_id: string
  readonly amount: number
  readonly data: { readonly checkout: string; readonly session: string }
}

export interface PaymentView {
  readonly id: string
  readonly amount: number
  readonly captured: number
  readonly captures: number
  readonly refunded: number
  readonly refunds: number
}

/** What Medusa says about the payment of a session. */
export async function readPayment(site: Site, session: string): Promise<PaymentView | null> {
  const fields = 'id,amount,captures.amount,refunds.amount,payment_session_id'
  const query = `payment_session_id=${session}&fields=${fields}`
  const { status, body } = await site.medusa.admin('GET', `/payments?${query}`)
  assert.equal(status, 200, JSON.stringify(body))
  const payments = body['payments'] as unknown as RawPayment[]
  assert(payments.length <= 1, `one session has two payments: ${JSON.stringify(payments)}`)
  const [payment] = payments
  if (!payment) return null
  const { id, amount, captures, refunds } = payment
  return {
    ...{ id, amount, captured: sum(captures), captures: captures.length },
    ...{ refunded: sum(refunds), refunds: refunds.length },
  }
}

interface RawPayment {
  readonly id: string
  readonly amount: number
  readonly captures: readonly { readonly amount: number }[]
  readonly refunds: readonly { readonly amount: number }[]
}

const sum = (parts: readonly { readonly amount: number }[]) =>
  parts.reduce((all, { amount }) => all + amount, 0)

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
