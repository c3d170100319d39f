import { html } from 'lit/html.js'
import type { Snapshot } from '../../server/protocol/index.ts'
import { CheckoutElement } from '../checkout-element.ts'
import { picture, signOf } from '../details/signs.ts'
import { Ends } from '../ends.ts'
import { readGiven } from '../given-snapshot.ts'
import type { LazySheet } from '../lazy-sheet.ts'
import type { Headline } from '../messages/messages.ts'
import { styles } from '../styles.ts'
import { button } from '../views/button.ts'
import { HostedForm, type Form } from './hosted-form.ts'
import { locales } from './messages/index.ts'
import type { FormMessages } from './messages/messages.ts'
import { resolveReturnUrl } from './return-url.ts'
import { TimeAnnouncer } from '../time-announcer.ts'
import { unrepeatable } from '../unrepeatable.ts'
import type { Changes } from '../updating-element.ts'
import { browserPlatform, type Platform } from '../platform.ts'
import { formStyles } from './styles.ts'
import { formView } from './views.ts'

/**
 * Takes a payment with Avarda Checkout 2: shows the provider's own form and the result. The element starts by itself;
 * after a failed attempt the shopper presses a button.
 *
 * **The form is in the light DOM**, in a child with `slot="form"` that the element adds and removes, because the
 * provider's script finds its container with `document.getElementById`, which does not see into shadow roots. For the
 * same reason the element itself must not be in a shadow root, and a page shows one such form at a time.
 *
 * **Redirects.** A bank or a card page may take the shopper off the page and back to `return-url`, with query parameters
 * of its own. That page must set the same `session` again; the element then shows the same purchase, and the form
 * continues by itself. The element reads no query parameter, because none of them proves a result.
 *
 * When the form reports that the shopper is done, the element reads the state from the backend and shows that. A request
 * to cancel removes the form, but Avarda has no way to cancel a purchase: the checkout accepts another attempt only when
 * the purchase has ended there.
 *
 * Content security policy: `frame-src` needs the provider's origin, and so does `script-src` unless the element has the
 * page's `nonce`. Under Trusted Types allow `lit-html` and `avarda-checkout`.
 *
 * @element avarda-checkout
 *
 * @attr {string} session - Browser credential that the backend issued to the shop's server.
 * @attr {string} server - Base URL of the backend. Default: the URL that this script was loaded from, without the file name.
 * @attr {'en' | 'is' | 'sv'} locale - Default: the nearest `lang`, then the browser's languages, then `en`.
 * @attr {string} snapshot - JSON of the `snapshot` that `POST /v1/checkouts` returned: shown at once, until the backend has
 *   responded. Only the first one counts.
 * @attr {string} name - In a form: nothing is submitted before the checkout is paid, and then the signed receipt under this name.
 * @attr {string} notify - How an outcome draws attention, beside the title of a hidden page: any of `icon`, `vibration` and `sound`,
 *   separated by spaces. Default: none of them.
 * @attr {'auto' | 'light' | 'dark'} theme - Default: the page's `color-scheme`; `auto` follows the operating system.
 * @attr {string} nonce - Nonce for the provider's script, where the page's policy requires one.
 * @attr {string} return-url - Page that the shopper returns to. Default: this page, without the provider's parameters.
 *
 * @prop {MessageOverrides<FormMessages> | null} messages - The page's own texts instead of some of the element's.
 * @prop {Snapshot | null} snapshot - Last state that the backend reported, or the one of the attribute before that; may be
 *   set once, as an object or as JSON, instead of the attribute.
 * @prop {Outcome | null} outcome - How the checkout or its newest attempt ended; read-only.
 * @prop {Promise<Snapshot>} finished - Resolves with the final snapshot, which may be there already; read-only.
 * @prop {ErrorCode | null} problem - Code of the error that is shown; read-only.
 *
 * @fires netgiro-before-start - A purchase is about to be opened; `preventDefault()` stops it and a button is shown.
 * @fires netgiro-status - The snapshot changed, or arrived for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; the shopper may try again.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and the shopper may try again (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt took too long (`open`).
 * @fires netgiro-error - An error occurred; `event.code` says which: `form_unavailable` when the form did not load or stays empty.
 *
 * @slot - Fallback, shown before the script has run, while the element loads and without a valid session.
 * @slot form - Reserved for the provider's form, which the element adds itself.
 * @slot header - Replaces the logo.
 * @slot footer - At the bottom of the card.
 * @slot paid - After a successful payment, e.g. a link to the receipt.
 *
 * @csspart card - Root container.
 * @csspart mark - Three dots, animated while an operation is in progress.
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
 * @csspart hint - “Loading the form…”.
 * @csspart button - Main button, which starts or tries again.
 * @csspart timer - Time left, in the last five minutes of a purchase.
 * @csspart icon - Sign of the outcome; also `good`, `bad`, `unsure` or `over`.
 * @csspart connection - “Connecting…” or “Reconnecting…”.
 *
 * @cssprop --netgiro-font - Font family. Default: `Montserrat, system-ui, sans-serif`.
 * @cssprop --netgiro-font-size - Base font size, which everything scales with. Default: `max(1rem, 16px)`.
 * @cssprop --netgiro-text - Text colour.
 * @cssprop --netgiro-muted - Colour of secondary text.
 * @cssprop --netgiro-surface - Background of the card.
 * @cssprop --netgiro-line - Colour of the card's border and the separator.
 * @cssprop --netgiro-border - Border colour of the secondary buttons.
 * @cssprop --netgiro-accent - Colour of the main button and the progress dots.
 * @cssprop --netgiro-on-accent - Text colour on the main button.
 * @cssprop --netgiro-danger - Colour of errors.
 * @cssprop --netgiro-success - Background of the sign of a payment.
 * @cssprop --netgiro-notice - Background of the sign of an uncertain outcome.
 * @cssprop --netgiro-focus - Colour of the focus ring.
 * @cssprop --netgiro-hover - Colour laid over a button under the pointer.
 * @cssprop --netgiro-mark - Size of the progress dots.
 * @cssprop --netgiro-width - Largest width of the element. Default: 42 × font size.
 * @cssprop --netgiro-spacing - Space between the sections of the card.
 * @cssprop --netgiro-padding - Padding of the card.
 * @cssprop --netgiro-radius - Corner radius of the card.
 * @cssprop --netgiro-control-radius - Corner radius of buttons and notices.
 */
