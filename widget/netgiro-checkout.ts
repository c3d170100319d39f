import type { TemplateResult } from 'lit'
import { parsePhone, type Snapshot } from '../server/protocol/index.ts'
import { CheckoutElement } from './checkout-element.ts'
import { groupPhone } from './format.ts'
import { locales } from './messages/index.ts'
import type { Messages } from './messages/messages.ts'
import { views } from './views/index.ts'
import { isSubmit } from './views/submit.ts'

/**
 * Takes a Netgíró payment: asks for a phone number, sends a payment request to it and shows the progress and the result.
 *
 * The element shows the last state that the backend reported. Removing it from the page, closing the tab or losing the
 * network cancels nothing. The element may be moved in the page, and its attributes may be set late or changed.
 *
 * Order of events: `netgiro-before-start` before the request is sent, then `netgiro-status` for each change, followed by
 * the outcome if there is one. `element.snapshot` has already changed when they are dispatched; rendering follows.
 *
 * @element netgiro-checkout
 *
 * @attr {string} session - Browser credential that the backend issued to the shop's server.
 * @attr {string} server - Base URL of the backend. Default: the URL that this script was loaded from, without the file name.
 * @attr {'is' | 'en'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 * @attr {string} phone - Initial phone number; the shopper may change it.
 *
 * @prop {Snapshot | null} snapshot - Last state that the backend reported; read-only.
 * @prop {Outcome | null} outcome - How the checkout ended (`paid`, `canceled`, `expired`, `review`), or the newest attempt
 *   of one that is open again (`declined`, `canceled`, `expired`, `failed`); null before any end; read-only.
 * @prop {Promise<Snapshot>} finished - Resolves with the final snapshot, which may be there already; read-only.
 * @prop {ErrorCode | null} problem - Code of the error that is shown; read-only.
 *
 * @fires netgiro-before-start - A payment request is about to be sent; `preventDefault()` stops it.
 * @fires netgiro-status - The snapshot changed, or arrived for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; the shopper may try again.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and the shopper may try again (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt got no answer (`open`).
 * @fires netgiro-error - An error occurred; `event.code` is a problem code of the backend, the reason of a failed attempt,
 *   `network`, or the code of a wrong setup.
 *
 * @slot - Fallback, shown before the script has run, while the element loads and without a usable session.
 * @slot header - Replaces the logo.
 * @slot footer - At the bottom of the card.
 * @slot paid - After a successful payment, e.g. a link to the receipt.
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
 * @csspart label - Label of the field.
 * @csspart input - Input field.
 * @csspart hint - Secondary text; below the field also its validation error.
 * @csspart button - Main button, which sends the request.
 * @csspart replace - Button that cancels another waiting request and sends this one.
 * @csspart progress - Container of phone, timer and bar.
 * @csspart phone - Masked phone number.
 * @csspart timer - Time left to approve the request.
 * @csspart bar - Time left as a `<progress>`.
 * @csspart help - Advice while waiting.
 * @csspart cancel - Button that requests cancellation.
 * @csspart icon - Check mark of a successful payment.
 * @csspart connection - “Connecting…” or “Reconnecting…”.
 *
 * @cssprop --netgiro-font - Font family. Default: `Montserrat, system-ui, sans-serif`.
 * @cssprop --netgiro-font-size - Base font size, which everything scales with. Default: `max(1rem, 16px)`.
 * @cssprop --netgiro-text - Text colour. Default: `CanvasText` at 88 %.
 * @cssprop --netgiro-muted - Colour of secondary text. Default: `CanvasText` at 64 %.
 * @cssprop --netgiro-surface - Background of the card and the field. Default: `Canvas`.
 * @cssprop --netgiro-line - Colour of the card's border, the separator and the empty part of the bar. Default: `CanvasText` at 14 %.
 * @cssprop --netgiro-border - Border colour of the field and the secondary buttons. Default: `CanvasText` at 48 %.
 * @cssprop --netgiro-accent - Colour of the main button and the bar. Default: `#00aeef`.
 * @cssprop --netgiro-on-accent - Text colour on the main button. Default: `#10222b`.
 * @cssprop --netgiro-danger - Colour of errors. Default: a red mixed with `CanvasText`.
 * @cssprop --netgiro-padding - Padding of the card. Default: `1.5em`.
 * @cssprop --netgiro-radius - Corner radius of the card. Default: `1em`.
 * @cssprop --netgiro-control-radius - Corner radius of field, buttons and notices. Default: 0.625 × font size.
 */
export class NetgiroCheckout extends CheckoutElement<Messages> {
  static override properties = { phone: { reflect: true } }

  declare phone: string | null | undefined

  declare locale: 'is' | 'en' | null | undefined

  protected override locales = locales

  /** What the shopper typed; null while the field still shows `phone`. */
  #typedPhone: string | null = null
  #isInvalid = false

  /**
   * Sends a payment request. Does nothing unless the checkout is open.
   *
   * @param phone - An Icelandic mobile number in any notation. Default: the number in the field.
   */
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

  protected override view(snapshot: Snapshot, messages: Messages): TemplateResult | null {
    return views[snapshot.status](
      snapshot,
      {
        checkout: this.checkout,
        submit: this.#submit,
        edit: this.#edit,
        cancel: () => void this.cancel(),
        phone: this.#phoneText,
        invalid: this.#isInvalid,
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

  /** Formats and validates on blur only, so that the field does not change under the shopper's fingers. */
  #edit = ({ type, target }: Event): void => {
    const { value } = target as HTMLInputElement
    const isBlur = type === 'blur'
    // The offer to replace a request holds only for the number that it was made for.
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
