import { html } from 'hono/html'
import { openAttempt } from '../../core/checkout.ts'
import type { Checkout } from '../../core/checkout.ts'
import type { StoredEvent } from '../../core/store.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'
import { time } from './labels.ts'
import type { Html } from './layout.ts'

/** For the first page: requests whose time is over while nobody knows how they ended. */
export const uncertainCheckouts = (checkouts: readonly Checkout[]): Html | '' =>
  checkouts.length === 0
    ? ''
    : html`<section aria-labelledby="uncertain">
        <h2 id="uncertain">Outcome not known yet</h2>
        <p class="quiet">
          The server goes on asking. Do not let the shopper pay again: a request that is still in
          the app must be declined there first.
        </p>
        ${checkouts.map(uncertainCard)}
      </section>`

function uncertainCard(checkout: Checkout): Html {
  const { id, reference, amount, currency, provider } = checkout
  const attempt = openAttempt(checkout)
  return html`<article class="card">
    <h3><a href="checkouts?q=${id}">${reference}</a></h3>
    <p>
      ${money(amount, currency)}, requested
      ${time(attempt?.startedAt ?? null)}${attempt?.payer.masked ? ` from ${attempt.payer.masked}` : ''}
    </p>
    <p>${providerLabels(provider).name} has not said whether it was paid.</p>
  </article>`
}

/** For the first page: events that the shop did not accept, and that are tried again. */
export const undeliveredEvents = (events: readonly StoredEvent[]): Html | '' =>
  events.length === 0
    ? ''
    : html`<section aria-labelledby="undelivered">
        <h2 id="undelivered">Not delivered to the shop</h2>
        <p class="quiet">
          The shop does not know of these yet. They are sent again by themselves; if its endpoint
          was repaired, they can be sent at once from the page of the checkout.
        </p>
        ${events.map(
          ({ checkoutId, type, at, tries }) =>
            html`<article class="card">
              <h3><a href="checkouts?q=${checkoutId}">${type}</a></h3>
              <p>
                Happened ${time(at)}; ${tries === 1 ? '1 failed try' : `${tries} failed tries`}.
              </p>
            </article>`,
        )}
      </section>`
