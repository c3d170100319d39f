import { PaymentMethod, type Order } from './order.ts'
import type { Site } from './sites.ts'
import { transitions, State } from './states.ts'

/** Who made a purchase move. */
export type Actor = 'site' | 'payer' | 'avarda' | 'timeout' | 'test'

export interface HistoryEntry {
  readonly at: number
  readonly state: State
  readonly by: Actor
}

/** What the payer put into the form. */
export interface FormInput {
  readonly mail?: string
  readonly zip?: string
}

/** How it was paid, once it was. */
export interface PaymentDetails {
  readonly method: Order['DefaultPaymentMethod']
  readonly customerToken: string
  readonly recurringToken: string | null
}

/** What the card page said; null while the payer has not answered there. */
export type CardResult = 'paid' | 'refused' | 'left' | null

export interface NewPurchase {
  readonly id: string
  readonly site: Site
  readonly order: Order
  readonly received: object
  readonly createdAt: number
  readonly expiresAt: number
}

/** [avarda] get-payment-status: waiting purchases get stuck when nobody comes back; only a session in hand runs out. */
const expiringStates: readonly State[] = [State.New, State.BeingProcessed]

/** One purchase. Each move answers whether it was made: an illegal one changes nothing. */
export class Purchase {
  readonly id: string
  readonly site: Site
  readonly received: object
  readonly createdAt: number
  readonly expiresAt: number
  readonly history: HistoryEntry[] = []
  order: Order
  formInput: FormInput = {}
  paymentDetails: PaymentDetails | null = null
  cardResult: CardResult = null
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
  get previousState(): State | undefined {
    return this.history.at(-2)?.state
  }

  get method(): Order['DefaultPaymentMethod'] {
    const onCardPage = this.state === State.WaitingForCardPayments
    return onCardPage ? PaymentMethod.Card : this.order.DefaultPaymentMethod
  }

  /** When it first came into this state. */
  reachedAt(state: State): number | null {
    return this.history.find((step) => step.state === state)?.at ?? null
  }

  canTransitionTo(to: State): boolean {
    return transitions[this.state].includes(to)
  }

  transition(to: State, by: Actor, at: number): boolean {
    return this.canTransitionTo(to) && this.forceTransition(to, by, at)
  }

  /** A move that the table does not have, for tests. */
  forceTransition(to: State, by: Actor, at: number): boolean {
    this.history.push({ at, state: to, by })
    if (to === State.Completed) this.approvals += 1
    return true
  }

  /** To be called before every look: nothing is told of a timeout, so none needs a timer. */
  expireIfDue(now: number): void {
    if (now < this.expiresAt || !expiringStates.includes(this.state)) return
    const since = this.history.at(-1)?.at ?? this.createdAt
    this.transition(State.SessionTimedOut, 'timeout', Math.max(since, this.expiresAt))
  }
}
