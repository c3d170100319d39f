import { isSameName } from '../../../core/same-name.ts'
import type { Payment, Proof, ProviderResult } from '../../../core/checkout.ts'
import { readFields, readOr, unreadable } from '../../fields.ts'
import { paymentInfoFields } from './reply.ts'
import type { PaymentInfo, Reply } from './reply.ts'

/** [netgiro] check-cart, StatusId. */
const status = { unconfirmed: 1, confirmed: 2, canceled: 5 } as const

/**
 * The StatusIds that are consistent with each result. `paid` is missing on purpose: a report of money is never dropped,
 * `proofOf` rates it instead.
 */
const consistentStatuses: Readonly<Partial<Record<ProviderResult['type'], readonly number[]>>> = {
  refused: [status.unconfirmed, status.canceled],
  pending: [status.unconfirmed],
  authorized: [status.unconfirmed],
  code_refused: [status.unconfirmed],
  ended: [status.unconfirmed, status.canceled],
}

/** Whether the StatusId contradicts the result code; then neither is believed. */
export function isContradicted({ type }: ProviderResult, reply: Reply): boolean {
  const id = readOr(infoOf(reply).StatusId)
  return id !== null && consistentStatuses[type]?.includes(id) === false
}

/**
 * Whether PaymentInfo names another payment: the answer was meant for another call, and would cancel or keep the wrong one. A
 * report of money is never dropped; the core compares its reference.
 */
export function isOfAnother({ type }: ProviderResult, reply: Reply, ours: string | null): boolean {
  if (type === 'paid' || type === 'authorized') return false
  const { reference } = paymentOf(reply)
  return reference !== null && ours !== null && !isSameName(reference, ours)
}

/**
 * Rates a report of a payment. The signature covers the URL of the call but not the request ([netgiro] signing), so a
 * response about one cart would pass for another; only PaymentInfo identifies the payment.
 *
 * Proof is one signed response to CheckCart or ConfirmCart with Success, PaymentSuccessful and 10200 or 10203
 * ([netgiro] check-cart: "payment created"; result-codes: "already confirmed"), and in PaymentInfo the ReferenceNumber and
 * the TotalAmount, with a StatusId of 2 ("confirmed") or none. The core compares reference and amount with the attempt's.
 */
export function proofOf(reply: Reply): Proof {
  const { StatusId } = infoOf(reply)
  const id = readOr(StatusId)
  if (id !== null && id !== status.confirmed) return 'contradictory'
  const { amount, reference } = paymentOf(reply)
  const isIdentified = amount !== null && reference !== null && StatusId !== unreadable
  return isIdentified ? 'proven' : 'unproven'
}

export function paymentOf(reply: Reply): Payment {
  const { TotalAmount, ReferenceNumber, TransactionId } = infoOf(reply)
  return {
    amount: readOr(TotalAmount),
    // An empty reference identifies nothing.
    reference: readOr(ReferenceNumber) || null,
    paymentRef: readOr(TransactionId),
  }
}

/** Where PaymentInfo is missing, so are all of its fields. */
const infoOf = ({ PaymentInfo }: Reply): PaymentInfo =>
  readOr(PaymentInfo) ?? readFields(paymentInfoFields, {})
