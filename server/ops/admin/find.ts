import type { Checkout } from '../../core/checkout.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import { CheckoutError } from '../../core/errors.ts'

/** What Netgíró was told is the shop's reference and eight random characters: support may come with either. */
const attemptSuffix = /-[2-9bcdfghjkmnpqrstvwxz]{8}$/

/** By id, by the shop's reference, or by the reference of an attempt; null when there is none. */
export async function findCheckout(checkouts: Checkouts, asked: string): Promise<Checkout | null> {
  const text = asked.trim().normalize('NFC')
  const looks = [
    () => checkouts.byId(text),
    () => checkouts.byReference(text),
    () => checkouts.byReference(text.replace(attemptSuffix, '')),
  ]
  for (const look of looks) {
    const found = await look().catch(notFound)
    if (found) return found
  }
  return null
}

function notFound(error: unknown): null {
  if (error instanceof CheckoutError && error.code === 'checkout_not_found') return null
  throw error
}
