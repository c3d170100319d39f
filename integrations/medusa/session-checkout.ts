import type { Checkout, Checkouts } from 'netgiro-checkout-client'
import type { NetgiroOptions } from './options.ts'
import { currency } from './session-data.ts'
import type { SessionData } from './session-data.ts'

/** Metadata of a checkout: which payment session it belongs to. */
export const sessionKey = 'medusa_payment_session'

type CheckoutOptions = Pick<NetgiroOptions, 'lifetimeSeconds' | 'url'>

/** @param reference - Medusa's id of the payment session */
export async function createCheckout(
  checkouts: Checkouts,
  { lifetimeSeconds, url }: CheckoutOptions,
  reference: string,
  amount: number,
): Promise<SessionData> {
  const { id, session, status } = await checkouts.create({
    ...{ reference, amount, currency, metadata: { [sessionKey]: reference } },
    ...(lifetimeSeconds !== undefined && { expiresInSeconds: lifetimeSeconds }),
  })
  return { checkout: id, reference, amount, status, session, server: url, refunds: 0 }
}

/**
 * What a payment session goes on with: another amount needs another checkout, and so does one that has ended unpaid.
 *
 * @param close - lets nobody pay a checkout any more, or throws
 * @returns the same data, as long as its checkout will do
 */
export async function updateCheckout(
  checkouts: Checkouts,
  options: CheckoutOptions,
  data: SessionData,
  amount: number,
  close: (checkout: string) => Promise<void>,
): Promise<SessionData> {
  if (amount === data.amount) {
    const { status } = await checkouts.get(data.checkout)
    if (!hasEndedUnpaid(status)) return data
  }
  await close(data.checkout)
  return createCheckout(checkouts, options, data.reference, amount)
}

/** What the shopkeeper is told of a checkout that was to be closed; null where nobody can pay it any more. */
export function whyNotClosed(status: Checkout['status']): string | null {
  if (hasEndedUnpaid(status)) return null
  if (status === 'paid') return 'The shopper has paid this already'
  // Trying again brings the same answer until somebody has looked.
  if (status === 'review') return 'This payment needs a person: look at it at the payment server'
  return 'The shopper may still approve this payment: try again'
}

const hasEndedUnpaid = (status: Checkout['status']): boolean =>
  status === 'canceled' || status === 'expired'
