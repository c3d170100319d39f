import { html } from 'hono/html'
import type { Attempt, Checkout, Evidence } from '../../core/checkout.ts'
import type { HistoryEntry, StoredEvent, TrackedEvent } from '../../core/store.ts'
import type { PendingRefund } from '../../core/refund-review.ts'
import { code, definitions, header, page, quiet } from './layout.ts'
import type { Html } from './layout.ts'
import { paymentsSection, refundsInReview } from './refunds.ts'
import { uncertainCheckouts, undeliveredEvents } from './attention.ts'
import { checkoutsInReview, reviewAdvice } from './reviews.ts'
import {
  cancelLabels,
  delivery,
  historyLabel,
  outcome,
  payerLabels,
  statusLabels,
  time,
  tones,
} from './labels.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'

export interface CheckoutPage {
  readonly merchantName: string
  readonly checkout: Checkout
  readonly history: readonly HistoryEntry[]
  readonly events: readonly TrackedEvent[]
  /** False when no webhook is configured. */
  readonly canResend: boolean
  /** The event that was just queued again. */
  readonly resent: string | undefined
  /** The refund that was just closed by hand. */
  readonly closed: string | undefined
  /** When webhooks were disabled, because the shop's endpoint answered 410; null when they are not. */
  readonly disabledSince: number | null
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

/** A provider that refuses our credentials, since when and for what. */
export interface RefusedCredentials {
  readonly provider: string
  readonly api: string
  readonly scope: 'payments' | 'refunds'
  readonly since: number
}

export interface SearchPage {
  readonly merchantName: string
  /** The query that found nothing; null without a query. */
  readonly notFound: string | null
  readonly disabledSince: number | null
  readonly refusedCredentials: readonly RefusedCredentials[]
  /** The newest that need a person, or needed one: nothing tells us when that is done. */
  readonly inReview: readonly Checkout[]
  readonly refunds: readonly PendingRefund[]
  /** Requests whose end is not known though their time is over. */
  readonly uncertain: readonly Checkout[]
  /** Events that the shop did not accept. */
  readonly undelivered: readonly StoredEvent[]
}

export const searchPage = ({
  merchantName,
  notFound,
  disabledSince,
  refusedCredentials,
  inReview,
  refunds,
  uncertain,
  undelivered,
}: SearchPage): Html =>
  page(
    merchantName,
    'Find a checkout',
    html`${header(notFound ?? '')}
      <main>
        <h1>Find a checkout</h1>
        ${webhooksDisabled(disabledSince)} ${refusedCredentials.map(credentialsRefused)}
        ${
          notFound === null
            ? html`<p class="quiet">
                Find a checkout by its id, by the shop’s reference, or by the reference that the
                payment provider shows.
              </p>`
            : html`<p role="alert">No checkout found for <strong>${notFound}</strong>.</p>`
        }
        ${checkoutsInReview(inReview)} ${refundsInReview(refunds)} ${uncertainCheckouts(uncertain)}
        ${undeliveredEvents(undelivered)}
      </main>`,
  )

export function checkoutPage(content: CheckoutPage): Html {
  const { merchantName, checkout, history, events, canResend, resent, disabledSince } = content
  const { reference, attempts } = checkout
  return page(
    merchantName,
    reference,
    html`${header(reference)}
      <main>
        ${webhooksDisabled(disabledSince)}
        ${
          events.some(({ id }) => id === resent)
            ? html`<p class="notice" role="status">${resent} is being sent again.</p>`
            : ''
        }
        ${
          checkout.refunds.some(({ id }) => id === content.closed)
            ? html`<p class="notice" role="status">The refund ${content.closed} is closed.</p>`
            : ''
        }
        ${summary(checkout)} ${review(checkout)} ${paymentsSection(checkout, content.now)}
        <section aria-labelledby="attempts">
          <h2 id="attempts">Attempts</h2>
          ${attempts.length > 0 ? attempts.map((attempt, index) => attemptCard(checkout, attempt, index + 1)) : quiet('None yet.')}
        </section>
        <section aria-labelledby="timeline">
          <h2 id="timeline">Timeline <span class="quiet">UTC, the local time in Iceland</span></h2>
          <ol class="card timeline">
            ${history.map((entry) => timelineEntry(entry, checkout))}
          </ol>
        </section>
        <section aria-labelledby="events">
          <h2 id="events">Webhook events</h2>
          ${canResend ? '' : quiet('WEBHOOK_URL is not set: webhooks are disabled.')}
          ${
            events.length > 0
              ? events.map((event) => eventCard(event, canResend))
              : quiet('None yet. Events are kept for 30 days after their delivery.')
          }
        </section>
      </main>`,
  )
}

const webhooksDisabled = (since: number | null): Html | '' =>
  since === null
    ? ''
    : html`<p class="warning" role="alert">
        The shop’s webhook endpoint answered 410 at ${time(since)}: nothing is sent until an event
        is resent or the server restarts.
      </p>`

const credentialsRefused = ({ provider, api, scope, since }: RefusedCredentials): Html =>
  html`<p class="warning" role="alert">
    ${providerLabels(provider).name} (${api}) has refused our credentials for ${scope} since
    ${time(since)}: <code>netgiro-checkout doctor</code> names the setting to check.
  </p>`

const summary = (checkout: Checkout): Html =>
  html`<section class="card summary" aria-label="Summary">
    <h1>${checkout.reference}</h1>
    <p class="amount">${money(checkout.amount, checkout.currency)}</p>
    <p>
      <strong class="status ${tones[checkout.status]}">${statusLabels[checkout.status]}</strong>
    </p>
    ${checkout.late ? html`<p>Paid after it had ended unpaid: deliver or refund.</p>` : ''}
    ${definitions([
      ['Id', code(checkout.id)],
      ['Status', code(checkout.status)],
      ['Provider', providerLabels(checkout.provider).name],
      ['Created', time(checkout.createdAt)],
      ['Expires', time(checkout.expiresAt)],
      ['Paid', time(checkout.paidAt)],
    ])}
  </section>`

/** Why a review is needed, and what to do. */
function review({ review: reason, attempts }: Checkout): Html | '' {
  if (reason === null) return ''
  const { observed, action } = reviewAdvice[reason]
  return html`<section class="warning" role="alert" aria-label="Needs review">
    <p><strong>${observed}</strong></p>
    <p>${action}</p>
    ${reason === 'outcome_unknown' ? attempts.map(confirmedUnpaid) : ''}
    <p class="quiet">Reason: ${code(reason)}</p>
  </section>`
}

/** The provider reported the end of the request after the review had started. */
const confirmedUnpaid = ({ reference, outcome, paidAt, providerCode }: Attempt): Html | '' =>
  outcome !== null || paidAt !== null || providerCode === null
    ? ''
    : html`<p>
        The provider has said since that ${reference} ended without a payment
        (${code(providerCode)}).
      </p>`

function attemptCard(checkout: Checkout, attempt: Attempt, number: number): Html {
  const { payer, providerCode, providerRef, cancelRequested } = attempt
  const { name, transactionId } = providerLabels(checkout.provider)
  return html`<article class="card">
    <h3>${number}. ${attempt.reference}</h3>
    ${definitions([
      [payerLabels[payer.kind], payer.masked || `asked by ${name}’s form`],
      ['Started', time(attempt.startedAt)],
      ['Ended', time(attempt.endedAt)],
      ['Outcome', outcome(checkout, attempt)],
      [`${name}’s code`, providerCode === null ? '–' : code(providerCode)],
      [transactionId, providerRef === null ? '–' : code(providerRef)],
      ...(attempt.uncertain ? [['Uncertain', 'a call may have had an effect'] as const] : []),
      ...(cancelRequested ? [['Cancellation', cancelLabels[cancelRequested]] as const] : []),
    ])}
  </article>`
}

function timelineEntry(
  { at, type, evidence, attemptId }: HistoryEntry,
  { provider, attempts }: Checkout,
): Html {
  const number = attempts.findIndex(({ id }) => id === attemptId) + 1
  return html`<li>
    <time datetime="${new Date(at).toISOString()}">${time(at)}</time>
    <span>
      ${historyLabel(type, provider, attempts[number - 1])}
      ${number > 0 && attempts.length > 1 ? html`<span class="quiet">(attempt ${number})</span>` : ''}
      ${
        evidence
          ? html`<span class="evidence"
              >${code(`${evidence.call} ${evidence.code}`)}
              ${
                evidence.referenceId === null
                  ? ''
                  : html`<span class="quiet">${providerLabels(provider).callId}</span>
                      ${code(evidence.referenceId)}`
              }
              ${evidence.operator ? operatorNote(evidence.operator, provider) : ''}</span
            >`
          : ''
      }
    </span>
  </li>`
}

/** Who decided and why, and the provider's last answer before that. */
const operatorNote = (
  { by, note, lastAnswer }: NonNullable<Evidence['operator']>,
  provider: string,
): Html =>
  html`${by}: “${note}”
    <span class="quiet"
      >Last answer of ${providerLabels(provider).name}:
      ${lastAnswer ? `${lastAnswer.call} ${lastAnswer.code}` : 'none'}</span
    >`

const eventCard = (event: TrackedEvent, canResend: boolean): Html =>
  html`<article class="card event">
    <div>
      <h3>${event.type}</h3>
      <p>${delivery(event)}</p>
      ${definitions([
        ['Id', code(event.id)],
        ['Time', time(event.at)],
        ['Failed tries', String(event.tries)],
      ])}
    </div>
    ${
      canResend
        ? html`<form method="post" action="resend">
            <input type="hidden" name="event" value="${event.id}" />
            <button class="plain" aria-label="Send again: ${event.type}">Send again</button>
          </form>`
        : ''
    }
  </article>`
