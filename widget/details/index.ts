/**
 * What is not needed to enter a number and to see that a request is waiting: help in stages, sending again, the signs of
 * the outcomes, receipts. Loaded as soon as a request is sent. Without it, the element shows the same headlines and texts.
 *
 * This is a file of its own, which contains no copy of Lit or of the element's classes: the element hands them in.
 */
import type { html as litHtml, TemplateResult } from 'lit/html.js'
import { isFinal, parsePhone, type Snapshot } from '../../server/protocol/index.ts'
import type { HelpStage, NetgiroCheckoutEvent, Outcome } from '../events.ts'
import { Ends } from '../ends.ts'
import { ends as endsEn } from '../messages/ends/en.ts'
import { ends as endsIs } from '../messages/ends/is.ts'
import type { Messages } from '../messages/messages.ts'
import { addSheet, type Styled } from '../lazy-sheet.ts'
import { memory, store } from '../phone-memory.ts'
import { replace } from '../views/replace.ts'
import { TimeAnnouncer } from '../time-announcer.ts'
import { stagesOf } from './help.ts'
import { en } from './messages/en.ts'
import { is } from './messages/is.ts'
import type { DetailsMessages } from './messages/messages.ts'
import { NextRequest, type NextRequestOptions } from './next-request.ts'
import { receipt } from './receipt.ts'
import { picture, signOf } from './signs.ts'
import { detailsStyles } from './styles.ts'

/** What an element hands in. */
export interface DetailsOptions extends NextRequestOptions {
  readonly element: NextRequestOptions['element'] &
    Styled & {
      readonly outcome: Outcome | null
      getAttribute(name: string): string | null
      requestUpdate(): void
    }
  readonly html: typeof litHtml
  readonly NetgiroCheckoutEvent: typeof NetgiroCheckoutEvent
}

/** The element's messages: those of two languages are there from the start; Polish is loaded as a whole. */
export type Locales = Readonly<Record<'is' | 'en', Messages>> & Readonly<Record<string, Messages>>

/** Adds the texts that only an end needs. */
const add = (
  messages: Messages,
  { errors, ...ends }: typeof endsIs | typeof endsEn,
  details: DetailsMessages,
): Messages => ({
  ...messages,
  ...ends,
  ...{ details, sendAgain: details.sendAgain },
  errors: { ...messages.errors, ...errors },
})

/** Adds them to the messages of the languages that lack them. */
export const complete = (all: Locales): Locales => ({
  ...all,
  is: add(all.is, endsIs, is),
  en: add(all.en, endsEn, en),
})

/** The details of one element. */
export class Details extends Ends {
  readonly #options: DetailsOptions
  readonly #html: typeof litHtml
  readonly #next: NextRequest
  readonly #time = new TimeAnnouncer()
  #stage: HelpStage | undefined
  /** undefined until there is a snapshot. */
  #lastOutcome: Outcome | null | undefined
  #isCopied = false

  constructor(options: DetailsOptions) {
    super(options.checkout)
    this.#options = options
    this.#html = options.html
    this.#next = new NextRequest(options)
    addSheet(options.element, detailsStyles)
  }

