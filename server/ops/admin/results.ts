import { html } from 'hono/html'
import type { Attempt, Checkout } from '../../core/checkout.ts'
import { outcome, statusOf, time, toneOf } from './labels.ts'
import type { Html } from './layout.ts'
import { expected } from './reported.ts'
import { wordsFor } from './words/words-for.ts'
import type { Words } from './words/words.ts'

/** Orders that were found, each with what tells it apart from the others. */
export const results = (words: Words, checkouts: readonly Checkout[]): Html =>
  html`<ol class="results">
    ${checkouts.map((checkout) => html`<li class="card">${result(wordsFor(words, checkout), checkout)}</li>`)}
  </ol>`

const result = (words: Words, checkout: Checkout): Html =>
  html`<h3><a href="checkouts?q=${checkout.id}">${checkout.reference}</a></h3>
    <p class="line">
      <span class="sum">${expected(words, checkout)}</span>
      <strong class="status ${toneOf(checkout)}">${statusOf(words, checkout)}</strong>
    </p>
    <p class="quiet">${words.order.created}: ${time(words, checkout.createdAt)}</p>
    ${
      checkout.attempts.length === 0
        ? html`<p>${words.search.noRequest}</p>`
        : html`<ul>
            ${checkout.attempts.map((attempt) => html`<li>${request(words, checkout, attempt)}</li>`)}
          </ul>`
    }`

const request = (words: Words, checkout: Checkout, attempt: Attempt): string =>
  [
    time(words, attempt.startedAt),
    attempt.payer.masked || words.payers[attempt.payer.kind],
    outcome(words, checkout, attempt),
  ].join(' · ')
