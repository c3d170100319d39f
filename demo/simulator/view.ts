import type { CallbackRecord } from './callbacks.ts'
import type { CartState, Mover } from './cart.ts'
import type { Faults } from './faults.ts'
import type { CallCounts, Entry, Ledger } from './ledger.ts'

/** A cart as tests see it; whatever optional fields InsertCart had (LocationId, CartItemRequests …) are there too. */
export interface CartView {
  readonly TransactionId: string
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
  /** The code that the customer got by SMS. */
  readonly smsCode?: string
  readonly history: readonly { at: string; state: CartState; by: Mover }[]
  readonly callbacks: readonly CallbackRecord[]
  readonly [received: string]: unknown
}

export interface LedgerView {
  readonly carts: readonly CartView[]
  readonly calls: Readonly<CallCounts>
  readonly rejectedSignatures: number
  readonly faults: ReturnType<Faults['list']>
}

const iso = (ms: number) => new Date(ms).toISOString()

export function cartView({ cart, calls, callbacks }: Entry): CartView {
  const { order } = cart
  return {
    Description: null,
    ...order.received,
    TransactionId: cart.transactionId,
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
    ...(cart.smsCode === undefined ? {} : { smsCode: cart.smsCode }),
    history: cart.history.map(({ at, state, by }) => ({ at: iso(at), state, by })),
    callbacks: [...callbacks],
  }
}

export const ledgerView = (ledger: Ledger, faults: Faults): LedgerView => ({
  carts: Array.from(ledger.entries(), cartView),
  calls: { ...ledger.calls },
  rejectedSignatures: ledger.rejectedSignatures,
  faults: faults.list(),
})
