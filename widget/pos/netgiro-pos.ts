import { html, type PropertyValues } from 'lit'
import { isFinal, parseSmsCode, type Snapshot } from '../../server/protocol/index.ts'
import { CheckoutElement } from '../checkout-element.ts'
import { NetgiroCheckoutEvent } from '../events.ts'
import { styles } from '../styles.ts'
import { fallback } from '../views/fallback.ts'
import { isSubmit } from '../views/submit.ts'
import { locales } from './messages/index.ts'
import type { PosPayerKind, PosMessages } from './messages/messages.ts'
import { parseCustomerInput } from './customer-input.ts'
import { posStyles } from './styles.ts'
import { PosKeyboard } from './keyboard.ts'
import { problemOf } from './views/customer-form.ts'
import { views } from './views/index.ts'
import type { PosActions } from './views/view.ts'

/** Milliseconds in which a second Enter was meant for the view before. */
const enterDebounceMs = 700

/**
 * Takes a Netgíró payment at a shop's till: asks for the customer's phone number, kennitala or code from the app, and
 * shows cashier and customer, in large type, what becomes of it. The checkout is one of `"channel": "pos"`.
 *
 * A barcode scanner may be used wherever the focus is, except in another field of the page: what comes as fast as only
 * a scanner types, `500004` and four characters and Enter, starts the payment at once. One field takes all three; what
 * is typed tells which it is.
 *
 * **The next sale** is one key away: Enter or F2 where the checkout is over; F2 alone where an attempt failed and the
 * field waits for another (the checkout stays open at the backend, until the shop closes it). The element then lets go
 * of its session, dispatches `netgiro-next-sale`, and is ready for the session of the next sale.
 *
 * A kennitala is in the field only while it is typed; once sent, it is shown as the backend masks it.
 *
 * @element netgiro-pos
 *
 * @attr {string} session - The opaque browser credential that the shop's server got from the backend.
 * @attr {string} server - Base URL of the backend. Default: where this script came from, its path included.
 * @attr {'is' | 'en'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 *
 * @prop {Snapshot | null} snapshot - What the backend last said; read-only.
 * @prop {Outcome | null} outcome - How the checkout, or its newest attempt, ended; read-only.
 * @prop {ErrorCode | null} problem - What the element complains of at the moment; read-only.
 *
 * @fires netgiro-before-start - A customer is about to be asked; `preventDefault()` stops it.
 * @fires netgiro-status - The snapshot changed, or is known for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; another may be made.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and another may be made (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt got no answer (`open`).
 * @fires netgiro-error - Something did not work; `event.code` says what.
 * @fires netgiro-next-sale - The cashier is done with this one; `event.snapshot` is how it ended. Set the next session.
 *
 * @slot - Shown while a session loads, or when it cannot be used.
 * @slot header - Instead of the mark.
 * @slot footer - Below everything.
 * @slot paid - Below the good news, e.g. a button that prints the receipt.
 *
 * @csspart card - The whole.
 * @csspart mark - The three leaves.
 * @csspart summary - Merchant, amount and details.
 * @csspart payee - Who asks for the money, in words.
 * @csspart merchant - Who is paid.
 * @csspart amount - How much.
 * @csspart details - Description and reference.
 * @csspart error - The sentence about a wish that did not work.
 * @csspart retry - Tries again to reach the backend.
 * @csspart view - Everything that changes with the status.
 * @csspart heading - Where the checkout stands.
 * @csspart text - The sentence under the heading.
 * @csspart choices - The three ways to know a customer.
 * @csspart choice - One of them.
 * @csspart label - Above the field.
 * @csspart input - The field, for the customer or for the code from the SMS.
 * @csspart hint - Quiet explanations; under the field also what is wrong with it.
 * @csspart button - Sends the request or the code; on an outcome, the next sale.
 * @csspart replace - Calls off another request that is in the way, and sends this one.
 * @csspart next - Goes on to the next sale.
 * @csspart progress - Who was asked, timer and bar.
 * @csspart phone - Who was asked, masked: a phone, a kennitala or a code.
 * @csspart timer - How long the request is valid.
 * @csspart bar - The same as a `<progress>`.
 * @csspart help - A piece of advice while waiting.
 * @csspart cancel - Asks to cancel.
 * @csspart icon - The sign of an outcome.
 * @csspart connection - “Reconnecting…”
 *
 * @cssprop --netgiro-font - Default: Montserrat where it is installed, the system's font elsewhere.
 * @cssprop --netgiro-font-size - Of ordinary text; everything else follows. Default: the page's, and never less than 16px.
 * @cssprop --netgiro-text - Text.
 * @cssprop --netgiro-muted - Secondary text.
 * @cssprop --netgiro-surface - The card and its field.
 * @cssprop --netgiro-line - The card's border, the dividing line, the empty part of the bar.
 * @cssprop --netgiro-border - Borders of the field, the choices and the quiet buttons.
 * @cssprop --netgiro-accent - The main button, the chosen way and the bar.
 * @cssprop --netgiro-on-accent - Text on the main button and the chosen way.
 * @cssprop --netgiro-danger - Errors, and the sign of an attempt that failed.
 * @cssprop --netgiro-padding - Of the card.
 * @cssprop --netgiro-radius - Of the card.
 * @cssprop --netgiro-control-radius - Of field, buttons and notices.
 */
