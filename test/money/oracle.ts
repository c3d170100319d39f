import type { ReviewReason } from '../../server/core/checkout.ts'
import type { Snapshot, Status } from '../../server/protocol/index.ts'
import { openStream } from '../support/stream.ts'
import type { OpenStream } from '../support/stream.ts'
import type { Payment } from './rails/rail.ts'
import { checkRefundsAtEnd, checkRefundsSoFar } from './refunds.ts'
import type { Order, Simulation } from './simulation.ts'
import { ProtocolMonitor } from './protocol-monitor.ts'

/** A checkout in the merchant API. */
export interface View {
  readonly id: string
  readonly status: Status
  readonly version: number
  readonly late: boolean
  readonly review: ReviewReason | null
  /** The checkout of the same reference that ended before it. */
  readonly replaces: string | null
  /** The payments that are reported to the shop. */
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

/** Violations that the oracle tolerates, because only the provider could have known better. A run prints how many scenarios used each. */
export type Exception =
  /** The provider agreed to a cancellation, in an unambiguous answer, but took the money. */
  | 'false_cancellation'
  /** The provider reported a payment as proven that was not made. */
  | 'false_payment'
  /** It reported, several times in a row, another amount or reference than that of the payment. */
  | 'misreported'
  /** A request was lost by a restore, and was paid, as was the one that followed it. */
  | 'lost_in_restore'
  /** The provider has no cancellation, and its session ends after our deadline for a review. */
  | 'not_cancelable'
  /** The answer to the request was lost, so its id was never known, and its approval took the money: this needs a review. */
  | 'id_never_received'
  /** The provider denied the payment, or did not answer, until our last late check: a person has been called for it. */
  | 'never_reported'

/**
 * Compares what the server reports with the provider's own records. It reads nothing from the server but what a browser, a
 * shop or a file on disk can show, and it observes the exchanges with the provider.
 */
export class Oracle {
  readonly #simulation: Simulation
  readonly #seen = new Map<string, Map<number, string>>()
  readonly #newest = new Map<string, number>()
  readonly #past = new Map<string, Set<Status>>()
  readonly #streams = new Map<string, OpenStream>()
  readonly #streamsRead = new Map<OpenStream, number>()
  readonly #monitor: ProtocolMonitor
  /** Nothing has happened since the last check when the moment is still the same. */
  #checkedAt = ''
  readonly exceptions = new Set<Exception>()

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#monitor = new ProtocolMonitor(simulation)
    simulation.onRestore = () => this.#discardPast()
    simulation.onCrash = () => {
      this.#monitor.discardUnwritten()
      this.#streams.clear()
    }
  }

