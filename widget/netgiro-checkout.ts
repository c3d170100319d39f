import { html, type TemplateResult } from 'lit/html.js'
import { parsePhone, type Snapshot } from '../server/protocol/index.ts'
import { CheckoutElement } from './checkout-element.ts'
import type { Details, Locales } from './details/index.ts'
import { NetgiroCheckoutEvent } from './events.ts'
import { groupPhone } from './format.ts'
import { localeOf } from './locale.ts'
import { locales } from './messages/index.ts'
import type { Messages } from './messages/messages.ts'
import { memory, type Place } from './phone-memory.ts'
import { placeholder } from './placeholder.ts'
import type { Changes } from './updating-element.ts'
import { viewOf } from './views/index.ts'
import { isSubmit } from './views/submit.ts'

/**
 * Takes a Netgíró payment: asks for a phone number, sends a payment request to it and shows the progress and the result.
 *
 * The element shows the last state that the backend reported. Removing it from the page, closing the tab or losing the
 * network cancels nothing. The element may be moved in the page, and its attributes may be set late or changed.
 *
 * Order of events: `netgiro-before-start` before the request is sent, then `netgiro-status` for each change, followed by
 * the outcome if there is one. `element.snapshot` has already changed when they are dispatched; rendering follows, except for the
 * first ones, which wait for the form to be painted.
 *
 * @element netgiro-checkout
 *
 * @attr {string} session - Browser credential that the backend issued to the shop's server.
 * @attr {string} server - Base URL of the backend. Default: the URL that this script was loaded from, without the file name.
 * @attr {'is' | 'en' | 'pl'} locale - Default: the nearest `lang`, then the browser's languages, then `is`.
 * @attr {string} snapshot - JSON of the `snapshot` that `POST /v1/checkouts` returned: shown at once, until the backend has
 *   responded. Only the first one counts.
 * @attr {string} phone - Initial phone number; the shopper may change it.
 * @attr {string} name - In a form: nothing is submitted before the checkout is paid, and then the signed receipt under this name.
 * @attr {string} notify - How an outcome draws attention, beside the title of a hidden page: any of `icon`, `vibration` and `sound`,
 *   separated by spaces. Default: none of them.
 * @attr {'auto' | 'light' | 'dark'} theme - Default: the page's `color-scheme`; `auto` follows the operating system.
 * @attr {string} app-url - URL that opens the Netgíró app. Default: none, and no link to the app.
 * @attr {'inline' | 'compact' | 'dialog'} layout - `compact` for a list of ways to pay; `dialog` for a button that opens it
 *   above the page. Default: `inline`.
 * @attr {boolean} open - Whether the dialog is open; changes with it.
 * @attr {string} hand-off - URL of this order's page that a QR code offers to the shopper's phone, where there is a mouse.
 *   Must not contain the session. Default: none, and no offer.
 *
 * @prop {MessageOverrides<Messages> | null} messages - The page's own texts instead of some of the element's.
 * @prop {Snapshot | null} snapshot - Last state that the backend reported, or the one of the attribute before that; may be
 *   set once, as an object or as JSON, instead of the attribute.
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
 * @fires netgiro-help - A stage of help has appeared while a request waits; `event.stage` is `open_app` (20 s), `no_app` (45 s),
 *   `send_again` (75 s) or `last_seconds` (15 s left).
 *
 * @slot - Fallback, shown before the script has run and without a usable session.
 * @slot header - Replaces the logo.
 * @slot footer - At the bottom of the card.
 * @slot other - Other ways to pay: below the form, and after every end without a payment.
 * @slot paid - After a successful payment, e.g. a link to the receipt.
 *
 * @csspart card - Root container.
 * @csspart mark - Logo and the provider's name.
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
 * @csspart app - Link that opens the app.
 * @csspart again - Container of `resend` and `change`.
 * @csspart resend - Button that cancels the request and sends it again.
 * @csspart change - Button that cancels the request and returns to the number.
 * @csspart cancel - Button that requests cancellation.
 * @csspart quiet - The main button while it may not be the right one to press.
 * @csspart icon - Sign of the outcome; also `good`, `bad`, `unsure` or `over`.
 * @csspart receipt - Time and support code.
 * @csspart code - Support code.
 * @csspart small - The buttons `copy`, `remember` and `forget`.
 * @csspart connection - “Connecting…” or “Reconnecting…”.
 * @csspart hand-off - The offer to go on with a phone, which contains `qr` and a `hint`.
 * @csspart qr - QR code.
 * @csspart opener - Button that opens the dialog; also `quiet` once there is a request or an outcome.
 * @csspart dialog - The dialog around the card.
 * @csspart close - Button that closes the dialog.
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
 * @cssprop --netgiro-success - Background of the sign of a payment.
 * @cssprop --netgiro-notice - Background of the sign of an uncertain outcome.
 * @cssprop --netgiro-focus - Colour of the focus ring.
 * @cssprop --netgiro-hover - Colour laid over a button under the pointer.
 * @cssprop --netgiro-mark - Size of the logo. Default: `1em`.
 * @cssprop --netgiro-width - Largest width of the element. Default: 27 × font size.
 * @cssprop --netgiro-spacing - Space between the sections of the card. Default: `1.25em`.
 * @cssprop --netgiro-padding - Padding of the card. Default: `1.5em`, less on narrow screens.
 * @cssprop --netgiro-radius - Corner radius of the card. Default: `1em`.
 * @cssprop --netgiro-backdrop - Colour laid over the page behind the dialog.
 * @cssprop --netgiro-control-radius - Corner radius of field, buttons and notices. Default: 0.625 × font size.
 */
