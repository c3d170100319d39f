import { html, type TemplateResult } from 'lit/html.js'
import { isFinal, parseSmsCode, type Snapshot } from '../../server/protocol/index.ts'
import { CheckoutElement } from '../checkout-element.ts'
import { Ends } from '../ends.ts'
import { NetgiroCheckoutEvent } from '../events.ts'
import type { LazySheet } from '../lazy-sheet.ts'
import type { Headline } from '../messages/messages.ts'
import { styles } from '../styles.ts'
import { isSubmit } from '../views/submit.ts'
import { TimeAnnouncer } from '../time-announcer.ts'
import { unrepeatable } from '../unrepeatable.ts'
import type { Changes } from '../updating-element.ts'
import { locales } from './messages/index.ts'
import type { PosPayerKind, PosMessages } from './messages/messages.ts'
import { parseCustomerInput } from './customer-input.ts'
import { posStyles } from './styles.ts'
import { PosKeyboard } from './keyboard.ts'
import { problemOf } from './views/customer-form.ts'
import { views } from './views/index.ts'
import type { PosActions } from './views/view.ts'

/** An Enter within this time after a change of status was meant for the previous view. */
const enterDebounceMs = 700

/**
 * Takes a Netgíró payment at a point of sale: asks for the customer's phone number, kennitala or code from the app and
 * shows progress and result in large type. The checkout must have been created with `"channel": "pos"`.
 *
 * One field accepts all three; their format distinguishes them. A barcode scanner works wherever the focus is, except in
 * another field of the page: `500004`, four characters and Enter, at a scanner's speed, start the payment.
 *
 * **Next sale**: Enter or F2 when the checkout is over, or its amount too low; F2 only when an attempt failed and the field is
 * ready for another (the checkout then stays open until the shop cancels it). The element removes its `session`, dispatches
 * `netgiro-next-sale` and waits for the session of the next sale.
 *
 * A kennitala is cleared from the field as soon as it is sent, and shown as the backend masks it.
 *
 * @element netgiro-pos
 *
 * @attr {string} session - Browser credential that the backend issued to the shop's server.
 * @attr {string} server - Base URL of the backend. Default: the URL that this script was loaded from, without the file name.
 * @attr {'is' | 'en'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 * @attr {string} snapshot - JSON of the `snapshot` that `POST /v1/checkouts` returned: shown at once, until the backend has
 *   responded. Only the first one counts.
 * @attr {string} name - In a form: nothing is submitted before the checkout is paid, and then the signed receipt under this name.
 * @attr {string} notify - How an outcome draws attention, beside the title of a hidden page: any of `icon`, `vibration` and `sound`,
 *   separated by spaces. Default: none of them.
 * @attr {'auto' | 'light' | 'dark'} theme - Default: the page's `color-scheme`; `auto` follows the operating system.
 *
 * @prop {MessageOverrides<PosMessages> | null} messages - The page's own texts instead of some of the element's.
 * @prop {Snapshot | null} snapshot - Last state that the backend reported, or the one of the attribute before that; may be
 *   set once, as an object or as JSON, instead of the attribute.
 * @prop {Outcome | null} outcome - How the checkout or its newest attempt ended; read-only.
 * @prop {Promise<Snapshot>} finished - Resolves with the final snapshot, which may be there already; read-only.
 * @prop {ErrorCode | null} problem - Code of the error that is shown; read-only.
 *
 * @fires netgiro-before-start - A payment request is about to be sent; `preventDefault()` stops it.
 * @fires netgiro-status - The snapshot changed, or arrived for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; another may be made.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and another may be made (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt got no answer (`open`).
 * @fires netgiro-error - An error occurred; `event.code` says which.
 * @fires netgiro-next-sale - The cashier goes on to the next sale; `event.snapshot` is the last state of this one.
 *
 * @slot - Fallback, shown while a session loads and if it is not valid.
 * @slot header - Replaces the logo.
 * @slot footer - At the bottom of the card.
 * @slot paid - After a successful payment, e.g. a button that prints the receipt.
 *
 * @csspart card - Root container.
 * @csspart mark - Logo.
 * @csspart summary - Merchant, amount and details.
 * @csspart payee - Line with the merchant's name.
 * @csspart merchant - Merchant's name.
 * @csspart amount - Formatted amount.
 * @csspart details - Description and reference.
 * @csspart error - Error message.
 * @csspart retry - Button that reconnects to the backend.
 * @csspart view - Content that depends on the status.
 * @csspart heading - Heading for the status.
 * @csspart text - Text below the heading.
 * @csspart choices - The three ways to identify a customer.
 * @csspart choice - One of the choices.
 * @csspart label - Label of the field.
 * @csspart input - Input field for the customer's number or the code from the SMS.
 * @csspart hint - Secondary text; below the field also its validation error.
 * @csspart button - Main button: sends the request or the code; after the end, goes on to the next sale.
 * @csspart replace - Button that cancels another waiting request and sends this one.
 * @csspart next - Button that goes on to the next sale.
 * @csspart progress - Container of payer, timer and bar.
 * @csspart phone - Masked phone number, kennitala or code.
 * @csspart timer - Time left to approve the request.
 * @csspart bar - Time left as a `<progress>`.
 * @csspart help - Advice while waiting.
 * @csspart cancel - Button that requests cancellation.
 * @csspart icon - Icon of the outcome.
 * @csspart connection - “Connecting…” or “Reconnecting…”.
 *
 * @cssprop --netgiro-font - Font family. Default: `Montserrat, system-ui, sans-serif`.
 * @cssprop --netgiro-font-size - Base font size, which everything scales with. Default: `max(1rem, 16px)`.
 * @cssprop --netgiro-text - Text colour.
 * @cssprop --netgiro-muted - Colour of secondary text.
 * @cssprop --netgiro-surface - Background of the card and the field.
 * @cssprop --netgiro-line - Colour of the card's border, the separator and the empty part of the bar.
 * @cssprop --netgiro-border - Border colour of the field, the choices and the secondary buttons.
 * @cssprop --netgiro-accent - Colour of the main button, the selected choice and the bar.
 * @cssprop --netgiro-on-accent - Text colour on the main button and the selected choice.
 * @cssprop --netgiro-danger - Colour of errors and of the icon of a failed attempt.
 * @cssprop --netgiro-success - Background of the icon of a payment.
 * @cssprop --netgiro-notice - Background of the icon of an uncertain outcome.
 * @cssprop --netgiro-focus - Colour of the focus ring.
 * @cssprop --netgiro-hover - Colour laid over a button under the pointer.
 * @cssprop --netgiro-mark - Size of the logo.
 * @cssprop --netgiro-width - Largest width of the element. Default: 48 × font size.
 * @cssprop --netgiro-spacing - Space between the sections of the card.
 * @cssprop --netgiro-padding - Padding of the card.
 * @cssprop --netgiro-radius - Corner radius of the card.
 * @cssprop --netgiro-control-radius - Corner radius of field, buttons and notices.
 */
