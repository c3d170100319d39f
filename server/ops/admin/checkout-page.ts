import { html } from 'hono/html'
import type { Attempt, Checkout, Evidence, RefundAnswer } from '../../core/checkout.ts'
import type { HistoryEntry, TrackedEvent } from '../../core/store.ts'
import { providerLabels } from '../provider-labels.ts'
import { conclusionSection } from './conclusion.ts'
import { delivery, historyLabel, outcome, statusOf, time, toneOf } from './labels.ts'
import { code, definitions, header, page, quiet, toStart } from './layout.ts'
import type { Frame, Html } from './layout.ts'
import { paymentsSection } from './refunds.ts'
import { expected } from './reported.ts'
import { results } from './results.ts'
import { reviewSection } from './review.ts'
import { webhooksDisabled } from './search-pages.ts'
import { wordsFor } from './words/words-for.ts'
import type { Words } from './words/words.ts'

export interface CheckoutPage {
  readonly checkout: Checkout
  readonly history: readonly HistoryEntry[]
  readonly events: readonly TrackedEvent[]
  /** Other checkouts of the same reference: it replaced them, or they replaced it. */
  readonly others: readonly Checkout[]
  /** False when no webhook is configured. */
  readonly canResend: boolean
  /** The event that was just queued again. */
  readonly resent: string | undefined
  /** The refund that was just closed by hand. */
  readonly closed: string | undefined
  /** The refund that could not be closed, because it had been settled before. */
  readonly unclosed: string | undefined
  /** The review that the form which led here was about was closed: `yes`, or had been changed before: `no`. */
  readonly reviewClosed: string | undefined
  /** When webhooks were disabled, because the shop's endpoint answered 410; null when they are not. */
  readonly disabledSince: number | null
  readonly now: number
}

export function checkoutPage(frame: Frame, content: CheckoutPage): Html {
  const { checkout, events, canResend, disabledSince, others } = content
  const words = wordsFor(frame.words, checkout)
  return page(
    frame,
    checkout.reference,
    html`${header(frame, checkout.reference)}
      <main>
        ${toStart(frame)} ${webhooksDisabled(words, disabledSince)} ${done(words, content)}
        ${summary(words, checkout)} ${reviewSection(words, content)}
        ${conclusionSection(words, checkout, events, canResend)}
        ${paymentsSection(words, checkout, content.now)} ${attempts(words, checkout)}
        ${timeline(words, content)} ${notices(words, content)}
        ${
          others.length === 0
            ? ''
            : html`<section aria-labelledby="others">
                <h2 id="others">${words.order.others}</h2>
                ${results(frame.words, others)}
              </section>`
        }
      </main>`,
  )
}

/** What the form that led here has done, or has not. */
function done(words: Words, content: CheckoutPage): Html {
  const { events, checkout, resent, closed, unclosed, reviewClosed } = content
  const settled = checkout.refunds.filter(({ status }) => status !== 'pending')
  const isResent = events.some(({ id }) => id === resent)
  const isClosed = settled.some(({ id }) => id === closed)
  const said = [
    isResent ? words.events.isSentAgain(resent ?? '') : '',
    isClosed ? words.payments.isClosed(closed ?? '') : '',
    reviewClosed === 'yes' && checkout.reviewClosedAt !== null ? words.review.isClosed : '',
  ].filter(Boolean)
  const unchanged = [
    settled.some(({ id }) => id === unclosed) ? words.payments.wasSettled(unclosed ?? '') : '',
    reviewClosed === 'no' ? words.review.wasChanged : '',
  ].filter(Boolean)
  return html`${said.map((text) => html`<p class="notice" role="status">${text}</p>`)}
  ${unchanged.map((text) => html`<p class="warning" role="alert">${text}</p>`)}`
}

const summary = (words: Words, checkout: Checkout): Html =>
  html`<section class="card summary" aria-label="${words.order.summary}">
    <h1>${checkout.reference}</h1>
    <p class="amount">${expected(words, checkout)}</p>
    <p>
      <strong class="status ${toneOf(checkout)}">${statusOf(words, checkout)}</strong>
    </p>
    ${definitions([
      [words.order.id, code(checkout.id)],
      [words.order.status, code(checkout.status)],
      [words.order.provider, providerLabels(checkout.provider).name],
      [words.order.created, time(words, checkout.createdAt)],
      [words.order.expires, time(words, checkout.expiresAt)],
      [words.order.paid, time(words, checkout.paidAt)],
    ])}
  </section>`

