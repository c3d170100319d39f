import type { Snapshot, Status } from '../../server/protocol.ts'
import { openStream } from '../support/stream.ts'
import type { OpenStream } from '../support/stream.ts'
import type { Payment } from './rails/rail.ts'
import { checkRefundsAtEnd, checkRefundsSoFar } from './refunds.ts'
import type { Order, World } from './world.ts'
import { Wire } from './wire.ts'

/** What the merchant API tells of a checkout. */
export interface View {
  readonly id: string
  readonly status: Status
  readonly version: number
  readonly late: boolean
  readonly review: string | null
  /** What the shop is told was taken. */
  readonly payments: readonly { readonly attemptId: string; readonly amount: number }[]
  readonly attempts: readonly {
    readonly id: string
    readonly reference: string
    readonly transactionId: string | null
    readonly endedAt: string | null
    readonly outcome: string | null
  }[]
  readonly refundedAmount: number
  readonly refunds: readonly {
    readonly id: string
    readonly amount: number
    readonly status: 'pending' | 'refunded' | 'failed'
  }[]
  readonly history: readonly { readonly version: number; readonly type: string }[]
}

/**
 * Holds what the server says against what the provider's own ledger holds. It learns nothing from the server but what
 * a browser, a shop or a file on disk can tell, and it listens to the wire.
 */
export class Oracle {
  readonly #world: World
  readonly #seen = new Map<string, Map<number, string>>()
  readonly #newest = new Map<string, number>()
  readonly #past = new Map<string, Set<Status>>()
  readonly #streams = new Map<string, OpenStream>()
  readonly #streamsRead = new Map<OpenStream, number>()
  readonly #wire: Wire

  constructor(world: World) {
    this.#world = world
    this.#wire = new Wire(world)
    world.onDeath = () => {
      this.#wire.forgetWhatWasHeard()
      this.#streams.clear()
    }
  }

  /** After every step: what must hold at any time. */
  async check(): Promise<void> {
    const [complaint] = this.#wire.complaints
    if (complaint) throw new Error(complaint)
    const carts = this.#world.rail.payments()
    this.#checkCarts(carts)
    if (this.#world.shop.changedBodies > 0) fail('I7', 'one event id came with two bodies')
    if (!this.#world.isUp) return
    for (const order of this.#world.orders) {
      const view = await this.view(order)
      if (!view) continue
      await this.#checkView(order, view, cartsOf(carts, order))
    }
  }

  /** What is decided at the provider by now. */
  decided(): ReadonlySet<string> {
    const decided = this.#world.rail.payments().filter(({ state }) => !unanswered.has(state))
    return new Set(decided.map(({ id }) => id))
  }

  /** A few minutes after the last trouble: what was decided a while ago, of a request that is out, must be known here. */
  async checkPromptness(decided: ReadonlySet<string>): Promise<void> {
    const carts = this.#world.rail.payments()
    for (const order of this.#world.orders) {
      const view = await this.view(order)
      const open = view?.attempts.find(({ endedAt }) => endedAt === null)
      const cart = carts.find(({ id }) => id === open?.transactionId)
      if (!view || !cart || !decided.has(cart.id) || this.#mayStayOpen(view, carts)) continue
      fail('I3', `a cart of ${order.reference} is ${cart.state}, and here it is ${view.status}`)
    }
  }

  /** At the end of the story, when everything has had its time. */
  async finish(): Promise<void> {
    await this.check()
    const carts = this.#world.rail.payments()
    const events = await this.#events()
    for (const order of this.#world.orders) {
      const view = await this.view(order)
      if (view) this.#checkEnd(order, view, cartsOf(carts, order), events)
    }
  }

  async view({ id }: Order): Promise<View | null> {
    if (id === null) return null
    const answer = await this.#world.look(`/v1/checkouts/${id}`)
    if (!answer) return null
    if (answer.status !== 200) fail('I6', `a checkout that was created is gone: ${answer.status}`)
    return answer.json as View
  }

  #checkCarts(carts: readonly Payment[]): void {
    for (const { reference, captures } of carts) {
      if (captures > 1) fail('I1', `${reference} was captured ${captures} times`)
    }
    for (const order of this.#world.orders) {
      const captured = cartsOf(carts, order).filter(isTaken)
      if (captured.length > 1 && !this.#mayPayTwice(captured)) {
        fail('I1', `${order.reference} was paid ${captured.length} times`)
      }
    }
  }

  /**
   * Where the provider agrees to a cancellation and takes the money all the same, the shopper is free to pay again: nobody
   * but the provider could have known better.
   */
  #mayPayTwice(captured: readonly Payment[]): boolean {
    return captured.filter((payment) => !this.#wasMisled(payment)).length <= 1
  }

  #wasMisled({ id }: Pick<Payment, 'id'>): boolean {
    return this.#wire.denied.has(id)
  }

  async #checkView(order: Order, view: View, carts: readonly Payment[]): Promise<void> {
    const { id, status, version, history } = view
    const past = this.#past.get(id) ?? new Set()
    if (past.has('paid') && status !== 'paid') fail('I5', `${order.reference} is not paid any more`)
    const wasGivenUp = past.has('canceled') || past.has('expired')
    if (status === 'paid' && !past.has('paid') && wasGivenUp && !view.late)
      fail('I5', `${order.reference} was paid late and nobody says so`)
    past.add(status)
    this.#past.set(id, past)

    const newest = this.#newest.get(id) ?? 0
    if (version < newest) fail('I10', `${order.reference} went back from ${newest} to ${version}`)
    this.#newest.set(id, version)
    if (!history.every((entry, index) => entry.version === index + 1) || history.length !== version)
      fail('I7', `the history of ${order.reference} has holes`)

    if (status === 'paid' && !carts.some(isTaken))
      fail('I4', `${order.reference} is paid here and at the provider nothing was taken`)
    if (view.attempts.filter(({ endedAt }) => endedAt === null).length > 1)
      fail('I9', `${order.reference} has two open attempts`)
    this.#checkGate(order, view, carts)
    checkRefundsSoFar(order, view, carts)
    await this.#read(order)
  }

