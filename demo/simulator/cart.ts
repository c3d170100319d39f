import { ConfirmationType, type Order } from './order.ts'
import { Payment } from './payment.ts'
import type { Persona } from './personas.ts'

/** `waiting` for the customer's answer on the phone, `awaiting_code` for the shop to enter the code from the SMS. */
export type CartState = 'waiting' | 'awaiting_code' | 'reserved' | 'paid' | 'canceled'

/** Who made a cart move. */
export type Actor = 'customer' | 'provider' | 'expiry' | 'callback'

export interface HistoryEntry {
  readonly at: number
  readonly state: CartState
  readonly by: Actor
}

/** Every move there is; a cart never comes back from `canceled`, and from `paid` only V2 cancels it. */
const transitions: Readonly<Record<CartState, readonly CartState[]>> = {
  waiting: ['reserved', 'paid', 'canceled'],
  awaiting_code: ['reserved', 'paid', 'canceled'],
  reserved: ['paid', 'canceled'],
  paid: ['canceled'],
  canceled: [],
}

export interface NewCart {
  readonly transactionId: string
  /** [netgiro] check-cart, PaymentInfo: "identifier of the payment". Nothing says that it is the cart's. */
  readonly paymentId: string
  readonly invoiceNumber: number
  readonly order: Order
  readonly persona: Persona
  readonly createdAt: number
  /** Until when the customer may answer, or the code be entered. */
  readonly validTo: number
  /** The code that the customer got by SMS, when the cart was made for an SSN. */
  readonly smsCode?: string | undefined
}

/** One cart. Each move answers whether it was made: a late one changes nothing. */
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

  constructor(made: NewCart) {
    this.transactionId = made.transactionId
    this.paymentId = made.paymentId
    this.invoiceNumber = made.invoiceNumber
    this.order = made.order
    this.persona = made.persona
    this.createdAt = made.createdAt
    this.validTo = made.validTo
    this.smsCode = made.smsCode
    const state = made.smsCode === undefined ? 'waiting' : 'awaiting_code'
    this.history.push({ at: made.createdAt, state, by: 'provider' })
  }

  get state(): CartState {
    return this.history.at(-1)?.state ?? 'waiting'
  }

  /** Nobody has said yes or no. */
  get isOpen(): boolean {
    return this.state === 'waiting' || this.state === 'awaiting_code'
  }

  /** What was taken, which may be less than was reserved; until then what is asked for. */
  get total(): number {
    return this.payment.captures > 0 ? this.payment.captured : this.order.amount
  }

  /** Money was taken and the payment then canceled as a whole. */
  get paymentCanceled(): boolean {
    return this.payment.captures > 0 && this.state === 'canceled'
  }

  /** Where it stood before the last move. */
  get previousState(): CartState | undefined {
    return this.history.at(-2)?.state
  }

  /** [netgiro] chronology: automatic makes a payment of the customer's yes, the other two make a reservation. */
  approve(at: number): boolean {
    return this.state === 'waiting' && this.#accept(at)
  }

  /** [netgiro] chronology, SSN: the code from the SMS, entered by the provider, is the customer's yes. */
  submitCode(code: string, at: number): boolean {
    if (this.state !== 'awaiting_code' || at >= this.validTo) return false
    return code === this.smsCode && this.#accept(at)
  }

  /** The customer's no, the provider's CancelCart, or nobody's answer in time: only while the customer is asked. */
  cancelIfOpen(by: Actor, at: number): boolean {
    return this.isOpen && this.#transition('canceled', by, at)
  }

  /** [netgiro] transaction/cancel, V2: "Works at any stage", the payment itself included. */
  cancel(by: Actor, at: number): boolean {
    return this.#transition('canceled', by, at)
  }

  /** [netgiro] chronology, manual: the reservation waits for the provider's ConfirmCart, which in V2 is a capture. */
  capture(at: number, amount = this.order.amount): boolean {
    const { confirmationType } = this.order
    if (confirmationType !== ConfirmationType.Manual || this.state !== 'reserved') return false
    return this.#transition('paid', 'provider', at, amount)
  }

  /** [netgiro] chronology, server callback: the provider's answer makes the payment; otherwise the sale is cancelled. */
  applyCallbackResult(acknowledged: boolean, at: number): boolean {
    // Only what the callback told of: the customer's yes, and nothing that came after it.
    if (this.history.at(-1)?.by !== 'customer' || this.state === 'canceled') return false
    const { api, confirmationType } = this.order
    const decides = confirmationType === ConfirmationType.ServerCallback
    if (acknowledged) return decides && this.#transition('paid', 'callback', at)
    // [netgiro] callbacks, V2: "the sale is cancelled automatically", whichever way it is confirmed.
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