export class NetgiroCheckout extends CheckoutElement<Messages> {
  static override attributes = [...CheckoutElement.attributes, 'phone', 'layout', 'hand-off']

  declare phone: string | null | undefined

  declare layout: 'inline' | 'compact' | 'dialog' | null | undefined

  declare handOff: string | null | undefined

  declare locale: 'is' | 'en' | 'pl' | null | undefined

  /** Missing until it is loaded, and if that fails; the element then shows less. */
  declare protected ends: Details | undefined

  protected override locales: Locales = locales
  protected override readonly placeholder = placeholder

  /** What the shopper typed; null while the field still shows a number that was known before. */
  #typedPhone: string | null = null
  #isInvalid = false
  /** Whether the focus has just moved to the field, whose error is read then. */
  #isErrorRead = false

  /**
   * Sends a payment request. Does nothing unless the checkout is open.
   *
   * @param phone - An Icelandic mobile number in any notation. Default: the number in the field.
   */
  async start(phone?: string): Promise<void> {
    if (!this.checkout.canStart()) return
    this.#typedPhone = phone ? formatPhone(phone) : (this.field?.value ?? this.#typedPhone)
    const number = parsePhone(this.#phoneText)
    this.#isInvalid = !number
    this.requestUpdate()
    if (!number) {
      this.checkout.dispatchError('invalid_phone')
      return
    }
    this.#loadDetails()
    await this.checkout.start({ phone: number })
  }

  protected override willUpdate(changed: Changes): void {
    // The next order may be another shopper's; what came before the first one is for that.
    if (changed.has('session') && this.checkout.isPainted) {
      this.#typedPhone = null
      this.#isInvalid = false
    }
    super.willUpdate(changed)
    const { snapshot } = this
    if (
      snapshot &&
      (snapshot.status !== 'open' || snapshot.lastAttempt || this.#remembered('localStorage'))
    )
      this.#loadDetails()
  }

  #loadDetails(): void {
    this.importOnce(
      'details',
      () => import('./details/index.ts'),
      ({ Details, complete }) => {
        this.locales = complete(this.locales)
        this.ends = new Details({
          element: this,
          checkout: this.checkout,
          phone: (text) => {
            this.#typedPhone = text ?? this.#typedPhone
            return this.#phoneText
          },
          html,
          NetgiroCheckoutEvent,
        })
        this.addController(this.ends)
      },
    )
  }

  /** English until Polish is loaded, and if that fails. */
  protected override get language(): string {
    const locale = localeOf(this, { ...this.locales, pl: null })
    if (locale in this.locales) return locale
    const load = () => import('./messages/pl.ts')
    this.importOnce('pl', load, ({ pl }) => (this.locales = { ...this.locales, pl }))
    return 'en'
  }

  protected override topics(messages: Messages): readonly string[] {
    const error = this.#isInvalid && !this.#isErrorRead ? messages.errors.invalid_phone : ''
    return [...super.topics(messages), error, ...(this.ends?.topics(messages) ?? [])]
  }

  protected override view(snapshot: Snapshot, messages: Messages): TemplateResult | null {
    return viewOf(snapshot)(
      snapshot,
      {
        checkout: this.checkout,
        submit: this.#submit,
        edit: this.#edit,
        cancel: () => void this.cancel(),
        phone: this.#phoneText,
        invalid: this.#isInvalid,
        outcome: this.ends?.outcome(snapshot, messages),
        help: this.ends?.help(snapshot, messages),
      },
      messages,
    )
  }

  /** The number that was typed, or that of this order's last request, or the shop's, or the one kept on this device. */
  get #phoneText(): string {
    if (this.#typedPhone !== null) return this.#typedPhone
    const sent = this.#remembered('sessionStorage')
    const isOfThisOrder = sent.slice(7) === this.snapshot?.reference
    const known = isOfThisOrder ? sent.slice(0, 7) : this.phone || this.#remembered('localStorage')
    return known && formatPhone(known, '')
  }

  /** The form does not wait for the storage, whose first use takes long. */
  #remembered(place: Place): string {
    return this.checkout.isPainted ? memory(place) : ''
  }

  #submit = (event: Event): void => {
    if (!isSubmit(event)) return
    event.preventDefault()
    this.#isErrorRead = this.renderRoot.activeElement !== this.field
    void this.start()
    if (this.#isInvalid) this.focus()
  }

  /** Formats and validates on blur only, so that the field does not change under the shopper's fingers. */
  #edit = ({ type, target }: Event): void => {
    const { value } = target as HTMLInputElement
    const isBlur = type === 'blur'
    // The problem, and the offer to replace a request, belong to the number that was sent.
    if (!isBlur) this.checkout.problem = this.checkout.blocked = null
    this.#typedPhone = isBlur ? formatPhone(value) : value
    this.#isInvalid = isBlur && !!value.trim() && !parsePhone(value)
    this.#isErrorRead = false
    this.requestUpdate()
  }
}

const formatPhone = (text: string, otherwise = text): string => {
  const digits = parsePhone(text)
  return digits ? groupPhone(digits) : otherwise
}