export class NetgiroPos extends CheckoutElement<PosMessages> {
  static override styles = [styles, posStyles]

  protected override locales = locales

  #kind: PosPayerKind = 'phone'
  /** What stands in the field of the moment. */
  #text = ''
  #isInvalid = false
  #status: string | undefined
  #statusChangedAt = 0
  #lastField: Element | null = null

  constructor() {
    super()
    new PosKeyboard(this, {
      onScan: (appCode) => void this.start(appCode),
      onNext: (key) => this.#next(key),
    })
  }

  /** Has the customer asked: `text`, or what is in the field, is a phone number, a kennitala or a code from the app. */
  async start(text = this.#inputValue): Promise<void> {
    if (!this.checkout.canStart || !this.session) return
    const customer = parseCustomerInput(text)
    this.#isInvalid = !customer
    // A phone may be asked again; a kennitala must not stay in sight, and a code from the app counts once.
    this.#setInputValue(!customer ? text : customer.kind === 'phone' ? customer.grouped : '')
    if (!customer) {
      this.checkout.dispatchError(problemOf(this.#kind))
      return
    }
    this.#kind = customer.kind
    await this.checkout.start(customer.body)
  }

  /** Sends the code that the customer got by SMS. Does nothing unless one is awaited. */
  async giveCode(code = this.#inputValue): Promise<void> {
    if (this.checkout.busy || this.snapshot?.status !== 'awaiting_code') return
    const validCode = parseSmsCode(code)
    this.#isInvalid = !validCode
    this.#setInputValue(validCode ? '' : code)
    if (validCode) await this.checkout.send('code', { code: validCode })
    else this.checkout.dispatchError('invalid_code')
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
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

  protected override announcement(messages: PosMessages): string {
    const code = this.snapshot?.code
    return code?.refused && !this.snapshot?.cancelRequested
      ? `${messages.wrongCode} ${messages.triesLeft(code.triesLeft)}`
      : super.announcement(messages)
  }

  protected override view(snapshot: Snapshot | null, messages: PosMessages): unknown {
    if (!this.session) {
      return html`<h2 part="heading" tabindex="-1" .textContent=${messages.ready[0]}></h2>`
    }
    return snapshot ? views[snapshot.status](snapshot, this.#actions, messages) : fallback
  }

  /** A field that appears is where the cashier goes on, unless somebody is at work elsewhere on the page. */
  protected override updated(): void {
    super.updated()
    const { field } = this
    const isNew = field && field !== this.#lastField
    this.#lastField = field
    if (isNew && (document.activeElement === document.body || this.matches(':focus-within'))) {
      this.focus({ preventScroll: true })
    }
  }

  /** At once, not with the next rendering: what was just typed may not have been rendered either. */
  #setInputValue(text: string): void {
    const { field } = this
    if (field) field.value = text
    this.#text = text
    this.requestUpdate()
  }

  /** What is in the field, or was in the one that is gone. */
  get #inputValue(): string {
    return this.field?.value ?? this.#text
  }

  get #actions(): PosActions {
    const { busy, secondsLeft, secondsWaited, blocked } = this.checkout
    return {
      submit: this.#submit,
      edit: this.#edit,
      choose: this.#choose,
      focusChoice: this.#focusChoice,
      replace: blocked ? () => void this.checkout.replace() : null,
      cancel: () => void this.cancel(),
      next: () => void this.#next('click'),
      kind: this.#kind,
      text: this.#text,
      invalid: this.#isInvalid,
      busy,
      secondsLeft,
      secondsWaited,
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
    if (!isBlur) this.checkout.blocked = null
    // A field that is taken away loses the focus too, and has no say in the next view.
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

  /** Whoever points at a choice types next; arrow keys may still be on their way to another one. */
  #focusChoice = ({ detail }: MouseEvent): void => {
    if (detail) this.focus()
  }

  #next(by: 'Enter' | 'F2' | 'click'): boolean {
    const { snapshot } = this
    if (!snapshot) return false
    const { status, lastAttempt, uncertain, cancelRequested } = snapshot
    const isEnter = by === 'Enter'
    const isOver = isFinal(status)
    const failed =
      status === 'open' && lastAttempt && !uncertain && !cancelRequested && !this.checkout.busy
    if (!isOver && (!failed || isEnter)) return false
    if (isEnter && this.platform.now() - this.#statusChangedAt < enterDebounceMs) return true
    this.session = null
    this.dispatchEvent(new NetgiroCheckoutEvent('next-sale', snapshot))
    return true
  }
}
