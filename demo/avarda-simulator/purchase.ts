import { PaymentMethod, type Order } from './order.ts'
import type { Site } from './sites.ts'
import { moves, State } from './states.ts'

/** Who made a purchase move. */
export type Mover = 'site' | 'payer' | 'avarda' | 'timeout' | 'test'

export interface Step {
  readonly at: number
  readonly state: State
  readonly by: Mover
}

/** What the payer put into the form. */
export interface Entries {
  readonly mail?: string
  readonly zip?: string
}

/** How it was paid, once it was. */
export interface Means {
  readonly method: Order['DefaultPaymentMethod']
  readonly customerToken: string
  readonly recurringToken: string | null
}

/** What the card page said; null while the payer has not answered there. */
export type CardAnswer = 'paid' | 'refused' | 'left' | null

export interface NewPurchase {
  readonly id: string
  readonly site: Site
  readonly order: Order
  readonly received: object
  readonly createdAt: number
  readonly expiresAt: number
}

/** [avarda] get-payment-status: waiting purchases get stuck when nobody comes back; only a session in hand runs out. */
const runsOut: readonly State[] = [State.New, State.BeingProcessed]

/** One purchase. Each move answers whether it was made: an illegal one changes nothing. */
export class Purchase {
  readonly id: string
  readonly site: Site
  readonly received: object
  readonly createdAt: number
  readonly expiresAt: number
  readonly history: Step[] = []
  order: Order
  entries: Entries = {}
  means: Means | null = null
  cardAnswer: CardAnswer = null
  /** What the browser script was given when it drew the form. */
  notifyUrl: string | null = null
  callbackUrl: string | null = null
  /** How often state 2 was reached; more than one would be a bug of ours. */
  approvals = 0

  constructor(made: NewPurchase) {
    this.id = made.id
    this.site = made.site
    this.order = made.order
    this.received = made.received
    this.createdAt = made.createdAt
    this.expiresAt = made.expiresAt
    this.history.push({ at: made.createdAt, state: State.New, by: 'site' })
  }

  get state(): State {
    return this.history.at(-1)?.state ?? State.New
  }

  /** Where it stood before the last move. */
  get stateBefore(): State | undefined {
    return this.history.at(-2)?.state
  }

  get method(): Order['DefaultPaymentMethod'] {
    const onCardPage = this.state === State.WaitingForCardPayments
    return onCardPage ? PaymentMethod.Card : this.order.DefaultPaymentMethod
  }

  /** When it first came into this state. */
  reached(state: State): number | null {
    return this.history.find((step) => step.state === state)?.at ?? null
  }

  can(to: State): boolean {
    return moves[this.state].includes(to)
  }

  move(to: State, by: Mover, at: number): boolean {
    return this.can(to) && this.force(to, by, at)
  }

  /** A move that the table does not have, for tests. */
  force(to: State, by: Mover, at: number): boolean {
    this.history.push({ at, state: to, by })
    if (to === State.Completed) this.approvals += 1
    return true
  }

  /** To be called before every look: nothing is told of a timeout, so none needs a timer. */
  runOut(now: number): void {
    if (now < this.expiresAt || !runsOut.includes(this.state)) return
    const since = this.history.at(-1)?.at ?? this.createdAt
    this.move(State.SessionTimedOut, 'timeout', Math.max(since, this.expiresAt))
  }
}
