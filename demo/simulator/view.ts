import type { CallbackRecord } from './callbacks.ts'
import type { CartRecord } from './cart-record.ts'
import type { Actor, CartState } from './cart.ts'
import type { Carts } from './carts.ts'
import type { CallCounts } from './counts.ts'
import type { Faults } from './faults.ts'

/** A cart as tests see it, with all optional fields that InsertCart had (LocationId, CartItemRequests …). */
export interface CartView {
  readonly api: 'v1' | 'v2'
  readonly TransactionId: string
  /** The TransactionId in PaymentInfo. */
  readonly PaymentId: string
  readonly Amount: number
  readonly Reference: string
  readonly CustomerId: string
  readonly ConfirmationType: number
  readonly CallbackUrl: string | null
  readonly CallbackCancelUrl: string | null
  readonly Description: unknown
  readonly InvoiceNumber: number
  readonly state: CartState
  readonly createdAt: string
  readonly validTo: string
  readonly calls: Readonly<CallCounts>
  /** How often money was taken, and how much. */
  readonly captures: number
  readonly captured: number
  readonly refunds: readonly { amount: number; idempotencyKey: string; at: string }[]
  readonly refunded: number
  /** V2 canceled it after the capture. */
  readonly paymentCanceled: boolean
  /** The code that the customer received by SMS. */
  readonly smsCode?: string
  readonly history: readonly { at: string; state: CartState; by: Actor }[]
  readonly callbacks: readonly CallbackRecord[]
  readonly [received: string]: unknown
}

export interface CartsView {
  readonly carts: readonly CartView[]
  readonly calls: Readonly<CallCounts>
  readonly rejectedSignatures: number
  /** Calls of V2 and of the partner API with a wrong or missing key. */
  readonly rejectedKeys: number
  readonly faults: ReturnType<Faults['list']>
}

const iso = (ms: number) => new Date(ms).toISOString()

export function cartView({ cart, calls, callbacks }: CartRecord): CartView {
  const { order } = cart
  return {
    Description: null,
    ...order.received,
    api: order.api,
    TransactionId: cart.transactionId,
    PaymentId: cart.paymentId,
    Amount: order.amount,
    Reference: order.reference,
    CustomerId: order.customerId,
    ConfirmationType: order.confirmationType,
    CallbackUrl: order.callbackUrl,
    CallbackCancelUrl: order.callbackCancelUrl,
    InvoiceNumber: cart.invoiceNumber,
    state: cart.state,
    createdAt: iso(cart.createdAt),
    validTo: iso(cart.validTo),
    calls: { ...calls },
    captures: cart.payment.captures,
    captured: cart.payment.captured,
    refunds: cart.payment.refunds.map((refund) => ({ ...refund, at: iso(refund.at) })),
    refunded: cart.payment.refunded,
    paymentCanceled: cart.paymentCanceled,
    ...(cart.smsCode === undefined ? {} : { smsCode: cart.smsCode }),
    history: cart.history.map(({ at, state, by }) => ({ at: iso(at), state, by })),
    callbacks: [...callbacks],
  }
}

export const cartsView = (carts: Carts, faults: Faults): CartsView => ({
  carts: Array.from(carts.all(), cartView),
  calls: { ...carts.calls },
  rejectedSignatures: carts.rejectedSignatures,
  rejectedKeys: carts.rejectedKeys,
  faults: faults.list(),
})
