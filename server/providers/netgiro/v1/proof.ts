import type { Payment, Proof, ProviderResult } from '../../../core/checkout.ts'
import { readOr, unreadable } from '../../fields.ts'
import type { PaymentInfo, Reply } from './reply.ts'

/** [netgiro] check-cart, StatusId. */
const status = { unconfirmed: 1, confirmed: 2, canceled: 5 } as const

/**
 * What StatusId may be beside each meaning of a code. Of `paid` it is not here: what is said of money is never dropped, it
 * is told what it is worth.
 */
const besides: Readonly<Partial<Record<ProviderResult['type'], readonly number[]>>> = {
  refused: [status.unconfirmed, status.canceled],
  pending: [status.unconfirmed],
  authorized: [status.unconfirmed],
  code_refused: [status.unconfirmed],
  ended: [status.unconfirmed, status.canceled],
}

/** The code says one thing of the payment, and its StatusId another: neither is believed. */
export function isContradicted({ type }: ProviderResult, reply: Reply): boolean {
  const id = statusIn(infoOf(reply))
  return id !== null && besides[type]?.includes(id) === false
}

/**
 * What a report of a payment is worth. Its signature covers the URL of the call and not what was asked ([netgiro] signing),
 * so that an answer about one cart fits another as well: what tells whose payment it is stands in PaymentInfo alone.
 *
 * Proof is one answer to CheckCart or ConfirmCart that is signed, has Success, PaymentSuccessful and 10200 or 10203
 * ([netgiro] check-cart: "payment created"; result-codes: "already confirmed"), and in PaymentInfo the ReferenceNumber and
 * the TotalAmount, with a StatusId of 2 ("confirmed") or none. Whether reference and amount are ours is judged elsewhere.
 */
export function proofOf(reply: Reply): Proof {
  const info = infoOf(reply)
  if (!info) return 'unproven'
  const id = statusIn(info)
  if (id !== null && id !== status.confirmed) return 'contradictory'
  const { amount, reference } = paymentOf(reply)
  const isTold = amount !== null && reference !== null && info.StatusId !== unreadable
  return isTold ? 'proven' : 'unproven'
}

export function paymentOf(reply: Reply): Payment {
  const info = infoOf(reply)
  if (!info) return { amount: null, reference: null, paymentRef: null }
  return {
    amount: readOr(info.TotalAmount),
    // An empty one names nothing.
    reference: readOr(info.ReferenceNumber) || null,
    paymentRef: readOr(info.TransactionId),
  }
}

const infoOf = ({ PaymentInfo }: Reply): PaymentInfo | null => readOr(PaymentInfo)
const statusIn = (info: PaymentInfo | null): number | null => info && readOr(info.StatusId)
