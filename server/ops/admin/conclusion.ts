import { html } from 'hono/html'
import { capturedAmount, isCaptured, isUncertain, openAttempt } from '../../core/checkout.ts'
import { refundedAmount } from '../../core/checkout.ts'
import type { Attempt, Checkout, OpenAttempt } from '../../core/checkout.ts'
import type { TrackedEvent } from '../../core/store.ts'
import { money } from '../money.ts'
import { providerLabels } from '../provider-labels.ts'
import { delivery, time } from './labels.ts'
import type { Html } from './layout.ts'
import type { Words } from './words/words.ts'

interface Conclusion {
  readonly happened: readonly string[]
  /** What to do, or to say to whoever asks. */
  readonly action: string
  readonly tone: 'good' | 'bad' | 'waiting' | 'over'
}

/**
 * The first thing on the page of a checkout: what became of the money, whether the shop knows, and what to do or say. Null where a
 * review says it.
 */
export function conclusionSection(
  words: Words,
  checkout: Checkout,
  events: readonly TrackedEvent[],
  canResend: boolean,
): Html | '' {
  const conclusion = conclusionOf(words, checkout, events, canResend)
  if (!conclusion) return ''
  return html`<section class="notice ${conclusion.tone}" aria-labelledby="conclusion">
    <h2 id="conclusion">${words.conclusion.title}</h2>
    ${conclusion.happened.map((sentence) => html`<p>${sentence}</p>`)}
    <p><strong>${words.attention.whatToDo}</strong> ${conclusion.action}</p>
    ${
      openAttempt(checkout)
        ? html`<p><a href="checkouts?q=${checkout.id}">${words.conclusion.loadAgain}</a></p>`
        : ''
    }
  </section>`
}

function conclusionOf(
  words: Words,
  checkout: Checkout,
  events: readonly TrackedEvent[],
  canResend: boolean,
): Conclusion | null {
  const { conclusion: texts } = words
  if (checkout.review !== null) return null
  if (checkout.status === 'paid') return paid(words, checkout, events, canResend)
  const attempt = openAttempt(checkout)
  if (attempt) return underWay(words, checkout, attempt)
  const last = checkout.attempts.at(-1)
  if (!last) return { happened: [texts.noAttempt], action: texts.noAttemptAction, tone: 'over' }
  const reason = last.reason === null ? words.order.outcomeReview : words.reasons[last.reason]
  const happened = [texts.lastEnded(reason)]
  return checkout.status === 'open'
    ? { happened, action: texts.mayPayAgain(time(words, checkout.expiresAt)), tone: 'over' }
    : {
        happened: [texts.closed, ...happened],
        action: texts.closedAction(providerLabels(checkout.provider)),
        tone: 'over',
      }
}

function paid(
  words: Words,
  checkout: Checkout,
  events: readonly TrackedEvent[],
  canResend: boolean,
): Conclusion {
  const { conclusion: texts } = words
  const payments = checkout.attempts.filter((attempt) => isCaptured(checkout, attempt))
  const { name } = providerLabels(checkout.provider)
  const happened = payments.map((attempt) =>
    texts.paid(
      name,
      money(capturedAmount(checkout, attempt), checkout.currency, words.locale),
      time(words, attempt.paidAt ?? checkout.paidAt),
    ),
  )
  if (checkout.late) happened.push(texts.late)
  if (payments.every((attempt) => isRefunded(checkout, attempt))) happened.push(texts.refunded)
  return notice(words, happened, events, canResend)
}

/** Whether the shop's server knows of the payment is what a shopper's call is usually about. */
function notice(
  words: Words,
  happened: readonly string[],
  events: readonly TrackedEvent[],
  canResend: boolean,
): Conclusion {
  const { conclusion: texts } = words
  const event = events.findLast(({ type }) => type === 'checkout.paid')
  if (!event) {
    // Notices are stored where there is no webhook, too; the old ones are deleted.
    const why = canResend ? texts.noticeForgotten : texts.noWebhook
    return { happened: [...happened, why], action: texts.shopCanAsk, tone: 'good' }
  }
  if (event.deliveredAt !== null)
    return {
      happened: [...happened, texts.told(time(words, event.deliveredAt))],
      action: texts.toldAction,
      tone: 'good',
    }
  return {
    happened: [...happened, texts.notTold(delivery(words, event))],
    action: canResend ? texts.notToldAction : texts.toldAction,
    tone: 'bad',
  }
}

const isRefunded = (checkout: Checkout, attempt: Attempt): boolean =>
  refundedAmount(checkout, attempt) >= capturedAmount(checkout, attempt)

function underWay(words: Words, checkout: Checkout, attempt: OpenAttempt): Conclusion {
  const { conclusion: texts } = words
  if (checkout.status === 'confirming')
    return { happened: [texts.confirming], action: texts.confirmingAction, tone: 'waiting' }
  if (isUncertain(attempt))
    return {
      happened: [texts.uncertain(providerLabels(checkout.provider).name)],
      action: texts.uncertainAction,
      tone: 'bad',
    }
  if (attempt.reason !== null)
    return {
      happened: [texts.lastEnded(words.reasons[attempt.reason])],
      action: texts.mayPayAgain(time(words, checkout.expiresAt)),
      tone: 'over',
    }
  const payer = attempt.payer.masked || words.payers[attempt.payer.kind]
  if (attempt.cancelRequested)
    return {
      happened: [texts.canceling(payer, words.cancelers[attempt.cancelRequested])],
      action: texts.cancelingAction,
      tone: 'waiting',
    }
  return {
    happened: [texts.waiting(payer, time(words, attempt.approvalExpiresAt))],
    action: checkout.status === 'awaiting_code' ? texts.codeAction : texts.waitingAction,
    tone: 'waiting',
  }
}
