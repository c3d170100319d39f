import { html } from 'hono/html'
import { attemptOfRefund, capturedAmount, isCaptured, refundable } from '../../core/checkout.ts'
import type { Attempt, Checkout, Refund } from '../../core/checkout.ts'
import { concernOf } from '../../core/refund-review.ts'
import type { PendingRefund, RefundConcern } from '../../core/refund-review.ts'
import { triesOf } from '../../core/refund-tries.ts'
import { code, definitions, quiet } from './layout.ts'
import type { Html } from './layout.ts'
import { time } from './labels.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'

const statusLabels: Record<Refund['status'], string> = {
  pending: 'Not settled',
  refunded: 'Refunded',
  failed: 'Failed: no money went back',
}

const concernLabels: Record<RefundConcern, (provider: string) => string> = {
  refused: (provider) =>
    `${provider} refused it, but an earlier try may have succeeded. Look the payment up in the partner portal.`,
  overdue: () =>
    'It has not been settled for more than a day. Look the payment up in the partner portal.',
}

const concernLabel = (concern: RefundConcern, { provider }: Checkout): string =>
  concernLabels[concern](providerLabels(provider).name)

/** For the first page: the refunds of all checkouts that need a person. */
export const refundsInReview = (refunds: readonly PendingRefund[]): Html | '' =>
  refunds.length === 0
    ? ''
    : html`<section aria-labelledby="refunds-in-review">
        <h2 id="refunds-in-review">Refunds that need a person</h2>
        ${refunds.map(
          ({ checkout, refund, concern }) =>
            html`<article class="card">
              <h3><a href="checkouts?q=${checkout.id}">${checkout.reference}</a></h3>
              <p>
                ${money(refund.amount, checkout.currency)}, requested ${time(refund.requestedAt)}
              </p>
              ${concern ? html`<p>${concernLabel(concern, checkout)}</p>` : ''}
            </article>`,
        )}
      </section>`

/** The payments of a checkout and their refunds. */
export function paymentsSection(checkout: Checkout, now: number): Html | '' {
  const payments = checkout.attempts.filter((attempt) => isCaptured(checkout, attempt))
  const { refunds } = checkout
  if (payments.length === 0 && refunds.length === 0) return ''
  return html`<section aria-labelledby="payments">
    <h2 id="payments">Payments</h2>
    ${payments.length > 1 ? html`<p class="warning" role="alert">Paid ${payments.length} times.</p>` : ''}
    ${payments.map((attempt) => paymentCard(checkout, attempt))}
    <h2 id="refunds">Refunds</h2>
    ${refunds.length > 0 ? refunds.map((refund) => refundCard(checkout, refund, now)) : quiet('None.')}
  </section>`
}

function paymentCard(checkout: Checkout, attempt: Attempt): Html {
  const { currency, provider } = checkout
  return html`<article class="card">
    <h3>${attempt.reference}</h3>
    ${definitions([
      ['Reported', amountReported(checkout, attempt)],
      ['Expected', money(checkout.amount, currency)],
      ['Paid', time(attempt.paidAt ?? checkout.paidAt)],
      ['Refundable', money(refundable(checkout, attempt), currency)],
      ['Attempt', code(attempt.id)],
      [
        providerLabels(provider).transactionId,
        attempt.providerRef === null ? '–' : code(attempt.providerRef),
      ],
    ])}
  </article>`
}

/** A difference is marked by more than its colour. */
function amountReported(checkout: Checkout, attempt: Attempt): string | Html {
  const reported = capturedAmount(checkout, attempt)
  const text = money(reported, checkout.currency)
  if (reported === checkout.amount) return text
  return html`<strong class="status bad">${text} (differs)</strong>`
}

function refundCard(checkout: Checkout, refund: Refund, now: number): Html {
  const { id, amount, status, requestedAt, settledAt, lastAnswer, closed } = refund
  const tries = triesOf(refund)
  const concern = concernOf(refund, now)
  return html`<article class="card">
    <h3>${money(amount, checkout.currency)}: ${statusLabels[status]}</h3>
    ${concern ? html`<p class="warning" role="alert">${concernLabel(concern, checkout)}</p>` : ''}
    ${definitions([
      ['Id', code(id)],
      ['Payment', attemptOfRefund(checkout, refund)?.reference ?? '–'],
      ['Requested', time(requestedAt)],
      ['Settled', time(settledAt)],
      ['Tries', tries.lastAt === null ? 'none' : `${tries.count}, the last ${time(tries.lastAt)}`],
      ...(status === 'pending' ? [['Next try', time(tries.nextAt)] as const] : []),
      ...(lastAnswer
        ? [
            [
              `Last answer of ${providerLabels(checkout.provider).name}`,
              code(`${lastAnswer.call} ${lastAnswer.code}`),
            ] as const,
          ]
        : []),
      ...(closed ? [['Closed by', closed.by] as const, ['Note', closed.note] as const] : []),
    ])}
    ${closeForm(checkout, refund, concern)}
  </article>`
}

/** A pending refund can be closed either way; one that was closed as failed can be corrected. */
function closeForm(
  checkout: Checkout,
  { id, status, closed }: Refund,
  concern: RefundConcern | null,
): Html | '' {
  if (status === 'refunded' || (status === 'failed' && !closed)) return ''
  return html`<details ${concern ? 'open' : ''}>
    <summary>Close by hand</summary>
    <form class="closing" method="post" action="close-refund">
      <p class="quiet">
        Only after you have checked in the partner portal whether the money went back.
        ${providerLabels(checkout.provider).name} is not called.
      </p>
      <input type="hidden" name="checkout" value="${checkout.id}" />
      <input type="hidden" name="refund" value="${id}" />
      <label for="by-${id}">Your name</label>
      <input id="by-${id}" name="by" maxlength="500" autocomplete="name" required />
      <label for="note-${id}">What you found, and where</label>
      <input id="note-${id}" name="note" maxlength="500" autocomplete="off" required />
      <button name="as" value="refunded">The money went back</button>
      ${
        status === 'pending'
          ? html`<button class="plain" name="as" value="failed">No money went back</button>`
          : ''
      }
    </form>
  </details>`
}
