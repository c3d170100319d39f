import { html } from 'hono/html'
import type { Attempt, Checkout, Evidence } from '../../core/checkout.ts'
import type { HistoryEntry, TrackedEvent } from '../../core/store.ts'
import type { PendingRefund } from '../../core/refund-review.ts'
import { code, facts, header, page, quiet } from './layout.ts'
import type { Html } from './layout.ts'
import { paymentsSection, refundsInReview } from './refunds.ts'
import { reviewAdvice } from './reviews.ts'
import { delivery, money, outcome, statusWords, time, tones, whatHappened } from './labels.ts'

export interface CheckoutPage {
  readonly merchantName: string
  readonly checkout: Checkout
  readonly history: readonly HistoryEntry[]
  readonly events: readonly TrackedEvent[]
  /** False where no webhook is configured. */
  readonly canResend: boolean
  /** The event that was just put back into the queue. */
  readonly resent: string | undefined
  /** The refund that was just closed by hand. */
  readonly closed: string | undefined
  /** The shop is told nothing since then, for its endpoint answered that it is gone. */
  readonly silentSince: number | null
  readonly now: number
}

export const loginPage = (merchantName: string, complaint: string | null): Html =>
  page(
    merchantName,
    'Log in',
    html`<form class="card login" method="post" action="login">
      <h1>Support</h1>
      <label for="token">Admin token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        ${complaint ? html`aria-invalid="true" aria-describedby="complaint"` : ''}
      />
      ${complaint ? html`<p class="complaint" id="complaint" role="alert">${complaint}</p>` : ''}
      <button>Log in</button>
    </form>`,
  )

/** A provider that does not let us in, since when, and for which of its two tasks. */
export interface RefusedCredentials {
  readonly provider: string
  readonly api: string
  readonly scope: 'payments' | 'refunds'
  readonly since: number
}

export interface SearchPage {
  readonly merchantName: string
  /** What was looked for and not found. */
  readonly missed: string | null
  readonly silentSince: number | null
  readonly refusedCredentials: readonly RefusedCredentials[]
  readonly refunds: readonly PendingRefund[]
}

export const searchPage = ({
  merchantName,
  missed,
  silentSince,
  refusedCredentials,
  refunds,
}: SearchPage): Html =>
  page(
    merchantName,
    'Find a checkout',
    html`${header(missed ?? '')}
      <main>
        ${silence(silentSince)} ${refusedCredentials.map(lockedOut)}
        ${
          missed === null
            ? html`<p class="quiet">
                Find a checkout by the shop’s reference, by its id, or by the reference that Netgíró
                shows.
              </p>`
            : html`<p role="alert">There is no checkout <strong>${missed}</strong>.</p>`
        }
        ${refundsInReview(refunds)}
      </main>`,
  )

export function checkoutPage(shown: CheckoutPage): Html {
  const { merchantName, checkout, history, events, canResend, resent, silentSince } = shown
  const { reference, attempts } = checkout
  return page(
    merchantName,
    reference,
    html`${header(reference)}
      <main>
        ${silence(silentSince)}
        ${
          events.some(({ id }) => id === resent)
            ? html`<p class="notice" role="status">The shop is told again of ${resent}.</p>`
            : ''
        }
        ${
          checkout.refunds.some(({ id }) => id === shown.closed)
            ? html`<p class="notice" role="status">The refund ${shown.closed} is closed.</p>`
            : ''
        }
        ${summary(checkout)} ${review(checkout)} ${paymentsSection(checkout, shown.now)}
        <section aria-labelledby="attempts">
          <h2 id="attempts">Attempts</h2>
          ${attempts.length > 0 ? attempts.map((attempt, index) => attemptCard(checkout, attempt, index + 1)) : quiet('None yet.')}
        </section>
        <section aria-labelledby="timeline">
          <h2 id="timeline">Timeline <span class="quiet">UTC, as in Iceland</span></h2>
          <ol class="card timeline">
            ${history.map((entry) => moment(entry, attempts))}
          </ol>
        </section>
        <section aria-labelledby="events">
          <h2 id="events">What the shop was told</h2>
          ${canResend ? '' : quiet('No WEBHOOK_URL is set: the shop is told nothing and must ask.')}
          ${
            events.length > 0
              ? events.map((event) => eventCard(event, canResend))
              : quiet('Nothing yet. What was delivered more than 30 days ago is not kept.')
          }
        </section>
      </main>`,
  )
}

const silence = (since: number | null): Html | '' =>
  since === null
    ? ''
    : html`<p class="warning" role="alert">
        The shop’s webhook address answered 410 at ${time(since)}: it is told nothing until an event
        is sent again, or the server starts anew.
      </p>`

