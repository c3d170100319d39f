import type { Checkout } from '../../core/checkout.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import { CheckoutError } from '../../core/errors.ts'
import type { Support } from '../../core/support.ts'

/** An attempt's reference is the shop's plus a random suffix, and support may search for either. */
const attemptSuffix = /-[2-9bcdfghjkmnpqrstvwxz]{8}$/i

/** Dashes that people and programs put in place of a hyphen, and white space around any of them. */
const dash = /\s*[-\u2010-\u2015\u2212]\s*/gu

interface Lookups {
  readonly checkouts: Pick<Checkouts, 'byId' | 'byReference'>
  readonly support: Pick<Support, 'withReference' | 'byProviderRef'>
}

/**
 * Finds checkouts by id, by the shop's reference in whatever case and with any dashes, by the reference of a payment request or by the provider's id
 * of it. Several are found only where references differ in their case alone.
 */
export async function findCheckouts(
  { checkouts, support }: Lookups,
  query: string,
): Promise<readonly Checkout[]> {
  const text = query.trim().normalize('NFC')
  const plain = text.replace(/^#\s*/, '').replace(dash, '-')
  const lookups = [
    () => orNone(checkouts.byId(text)),
    () => orNone(checkouts.byReference(text)),
    async () => newestOfEach(await support.withReference(text)),
    async () => newestOfEach(await support.withReference(text.replace(attemptSuffix, ''))),
    async () => newestOfEach(await support.withReference(plain)),
    async () => newestOfEach(await support.withReference(plain.replace(attemptSuffix, ''))),
    () => orNone(support.byProviderRef(text)),
  ]
  for (const lookup of lookups) {
    const found = await lookup()
    if (found.length > 0) return found
  }
  return []
}

/** Of checkouts under one reference, which replaced each other, the last. */
const newestOfEach = (newestFirst: readonly Checkout[]): readonly Checkout[] =>
  newestFirst.filter(
    ({ reference }, index) =>
      newestFirst.findIndex((other) => other.reference === reference) === index,
  )

async function orNone(lookup: Promise<Checkout | null>): Promise<readonly Checkout[]> {
  try {
    const checkout = await lookup
    return checkout ? [checkout] : []
  } catch (error) {
    if (error instanceof CheckoutError && error.code === 'checkout_not_found') return []
    throw error
  }
}
