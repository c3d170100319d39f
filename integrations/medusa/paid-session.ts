import type { VerifiedWebhook } from 'netgiro-checkout-client'
import { sessionKey } from './session-checkout.ts'

/**
 * The payment session that a webhook proves to be paid. Null for everything else: it changes nothing in Medusa, and some checkouts
 * belong to other shops of the payment server.
 */
export function paidSessionOf({ type, data: { checkout } }: VerifiedWebhook) {
  if (type === 'checkout.authorize' || checkout?.status !== 'paid') return null
  const session = checkout.metadata[sessionKey]
  return session === undefined ? null : { session_id: session, amount: checkout.amount }
}
