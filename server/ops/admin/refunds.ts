import { html } from 'hono/html'
import { attemptOfRefund, isCaptured, refundable } from '../../core/checkout.ts'
import type { Attempt, Checkout, Refund } from '../../core/checkout.ts'
import { concernOf } from '../../core/refund-review.ts'
import type { RefundConcern } from '../../core/refund-review.ts'
import { triesOf } from '../../core/refund-tries.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'
import { closingFields } from './closing-fields.ts'
import { time } from './labels.ts'
import { code, definitions, quiet } from './layout.ts'
import type { Html } from './layout.ts'
import { expected, reportedOf } from './reported.ts'
import type { Words } from './words/words.ts'

/** The payments of a checkout and their refunds. */
export function paymentsSection(words: Words, checkout: Checkout, now: number): Html | '' {
  const payments = checkout.attempts.filter((attempt) => isCaptured(checkout, attempt))
  const { refunds } = checkout
  const { payments: texts } = words
  if (payments.length === 0 && refunds.length === 0) return ''
  return html`<section aria-labelledby="payments">
    <h2 id="payments">${texts.payments}</h2>
    ${payments.length > 1 ? html`<p class="warning" role="alert">${texts.paidTimes(payments.length)}</p>` : ''}
    ${payments.map((attempt) => paymentCard(words, checkout, attempt))}
    <h2 id="refunds">${texts.refunds}</h2>
    ${refunds.length > 0 ? refunds.map((refund) => refundCard(words, checkout, refund, now)) : quiet(texts.noRefunds)}
  </section>`
}

function paymentCard(words: Words, checkout: Checkout, attempt: Attempt): Html {
  const { currency, provider } = checkout
  const { attention, order, payments: texts } = words
  return html`<article class="card">
    <h3>${attempt.reference}</h3>
    ${definitions([
      [attention.reported, reportedOf(words, checkout, attempt)],
      [attention.expected, expected(words, checkout)],
      [order.paid, time(words, attempt.paidAt ?? checkout.paidAt)],
      [texts.refundable, money(refundable(checkout, attempt), currency, words.locale)],
      [texts.attempt, code(attempt.id)],
      [
        order.transactionId(providerLabels(provider).transactionId),
        attempt.providerRef === null ? '–' : code(attempt.providerRef),
      ],
    ])}
  </article>`
}

function refundCard(words: Words, checkout: Checkout, refund: Refund, now: number): Html {
  const { amount, currency } = { amount: refund.amount, currency: checkout.currency }
  const { payments: texts } = words
  const concern = concernOf(refund, now)
  return html`<article class="card">
    <h3>${money(amount, currency, words.locale)}: ${texts.statuses[refund.status]}</h3>
    ${
      concern
        ? html`<p class="warning" role="alert">
            ${texts.concerns[concern](providerLabels(checkout.provider))}
          </p>`
        : ''
    }
    ${definitions(refundFacts(words, checkout, refund))}
    ${closeForm(words, checkout, refund, concern)}
  </article>`
}

function refundFacts(
  words: Words,
  checkout: Checkout,
  refund: Refund,
): readonly (readonly [string, string | Html])[] {
  const { id, status, requestedAt, settledAt, lastAnswer, closed } = refund
  const { closing, order, payments: texts } = words
  const tries = triesOf(refund)
  const tried =
    tries.lastAt === null ? texts.noTries : texts.triedTimes(tries.count, time(words, tries.lastAt))
  return [
    [order.id, code(id)],
    [texts.payment, attemptOfRefund(checkout, refund)?.reference ?? '–'],
    [texts.requested, time(words, requestedAt)],
    [texts.settled, time(words, settledAt)],
    [texts.tries, tried],
    ...(status === 'pending' ? [[texts.nextTry, time(words, tries.nextAt)] as const] : []),
    ...(lastAnswer
      ? [
          [
            order.lastAnswerOf(providerLabels(checkout.provider).name),
            code(`${lastAnswer.call} ${lastAnswer.code}`),
          ] as const,
        ]
      : []),
    ...(closed
      ? [[closing.closedBy, closed.by] as const, [closing.note, closed.note] as const]
      : []),
  ]
}

/** A pending refund can be closed either way; one that was closed as failed can be corrected. */
function closeForm(
  words: Words,
  checkout: Checkout,
  { id, status, closed }: Refund,
  concern: RefundConcern | null,
): Html | '' {
  const { payments: texts } = words
  if (status === 'refunded' || (status === 'failed' && !closed)) return ''
  return html`<details ${concern ? 'open' : ''}>
    <summary>${texts.close}</summary>
    <form class="closing" method="post" action="close-refund">
      <p class="quiet">${texts.closeHint(providerLabels(checkout.provider))}</p>
      <input type="hidden" name="checkout" value="${checkout.id}" />
      <input type="hidden" name="refund" value="${id}" />
      ${closingFields(words, id)}
      <button name="as" value="refunded">${texts.moneyWentBack}</button>
      ${
        status === 'pending'
          ? html`<button class="plain" name="as" value="failed">${texts.noMoneyWentBack}</button>`
          : ''
      }
    </form>
  </details>`
}
