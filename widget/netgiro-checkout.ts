import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { isFinal, parsePhone, type Snapshot } from '../server/protocol.ts'
import { CheckoutController } from './checkout-controller.ts'
import type { ErrorCode } from './checkout-client.ts'
import { eventsOf, NetgiroCheckoutEvent, NetgiroErrorEvent } from './events.ts'
import { groupPhone } from './format.ts'
import { localeOf, watchLang } from './locale.ts'
import { locales, sentence, wordsFor } from './messages/index.ts'
import type { Messages } from './messages/messages.ts'
import { scriptOrigin } from './script-origin.ts'
import { styles } from './styles.ts'
import { views } from './views/index.ts'
import { summary } from './views/summary.ts'
import { waiting } from './views/waiting.ts'
import { browser, type World } from './world.ts'

/**
 * Takes a Netgíró payment: asks for a phone number, has a payment request sent to it, and shows what becomes of it.
 *
 * The element only asks; what it shows is what the backend last said. Taking it out of the page, closing the tab or
 * losing the network cancels nothing. It may be moved in the page, and any of its attributes may be set late or again.
 *
 * Order of events: `netgiro-before-start`, then the request; later, for each change, `netgiro-status` and after it
 * the outcome. `element.snapshot` is already the new one when they are dispatched; the screen follows.
 *
 * @element netgiro-checkout
 *
 * @attr {string} session - The opaque browser credential that the shop's server got from the backend.
 * @attr {string} server - Base URL of the backend. Default: the origin that this script came from.
 * @attr {'is' | 'en'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 * @attr {string} phone - A number to begin with; the shopper may change it.
 *
 * @prop {Snapshot | null} snapshot - What the backend last said; read-only.
 *
 * @fires netgiro-before-start - A request is about to be sent to a phone; `preventDefault()` stops it.
 * @fires netgiro-status - The snapshot changed, or is known for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; the shopper may try again.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and the shopper may try again (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt got no answer (`open`).
 * @fires netgiro-error - Something did not work; `event.code` says what.
 *
 * @slot - Shown until the element is ready: before its script has run, while it loads, without a usable session.
 * @slot header - Instead of the mark.
 * @slot footer - Below everything.
 * @slot paid - Below the good news, e.g. a link to the receipt.
 *
 * @csspart card - The whole.
 * @csspart mark - The three leaves.
 * @csspart summary - Merchant, amount and details.
 * @csspart merchant - Who is paid.
 * @csspart amount - How much.
 * @csspart details - Description and reference.
 * @csspart error - The sentence about a wish that did not work.
 * @csspart view - Everything that changes with the status.
 * @csspart heading - Where the checkout stands.
 * @csspart text - The sentence under the heading.
 * @csspart label - Above the field.
 * @csspart input - The field.
 * @csspart hint - Quiet explanations; under the field also what is wrong with the number.
 * @csspart button - Sends the request.
 * @csspart progress - Phone, timer and bar.
 * @csspart phone - The masked number.
 * @csspart timer - How long the request is valid.
 * @csspart bar - The same as a `<progress>`.
 * @csspart help - A piece of advice while waiting.
 * @csspart cancel - Asks to cancel.
 * @csspart icon - The check mark of a payment.
 * @csspart connection - “Reconnecting…”
 *
 * @cssprop --netgiro-font - Default: Montserrat where it is installed, the system's font elsewhere.
 * @cssprop --netgiro-text - Text.
 * @cssprop --netgiro-muted - Secondary text.
 * @cssprop --netgiro-surface - The card and its field.
 * @cssprop --netgiro-line - The card's border, the dividing line, the empty part of the bar.
 * @cssprop --netgiro-border - Borders of the field and the quiet button.
 * @cssprop --netgiro-accent - The main button and the bar.
 * @cssprop --netgiro-on-accent - Text on the main button.
 * @cssprop --netgiro-danger - Errors.
 * @cssprop --netgiro-padding - Of the card.
 * @cssprop --netgiro-radius - Of the card.
 * @cssprop --netgiro-control-radius - Of field, buttons and notices.
 */
export class NetgiroCheckout extends LitElement {
  static override styles = styles
  static override properties = {
    session: { reflect: true },
    server: { reflect: true },
    locale: { reflect: true },
    phone: { reflect: true },
  }

  declare session: string | null | undefined
  declare server: string | null | undefined
  declare locale: string | null | undefined
  declare phone: string | null | undefined

  /** Network and clock; tests hand in their own before the element is connected. */
  world: World = browser

  readonly #checkout: CheckoutController
  /** What the shopper wrote; null while the field still shows the prefill. */
  #typed: string | null = null
  #refused = false
  #hadFocus = false