  /** The stages of help that have been reached, the newest one last. */
  get #stages(): readonly HelpStage[] {
    const { element, checkout } = this.#options
    const { snapshot } = element
    return snapshot?.status === 'awaiting_shopper' && !snapshot.cancelRequested
      ? stagesOf(checkout)
      : []
  }

  /** What the live region announces while a request waits: the newest advice, and the time left. */
  topics(messages: Messages): readonly string[] {
    const stage = this.#stages.at(-1)
    return [
      this.#time.textFor(this.#options.checkout, messages),
      stage ? (messages.details ?? en).help[stage] : '',
    ]
  }

  override hostUpdated(): void {
    super.hostUpdated()
    const { element, NetgiroCheckoutEvent: HelpEvent } = this.#options
    const { snapshot, shadowRoot } = element
    const stage = this.#stages.at(-1)
    if (stage && stage !== this.#stage) {
      element.dispatchEvent(Object.assign(new HelpEvent('help', snapshot), { stage }))
    }
    this.#stage = stage
    const heading = shadowRoot?.querySelector('h2')
    const isNews = this.#lastOutcome !== undefined && element.outcome !== this.#lastOutcome
    // If the focus is nowhere, so that the shopper is not left at the top of the page.
    if (element.outcome && isNews && document.activeElement === document.body)
      heading?.focus({ preventScroll: true })
    this.#lastOutcome = snapshot ? element.outcome : undefined
    if (isFinal(snapshot?.status)) this.#forgetOrder()
    else {
      this.#isCopied = false
      // Before that, it is not known for which order it is.
      if (snapshot) this.#keepNumber(snapshot)
    }
    this.#next.goOn()
  }

  /** Advice and ways on for the waiting view; for the form, a way to forget the number. */
  help({ status, cancelRequested }: Snapshot, messages: Messages): TemplateResult | null {
    if (status === 'open') return this.#belowForm(messages)
    const isWaiting = status !== 'starting' && this.#options.checkout.secondsLeft
    if (cancelRequested || !(isWaiting || status === 'confirming')) return null
    return this.#html`${status === 'awaiting_shopper' ? this.#advice(messages.details ?? en) : null}
      <p part="hint" .textContent=${messages.mayLeave ?? ''}></p>`
  }

  #advice(messages: DetailsMessages): TemplateResult {
    const { element } = this.#options
    const html = this.#html
    const stages = this.#stages
    const canResend = stages.some((stage) => stage === 'send_again' || stage === 'last_seconds')
    const { resend, change } = this.#next
    const url = safeUrl(element.getAttribute('app-url'))
    return html`${url ? html`<a part="app" href=${url} .textContent=${messages.openApp}></a>` : null}
      ${stages.length ? html`<div part="advice">${stages.map((stage) => html`<p part="help" .textContent=${messages.help[stage]}></p>`)}</div>` : null}
      <div part="again">
        ${canResend ? this.#button('resend', messages.sendAgain, resend) : null}
        ${this.#button('change', messages.changeNumber, change)}
      </div>`
  }

  /** A way to cancel another request that is waiting for the same payer, and one to forget the number. */
  #belowForm(messages: Messages): TemplateResult {
    const { checkout } = this.#options
    const again = (): void => replace(checkout)
    return this.#options
      .html`${checkout.blocked ? this.#button('replace', messages.replace ?? '', again) : null}
      ${memory('localStorage') ? this.#keepButton(false, messages.details ?? en) : null}`
  }

  /** The sign of the outcome, the phone that may still have a request, and the receipt of what is paid or in review. */
  outcome(snapshot: Snapshot, { details = en, sentTo }: Messages): TemplateResult | null {
    const html = this.#html
    const { element, phone } = this.#options
    const sign = signOf(snapshot)
    if (!sign) return null
    const onCopied = (): void => {
      this.#isCopied = true
      element.requestUpdate()
    }
    const options = { snapshot, messages: details }
    const { status, lastAttempt, phone: sentPhone } = snapshot
    const isPaid = status === 'paid'
    const mayWait = status === 'open' && lastAttempt?.reason === 'outcome_unknown'
    const isKept = memory('localStorage') !== ''
    return html`${picture(html, sign)}
    ${
      mayWait && sentPhone
        ? html`<p part="phone">
            <span .textContent=${sentTo}></span>
            <bdi translate="no" .textContent=${sentPhone}></bdi>
          </p>`
        : null
    }
    ${snapshot.supportCode && typeof snapshot.supportCode === 'string' ? receipt(html, { ...options, isCopied: this.#isCopied, onCopied }) : null}
    ${isPaid && (isKept || phone()) ? this.#keepButton(!isKept, details) : null}`
  }

  /** Keeps the number of a request for a reload of the page. */
  #keepNumber({ status, reference }: Snapshot): void {
    const { checkout, phone } = this.#options
    const number = parsePhone(phone())
    const isSent = status !== 'open' || checkout.busy || checkout.failedAction
    if (number && isSent) store('sessionStorage', number + reference)
  }

  /** Others may use the browser next, so the number stays in this page alone, to be remembered if the shopper wants that. */
  #forgetOrder(): void {
    const { phone } = this.#options
    phone(phone())
    store('sessionStorage', '')
  }

  /** Keeps the number on this device, or forgets it. */
  #keepButton(isKept: boolean, messages: DetailsMessages): TemplateResult {
    const { element, phone } = this.#options
    return this.#button(
      isKept ? 'remember small' : 'forget small',
      isKept ? messages.remember : messages.forget,
      () => {
        if (element.snapshot?.status === 'open') phone('')
        store('localStorage', isKept ? phone() : '')
        element.requestUpdate()
      },
    )
  }

  #button(part: string, label: string, onClick: () => void): TemplateResult {
    const html = this.#html
    return html`<button
      part=${part}
      type="button"
      @click=${onClick}
      .textContent=${label}
    ></button>`
  }
}

/** The URL, unless it would run a script. [url] White space and control characters do not separate its scheme. */
function safeUrl(url: string | null): string | null {
  const plain = url?.replace(/[\s\p{Cc}]/gu, '')
  return plain && !/^(javascript|data|vbscript):/i.test(plain) ? url : null
}
