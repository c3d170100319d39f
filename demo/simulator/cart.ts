import { ConfirmationType, type Order } from './order.ts'
import { Payment } from './payment.ts'
import type { Persona } from './personas.ts'

/** `waiting` for the customer's answer on the phone, `awaiting_code` for the shop to enter the code from the SMS. */
export type CartState = 'waiting' | 'awaiting_code' | 'reserved' | 'paid' | 'canceled'

/** Who caused a transition. */
export type Actor = 'customer' | 'provider' | 'expiry' | 'callback'

export interface HistoryEntry {
  readonly at: number
  readonly state: CartState
  readonly by: Actor
}

/** All transitions; `canceled` is final, and only V2 cancels a `paid` cart. */
const transitions: Readonly<Record<CartState, readonly CartState[]>> = {
  waiting: ['reserved', 'paid', 'canceled'],
  awaiting_code: ['reserved', 'paid', 'canceled'],
  reserved: ['paid', 'canceled'],
  paid: ['canceled'],
  canceled: [],
}

export interface NewCart {
  readonly transactionId: string
  /** [netgiro] check-cart, PaymentInfo: "identifier of the payment". The documents do not say that it equals the cart's. */
  readonly paymentId: string
  readonly invoiceNumber: number
  readonly order: Order
  readonly persona: Persona
  readonly createdAt: number
  /** The deadline for the customer's answer, or for the code. */
  readonly validTo: number
  /** The code that the customer received by SMS; carts for an SSN only. */
  readonly smsCode?: string | undefined
}

/** One cart. Each transition returns whether it was possible; a late one changes nothing. */
export class Cart implements NewCart {
  readonly transactionId: string
  readonly paymentId: string
  readonly invoiceNumber: number
  readonly order: Order
  readonly persona: Persona
  readonly createdAt: number
  readonly validTo: number
  readonly smsCode: string | undefined
  readonly history: HistoryEntry[] = []
  readonly payment = new Payment()

  constructor(init: NewCart) {
    this.transactionId = init.transactionId
    this.paymentId = init.paymentId
    this.invoiceNumber = init.invoiceNumber
    this.order = init.order
    this.persona = init.persona
    this.createdAt = init.createdAt
    this.validTo = init.validTo
    this.smsCode = init.smsCode
    const state = init.smsCode === undefined ? 'waiting' : 'awaiting_code'
    this.history.push({ at: init.createdAt, state, by: 'provider' })
  }

  get state(): CartState {
    return this.history.at(-1)?.state ?? 'waiting'
  }

  /** Waiting for the customer's answer or for the code. */
  get isOpen(): boolean {
    return this.state === 'waiting' || this.state === 'awaiting_code'
  }

  /** The captured amount, which may be less than the reserved one; before the capture the order's amount. */
  get total(): number {
    return this.payment.captures > 0 ? this.payment.captured : this.order.amount
  }

  /** Captured, and canceled as a whole afterwards. */
  get paymentCanceled(): boolean {
    return this.payment.captures > 0 && this.state === 'canceled'
  }

  /** The state before the last transition. */
  get previousState(): CartState | undefined {
    return this.history.at(-2)?.state
  }

  /** [netgiro] chronology: the customer's approval makes a payment with automatic confirmation, otherwise a reservation. */
  approve(at: number): boolean {
    return this.state === 'waiting' && this.#accept(at)
  }

  /** [netgiro] chronology, SSN: the code from the SMS, entered by the provider, is the customer's approval. */
  submitCode(code: string, at: number): boolean {
    if (this.state !== 'awaiting_code' || at >= this.validTo) return false
    return code === this.smsCode && this.#accept(at)
  }

  /** The customer's rejection, the provider's CancelCart, or the deadline: only before an approval. */
  cancelIfOpen(by: Actor, at: number): boolean {
    return this.isOpen && this.#transition('canceled', by, at)
  }

  /** [netgiro] transaction/cancel, V2: "Works at any stage", payments included. */
  cancel(by: Actor, at: number): boolean {
    return this.#transition('canceled', by, at)
  }

  /** [netgiro] chronology, manual: the reservation waits for the provider's ConfirmCart, which in V2 is a capture. */
  capture(at: number, amount = this.order.amount): boolean {
    const { confirmationType } = this.order
    if (confirmationType !== ConfirmationType.Manual || this.state !== 'reserved') return false
    return this.#transition('paid', 'provider', at, amount)
  }

  /** [netgiro] chronology, server callback: the shop's acknowledgement makes the payment; without it the sale is cancelled. */
  applyCallbackResult(acknowledged: boolean, at: number): boolean {
    // A callback reports the customer's approval: later transitions are not its business.
    if (this.history.at(-1)?.by !== 'customer' || this.state === 'canceled') return false
    const { api, confirmationType } = this.order
    const decides = confirmationType === ConfirmationType.ServerCallback
    if (acknowledged) return decides && this.#transition('paid', 'callback', at)
    // [netgiro] callbacks, V2: "the sale is cancelled automatically", with every confirmation type.
    return (decides || api === 'v2') && this.#transition('canceled', 'callback', at)
  }

  #accept(at: number): boolean {
    const automatic = this.order.confirmationType === ConfirmationType.Automatic
    return this.#transition(automatic ? 'paid' : 'reserved', 'customer', at)
  }

  #transition(to: CartState, by: Actor, at: number, amount = this.order.amount): boolean {
    if (!transitions[this.state].includes(to)) return false
    this.history.push({ at, state: to, by })
    if (to === 'paid') this.payment.capture(amount)
    return true
  }
}
