/** One shopper's random scenario with one order after another, against a shop that crashes and a server that answers late. */
import assert from 'node:assert/strict'
import { browser } from '../support/test-server.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { ShopFault } from './shop.ts'
import type { Site } from './site.ts'

const totals = ['1', '990', '12990', '250000', '1234567', '12990.00'] as const
const maxTries = 20

export class Scenario {
  readonly #site: Site
  readonly #name: string
  readonly #phone: string
  readonly orders: number[] = []
  /** The amounts that the shopper saw when a request was sent, by order. */
  readonly shown = new Map<number, Set<number>>()
  #session: string | null = null

  constructor(site: Site, index: number) {
    this.#site = site
    this.#name = `shopper${index}`
    // Seven digits that the simulator has no script for.
    this.#phone = String(8_300_000 + (index % 100_000))
  }

  async tell(): Promise<void> {
    await this.#order()
    if (this.#chance(0.7)) await this.#startAndAnswer()
    const steps = 2 + this.#pick(6)
    for (let step = 0; step < steps; step++) {
      await this.#step()
      if (this.#chance(0.6)) await this.#site.shop.deliver()
    }
  }

  readonly #actions: readonly (readonly [weight: number, act: () => Promise<unknown>])[] = [
    [5, () => this.#startAndAnswer()],
    [2, () => this.#answer('approve')],
    [1, () => this.#answer('reject')],
    [1, () => this.#answer('expire')],
    [1, () => this.#cancelAsShopper()],
    [1, () => this.#shopCall('/cancel')],
    [2, () => this.#shopCall('/hold-stock')],
    [1, () => Promise.all([this.#shopCall('/cancel'), this.#answer('approve')])],
    [1, () => Promise.all([this.#shopCall('/hold-stock'), this.#answer('approve')])],
    [1, () => this.#shopCall('/edit', { total: totals[this.#pick(totals.length)] })],
    [1, () => this.#order()],
    [1, () => this.#shopCall('/pay-otherwise')],
    [2, () => this.#openPage()],
    [2, () => this.#shopCall('/wc-api/netgiro_checkout_return/')],
    [4, () => this.#refund()],
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

  get #current(): number {
    const order = this.orders.at(-1)
    assert(order !== undefined)
    return order
  }

  /** The first order, or the next one after the cart has changed. */
  async #order(): Promise<void> {
    const total = totals[this.#pick(totals.length)]
    const created = await this.#site.shop.call('/orders', { input: { total } })
    this.orders.push(Number(created?.['id']))
    this.#session = null
    await this.#openPage()
  }

  /** Presses the button of the checkout and opens the waiting page; tries again after a crash. */
  async #openPage(): Promise<void> {
    const paid = await this.#shopCall('/pay')
    if (paid?.['result'] !== 'success') return
    const page = await this.#shopCall('/waiting')
    const [, session = null] = /session="([^"]+)"/.exec(String(page?.['html'])) ?? []
    this.#session = session ?? this.#session
  }

  async #startAndAnswer(): Promise<void> {
    const session = this.#session
    if (session === null) return
    const { server } = this.#site
    const started = await browser(server, session, 'POST', '/v1/session/start', {
      body: { phone: this.#phone },
    })
    if (started.status === 202) {
      const { amount } = (await started.json()) as Snapshot
      const shown = this.shown.get(this.#current) ?? new Set()
      this.shown.set(this.#current, shown.add(amount))
    } else await started.arrayBuffer()
    if (this.#chance(0.7)) await this.#answer('approve')
  }

  async #cancelAsShopper(): Promise<void> {
    if (this.#session === null) return
    const { server } = this.#site
    const response = await browser(server, this.#session, 'POST', '/v1/session/cancel')
    await response.arrayBuffer()
  }

  /** The simulated phone: the newest request of this shopper. */
  #answer(how: 'approve' | 'reject' | 'expire'): Promise<void> {
    const { simulator } = this.#site.server
    const cart = simulator
      .inspect()
      .carts.findLast(({ CustomerId, state }) => CustomerId === this.#phone && state === 'waiting')
    if (cart) simulator[how](cart.TransactionId)
    return Promise.resolve()
  }

  /** In part or in full, repeated until the shop knows the result, as a shopkeeper does. */
  async #refund(): Promise<void> {
    await this.#site.shop.deliver()
    const order = await this.#site.shop.read(this.#current)
    if (order.date_paid === null || order.transaction_id.startsWith('card')) return
    const left = Number(order.total) - order.refunds.reduce((sum, one) => sum + one, 0)
    if (left < 1) return
    const amount = String(1 + this.#pick(left))
    const loseAnswers = this.#chance(0.4) ? 1 + this.#pick(3) : 0
    for (let tries = 0; tries < maxTries; tries++) {
      const fault = tries === 0 ? { loseAnswers } : {}
      const result = await this.#site.shop.call('/refund', {
        order: this.#current,
        input: { amount },
        fault,
      })
      if (result?.['error'] !== 'unreachable') return
    }
    assert.fail('the refund never got an answer')
  }

  async #shopCall(path: string, input: object = {}): Promise<Record<string, unknown> | null> {
    const fault: ShopFault = {
      ...(this.#chance(0.1) && { crashAfter: 1 + this.#pick(3) }),
      ...(this.#chance(0.1) && { loseAnswers: 1 }),
    }
    const request = { order: this.#current, shopper: this.#name, input }
    const result = await this.#site.shop.call(path, { ...request, fault })
    return result ?? this.#site.shop.call(path, request)
  }

  #pick(below: number): number {
    return Math.floor(this.#site.random() * below)
  }

  #chance(probability: number): boolean {
    return this.#site.random() < probability
  }
}
