import { html } from 'hono/html'
import { isOverRefunded, openAttempt } from '../../core/checkout.ts'
import type { Checkout } from '../../core/checkout.ts'
import type { PendingRefund } from '../../core/refund-review.ts'
import type { TrackedEvent } from '../../core/store.ts'
import type { OpenReview } from '../../core/support.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'
import { delivery, since } from './labels.ts'
import { definitions } from './layout.ts'
import type { Frame, Html } from './layout.ts'
import { expected, reported } from './reported.ts'
import type { Advice, Words } from './words/words.ts'

/** Everything that needs a person; each list is at most `max` long. */
export interface Attention {
  readonly inReview: readonly OpenReview[]
  /** Paid after they had been given up. */
  readonly late: readonly Checkout[]
  readonly refunds: readonly PendingRefund[]
  /** Requests whose end is not known though their time is over. */
  readonly uncertain: readonly Checkout[]
  /** Events that the shop did not accept, and the orders that they are about. */
  readonly undelivered: readonly (readonly [event: TrackedEvent, checkout: Checkout])[]
  /** False when no webhook is configured. */
  readonly isShopTold: boolean
  readonly max: number
  readonly now: number
}

interface Item {
  readonly checkout: Checkout
  readonly at: number | null
  readonly advice: Advice
  /** Instead of the amount that was reported, where it is about something else. */
  readonly facts?: readonly (readonly [string, string | Html])[]
}

interface Section {
  readonly id: string
  readonly title: string
  readonly items: readonly Item[]
}

/** For the first page: what needs a person, since when, and what to do. */
export function attentionList({ words }: Frame, attention: Attention): Html {
  const { attention: texts } = words
  const sections: readonly Section[] = [
    { id: 'in-review', title: texts.review, items: reviews(words, attention) },
    { id: 'late', title: texts.late, items: late(words, attention) },
    { id: 'refunds-in-review', title: texts.refunds, items: refunds(words, attention) },
    { id: 'uncertain', title: texts.uncertain, items: uncertain(words, attention) },
    { id: 'undelivered', title: texts.undelivered, items: undelivered(words, attention) },
  ].filter(({ items }) => items.length > 0)
  return html`<section aria-labelledby="attention">
    <h2 id="attention">${texts.title}</h2>
    ${
      sections.length === 0
        ? html`<p class="quiet">${texts.nothing(attention.isShopTold)}</p>`
        : html`${contents(sections)} ${sections.map((one) => section(words, attention, one))}`
    }
  </section>`
}

/** A long list must not hide the shorter ones below it. */
const contents = (sections: readonly Section[]): Html =>
  html`<ul class="contents">
    ${sections.map(
      ({ id, title, items }) => html`<li><a href="#${id}">${title}</a> ${count(items)}</li>`,
    )}
  </ul>`

const count = ({ length }: readonly Item[]): Html => html`<span class="count">${length}</span>`

const section = (words: Words, { max, now }: Attention, { id, title, items }: Section): Html =>
  html`<section aria-labelledby="${id}">
    <h3 id="${id}">${title} ${count(items)}</h3>
    ${items.length < max ? '' : html`<p class="quiet">${words.attention.first(max)}</p>`}
    ${items.map((item) => card(words, item, now))}
  </section>`

const card = (words: Words, { checkout, at, advice, facts }: Item, now: number): Html =>
  html`<article class="card">
    <h4><a href="checkouts?q=${checkout.id}">${checkout.reference}</a></h4>
    <p>${advice.observed}</p>
    <p><strong>${words.attention.whatToDo}</strong> ${advice.action}</p>
    ${definitions([
      [words.attention.since, since(words, at, now)],
      [words.attention.expected, expected(words, checkout)],
      ...(facts ?? [[words.attention.reported, reported(words, checkout)] as const]),
      ...payer(words, checkout),
    ])}
  </article>`

function payer(words: Words, { attempts }: Checkout): readonly (readonly [string, string])[] {
  const masked = attempts.at(-1)?.payer.masked ?? ''
  return masked === '' ? [] : [[words.attention.payer, masked]]
}

/** When a person was first needed, as far as it is known: the request ended, or the money was reported. */
const reviewedSince = ({ attempts, createdAt }: Checkout): number =>
  Math.max(
    createdAt,
    ...attempts.map(({ paidAt, endedAt, startedAt }) => paidAt ?? endedAt ?? startedAt),
  )

const reviews = (words: Words, { inReview }: Attention): readonly Item[] =>
  inReview.flatMap(({ checkout, isSettled }) => {
    if (checkout.review === null) return []
    // More may have gone back since another reason was recorded.
    const reason = isOverRefunded(checkout) ? 'refund_exceeds_payment' : checkout.review
    const { observed, action } = words.reviews[reason]
    const advice = { observed, action: isSettled ? words.attention.settledAction : action }
    return [{ checkout, at: reviewedSince(checkout), advice }]
  })

const late = (words: Words, attention: Attention): readonly Item[] =>
  attention.late.map((checkout) => ({
    checkout,
    at: checkout.paidAt,
    advice: words.attention.lateAdvice(providerLabels(checkout.provider)),
  }))

const refunds = (words: Words, attention: Attention): readonly Item[] =>
  attention.refunds.flatMap(({ checkout, refund, concern }) => {
    if (concern === null) return []
    const amount = money(refund.amount, checkout.currency, words.locale)
    const advice = {
      observed: `${words.payments.statuses[refund.status]}: ${amount}`,
      action: words.payments.concerns[concern](providerLabels(checkout.provider)),
    }
    return [{ checkout, at: refund.requestedAt, advice }]
  })

const uncertain = (words: Words, attention: Attention): readonly Item[] =>
  attention.uncertain.map((checkout) => ({
    checkout,
    at: openAttempt(checkout)?.startedAt ?? null,
    advice: words.attention.uncertainAdvice(providerLabels(checkout.provider)),
  }))

const undelivered = (words: Words, attention: Attention): readonly Item[] =>
  attention.undelivered.map(([event, checkout]) => ({
    checkout,
    at: event.at,
    advice: {
      observed: `${words.events.types[event.type]}. ${delivery(words, event)}`,
      action:
        event.deliveredAt === null
          ? words.attention.undeliveredAction
          : words.attention.deliveredBeforeAction,
    },
    facts: [[words.attention.notice, html`<code>${event.type}</code>`]],
  }))
