import { html } from 'hono/html'
import { capturedAmount, isCaptured } from '../../core/checkout.ts'
import type { Attempt, Checkout } from '../../core/checkout.ts'
import { money } from '../money.ts'
import type { Html } from './layout.ts'
import type { Words } from './words/words.ts'

export const expected = ({ locale }: Words, { amount, currency }: Checkout): string =>
  money(amount, currency, locale)

/** What the provider reported of one payment. A difference is marked by more than its colour. */
export function reportedOf(words: Words, checkout: Checkout, attempt: Attempt): string | Html {
  const reported = capturedAmount(checkout, attempt)
  const isOtherCurrency =
    checkout.review === 'currency_mismatch' && attempt.id !== checkout.paidAttemptId
  const text = isOtherCurrency
    ? words.payments.otherCurrency(checkout.currency)
    : money(reported, checkout.currency, words.locale)
  return reported === checkout.amount && !isOtherCurrency
    ? text
    : html`<strong class="status bad">${words.payments.differs(text)}</strong>`
}

/** What the provider reported of all payments of an order, to stand beside the expected amount. */
export function reported(words: Words, checkout: Checkout): string | Html {
  const payments = checkout.attempts.filter((attempt) => isCaptured(checkout, attempt))
  if (payments.length === 0) return words.attention.notReported
  return html`${payments.map(
    (attempt, index) => html`${index > 0 ? ' + ' : ''}${reportedOf(words, checkout, attempt)}`,
  )}`
}