export class AvardaCheckout extends CheckoutElement<FormMessages> {
  /** @internal */
  override sheets: readonly LazySheet[] = [styles, formStyles]
  static override attributes = [...CheckoutElement.attributes, 'return-url']

  declare returnUrl: string | null | undefined

  declare locale: 'en' | 'is' | 'sv' | null | undefined

  /** What the shopper waits for is the provider's form, which the backend knows. */
  override platform: Platform = { ...browserPlatform, afterPaint: (task) => task() }

  protected override locales = locales
  protected override readonly brand = ''

  protected override readonly ends = new Ends(this.checkout)
  readonly #form: HostedForm
  readonly #time = new TimeAnnouncer()
  #formState: 'loading' | 'shown' | 'failed' = 'loading'
  /** The form reported that the shopper is done; only a snapshot contains the result. */
  #checking = false
  #hasStarted = false

  constructor() {
    super()
    this.addController(this.ends)
    this.#form = new HostedForm(this, { onDone: this.#onDone, onChange: this.#onFormState })
  }

  override get snapshot(): Snapshot | null {
    return super.snapshot
  }

  /**
   * Without its form, which names a script: only the backend may. Markup of a stranger, which a page shows without its scripts, may
   * have an attribute as well.
   */
  override set snapshot(given: Snapshot | string | null | undefined) {
    const snapshot: { form?: unknown } = { ...readGiven(given) }
    delete snapshot.form
    super.snapshot = given && JSON.stringify(snapshot)
  }

  /** The URL that the provider sends the shopper back to. */
  get callbackUrl(): string {
    return resolveReturnUrl(this.returnUrl)
  }

  /** Opens a purchase; the element calls this itself once per session. Does nothing unless the checkout is open. */
  async start(): Promise<void> {
    if (!this.checkout.canStart() || !this.session) return
    this.#hasStarted = true
    await this.checkout.start({})
  }

  protected override willUpdate(changed: Changes): void {
    if (changed.has('session')) this.#hasStarted = false
    super.willUpdate(changed)
    if (!this.#activeForm) {
      this.#checking = false
      this.#formState = 'loading'
    }
  }

  protected override topics(messages: FormMessages): readonly string[] {
    return [...super.topics(messages), this.#time.textFor(this.checkout, messages)]
  }

  protected override headline(snapshot: Snapshot, messages: FormMessages): Headline {
    return this.#checking && this.#activeForm
      ? messages.checking
      : super.headline(snapshot, messages)
  }

  protected override view(snapshot: Snapshot, messages: FormMessages): unknown {
    const { busy, secondsLeft } = this.checkout
    const { status, lastAttempt, uncertain } = snapshot
    const mainButton = (onPress: () => void, label: string) =>
      button('button', busy === 'start' ? messages.status.starting[0] : label, onPress, busy)
    if (this.#activeForm) {
      return this.#formState === 'failed'
        ? mainButton(this.#retry, messages.tryAgain)
        : formView(secondsLeft, this.#formState === 'loading', messages)
    }
    // As in `<netgiro-checkout>`: what is still checked has no sign.
    const sign = uncertain ? null : signOf(snapshot)
    const label = lastAttempt ? messages.tryAgain : messages.start
    return html`${sign ? picture(html, sign) : null}
    ${status === 'paid' ? html`<slot name="paid"></slot>` : null}
    ${canOpenPurchase(snapshot) ? mainButton(() => void this.start(), label) : null}`
  }

  protected override updated(): void {
    super.updated()
    const hadFocus = this.#form.holdsFocus()
    this.#form.show(this.isConnected ? this.#activeForm : null)
    if (hadFocus && !this.#form.holdsFocus()) this.focus()
    const { snapshot } = this
    const isFirst = snapshot && canOpenPurchase(snapshot) && !snapshot.lastAttempt
    if (isFirst && !this.#hasStarted && !this.matches(':disabled')) void this.start()
  }

  /** Waits for a later task, because an element that is moved in the page is disconnected and connected again. */
  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.platform.after(0, () => this.requestUpdate())
  }

  /** The form to show, or null if the backend reports none or cancellation was requested. */
  get #activeForm(): Form | null {
    const { snapshot } = this
    return (!snapshot?.cancelRequested && snapshot?.form) || null
  }

  #onDone = (): void => {
    this.#checking = true
    this.requestUpdate()
    this.refresh()
  }

  #onFormState = (state: 'shown' | 'failed'): void => {
    this.#formState = state
    // What was done was the form before.
    this.#checking = false
    this.requestUpdate()
    if (state === 'failed') this.checkout.showError('form_unavailable')
  }

  #retry = (): void => {
    this.#formState = 'loading'
    this.checkout.problem = null
    this.requestUpdate()
    if (this.#activeForm) this.#form.retry(this.#activeForm)
  }
}

/** True before the first attempt and once the last one is known to be over, unless another would end in the same way. */
const canOpenPurchase = ({ status, uncertain, cancelRequested, lastAttempt }: Snapshot): boolean =>
  status === 'open' && !uncertain && !cancelRequested && lastAttempt?.reason !== unrepeatable
