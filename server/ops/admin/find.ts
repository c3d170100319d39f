import type { Checkout } from '../../core/checkout.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import { CheckoutError } from '../../core/errors.ts'

/** An attempt's reference is the shop's plus a random suffix, and support may search for either. */
const attemptSuffix = /-[2-9bcdfghjkmnpqrstvwxz]{8}$/i

/** References are compared exactly, and people type them in lower case or in capitals. */
const spellings = (text: string): readonly string[] => [
  ...new Set([text, text.toUpperCase(), text.toLowerCase()]),
]

/** Finds a checkout by id, by the shop's reference or by the reference of an attempt; null when there is none. */
export async function findCheckout(checkouts: Checkouts, query: string): Promise<Checkout | null> {
  const text = query.trim().normalize('NFC')
  const lookups = [
    () => checkouts.byId(text),
    ...spellings(text).map((reference) => () => checkouts.byReference(reference)),
    ...spellings(text.replace(attemptSuffix, '')).map(
      (reference) => () => checkouts.byReference(reference),
    ),
  ]
  for (const lookup of lookups) {
    const checkout = await lookup().catch(toNull)
    if (checkout) return checkout
  }
  return null
}

function toNull(error: unknown): null {
  if (error instanceof CheckoutError && error.code === 'checkout_not_found') return null
  throw error
}
