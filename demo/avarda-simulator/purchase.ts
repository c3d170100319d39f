import { PaymentMethod, type Order } from './order.ts'
import type { Site } from './sites.ts'
import { State, transitions } from './states.ts'

/** Who caused a transition. */
export type Actor = 'site' | 'payer' | 'avarda' | 'timeout' | 'test'

export interface HistoryEntry {
  readonly at: number
  readonly state: State
  readonly by: Actor
}

/** What the payer entered in the form. */
export interface FormInput {
  readonly mail?: string
  readonly zip?: string
}

/** How a completed purchase was paid. */
export interface PaymentDetails {
  readonly method: Order['DefaultPaymentMethod']
  readonly customerToken: string
  readonly recurringToken: string | null
}

/** The outcome of the card page; null while there is none. */
export type CardResult = 'paid' | 'refused' | 'left' | null

export interface NewPurchase {
  readonly id: string
  readonly site: Site
  readonly order: Order
  readonly received: object
  readonly createdAt: number
  readonly expiresAt: number
}

/** [avarda] get-payment-status: purchases get stuck while the payer is elsewhere; only states on the form expire. */
const expiringStates: readonly State[] = [State.New, State.BeingProcessed]

/** One purchase. Each transition returns whether it was possible; an illegal one changes nothing. */
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
  /** The options that the browser script last drew the form with. */
  notifyUrl: string | null = null
  callbackUrl: string | null = null
  /** How often state 2 was reached; more than once is a bug in the caller. */
  approvals = 0

  constructor(init: NewPurchase) {
    this.id = init.id
    this.site = init.site
    this.order = init.order
    this.received = init.received
    this.createdAt = init.createdAt
    this.expiresAt = init.expiresAt
    this.history.push({ at: init.createdAt, state: State.New, by: 'site' })
  }

  get state(): State {
    return this.history.at(-1)?.state ?? State.New
  }

  /** The state before the last transition. */
  get previousState(): State | undefined {
    return this.history.at(-2)?.state
  }

  get method(): Order['DefaultPaymentMethod'] {
    const onCardPage = this.state === State.WaitingForCardPayments
    return onCardPage ? PaymentMethod.Card : this.order.DefaultPaymentMethod
  }

  /** When it first reached this state. */
  reachedAt(state: State): number | null {
    return this.history.find((step) => step.state === state)?.at ?? null
  }

  canTransitionTo(to: State): boolean {
    return transitions[this.state].includes(to)
  }

  transition(to: State, by: Actor, at: number): boolean {
    return this.canTransitionTo(to) && this.forceTransition(to, by, at)
  }

  /** A transition outside the table, for tests. */
  forceTransition(to: State, by: Actor, at: number): boolean {
    this.history.push({ at, state: to, by })
    if (to === State.Completed) this.approvals += 1
    return true
  }

  /** Called before every read: a timeout sends no notification and so needs no timer. */
  expireIfDue(now: number): void {
    if (now < this.expiresAt || !expiringStates.includes(this.state)) return
    const since = this.history.at(-1)?.at ?? this.createdAt
    this.transition(State.SessionTimedOut, 'timeout', Math.max(since, this.expiresAt))
  }
}