  /**
   * A backup was restored. Everything written after it is lost: statuses, versions, the shop's events, requests, refunds, and
   * the rate limits of phones. For what the database still contains, all invariants hold: nothing is captured twice, or
   * against the shop's refusal, or without an intent; what is paid here was taken there, and the other way round; it is
   * reported (perhaps once more, under another id); everything ends. The provider cannot be asked about what was lost: such a
   * request may be paid beside the one that followed it, and such refunds belong to no checkout. Nor can it be asked about a
   * request whose id was learned, and whose money was taken, only after the backup.
   */
  #discardPast(): void {
    this.#seen.clear()
    this.#newest.clear()
    this.#past.clear()
    this.#streams.clear()
    this.#monitor.discardUnwritten()
  }

  /** After every step: what must hold at any time. */
  async check(): Promise<void> {
    const [violation] = this.#monitor.violations
    if (violation) throw new Error(violation)
    const carts = this.#simulation.rail.payments()
    this.#checkCarts(carts)
    if (this.#simulation.shop.changedBodies > 0) fail('I7', 'one event id came with two bodies')
    const { moment } = this.#simulation
    if (!this.#simulation.isUp || moment === this.#checkedAt) return
    this.#checkedAt = moment
    for (const order of this.#simulation.orders) {
      const view = await this.view(order)
      if (!view) continue
      await this.#checkView(order, view, cartsOf(carts, view))
    }
  }

  /** The payments that are decided at the provider by now. */
  decided(): ReadonlySet<string> {
    const decided = this.#simulation.rail.payments().filter(({ state }) => !unanswered.has(state))
    return new Set(decided.map(({ id }) => id))
  }

  /** A few minutes after the last fault: a decision about an open request must be known here. */
  async checkPromptness(decided: ReadonlySet<string>): Promise<void> {
    const carts = this.#simulation.rail.payments()
    for (const order of this.#simulation.orders) {
      const view = await this.view(order)
      const open = view?.attempts.find(({ endedAt }) => endedAt === null)
      // One of another order, whose id the provider gave, decides nothing here.
      const cart = carts.find(
        ({ id, reference }) => id === open?.transactionId && reference === open.reference,
      )
      if (!view || !cart || !decided.has(cart.id)) continue
      fail('I3', `a cart of ${order.reference} is ${cart.state}, and here it is ${view.status}`)
    }
  }

  /** At the end of the scenario, when everything has had its time. */
  async finish(): Promise<void> {
    await this.check()
    const carts = this.#simulation.rail.payments()
    const events = await this.#events()
    for (const order of this.#simulation.orders) {
      const view = await this.view(order)
      if (view) this.#checkEnd(order, view, cartsOf(carts, view), events)
    }
  }

  async view({ id }: Order): Promise<View | null> {
    if (id === null) return null
    const answer = await this.#simulation.look(`/v1/checkouts/${id}`)
    if (!answer) return null
    if (answer.status !== 200) fail('I6', `a checkout that was created is gone: ${answer.status}`)
    return answer.json as View
  }

  #checkCarts(carts: readonly Payment[]): void {
    for (const { reference, captures } of carts) {
      if (captures > 1) fail('I1', `${reference} was captured ${captures} times`)
    }
    // Of all the checkouts that one order had.
    for (const reference of new Set(this.#simulation.orders.map((order) => order.reference))) {
      const mine = carts.filter((payment) => payment.reference.startsWith(`${reference}-`))
      const captured = mine.filter(isTaken)
      if (captured.length > 1 && !this.#mayPayTwice(captured))
        fail('I1', `${reference} was paid ${captured.length} times`)
    }
  }

  /**
   * Where the provider agrees to a cancellation but takes the money, the shopper is free to pay again: no one
   * but the provider could have known that.
   */
  #mayPayTwice(captured: readonly Payment[]): boolean {
    if (this.#simulation.isRestored) return this.#excuse('lost_in_restore')
    const isSo = captured.filter((payment) => !this.#wasMisled(payment)).length <= 1
    return isSo && this.#excuse('false_cancellation')
  }

  #wasMisled({ id }: Pick<Payment, 'id'>): boolean {
    return this.#monitor.falselyCanceled.has(id)
  }

  #excuse(exception: Exception): true {
    this.exceptions.add(exception)
    return true
  }

  async #checkView(order: Order, view: View, carts: readonly Payment[]): Promise<void> {
    const { id, status, version, history } = view
    const past = this.#past.get(id) ?? new Set()
    // The earlier checkout turns out to be paid as well: this needs a review, and both payments stay reported.
    const isOvertaken =
      status === 'review' && view.review === 'paid_twice' && view.replaces !== null
    if (past.has('paid') && status !== 'paid' && !isOvertaken)
      fail('I5', `${order.reference} is not paid any more`)
    const wasGivenUp = past.has('canceled') || past.has('expired')
    if (status === 'paid' && !past.has('paid') && wasGivenUp && !view.late)
      fail('I5', `${order.reference} was paid late but is not marked late`)
    past.add(status)
    this.#past.set(id, past)

    const newest = this.#newest.get(id) ?? 0
    if (version < newest) fail('I10', `${order.reference} went back from ${newest} to ${version}`)
    this.#newest.set(id, version)
    if (!history.every((entry, index) => entry.version === index + 1) || history.length !== version)
      fail('I7', `the history of ${order.reference} has holes`)

    if (status === 'paid' && !carts.some(isTaken) && !this.#wasFalselyPaid(carts))
      fail('I4', `${order.reference} is paid here, but the provider captured nothing`)
    if (view.attempts.filter(({ endedAt }) => endedAt === null).length > 1)
      fail('I9', `${order.reference} has two open attempts`)
    this.#checkGate(order, view, carts)
    if (!this.#simulation.isRestored) checkRefundsSoFar(order, view, carts)
    await this.#read(order)
  }

  #checkGate(order: Order, view: View, carts: readonly Payment[]): void {
    const { pastSettings, shop } = this.#simulation
    if (!pastSettings.some(({ gate }) => gate)) return
    for (const { id, reference } of view.attempts) {
      const captured = carts.filter(
        (cart) =>
          cart.reference === reference &&
          isTaken(cart) &&
          !this.#monitor.wasMisledAboutCode(cart.id),
      )
      const decision = shop.decisions.get(id)
      // Whether the shop can be asked now or not.
      const isYesNeeded = this.#monitor.asksShop.has(reference)
      const isWrong = isYesNeeded ? decision !== 'yes' : decision === 'no'
      // What the provider says is paid needs no decision, and its callback about it is accepted.
      const isMisled = decision === undefined && this.#wasFalselyPaid(captured)
      if (captured.length > 0 && isWrong && !isMisled)
        fail('gate', `${order.reference} was captured although the shop decided ${decision}`)
    }
  }

  /** Every reader sees the same at the same version, and never an older one after a newer one. */
  async #read({ id, session }: Order): Promise<void> {
    if (id === null || session === null) return
    const answer = await this.#simulation.look('/v1/session', session)
    if (answer?.status === 200) this.#compare(id, answer.json as Snapshot)
    const stream = this.#streams.get(id)
    if (!stream) {
      const { url } = this.#simulation
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
    // The only field that does not depend on the checkout.
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
      const answer = await this.#simulation.look(`/v1/events?after=${after}`)
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
    const { shop, isRestored } = this.#simulation
    const { reference } = order
    const mine = events.filter(({ data }) => data.checkout.id === view.id)
    const isDelivered = (type: string) => {
      const { length } = shop.eventsOf(view.id).filter((event) => event.type === type)
      return length === 1 || (length > 1 && isRestored)
    }
    const captured = carts.filter(isTaken)
    if (captured.length > 0 && view.status !== 'paid' && !this.#mayBeUnpaid(view, captured)) {
      fail('I3', `${reference} was captured and is ${view.status} here`)
    }
    const reviews = shop.eventsOf(view.id).filter(({ type }) => /review/.test(type))
    const isTold = reviews.some(({ review }) => review === view.review)
    if (captured.length > 0 && view.status === 'review' && !isTold)
      fail('I3', `no checkout.review was delivered for ${reference}`)
    // A review of an unknown outcome may turn into one of a wrong amount, reported again; the same reason is reported once, and
    // again with money that was found since.
    const told = new Set(reviews.map(({ review, payments }) => `${review} ${payments.join()}`))
    if (told.size < reviews.length && !isRestored)
      fail('I3', `checkout.review was delivered twice with one reason for ${reference}`)
    if (view.status === 'paid' && !isDelivered('checkout.paid'))
      fail('I3', `checkout.paid was not delivered once for ${reference}`)

    this.#checkReported(order, view, carts)
    const isOpen = view.attempts.some(({ endedAt }) => endedAt === null)
    if (isOpen || !['paid', 'canceled', 'expired', 'review'].includes(view.status)) {
      fail('I6', `${reference} is still ${view.status}`)
    }
    if (view.review !== null && !this.#mayBeInDoubt(view, carts))
      fail('I6', `${reference} is in review (${view.review}) without a reason`)
    for (const status of ['paid', 'canceled', 'expired', 'review'] as const) {
      const wasSo = view.status === status
      const count = mine.filter(({ type }) => type === `checkout.${status}`).length
      // A checkout that is paid or in review may need a review for another reason.
      const isWrong = status === 'review' ? wasSo && count === 0 : wasSo && count !== 1
      if (isWrong || (!wasSo && status === 'paid' && count > 0 && view.review !== 'paid_twice'))
        fail('I7', `${reference} is ${view.status} and has ${count} events of ${status}`)
    }
    for (const { id, type, data } of mine) {
      if (!shop.events.has(id)) fail('I3', `${type} of ${reference} was never delivered`)
      if (data.checkout.version > view.version)
        fail('I7', `an event reports a change that is not there`)
    }
    if (isRestored) return
    checkRefundsAtEnd(order, view, carts, mine)
    const received = shop.eventsOf(view.id).map(({ id }) => id)
    if (received.some((id) => !mine.some((event) => event.id === id)))
      fail('I7', `the shop received an event about ${reference} that is not on disk`)
  }

  /**
   * I13. No second payment goes unreported, and none is reported that was not made: at the end of every scenario, the
   * payments taken at the provider for this checkout are the payments reported to the shop, one by one.
   */
  #checkReported({ reference }: Order, view: View, carts: readonly Payment[]): void {
    const received = this.#simulation.shop.eventsOf(view.id)
    const reported = view.payments.filter(({ attemptId }) =>
      received.some(
        ({ type, payments }) => /paid|review/.test(type) && payments.includes(attemptId),
      ),
    )
    if (view.payments.length > reported.length)
      fail('I13', `${reference} has payments without a webhook`)
    if (reported.length > 1 && view.review !== 'paid_twice')
      fail('I13', `${reference} was paid ${reported.length} times without a review`)
    for (const attempt of view.attempts) {
      const taken = carts
        .filter((cart) => cart.reference === attempt.reference)
        .reduce((sum, { captured }) => sum + captured, 0)
      const reportedAmount = reported
        .filter(({ attemptId }) => attemptId === attempt.id)
        .reduce((sum, { amount }) => sum + amount, 0)
      if (
        taken !== reportedAmount &&
        !this.#mayDiffer(view, attempt, carts, taken > reportedAmount)
      )
        fail(
          'I13',
          `${taken} was captured for ${attempt.reference}, but the webhooks report ${reportedAmount}`,
        )
    }
  }

  #mayDiffer(
    view: View,
    { reference, transactionId }: View['attempts'][number],
    carts: readonly Payment[],
    isUnreported: boolean,
  ): boolean {
    const mine = carts.filter((cart) => cart.reference === reference)
    const isInReview = this.#simulation.shop
      .eventsOf(view.id)
      .some(({ type }) => /review/.test(type))
    if (mine.some(({ id }) => this.#monitor.everMisreported.has(id)))
      return this.#excuse('misreported')
    if (!isUnreported) return this.#wasFalselyPaid(mine)
    if (mine.every((payment) => this.#wasMisled(payment))) return this.#excuse('false_cancellation')
    const isUnnamed = mine.every(({ id }) => id !== transactionId)
    if (this.#simulation.isRestored && isUnnamed) return this.#excuse('lost_in_restore')
    if (!isInReview) return false
    if (isUnnamed) return this.#excuse('id_never_received')
    const wasNeverTold = mine.every(({ id }) => !this.#monitor.truthfullyPaid.has(id))
    return this.#monitor.isUnresponsive && wasNeverTold && this.#excuse('never_reported')
  }

  #wasFalselyPaid(carts: readonly Payment[]): boolean {
    return (
      carts.some(({ id }) => this.#monitor.falselyPaid.has(id)) && this.#excuse('false_payment')
    )
  }

  #mayBeUnpaid(view: View, captured: readonly Payment[]): boolean {
    if (captured.every((payment) => this.#wasMisled(payment)))
      return this.#excuse('false_cancellation')
    const isNamed = captured.some(({ id }) =>
      view.attempts.some(({ transactionId }) => transactionId === id),
    )
    if (this.#simulation.isRestored && !isNamed) return this.#excuse('lost_in_restore')
    return view.review !== null && this.#mayBeInDoubt(view, captured)
  }

  /** Whether there is something that a person must review, and whether it is the reason reported to the shop. */
  #mayBeInDoubt(view: View, carts: readonly Payment[]): boolean {
    const { rail, pastSettings } = this.#simulation
    switch (view.review) {
      case 'amount_mismatch':
      case 'reference_mismatch':
      case 'currency_mismatch':
        return (
          carts.some(({ id, amount, captured }) => {
            const isOther = captured > 0 && captured !== amount
            return isOther || this.#monitor.everMisreported.has(id)
          }) || this.#isMisnamed(view)
        )
      case 'unproven_payment':
      case 'contradiction':
        return carts.some(({ id }) => this.#monitor.doubtful.has(id))
      case 'duplicate_transaction':
        return this.#monitor.sharedIds.size > 0
      case 'paid_twice':
        return view.replaces !== null || view.payments.length > 1
      /*
       * [automatic] a request whose answer was lost may be approved, and its money taken, before its id is known here; if its
       * callback is lost too, only a review is left. Where a lost request has no payer, it cannot be approved. In any mode: a
       * provider that does not report in time how a request ended, or has given it the id of another one.
       */
      case 'outcome_unknown':
        return (
          (rail.notifiesPayer &&
            pastSettings.some(({ confirmation }) => confirmation === 'automatic')) ||
          this.#monitor.isUnresponsive ||
          this.#simulation.wasAway ||
          this.#isMisnamed(view) ||
          (!rail.canCancel && this.#excuse('not_cancelable'))
        )
      default:
        return false
    }
  }

  /** What the provider says of a request is about another payment. */
  #isMisnamed({ attempts }: View): boolean {
    return attempts.some(({ transactionId }) => this.#monitor.sharedIds.has(transactionId ?? ''))
  }
}

export interface EventView {
  readonly id: string
  readonly type: string
  readonly data: {
    readonly checkout: { readonly id: string; readonly version: number }
  }
}

/** The requests of one checkout; another one of the same order has attempts of its own. */
const cartsOf = (carts: readonly Payment[], { attempts }: View) =>
  carts.filter((payment) => attempts.some(({ reference }) => reference === payment.reference))

/** The payer has yet to respond. */
const unanswered: ReadonlySet<Payment['state']> = new Set(['unseen', 'waiting', 'awaiting_code'])

/** Money that was taken and then canceled is with the payer again. */
const isTaken = ({ captured }: Payment) => captured > 0

export const fail = (invariant: string, what: string): never => {
  throw new Error(`${invariant}: ${what}`)
}
