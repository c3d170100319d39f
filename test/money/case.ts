import { expect } from 'vitest'
import type { CartView, FaultSpec } from '../../demo/simulator/simulator.ts'
import type { Snapshot } from '../../server/protocol/index.ts'
import { expectExplained } from './audited.ts'
import { Oracle } from './oracle.ts'
import { phones } from './steps.ts'
import { Simulation } from './simulation.ts'
import type { Mode } from './simulation.ts'

/** The fields of a checkout in webhooks that these cases read. */
export interface ReportedCheckout {
  readonly id: string
  readonly status: string
  readonly late: boolean
  readonly review: string | null
  readonly payments: readonly {
    readonly attemptId: string
    readonly transactionId: string
    readonly amount: number
  }[]
  readonly attempts: readonly { readonly id: string; readonly endedAt: string | null }[]
}

export interface WithHistory extends ReportedCheckout {
  readonly history: readonly { readonly type: string; readonly repeats: number }[]
}

export type Confirmation = Mode['confirmation']

/** The order is always of this amount. */
export const amount = 12_990

let orders = 0

/** One shopper and one order against the simulator: the reference is what the simulator took, never our own database. */
export class Case {
  readonly simulation: Simulation
  readonly oracle: Oracle
  #id = ''
  #session = ''
  reference = ''

  private constructor(simulation: Simulation) {
    this.simulation = simulation
    this.oracle = new Oracle(simulation)
  }

  static async open(
    confirmation: Confirmation,
    { rail = 'v1', approvalMs = 180_000, ...order }: Partial<Mode> & { order?: object } = {},
  ): Promise<Case> {
    const { order: more = {}, ...mode } = order
    const usual = { gate: false, budgets: 'lifted', confirmation, rail, approvalMs } as const
    const scenario = new Case(await Simulation.open({ ...usual, ...mode }))
    await scenario.create(more)
    return scenario
  }

  async create(more: object = {}): Promise<void> {
    this.reference = `WEB-c${++orders}`
    const body = { reference: this.reference, amount, currency: 'ISK', ...more }
    const answer = await this.simulation.call('POST', '/v1/checkouts', { body })
    const { id, session } = answer?.json as { id: string; session: string }
    this.#id = id
    this.#session = session
  }

  get id(): string {
    return this.#id
  }

  get carts(): readonly CartView[] {
    return this.simulation.simulator.inspect().carts
  }

  cart(index = 0): CartView {
    const cart = this.carts[index]
    if (!cart) throw new Error(`no cart ${index}`)
    return cart
  }

  /** Money that was taken, and is not with the payer again. */
  get taken(): readonly CartView[] {
    return this.carts.filter(({ captures, paymentCanceled }) => captures > 0 && !paymentCanceled)
  }

  fault(spec: FaultSpec): void {
    this.simulation.simulator.fault(spec)
  }

  /** The provider cannot be reached from here; shoppers still see it. */
  takeProviderAway(): void {
    const isOfV2 = this.simulation.mode.rail === 'v2'
    const calls = isOfV2
      ? (['v2.payment', 'v2.status', 'v2.capture', 'v2.cancel', 'v2.details'] as const)
      : (['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const)
    for (const call of calls) this.fault({ call, kind: 'drop_before_effect', times: 1e9 })
  }

  bringProviderBack(): void {
    this.simulation.simulator.clearFaults()
  }

  loseCallbacks(): void {
    this.fault({ call: 'Callback', kind: 'never', times: 1e9 })
  }

  approve(index = 0): boolean {
    return this.simulation.simulator.approve(this.cart(index).TransactionId)
  }

  /** Does not wait for the response to the browser's call. */
  async press(phone: 0 | 1 | 2 = 0): Promise<void> {
    const body = { phone: phones[phone] }
    void this.simulation.call('POST', '/v1/session/start', { session: this.#session, body })
    await this.simulation.settle()
  }

  async cancel(): Promise<void> {
    void this.simulation.call('POST', '/v1/session/cancel', { session: this.#session, body: {} })
    await this.simulation.settle()
  }

  /** The shop closes it; the answer may take ten seconds of the clock. */
  async close(): Promise<{ status: number; json: unknown } | null> {
    const answer = this.simulation.call('POST', `/v1/checkouts/${this.#id}/cancel`, { body: {} })
    await this.simulation.settle()
    await this.simulation.pass(11_000, 1_000)
    return answer
  }

  async sees(): Promise<Snapshot> {
    return (await this.simulation.look('/v1/session', this.#session))?.json as Snapshot
  }

  async view(): Promise<WithHistory> {
    return (await this.simulation.look(`/v1/checkouts/${this.#id}`))?.json as WithHistory
  }

  /** When a call about a cart was sent, and before the provider has received it. */
  onceAsked(call: string, index: number, action: () => void): void {
    let isDone = false
    this.simulation.onExchange.upstream.push({
      before: ({ path, body }) => {
        const id = this.carts[index]?.TransactionId
        if (isDone || !id || !path.endsWith(call) || !body.includes(id)) return
        isDone = true
        action()
      },
    })
  }

  /** Before the first answer after the money of a cart was taken. */
  onceTaken(index: number, action: () => void): void {
    let isDone = false
    this.simulation.onExchange.upstream.push({
      before: () => {
        if (isDone || !this.carts[index]?.captures) return
        isDone = true
        action()
      },
    })
  }

  async restart(): Promise<void> {
    this.simulation.crash()
    await this.simulation.restart()
  }

  pass(ms: number, stepMs = Math.min(5_000, Math.max(1_000, ms / 60))): Promise<void> {
    // So long a step is for hours in which little happens.
    return this.simulation[stepMs >= 20_000 ? 'passQuickly' : 'pass'](ms, stepMs)
  }

  /** The webhooks that the shop received, in order. */
  get heard(): readonly { readonly type: string; readonly checkout: ReportedCheckout }[] {
    return this.simulation.shop.eventsOf(this.#id).map(({ type, body }) => {
      const { data } = JSON.parse(body) as { data: { checkout: ReportedCheckout } }
      return { type, checkout: data.checkout }
    })
  }

  /** Every payment in those webhooks, by transaction id. */
  get toldOf(): ReadonlyMap<string, number> {
    const ofMoney = this.heard.filter(({ type }) => /paid|review/.test(type))
    const payments = ofMoney.flatMap(({ checkout }) => checkout.payments)
    return new Map(payments.map(({ transactionId, amount: taken }) => [transactionId, taken]))
  }

  /** Expects that the shop was notified of exactly what was captured, and that the oracle finds no violation. */
  async expectAllTold(): Promise<void> {
    await this.oracle.check()
    const taken = this.taken.map(({ TransactionId, captured }) => [TransactionId, captured])
    expect(Object.fromEntries(this.toldOf)).toEqual(Object.fromEntries(taken))
    await expectExplained(this.simulation.commandContext)
  }

  async expectPaidOnce(): Promise<void> {
    expect(this.taken.map(({ captures }) => captures)).toEqual([1])
    await this.expectAllTold()
    expect((await this.view()).status).toBe('paid')
  }
}