const attempts = (words: Words, checkout: Checkout): Html =>
  html`<section aria-labelledby="attempts">
    <h2 id="attempts">${words.order.attempts}</h2>
    ${
      checkout.attempts.length > 0
        ? checkout.attempts.map((one, index) => attemptCard(words, checkout, one, index + 1))
        : quiet(words.order.noAttempts)
    }
  </section>`

function attemptCard(words: Words, checkout: Checkout, attempt: Attempt, number: number): Html {
  const { payer, providerCode, providerRef, cancelRequested } = attempt
  const { name, transactionId } = providerLabels(checkout.provider)
  const { order } = words
  return html`<article class="card">
    <h3>${number}. ${attempt.reference}</h3>
    ${definitions([
      [words.payers[payer.kind], payer.masked || order.byForm(name)],
      [order.started, time(words, attempt.startedAt)],
      [order.ended, time(words, attempt.endedAt)],
      [order.outcome, outcome(words, checkout, attempt)],
      [order.codeOf(name), providerCode === null ? '–' : code(providerCode)],
      [order.transactionId(transactionId), providerRef === null ? '–' : code(providerRef)],
      ...(attempt.uncertain ? [[order.uncertain, order.uncertainText] as const] : []),
      ...(cancelRequested ? [[order.cancellation, words.cancelers[cancelRequested]] as const] : []),
    ])}
  </article>`
}

const timeline = (words: Words, { history, checkout }: CheckoutPage): Html =>
  html`<section aria-labelledby="timeline">
    <h2 id="timeline">${words.order.timeline}</h2>
    <ol class="card timeline">
      ${history.map((entry) => timelineEntry(words, entry, checkout))}
    </ol>
  </section>`

function timelineEntry(words: Words, entry: HistoryEntry, { provider, attempts }: Checkout): Html {
  const { at, type, evidence, attemptId, repeats = 0, lastAt = null } = entry
  const number = attempts.findIndex(({ id }) => id === attemptId) + 1
  return html`<li>
    <time datetime="${new Date(at).toISOString()}">${time(words, at)}</time>
    <span>
      ${historyLabel(words, type, provider, attempts[number - 1])}
      ${
        number > 0 && attempts.length > 1
          ? html`<span class="quiet">${words.order.attempt(number)}</span>`
          : ''
      }
      ${
        repeats > 0
          ? html`<span class="quiet">(${words.order.repeated(repeats, time(words, lastAt))})</span>`
          : ''
      }
      ${evidence ? evidenceLine(words, evidence, provider) : ''}
    </span>
  </li>`
}

const evidenceLine = (words: Words, evidence: Evidence, provider: string): Html =>
  html`<span class="evidence"
    >${code(`${evidence.call} ${evidence.code}`)}
    ${
      evidence.referenceId === null
        ? ''
        : html`<span class="quiet">${providerLabels(provider).callId}</span>
            ${code(evidence.referenceId)}`
    }
    ${evidence.operator ? operatorNote(words, evidence.operator, provider) : ''}</span
  >`

/** Who decided and why, and the provider's last answer before that, if there was one. */
const operatorNote = (
  words: Words,
  { by, note, lastAnswer }: NonNullable<Evidence['operator']>,
  provider: string,
): Html => html`${by}: “${note}” ${lastAnswer ? lastAnswerLine(words, lastAnswer, provider) : ''}`

function lastAnswerLine(
  words: Words,
  { call, code: answer }: RefundAnswer,
  provider: string,
): Html {
  const label = words.order.lastAnswerOf(providerLabels(provider).name)
  return html`<span class="quiet">${label}: ${`${call} ${answer}`}</span>`
}

const notices = (words: Words, { events, canResend }: CheckoutPage): Html =>
  html`<section aria-labelledby="events">
    <h2 id="events">${words.events.title}</h2>
    ${canResend ? '' : quiet(words.events.disabled)}
    ${
      events.length > 0
        ? events.map((event) => eventCard(words, event, canResend))
        : quiet(words.events.none)
    }
  </section>`

function eventCard(words: Words, event: TrackedEvent, canResend: boolean): Html {
  const { events: texts } = words
  const name = texts.types[event.type]
  return html`<article class="card event">
    <div>
      <h3>${name} ${code(event.type)}</h3>
      <p>${delivery(words, event)}</p>
      ${definitions([
        [words.order.id, code(event.id)],
        [texts.time, time(words, event.at)],
        [texts.failedTries, String(event.tries)],
      ])}
    </div>
    ${
      canResend
        ? html`<form method="post" action="resend">
            <input type="hidden" name="event" value="${event.id}" />
            <button class="plain" aria-label="${texts.sendAgain}: ${name}">
              ${texts.sendAgain}
            </button>
          </form>`
        : ''
    }
  </article>`
}
