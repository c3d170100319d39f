import { toTime } from './clock.ts'
import type { Checkout } from './checkout.ts'

/** What a receipt says. Anyone who knows the public key can verify it without asking this server. */
export interface ReceiptClaims {
  /** [rfc7519] `iss`: the server that signed it. */
  readonly iss: string
  /** [rfc7519] `iat`, in seconds: when the payment was confirmed, so that a checkout has one receipt however often it is signed. */
  readonly iat: number
  /** The checkout's id, which no other order has. */
  readonly checkout: string
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly status: 'paid'
  readonly paidAt: string
}

/** The signed receipt of a checkout; null unless it is paid, and where no receipts are signed. */
export type IssueReceipt = (checkout: Checkout) => string | null

/** Where no receipts are signed. */
export const noReceipts: IssueReceipt = () => null

/**
 * Only the provider's word makes a checkout paid, and only then there is a receipt. It says nothing of refunds, which may
 * follow at any time.
 */
export function receiptClaims(
  { id, status, reference, amount, currency, paidAt }: Checkout,
  issuer: string,
): ReceiptClaims | null {
  if (status !== 'paid' || paidAt === null) return null
  return {
    iss: issuer,
    iat: Math.floor(paidAt / 1000),
    checkout: id,
    ...{ reference, amount, currency, status },
    paidAt: toTime(paidAt),
  }
}