const lockedOut = ({ provider, api, scope, since }: RefusedCredentials): Html =>
  html`<p class="warning" role="alert">
    ${provider} (${api}) refuses our credentials for ${scope} since ${time(since)}:
    <code>netgiro-checkout doctor</code> says which setting to look at.
  </p>`

const summary = (checkout: Checkout): Html =>
  html`<section class="card summary" aria-label="Summary">
    <h1>${checkout.reference}</h1>
    <p class="amount">${money(checkout.amount)}</p>
    <p><strong class="status ${tones[checkout.status]}">${statusWords[checkout.status]}</strong></p>
    ${checkout.late ? html`<p>Paid after it had been given up: deliver, or pay back.</p>` : ''}
    ${facts([
      ['Id', code(checkout.id)],
      ['Status', code(checkout.status)],
      ['Created', time(checkout.createdAt)],
      ['Lifetime ends', time(checkout.expiresAt)],
      ['Paid', time(checkout.paidAt)],
    ])}
  </section>`

/** Why somebody has to look, and what to do. */
function review({ review: reason, attempts }: Checkout): Html | '' {
  if (reason === null) return ''
  const { what, todo } = reviewAdvice[reason]
  return html`<section class="warning" role="alert" aria-label="Needs review">
    <p><strong>${what}</strong></p>
    <p>${todo}</p>
    ${reason === 'outcome_unknown' ? attempts.map(agreedSince) : ''}
    <p class="quiet">Reason: ${code(reason)}</p>
  </section>`
}

/** Of a request whose end nobody knew when a person was called. */
const agreedSince = ({ reference, outcome, paidAt, providerCode }: Attempt): Html | '' =>
  outcome !== null || paidAt !== null || providerCode === null
    ? ''
    : html`<p>
        The provider has said since that ${reference} ended without a payment
        (${code(providerCode)}).
      </p>`

const attemptCard = (checkout: Checkout, attempt: Attempt, number: number): Html =>
  html`<article class="card">
    <h3>${number}. ${attempt.reference}</h3>
    ${facts([
      ['Phone', attempt.payer.masked],
      ['Started', time(attempt.startedAt)],
      ['Ended', time(attempt.endedAt)],
      ['Outcome', outcome(checkout, attempt)],
      ['Netgíró’s code', attempt.providerCode === null ? '–' : code(attempt.providerCode)],
      ['TransactionId', attempt.providerRef === null ? '–' : code(attempt.providerRef)],
      ...(attempt.uncertain ? [['Uncertain', 'a call may have taken effect'] as const] : []),
      ...(attempt.cancelRequested ? [['Cancel asked by', attempt.cancelRequested] as const] : []),
    ])}
  </article>`

const moment = ({ at, type, evidence, attemptId }: HistoryEntry, all: readonly Attempt[]): Html => {
  const number = all.findIndex(({ id }) => id === attemptId) + 1
  return html`<li>
    <time datetime="${new Date(at).toISOString()}">${time(at)}</time>
    <span>
      ${whatHappened(type, all[number - 1])}
      ${number > 0 && all.length > 1 ? html`<span class="quiet">(attempt ${number})</span>` : ''}
      ${
        evidence
          ? html`<span class="evidence"
              >${code(`${evidence.call} ${evidence.code}`)}
              ${
                evidence.referenceId === null
                  ? ''
                  : html`<span class="quiet">netgiro_referenceId</span>
                      ${code(evidence.referenceId)}`
              }
              ${evidence.operator ? decision(evidence.operator) : ''}</span
            >`
          : ''
      }
    </span>
  </li>`
}

/** Both words: the person's, and the last that the provider had said. */
const decision = ({ by, note, lastAnswer }: NonNullable<Evidence['operator']>): Html =>
  html`${by}: “${note}”
    <span class="quiet"
      >Netgíró had said last:
      ${lastAnswer ? `${lastAnswer.call} ${lastAnswer.code}` : 'nothing'}</span
    >`

const eventCard = (event: TrackedEvent, canResend: boolean): Html =>
  html`<article class="card event">
    <div>
      <h3>${event.type}</h3>
      <p>${delivery(event)}</p>
      ${facts([
        ['Id', code(event.id)],
        ['Happened', time(event.at)],
        ['Failed tries', String(event.tries)],
      ])}
    </div>
    ${
      canResend
        ? html`<form method="post" action="resend">
            <input type="hidden" name="event" value="${event.id}" />
            <button class="plain" aria-label="Send ${event.type} again">Send again</button>
          </form>`
        : ''
    }
  </article>`