export class NetgiroPos extends CheckoutElement<PosMessages> {
  /** @internal */
  override sheets: readonly LazySheet[] = [styles, posStyles]

  declare locale: 'is' | 'en' | null | undefined

  protected override locales = locales
  /** Between two sales there is none. */
  readonly isSessionOptional = true

  protected override readonly ends = new Ends(this.checkout)
  readonly #time = new TimeAnnouncer()
  #kind: PosPayerKind = 'phone'
  /** The text of the field that is shown. */
  #text = ''
  #isInvalid = false
  #status: string | undefined
  #statusChangedAt = 0
  #lastField: Element | null = null

  constructor() {
    super()
    this.addController(this.ends)
    new PosKeyboard(this, {
      onScan: (appCode) => {
        // Where a sale offers no field, it takes no other attempt.
        if ((this.field || !this.snapshot) && !this.matches(':disabled')) void this.start(appCode)
      },
      onNext: (key) => this.#next(key),
    })
  }

  /**
   * Sends a payment request. Does nothing unless the checkout is open.
   *
   * @param text - A phone number, kennitala or code from the app. Default: the text in the field.
   */
  async start(text?: string): Promise<void> {
    if (!this.checkout.canStart() || !this.session) return
    // Only now: what was typed for the session before is gone.
    text ??= this.#inputValue
    const customer = parseCustomerInput(text)
    this.#isInvalid = !customer
    // A phone number may be used again; a kennitala must not stay visible, and a code from the app is valid once.
    this.#setInputValue(!customer ? text : customer.kind === 'phone' ? customer.grouped : '')
    if (customer) {
      this.#kind = customer.kind
      await this.checkout.start(customer.body)
    } else this.checkout.dispatchError(problemOf(this.#kind))
  }

  /**
   * Sends the code that the customer received by SMS. Does nothing unless a code is expected.
   *
   * @param code - Four characters. Default: the text in the field.
   */
  async giveCode(code?: string): Promise<void> {
    this.flush()
    code ??= this.#inputValue
    if (this.checkout.busy || this.snapshot?.status !== 'awaiting_code') return
    const validCode = parseSmsCode(code)
    this.#isInvalid = !validCode
    this.#setInputValue(validCode ? '' : code)
    if (validCode) await this.checkout.send('code', { code: validCode })
    else this.checkout.dispatchError('invalid_code')
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed)
    const { snapshot } = this
    if (
      changed.has('session') ||
      (snapshot?.status === 'awaiting_code') !== (this.#status === 'awaiting_code')
    ) {
      this.#text = ''
      this.#isInvalid = false
    }
    if (snapshot?.status !== this.#status) this.#statusChangedAt = this.platform.now()
    this.#status = snapshot?.status
  }

  /** While a code is checked, its effect is unknown; that is worth a warning only if the answer does not come. */
  protected override headline(snapshot: Snapshot, messages: PosMessages): Headline {
    const uncertain = snapshot.uncertain && this.checkout.busy !== 'code'
    return super.headline({ ...snapshot, uncertain }, messages)
  }

  protected override topics(messages: PosMessages): readonly string[] {
    const { snapshot } = this
    const code = snapshot?.code
    const isNew = this.field && snapshot?.status === 'open' && !snapshot.lastAttempt
    const shown = (selector: string): string =>
      this.renderRoot.querySelector(selector)?.textContent ?? ''
    return [
      ...super.topics(messages),
      // The field takes the focus, so that nobody comes across the amount above it.
      isNew ? messages.amount(snapshot.amount, snapshot.currency) : '',
      this.#time.textFor(this.checkout, messages),
      // Not while it is canceled, when there is no field.
      code?.refused && this.field
        ? `${messages.wrongCode} ${messages.triesLeft(code.triesLeft)}`
        : '',
      // What is wrong with what was typed, and the newest advice.
      this.#isInvalid ? shown('#hint') : '',
      shown('[part=help]:last-of-type'),
    ]
  }

  protected override view(snapshot: Snapshot, messages: PosMessages): unknown {
    return views[snapshot.status](snapshot, this.#actions, messages)
  }

  protected override readonly fallback = (messages: PosMessages): TemplateResult =>
    this.session
      ? html`<slot></slot>`
      : html`<h2 part="heading" tabindex="-1" .textContent=${messages.ready[0]}></h2>`

  /** Focuses a field that has just appeared, unless the focus is elsewhere on the page. */
  protected override updated(): void {
    super.updated()
    const { field } = this
    const isNew = field && field !== this.#lastField
    this.#lastField = field
    // Not `:focus-within`, which nothing matches while another window has the focus.
    const { activeElement } = this.getRootNode() as Document | ShadowRoot
    if (isNew && (document.activeElement === document.body || this.contains(activeElement))) {
      this.focus({ preventScroll: true })
    }
  }

  /** Sets the DOM property right away: what was just typed has not been rendered, so rendering might not reset it. */
  #setInputValue(text: string): void {
    const { field } = this
    if (field) field.value = text
    this.#text = text
    this.requestUpdate()
  }

  /** The text of the field, or of the last one if none is rendered. */
  get #inputValue(): string {
    return this.field?.value ?? this.#text
  }

  get #actions(): PosActions {
    return {
      checkout: this.checkout,
      submit: this.#submit,
      edit: this.#edit,
      choose: this.#choose,
      focusChoice: this.#focusChoice,
      cancel: () => void this.cancel(),
      next: () => void this.#next('click'),
      kind: this.#kind,
      text: this.#text,
      invalid: this.#isInvalid,
    }
  }

  #submit = (event: Event): void => {
    if (!isSubmit(event)) return
    event.preventDefault()
    void (this.#status === 'awaiting_code' ? this.giveCode() : this.start())
    this.focus()
  }

  #edit = ({ type, target }: Event): void => {
    const { value } = target as HTMLInputElement
    const isBlur = type === 'blur'
    if (!isBlur) this.checkout.problem = this.checkout.blocked = null
    // A field that is removed loses the focus as well, and must not change the next view.
    if (isBlur && this.#status !== 'open') return
    const customer = parseCustomerInput(value)
    if (customer) this.#kind = customer.kind
    this.#text = (isBlur && customer?.grouped) || value
    this.#isInvalid = isBlur && !!value.trim() && !customer
    this.requestUpdate()
  }

  #choose = (kind: PosPayerKind): void => {
    this.#kind = kind
    this.#text = ''
    this.#isInvalid = false
    this.requestUpdate()
  }

  /** Focuses the field after a click on a choice, but not after arrow keys, which may move on to another choice. */
  #focusChoice = ({ detail }: MouseEvent): void => {
    if (detail) this.focus()
  }

  #next(by: 'Enter' | 'F2' | 'click'): boolean {
    const { snapshot } = this
    if (!snapshot) return false
    const { status, lastAttempt, uncertain, cancelRequested } = snapshot
    const isEnter = by === 'Enter'
    const failed =
      status === 'open' && lastAttempt && !uncertain && !cancelRequested && !this.checkout.busy
    const isOver = isFinal(status) || (failed && lastAttempt.reason === unrepeatable)
    if (!isOver && (!failed || isEnter)) return false
    if (isEnter && this.platform.now() - this.#statusChangedAt < enterDebounceMs) return true
    this.session = null
    this.dispatchEvent(new NetgiroCheckoutEvent('next-sale', snapshot))
    return true
  }
}
