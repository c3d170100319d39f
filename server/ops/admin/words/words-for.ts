import type { Checkout } from '../../../core/checkout.ts'
import type { Words } from './words.ts'

/** The words about a checkout: at a point of sale, a cashier holds the session that is a shopper's elsewhere. */
export function wordsFor(words: Words, { channel }: Pick<Checkout, 'channel'>): Words {
  if (channel === 'web') return words
  const { asksToCancel, canceled, started, noAttempt } = words.atPos
  return {
    ...words,
    cancelers: { ...words.cancelers, shopper: asksToCancel },
    reasons: { ...words.reasons, canceled_by_shopper: canceled },
    history: { ...words.history, started },
    conclusion: { ...words.conclusion, noAttempt },
  }
}
