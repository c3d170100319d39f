import type { Cart, CartState } from '../cart.ts'
import { localTime } from '../responses.ts'

/** The body of a V2 response with its HTTP status. */
export interface ResponseV2 {
  readonly status: 200 | 400 | 401
  readonly body: object
}

/** [netgiro] status, V2: Pending, Authorized ("Amount held, not charged"), Confirmed, Cancelled. */
const statuses = {
  waiting: 'Pending',
  awaiting_code: 'Pending',
  reserved: 'Authorized',
  paid: 'Confirmed',
  canceled: 'Cancelled',
} as const satisfies Record<CartState, string>

/** [netgiro] details: "Human-readable status: paid, unpaid, canceled, reservation". */
const words = {
  waiting: 'unpaid',
  awaiting_code: 'unpaid',
  reserved: 'reservation',
  paid: 'paid',
  canceled: 'canceled',
} as const satisfies Record<CartState, string>

/** [netgiro] status: PollIntervalMs is there "when the status is Pending", otherwise null. */
export const transactionStatus = (
  cart: Cart,
  pollMs: number | null,
  state = cart.state,
): ResponseV2 => ({
  status: 200,
  body: {
    Success: true,
    Message: null,
    Status: statuses[state],
    TransactionId: cart.transactionId,
    PollIntervalMs: statuses[state] === 'Pending' ? pollMs : null,
  },
})

/** [netgiro] validation-errors: HTTP 400 and the same envelope, `Transaction not found` among them. */
export const refused = (Message: string, about?: Cart | string): ResponseV2 => ({
  status: 400,
  body: {
    Success: false,
    Message,
    Status: typeof about === 'object' ? statuses[about.state] : null,
    TransactionId: typeof about === 'object' ? about.transactionId : (about ?? null),
    PollIntervalMs: null,
  },
})

/** [netgiro] authentication: the same for a missing and a wrong key, with these two fields only. */
export const keyRequired: ResponseV2 = {
  status: 401,
  body: { Success: false, Message: 'API key is required' },
}

export const refunded: ResponseV2 = {
  status: 200,
  body: { Success: true, Message: 'Refund successful' },
}

/** When a shop is paid out; the documents have the date, but not the cycle. */
const settlementMs = 14 * 24 * 3_600_000

/** @param state - may be earlier than the cart's */
export function paymentDetails(cart: Cart, state = cart.state) {
  const paidAt = cart.history.find((step) => step.state === 'paid')?.at
  const settled = state === 'paid' && paidAt !== undefined ? paidAt + settlementMs : undefined
  return {
    isRefundable: state === 'paid' && cart.payment.refundable > 0,
    status: words[state],
    settlementDate: settled === undefined ? null : `${localTime(settled).slice(0, 10)}T00:00:00`,
  }
}

/** [netgiro] details: these six fields; the page shows neither Success nor the reference. */
export function details(cart: Cart, state = cart.state) {
  const { isRefundable, status, settlementDate } = paymentDetails(cart, state)
  return {
    IsRefundable: isRefundable,
    Status: status,
    Created: localTime(cart.createdAt),
    TotalAmount: cart.total,
    TransactionId: cart.transactionId,
    SettlementDate: settlementDate,
  }
}
