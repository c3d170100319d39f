import { html } from 'hono/html'
import { isOverRefunded, isUnresolved } from '../../core/checkout.ts'
import type { Attempt, Checkout } from '../../core/checkout.ts'
import type { HistoryEntry } from '../../core/store.ts'
import { providerLabels } from '../provider-labels.ts'
import { closingFields } from './closing-fields.ts'
import { time } from './labels.ts'
import { code, definitions } from './layout.ts'
import type { Html } from './layout.ts'
import type { Words } from './words/words.ts'

interface Reviewed {
  readonly checkout: Checkout
  readonly history: readonly HistoryEntry[]
}

/** Why a person is needed and what to do, or who has dealt with it and how. */
export function reviewSection(words: Words, { checkout, history }: Reviewed): Html | '' {
  const { review: reason, reviewClosedAt, attempts, provider } = checkout
  if (reason === null) return ''
  const { observed, action } = words.reviews[reason]
  const facts = html`<p><strong>${observed}</strong></p>`
  const exceeded = words.reviews.refund_exceeds_payment
  const isAlsoExceeded = reason !== 'refund_exceeds_payment' && isOverRefunded(checkout)
  const reasonLine = html`<p class="quiet">${words.order.reason}: ${code(reason)}</p>`
  if (reviewClosedAt !== null)
    return html`<section aria-labelledby="review">
      <h2 id="review">${words.review.closed}</h2>
      <article class="card">
        ${facts} ${closing(words, reviewClosedAt, history)} ${reasonLine}
      </article>
    </section>`
  return html`<section class="warning" role="alert" aria-label="${words.order.needsReview}">
      ${facts}
      <p>${action}</p>
      ${
        isAlsoExceeded
          ? html`<p><strong>${exceeded.observed}</strong></p>
              <p>${exceeded.action}</p>`
          : ''
      }
      ${attempts.map((one) => (isUnresolved(checkout, one) ? confirmedUnpaid(words, one, provider) : ''))}
      ${reasonLine}
    </section>
    <details>
      <summary>${words.review.close}</summary>
      <form class="closing" method="post" action="close-review">
        <p class="quiet">${words.review.closeHint}</p>
        <input type="hidden" name="checkout" value="${checkout.id}" />
        <input type="hidden" name="review" value="${reason}" />
        ${closingFields(words, 'review')}
        <button>${words.review.close}</button>
      </form>
    </details>`
}

/** The provider reported the end of the request after the review had started. */
const confirmedUnpaid = (
  words: Words,
  { reference, providerCode }: Attempt,
  provider: string,
): Html | '' =>
  providerCode === null
    ? ''
    : html`<p>
        ${words.order.endedSince(providerLabels(provider).name, reference)} (${code(providerCode)}).
      </p>`

function closing(words: Words, closedAt: number, history: readonly HistoryEntry[]): Html {
  const operator = history.findLast(({ type }) => type === 'review_closed')?.evidence?.operator
  return definitions([
    [words.review.closedAt, time(words, closedAt)],
    ...(operator
      ? [
          [words.closing.closedBy, operator.by] as const,
          [words.closing.note, operator.note] as const,
        ]
      : []),
  ])
}