  constructor() {
    super()
    this.#checkout = new CheckoutController(this, {
      onSnapshot: this.#onSnapshot,
      onProblem: this.#onProblem,
    })
    watchLang(this)
  }

  get snapshot(): Snapshot | null {
    return this.#checkout.snapshot
  }

  /** Has the request sent to `phone`, or to the number in the field. Does nothing unless the checkout is open. */
  async start(phone?: string): Promise<void> {
    if (phone) this.#typed = grouped(phone)
    const number = parsePhone(this.#number)
    if (this.#checkout.busy || (this.snapshot?.status ?? 'open') !== 'open') return
    this.#refused = !number
    this.requestUpdate()
    if (!number) this.#onProblem('invalid_phone')
    else if (this.dispatchEvent(new NetgiroCheckoutEvent('before-start', this.snapshot, true)))
      await this.#checkout.ask('start', number)
  }

  /** Asks to cancel. Whether it came in time, a snapshot tells. */
  async cancel(): Promise<void> {
    if (this.snapshot && !isFinal(this.snapshot.status)) await this.#checkout.ask('cancel')
  }

  /** Looks at once what the backend knows, instead of waiting to be told. */
  refresh(): void {
    this.#checkout.refresh()
  }

  /** Focuses the phone field, or the heading where there is none. */
  override focus(options?: FocusOptions): void {
    const { renderRoot } = this
    const target = renderRoot.querySelector('input') ?? renderRoot.querySelector('h2')
    target?.focus(options)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session') || changed.has('server')) {
      this.#checkout.open(this.server ?? scriptOrigin, this.session)
    }
    this.#hadFocus = !!this.shadowRoot?.activeElement
  }

  protected override render(): TemplateResult {
    const { snapshot, problem, reconnecting, busy, left, waited } = this.#checkout
    const locale = localeOf(this)
    const messages = locales[locale]
    const words = snapshot && wordsFor(snapshot, messages)
    const moving = !problem && (snapshot ? views[snapshot.status] === waiting : this.session)
    return html`<div part="card" lang=${locale}>
      <slot name="header">
        <div part="mark" class=${moving ? 'busy' : ''} aria-hidden="true">
          <i></i><i></i><i></i>
        </div>
      </slot>
      ${snapshot && summary(snapshot, messages)}
      <p part="error" role="alert">${problem && sentence(problem, messages)}</p>
      <div part="view">
        ${
          snapshot && words
            ? html`<h2 part="heading" tabindex="-1">${words[0]}</h2>
                <p part="text">${words[1]}</p>
                ${views[snapshot.status](
                  snapshot,
                  {
                    submit: this.#submit,
                    edit: this.#edit,
                    cancel: () => void this.cancel(),
                    busy,
                    phone: this.#number,
                    refused: this.#refused,
                    left,
                    waited,
                  },
                  messages,
                )}`
            : html`<slot></slot>`
        }
      </div>
      <p part="connection">${reconnecting ? messages.reconnecting : null}</p>
      <slot name="footer"></slot>
      <p role="status">${this.#speech(messages)}</p>
    </div>`
  }

  protected override updated(): void {
    // Whoever worked inside must not fall back to the top of the page when a view goes.
    if (this.#hadFocus && !this.shadowRoot?.activeElement) {
      this.renderRoot.querySelector('h2')?.focus()
    }
  }

  get #number(): string {
    return this.#typed ?? grouped(this.phone ?? '')
  }

  #onSnapshot = (before: Snapshot | null, now: Snapshot): void => {
    for (const event of eventsOf(before, now)) this.dispatchEvent(event)
  }

  #onProblem = (code: ErrorCode): void => {
    this.dispatchEvent(new NetgiroErrorEvent(code, this.snapshot))
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    void this.start()
    if (this.#refused) this.focus()
  }

  /** Groups and judges the number on leaving the field, and only then: nobody likes a field that types back. */
  #edit = ({ type, target }: Event): void => {
    const { value } = target as HTMLInputElement
    const left = type === 'blur'
    this.#typed = left ? grouped(value) : value
    this.#refused = left && !!value.trim() && !parsePhone(value)
    this.requestUpdate()
  }

  /** What the live region says; it speaks when the text changes: other words, a minute left, ten seconds left. */
  #speech(messages: Messages): string {
    const { snapshot } = this
    const { left } = this.#checkout
    const limit = left > 60 ? 0 : left > 10 ? 60 : left && 10
    // Whoever opens the page reads it anyway.
    if (!snapshot || (snapshot.status === 'open' && !snapshot.lastAttempt)) return ''
    return limit && snapshot.status === 'awaiting_shopper' && !snapshot.cancelRequested
      ? `${messages.validFor} ${limit} ${messages.seconds}`
      : wordsFor(snapshot, messages).join('. ')
  }
}

const grouped = (text: string): string => {
  const digits = parsePhone(text)
  return digits ? groupPhone(digits) : text
}
