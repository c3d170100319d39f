import type { TemplateResult } from 'lit'
import { parsePhone, type Snapshot } from '../server/protocol/index.ts'
import { CheckoutElement } from './checkout-element.ts'
import { groupPhone } from './format.ts'
import { locales } from './messages/index.ts'
import type { Messages } from './messages/messages.ts'
import { fallback } from './views/fallback.ts'
import { views } from './views/index.ts'
import { isSubmit } from './views/submit.ts'

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
 * @attr {string} server - Base URL of the backend. Default: where this script came from, its path included.
 * @attr {'is' | 'en'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 * @attr {string} phone - A number to begin with; the shopper may change it.
 *
 * @prop {Snapshot | null} snapshot - What the backend last said; read-only.
 * @prop {Outcome | null} outcome - How the checkout, or its newest attempt, ended; read-only.
 * @prop {ErrorCode | null} problem - What the element complains of at the moment; read-only.
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
 * @csspart payee - Who asks for the money, in words.
 * @csspart merchant - Who is paid.
 * @csspart amount - How much.
 * @csspart details - Description and reference.
 * @csspart error - The sentence about a wish that did not work.
 * @csspart retry - Tries again to reach the backend.
 * @csspart view - Everything that changes with the status.
 * @csspart heading - Where the checkout stands.
 * @csspart text - The sentence under the heading.
 * @csspart label - Above the field.
 * @csspart input - The field.
 * @csspart hint - Quiet explanations; under the field also what is wrong with the number.
 * @csspart button - Sends the request.
 * @csspart replace - Calls off another request that is in the way, and sends this one.
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
 * @cssprop --netgiro-font-size - Of ordinary text; everything else follows. Default: the page's, and never less than 16px.
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
export class NetgiroCheckout extends CheckoutElement<Messages> {
  static override properties = { phone: { reflect: true } }

  declare phone: string | null | undefined

  protected override locales = locales

  /** What the shopper wrote; null while the field still shows the prefill. */
  #typedPhone: string | null = null
  #isInvalid = false

  /** Has the request sent to `phone`, or to the number in the field. Does nothing unless the checkout is open. */
  async start(phone?: string): Promise<void> {
    if (phone) this.#typedPhone = formatPhone(phone)
    else this.#typedPhone = this.field?.value ?? this.#typedPhone
    const number = parsePhone(this.#phoneText)
    if (!this.checkout.canStart) return
    this.#isInvalid = !number
    this.requestUpdate()
    if (number) await this.checkout.start({ phone: number })
    else this.checkout.dispatchError('invalid_phone')
  }

  protected override view(snapshot: Snapshot | null, messages: Messages): TemplateResult | null {
    if (!snapshot) return fallback
    const { busy, secondsLeft, secondsWaited, blocked } = this.checkout
    return views[snapshot.status](
      snapshot,
      {
        submit: this.#submit,
        edit: this.#edit,
        replace: blocked ? () => void this.checkout.replace() : null,
        cancel: () => void this.cancel(),
        busy,
        phone: this.#phoneText,
        invalid: this.#isInvalid,
        secondsLeft,
        secondsWaited,
      },
      messages,
    )
  }

  get #phoneText(): string {
    return this.#typedPhone ?? formatPhone(this.phone ?? '')
  }

  #submit = (event: Event): void => {
    if (!isSubmit(event)) return
    event.preventDefault()
    void this.start()
    if (this.#isInvalid) this.focus()
  }

  /** Groups and judges the number on leaving the field, and only then: nobody likes a field that types back. */
  #edit = ({ type, target }: Event): void => {
    const { value } = target as HTMLInputElement
    const isBlur = type === 'blur'
    // What is offered for one number must not be done for another.
    if (!isBlur) this.checkout.blocked = null
    this.#typedPhone = isBlur ? formatPhone(value) : value
    this.#isInvalid = isBlur && !!value.trim() && !parsePhone(value)
    this.requestUpdate()
  }
}

const formatPhone = (text: string): string => {
  const digits = parsePhone(text)
  return digits ? groupPhone(digits) : text
}