  #checkGate(order: Order, view: View, carts: readonly Payment[]): void {
    const { pastSettings, shop } = this.#world
    const isAlwaysAsked = pastSettings.every(({ gate }) => gate)
    if (!pastSettings.some(({ gate }) => gate)) return
    for (const { id, reference } of view.attempts) {
      const captured = carts.some(
        (cart) =>
          cart.reference === reference && isTaken(cart) && !this.#wire.isHardlyToBlame(cart.id),
      )
      const word = shop.said.get(id)
      if (captured && (isAlwaysAsked ? word !== 'yes' : word === 'no'))
        fail('gate', `${order.reference} was captured and the shop said ${word}`)
    }
  }

  /** Every reader sees the same at the same version, and never an older one after a newer one. */
  async #read({ id, session }: Order): Promise<void> {
    if (id === null || session === null) return
    const answer = await this.#world.look('/v1/session', session)
    if (answer?.status === 200) this.#compare(id, answer.json as Snapshot)
    const stream = this.#streams.get(id)
    if (!stream) {
      const { url } = this.#world
      const opened = await openStream({ url }, session).catch(() => null)
      if (opened?.response.statusCode === 200) this.#streams.set(id, opened)
      return
    }
    const all = stream.snapshots()
    let last = this.#streamsRead.get(stream) ?? 0
    for (const snapshot of all) {
      if (snapshot.version < last) fail('I10', `a stream went back to ${snapshot.version}`)
      last = snapshot.version
      this.#compare(id, snapshot)
    }
  }

  #compare(id: string, snapshot: Snapshot): void {
    const { version } = snapshot
    // The one thing that is not of the checkout but of the moment.
    const shown = { ...snapshot, serverTime: null }
    const seen = this.#seen.get(id) ?? new Map<number, string>()
    this.#seen.set(id, seen)
    const text = JSON.stringify(shown)
    const before = seen.get(version)
    if (before !== undefined && before !== text)
      fail('I10', `version ${version} was seen as ${before} and as ${text}`)
    seen.set(version, text)
  }

  async #events(): Promise<readonly EventView[]> {
    const all: EventView[] = []
    for (let after = '0'; ;) {
      const answer = await this.#world.look(`/v1/events?after=${after}`)
      const page = answer?.json as { events: EventView[]; cursor: string; hasMore: boolean }
      all.push(...page.events)
      if (!page.hasMore) return all
      after = page.cursor
    }
  }

  #checkEnd(
    order: Order,
    view: View,
    carts: readonly Payment[],
    events: readonly EventView[],
  ): void {
    const { shop } = this.#world
    const { reference } = order
    const mine = events.filter(({ data }) => data.checkout.id === view.id)
    const isTold = (type: string) =>
      shop.heardOf(view.id).filter((event) => event.type === type).length === 1
    const captured = carts.filter(isTaken)
    if (captured.length > 0 && view.status !== 'paid' && !this.#mayBeUnpaid(view, captured)) {
      fail('I3', `${reference} was captured and is ${view.status} here`)
    }
    if (captured.length > 0 && view.status === 'review' && !isTold('checkout.review'))
      fail('I3', `the shop was not told to look at ${reference}`)
    if (view.status === 'paid' && !isTold('checkout.paid'))
      fail('I3', `the shop was not told once that ${reference} is paid`)

    this.#checkTold(order, view, captured)
    const isOpen = view.attempts.some(({ endedAt }) => endedAt === null)
    if (isOpen || !['paid', 'canceled', 'expired', 'review'].includes(view.status)) {
      if (!this.#mayStayOpen(view, carts)) fail('I6', `${reference} is still ${view.status}`)
    }
    if (view.status === 'review' && !this.#mayBeInDoubt(carts))
      fail('I6', `a person must look at ${reference}, and nothing is the matter with it`)
    for (const status of ['paid', 'canceled', 'expired', 'review'] as const) {
      const wasSo = view.status === status
      const count = mine.filter(({ type }) => type === `checkout.${status}`).length
      if (wasSo ? count !== 1 : status === 'paid' && count > 0)
        fail('I7', `${reference} is ${view.status} and has ${count} events of ${status}`)
    }
    for (const { id, type, data } of mine) {
      if (!shop.heard.has(id)) fail('I3', `${type} of ${reference} was never delivered`)
      if (data.checkout.version > view.version)
        fail('I7', `an event tells of a change that is not there`)
    }
    checkRefundsAtEnd(order, view, carts, mine)
    const heard = shop.heardOf(view.id).map(({ id }) => id)
    if (heard.some((id) => !mine.some((event) => event.id === id)))
      fail('I7', `the shop heard of ${reference} what is not on disk`)
  }

  /**
   * Two payments are never silent: what was taken at the provider, of all that has a name here, is what the shop was told
   * was taken, for every story, at its end.
   */
  #checkTold({ reference }: Order, view: View, captured: readonly Payment[]): void {
    const known = view.attempts.map(({ transactionId }) => transactionId)
    const named = captured.filter(({ id }) => known.includes(id) && !this.#wasMisled({ id }))
    const taken = named.reduce((sum, { captured: amount }) => sum + amount, 0)
    const heard = this.#world.shop.heardOf(view.id)
    const told = view.payments.filter(({ attemptId }) =>
      heard.some(({ type, payments }) => /paid|review/.test(type) && payments.includes(attemptId)),
    )
    const sum = told.reduce((total, { amount }) => total + amount, 0)
    const isBent = captured.some(({ id }) => this.#wire.everBent.has(id))
    if (taken > sum && !isBent)
      fail('I13', `${taken} was taken for ${reference}, and the shop was told of ${sum}`)
    if (view.payments.length > told.length)
      fail('I13', `${reference} has payments that the shop was never told of`)
    if (told.length > 1 && view.review !== 'paid_twice')
      fail('I13', `${reference} was paid ${told.length} times and needs nobody`)
  }

  #mayBeUnpaid(view: View, captured: readonly Payment[]): boolean {
    if (captured.every((payment) => this.#wasMisled(payment))) return true
    return view.status === 'review' && this.#mayBeInDoubt(captured)
  }

  /**
   * [automatic] a request whose answer was lost may be approved, and its money taken, before anybody here knows its
   * name; when its callback is lost too, all that is left is to ask a person to look. Where a request that was lost is
   * nobody's, none can approve it. Whatever the mode: another amount or reference than ours is for a person to look at.
   */
  #mayBeInDoubt(payments: readonly Payment[]): boolean {
    const { rail, pastSettings } = this.#world
    const isBent = payments.some(({ id }) => this.#wire.everBent.has(id))
    return (
      isBent ||
      (rail.touchesPayer && pastSettings.some(({ confirmation }) => confirmation === 'automatic'))
    )
  }

  /** [callback] a reservation whose callback never came waits for it as long as the provider keeps it. */
  #mayStayOpen(view: View, carts: readonly Payment[]): boolean {
    const open = view.attempts.find(({ endedAt }) => endedAt === null)
    const cart = carts.find(({ id }) => id === open?.transactionId)
    return cart?.approval === 'awaits_callback_answer' && cart.state === 'reserved'
  }
}

export interface EventView {
  readonly id: string
  readonly type: string
  readonly data: {
    readonly checkout: { readonly id: string; readonly version: number }
  }
}

const cartsOf = (carts: readonly Payment[], { reference }: Order) =>
  carts.filter((payment) => payment.reference.startsWith(`${reference}-`))

/** Somebody has still to say something. */
const unanswered: ReadonlySet<Payment['state']> = new Set(['unseen', 'waiting', 'awaiting_code'])

/** What was called off after it was taken is with the payer again. */
const isTaken = ({ captured }: Payment) => captured > 0

export const fail = (invariant: string, what: string): never => {
  throw new Error(`${invariant}: ${what}`)
}
